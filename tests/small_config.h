// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * small_config: a small storage server in round numbers, for tests that work a model's results out by hand.
 *
 * One server, TEST1: ranks of 6+P on cluster 0, adapter pair 0, loop A, with one volume on each; one port;
 * one host. Everything may be changed before use; small_config_lay_out() follows up on the geometry.
 *
 *     drive      10 ms a turn; 1 ms overhead; seeks of 1 ms + 1 us a cylinder up to 10,001, then constant;
 *                0.5 ms head switch; 0.25 ms write settling; 20,000 cylinders of 4 heads, 200 sectors a track
 *                on the outer half and 100 on the inner one, each track and cylinder skewed by what its switch takes
 *                a reader
 *     server     4 processors a cluster, step times of 0.1 ms, 0.2 ms ... in their order; cache 128 MiB and
 *                NVS 8 MiB a cluster; tracks of 32 KiB in segments of 4 KiB; bus and XOR 100 MB/s; adapter
 *                0.05 ms a command; loops of 2 + 2 links of 40 MB/s; destaging from 50 % of NVS, fully from
 *                75 % with 4 a rank, of idle ranks' data after 1 s; records staged, nothing staged ahead;
 *                drive commands of at most 256 KiB, rebuild at 10 MB/s
 *     port       0.1 ms protocol, 50 MB/s; the host's I/O timeout is 1 s
 */
#ifndef TESTS_SMALL_CONFIG_H
#define TESTS_SMALL_CONFIG_H

#include "models/config.h"

/* The config, with a volume of `tracks` on each of `ranks` ranks. A measured run of 1 s, no warm-up, cold start,
 * no workloads. */
struct config *small_config_create(size_t ranks, int64_t tracks);
void small_config_destroy(struct config *config);

/* Works out anew what follows from ranks' formats, drive type and track size. */
void small_config_lay_out(struct config *config);

/*
 * Adds a workload of random 4 KiB reads, spread evenly over all volumes, cache content simulated: open with
 * poisson arrivals, closed without thinking, or replaying a trace. The pointer holds until the next one is added.
 */
struct workload_config *small_config_add_open(struct config *config, double per_s);
struct workload_config *small_config_add_closed(struct config *config, int32_t iodepth);
struct workload_config *small_config_add_trace(struct config *config);

/* Adds an entry at a set time to the timeline: empty, or a failure or repair of one thing (of a drive, `index` is the
 * rank's, and the drive is to be filled in). The pointer holds until the next one is added. */
struct timeline_config *small_config_add_entry(struct config *config, sim_time at_ns);
struct timeline_config *small_config_add_fault(struct config *config, sim_time at_ns, enum fault_kind kind,
                                               int32_t index, bool repair);

#endif
