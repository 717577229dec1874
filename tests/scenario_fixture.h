// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * scenario_fixture: scenarios from text, and what is said about them.
 */
#ifndef TESTS_SCENARIO_FIXTURE_H
#define TESTS_SCENARIO_FIXTURE_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/memory.h"
#include "scenarios/scenario.h"
#include "tests/unit.h"

/* The contract's own sample, without what is not modelled yet. */
static const char sample[] =
    "title: How many ESCON links does a 43 km pair need?\n"
    "run: {warmup: 10 s, duration: 60 s, seed: 1, replications: 1, start: warm}   # or cold\n"
    "servers:\n"
    "  FCA24:\n"
    "    model: F20\n"
    "    cache: 16 GiB\n"
    "    ranks:\n"
    "      prod: {pair: 0, cluster: 0, loop: A, format: 6+P+S, drive: ultrastar-36lzx}\n"
    "      copy: {pair: 0, cluster: 0, loop: B, format: 6+P+S, drive: ultrastar-36lzx}\n"
    "    ports:\n"
    "      f0: {bay: 0, slot: 0, type: fc}\n"
    "    fb_lss: 8\n"
    "    volumes:\n"
    "      db:   {rank: prod, size: 8 GiB, count: 4}\n"
    "      snap: {rank: copy, size: 8 GiB, count: 4}\n"
    "  12019:\n"
    "    model: F20\n"
    "    ranks:   {dr: {pair: 0, cluster: 0, loop: A, format: 6+P+S, drive: ultrastar-36lzx}}\n"
    "    volumes: {dbr: {rank: dr, size: 8 GiB, count: 4}}\n"
    "hosts:\n"
    "  sap: {server: FCA24, ports: [f0]}\n"
    "workloads:\n"
    "  oltp:\n"
    "    host: sap\n"
    "    volumes: [db]\n"
    "    rw: randrw\n"
    "    rwmixread: 70\n"
    "    bs: 4 KiB\n"
    "    rate_iops: 2000\n"
    "    random_distribution: zipf:1.1\n"
    "links:\n"
    "sweep:\n"
    "  links.e.count: [1, 2, 4, 8]\n"
    "  workloads.oltp.rate_iops: {from: 500, to: 6000, steps: 12}\n";

static char found[40000]; /* the last load's diagnostics, one a line, the file's name left out */

/* Loads a text with some --set (NULL-terminated list, or NULL). */
static inline struct scenario *load(const char *text, const char *const *sets)
{
    char path[] = "/tmp/essim-scenario-XXXXXX";
    int file = mkstemp(path);
    CHECK(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
    size_t count = 0;
    while (sets != NULL && sets[count] != NULL)
        count++;
    struct diagnostics *diagnostics = diagnostics_create();
    struct scenario *scenario = NULL;
    bool ok = scenario_load(path, sets, count, &scenario, diagnostics);
    CHECK(ok == (scenario != NULL) && ok == (diagnostics_errors(diagnostics) == 0));
    size_t used = 0;
    const char *line;
    found[0] = '\0';
    for (size_t i = 0; (line = diagnostics_line(diagnostics, i)) != NULL; i++) {
        bool named = strncmp(line, path, strlen(path)) == 0;
        used += (size_t)snprintf(found + used, sizeof found - used, "%s\n", line + (named ? strlen(path) + 1 : 0));
    }
    diagnostics_destroy(diagnostics);
    unlink(path);
    return scenario;
}

static inline struct scenario *load_set(const char *set)
{
    return load(sample, (const char *const[]){set, NULL});
}

/* The sample with one --set gives exactly this mistake or warning; "" for none. */
static inline void check_set(const char *set, const char *expected)
{
    scenario_destroy(load_set(set));
    if (expected[0] == '\0')
        CHECK_STRING(found, "");
    else
        CHECK_CONTAINS(found, expected);
}

/* The scenario gives a mistake with exactly this text in it; "" for none. */
static inline void check_mistake(const char *text, const char *expected)
{
    scenario_destroy(load(text, NULL));
    if (expected[0] == '\0')
        CHECK_STRING(found, "");
    else
        CHECK_CONTAINS(found, expected);
}

/* A server's parts around one host and workload; each mistake's text must be in the lines. */
static inline void check_server(const char *server, const char *expected)
{
    char *text = memory_text("run: {duration: 1 s}\nservers:\n  AAAAA: {%s}\n", server);
    check_mistake(text, expected);
    free(text);
}

#endif
