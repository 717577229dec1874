// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * two_loads: a small scenario that runs in a tenth of a second, for tests of the command.
 *
 * Two workloads on a rank each, 300 I/Os a second together, so lightly loaded that an I/O is complete within
 * a second of its issue.
 */
#ifndef TESTS_TWO_LOADS_H
#define TESTS_TWO_LOADS_H

#include "tests/run_fixture.h"

#define TWO_LOADS_MACHINE                                                                                             \
    "servers:\n"                                                                                                      \
    "  FCA24:\n"                                                                                                      \
    "    model: F20\n"                                                                                                \
    "    ranks:\n"                                                                                                    \
    "      r0: {pair: 0, cluster: 0, loop: A, drive: ultrastar-36lzx}\n"                                              \
    "      r1: {pair: 1, cluster: 1, loop: A, drive: ultrastar-36lzx}\n"                                              \
    "    ports: {f0: {bay: 0, slot: 0, type: fc}}\n"                                                                  \
    "    volumes:\n"                                                                                                  \
    "      a: {rank: r0, size: 4 GiB, count: 2}\n"                                                                    \
    "      b: {rank: r1, size: 4 GiB}\n"                                                                              \
    "hosts: {h: {server: FCA24, ports: [f0]}}\n"

#define TWO_LOADS                                                                                                     \
    "title: Two loads on two ranks\n"                                                                                 \
    "run: {warmup: 1 s, duration: 4 s, seed: 7, start: cold}\n" TWO_LOADS_MACHINE                                     \
    "workloads:\n"                                                                                                    \
    "  one: {host: h, volumes: [a], rw: randrw, rwmixread: 70, bs: 4 KiB, rate_iops: 200,\n"                          \
    "        random_distribution: zipf:1.2}\n"                                                                        \
    "  two: {host: h, volumes: [b], rw: randrw, rwmixread: 50, bs: 8 KiB, rate_iops: 100}\n"

/* A folder with that scenario in it, as two.yaml. */
static inline struct fixture_folder two_loads_folder_create(void)
{
    struct fixture_folder folder = fixture_folder_create();
    fixture_write_file(fixture_in(&folder, "two.yaml").text, TWO_LOADS);
    return folder;
}

#endif
