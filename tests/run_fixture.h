// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * run_fixture: a small config, records that follow a formula, and a folder of a test's own.
 *
 * The formula stands in check_run_file.py as well, which is how another language checks the values.
 */
#ifndef TESTS_RUN_FIXTURE_H
#define TESTS_RUN_FIXTURE_H

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/io_parts.h"
#include "analysis/run_writer.h"
#include "tests/unit.h"

/* ---- a folder ---- */

struct fixture_folder {
    char path[256];
};

static inline struct fixture_folder fixture_folder_create(void)
{
    struct fixture_folder folder;
    const char *base = getenv("TMPDIR");
    snprintf(folder.path, sizeof folder.path, "%s/essim_test_XXXXXX", base ? base : "/tmp");
    if (!mkdtemp(folder.path)) {
        perror(folder.path);
        abort();
    }
    return folder;
}

static inline int fixture_remove_entry(const char *path, const struct stat *info, int kind, struct FTW *where)
{
    (void)info, (void)kind, (void)where;
    return remove(path);
}

static inline void fixture_folder_remove(const struct fixture_folder *folder)
{
    nftw(folder->path, fixture_remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

struct fixture_path {
    char text[512];
};

static inline struct fixture_path fixture_in(const struct fixture_folder *folder, const char *name)
{
    struct fixture_path path;
    snprintf(path.text, sizeof path.text, "%s/%s", folder->path, name);
    return path;
}

static inline bool fixture_exists(const char *path)
{
    struct stat info;
    return lstat(path, &info) == 0;
}

static inline void fixture_write_file(const char *path, const char *text)
{
    FILE *file = fopen(path, "w");
    if (!file || fputs(text, file) < 0 || fclose(file) != 0) {
        perror(path);
        abort();
    }
}

/* The file holds exactly the text. */
static inline bool fixture_holds(const char *path, const char *text)
{
    char content[256] = "";
    FILE *file = fopen(path, "r");
    size_t length = file ? fread(content, 1, sizeof content - 1, file) : 0;
    if (file) {
        fclose(file);
    }
    return length == strlen(text) && memcmp(content, text, length) == 0;
}

/* ---- a run ---- */

enum { FIXTURE_WORKLOADS = 2, FIXTURE_VOLUMES = 3, FIXTURE_UNMEASURED = 100 };

static inline struct io_record fixture_record(int64_t i)
{
    struct io_record record = {.id = i,
                               .issue_ns = i * 200000 + i * i % 1000,
                               .offset_blocks = i * 7919 % 1000003,
                               .length_bytes = (int32_t)(4096 * (1 + i % 3)),
                               .workload = (uint16_t)(i % FIXTURE_WORKLOADS),
                               .volume = (uint32_t)(i % FIXTURE_VOLUMES),
                               .op = i % 5 == 0 ? IO_WRITE : IO_READ,
                               .measured = i >= FIXTURE_UNMEASURED};
    for (int p = 0; p < PART_FIRST_REMOTE; p++) {
        record.part_ns[p] = (i * 31 + p * 17) % 100003 + (p == 0 && i % 1000 == 999 ? 5 * SIM_S : 0);
        record.response_ns += record.part_ns[p];
    }
    return record;
}

static inline struct config fixture_config(void)
{
    static char serial[] = "FCA24", prod[] = "prod", copy[] = "copy", f0[] = "f0", db0[] = "db.0", db1[] = "db.1";
    static char koeln[] = "K\xc3\xb6ln", sap[] = "sap", oltp[] = "oltp", batch[] = "batch";
    static char title[] = "A title with \xc3\xa4, \"quotes\" and\ntwo lines";
    static struct server_config servers[] = {{.serial = serial}};
    static struct rank_config ranks[] = {{.name = prod}, {.name = copy}};
    static struct port_config ports[] = {{.name = f0}};
    static struct volume_config volumes[] = {{.name = db0, .label = db0, .id = "100FCA24"},
                                             {.name = db1, .label = db1, .id = "101FCA24"},
                                             {.name = koeln, .label = koeln, .id = "102FCA24", .rank = 1}};
    static struct host_config hosts[] = {{.name = sap}};
    static struct workload_config workloads[] = {{.name = oltp}, {.name = batch}};
    return (struct config){.title = title,
                           .servers = servers,
                           .server_count = 1,
                           .ranks = ranks,
                           .rank_count = 2,
                           .ports = ports,
                           .port_count = 1,
                           .volumes = volumes,
                           .volume_count = FIXTURE_VOLUMES,
                           .hosts = hosts,
                           .host_count = 1,
                           .workloads = workloads,
                           .workload_count = FIXTURE_WORKLOADS};
}

static inline struct run_identity fixture_identity(void)
{
    return (struct run_identity){.essim_version = "0.1.0",
                                 .command_line = "essim run a.yaml -o a.h5",
                                 .scenario_file = "a.yaml",
                                 .scenario_text = "title: x\n",
                                 .scenario_sha256 = "00ff",
                                 .resolved_json = "{\"a\":1}",
                                 .catalog_json = "{}",
                                 .seed = UINT64_MAX};
}

static inline struct run_writer *fixture_start(const char *path, enum run_trace trace, struct error *error)
{
    struct config config = fixture_config();
    struct run_identity identity = fixture_identity();
    return run_writer_create(path, &config, &identity, trace, error);
}

/* A whole run of `ios` I/Os that ends as it should. */
static inline bool fixture_write_run(const char *path, int64_t ios, enum run_trace trace, struct error *error)
{
    struct run_writer *writer = fixture_start(path, trace, error);
    if (!writer) {
        return false;
    }
    for (int64_t i = 0; i < ios; i++) {
        struct io_record record = fixture_record(i);
        run_writer_io(writer, &record);
    }
    struct run_ending ending = {.complete = true, .trace_digest = "d1", .summary_json = "{}"};
    return run_writer_finish(writer, &ending, error);
}

#endif
