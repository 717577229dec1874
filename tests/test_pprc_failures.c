// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * PPRC pairs when something fails: paths, the secondary's NVS, ranks, servers; table 1 of SG24-5757 (critical volume x
 * critical heavy); and what consistency groups hold.
 *
 * A 4 KiB write to mirror_config's machine is sent after 1.12 ms, has crossed its link after 1.83 ms, and would be
 * in the secondary's NVS after 2.47 ms (test_pprc_write.c).
 */
#include "models/cache.h"
#include "models/consistency.h"
#include "models/faults.h"
#include "models/link.h"
#include "models/paths.h"
#include "models/pprc_pair.h"
#include "tests/content_oracle.h"
#include "tests/machine_bench.h"
#include "tests/mirror_config.h"
#include "tests/unit.h"

enum { BEFORE_LINK_US = 1000, ON_LINK_US = 1500, IN_SECONDARY_US = 2200, WRITE_NS = 2468640, SENT_NS = 1122880 };

static struct server_model *model_of(struct config *config)
{
    return &config->servers[0].model;
}

static void run_us(struct machine_bench *bench, int64_t us)
{
    bench_run_for(bench, us * SIM_US);
}

static void set_link(struct machine_bench *bench, int link, bool failed)
{
    char name[] = "link";
    struct fault_target target = {.kind = FAULT_LINK, .index = link, .name = name};
    faults_set(bench->machine, &target, failed);
}

static void set_server(struct machine_bench *bench, int server, bool down)
{
    char name[] = "server";
    struct fault_target target = {.kind = FAULT_SERVER, .index = server, .name = name};
    faults_set(bench->machine, &target, down);
}

static void lose_rank(struct machine_bench *bench, int rank)
{
    faults_fail(&bench_rank(bench, rank)->bays[0]);
    faults_fail(&bench_rank(bench, rank)->bays[1]);
    CHECK_INT(bench_rank(bench, rank)->state, RANK_LOST);
}

static void check_source(struct machine_bench *bench, enum pair_state state)
{
    CHECK_STRING(pair_state_name(pprc_source_state(bench->machine, 0)), pair_state_name(state));
}

static enum io_error write_error(struct machine_bench *bench)
{
    bench_issue(bench, IO_WRITE, 0, 30 * TRACK, 4096);
    bench_run_for(bench, SIM_S / 10);
    return (enum io_error)bench->last.error;
}

/* Nothing of copies and writes is left, once I/Os are complete. */
static void check_nothing_left(struct machine_bench *bench)
{
    bench_run_for(bench, 10 * SIM_S);
    CHECK_INT(bench->ios.completed, bench->ios.issued);
    CHECK_INT(pool_in_use(bench->machine->remote_writes) + pool_in_use(bench->machine->copies), 0);
    for (size_t i = 0; i < bench->config->server_count; i++)
        CHECK_INT(store_used(bench->machine->servers[i].clusters[0].nvs), 0);
}

static void make_equal(struct machine_bench *bench)
{
    char why[PPRC_WHY_BYTES] = "";
    CHECK(pprc_establish(bench->machine, 0, PPRC_COPY_OUT_OF_SYNC, false, false, why));
    CHECK_STRING(why, "");
    bench_run_for(bench, 10 * SIM_S);
    check_source(bench, PPRC_DUPLEX);
    CHECK_INT(oracle_differences(bench->oracle, 0, (uint32_t)bench->config->pairs[0].target), 0);
}

/* ---- paths ---- */

/* The write, on the first link when that fails, or just past it, is done again over the second one. */
static void loss_of_one_path_repeats_the_write(void)
{
    static const int64_t instants_us[] = {BEFORE_LINK_US, ON_LINK_US, IN_SECONDARY_US};
    for (int i = 0; i < 3; i++) {
        struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 2, 100, PPRC_DUPLEX));
        bench_watch(bench);
        bench_issue(bench, IO_WRITE, 0, 0, 4096);
        run_us(bench, instants_us[i]);
        set_link(bench, 0, true);
        bench_run_for(bench, SIM_S);
        CHECK_INT(bench->last.error, IO_OK);
        check_source(bench, PPRC_DUPLEX);
        CHECK_INT(bench->machine->links[1].writes, 1);
        CHECK_INT(oracle_differences(bench->oracle, 0, 1), 0);
        CHECK_INT(bench->last.response_ns,
                  WRITE_NS + (i == 0 ? 0 : i == 1 ? 704800 : 704800 + 600000 + 40960));
        check_nothing_left(bench);
        bench_destroy(bench);
    }
}

/* A write in line for a link whose paths are replaced by others leaves the line for one of those. */
static void write_does_not_go_over_a_path_that_was_removed(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 2, 100, PPRC_DUPLEX));
    const int32_t first = 0, second = 1;
    char why[PATHS_WHY_BYTES] = "";
    bench_watch(bench);
    CHECK(paths_establish(bench->machine, 0, 1, &first, 1, true, why));
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    bench_issue(bench, IO_WRITE, 0, TRACK, 4096);
    run_us(bench, ON_LINK_US);
    CHECK_INT(station_queue(bench->machine->links[0].station), 1);
    CHECK(paths_establish(bench->machine, 0, 1, &second, 1, true, why));
    bench_run_for(bench, SIM_S);
    CHECK_INT(bench->machine->links[0].writes, 1);
    CHECK_INT(bench->machine->links[1].writes, 1);
    CHECK_INT(bench->errors, 0);
    CHECK_INT(oracle_differences(bench->oracle, 0, 1), 0);
    check_nothing_left(bench);
    bench_destroy(bench);
}

/* By the failure of its last link, at once: no write is needed to notice it. */
static void loss_of_the_last_path_suspends_at_once(void)
{
    for (int pending = 0; pending < 2; pending++) {
        struct machine_bench *bench = bench_create(
            mirror_config_create(1, 2, 2, 100, pending ? PPRC_SIMPLEX : PPRC_DUPLEX));
        char why[PPRC_WHY_BYTES] = "";
        for (int32_t i = 0; pending && i < 2; i++)
            CHECK(pprc_establish(bench->machine, i, PPRC_COPY_ENTIRE, false, false, why));
        run_us(bench, 500);
        set_link(bench, 0, true);
        CHECK_INT(pprc_source_state(bench->machine, 1), pending ? PPRC_DUPLEX_PENDING : PPRC_DUPLEX);
        set_link(bench, 1, true);
        check_source(bench, PPRC_SUSPENDED);
        CHECK_INT(pprc_source_state(bench->machine, 1), PPRC_SUSPENDED);
        CHECK_STRING(bench_told_detail(bench, "v1>v3: suspended"), "no path is left");
        set_link(bench, 0, false);
        check_source(bench, PPRC_SUSPENDED);
        CHECK_INT(write_error(bench), IO_OK);
        check_nothing_left(bench);
        bench_destroy(bench);
    }
}

static void removing_the_paths_suspends(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 2, 100, PPRC_DUPLEX));
    char why[PATHS_WHY_BYTES] = "";
    CHECK(paths_remove(bench->machine, 0, 1, why));
    check_source(bench, PPRC_SUSPENDED);
    CHECK_STRING(bench_told_detail(bench, "v0>v1: suspended"), "no path is left");
    bench_destroy(bench);
}

/* ---- the write that was on its way ---- */

static struct machine_bench *fail_under_way(enum failed_write failed_write, bool critical, int64_t us)
{
    struct config *config = mirror_config_create(1, 1, 1, 100, PPRC_DUPLEX);
    config->pairs[0].critical = critical;
    model_of(config)->failed_write = failed_write;
    struct machine_bench *bench = bench_create(config);
    bench_watch(bench);
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    run_us(bench, us);
    set_link(bench, 0, true);
    run_us(bench, 1);
    return bench;
}

static void failed_write_is_an_error_and_changes_nothing(void)
{
    static const int64_t instants_us[] = {BEFORE_LINK_US, ON_LINK_US, IN_SECONDARY_US};
    for (int i = 1; i < 3; i++) {
        struct machine_bench *bench = fail_under_way(FAILED_WRITE_ERROR, false, instants_us[i]);
        CHECK_INT(bench->ios.completed, 1);
        CHECK_INT(bench->last.error, IO_NOT_MIRRORED);
        CHECK_INT(bench->last.response_ns, instants_us[i] * SIM_US);
        CHECK_INT(bench_dirty_segments(bench, 0), 0);
        CHECK_INT(bench_nvs_segments(bench), 0);
        CHECK(bench->oracle->blocks[0][0] <= 0); /* no write of a host */
        CHECK_INT(pprc_tracks_left(bench->machine, 0), 15); /* the secondary may hold it */
        CHECK_INT(bench->machine->pairs[0].failed_writes, 1);
        set_link(bench, 0, false);
        CHECK_INT(write_error(bench), IO_OK);
        make_equal(bench);
        check_nothing_left(bench);
        bench_destroy(bench);
    }
}

static void failed_write_completes_unmirrored_where_asked_for(void)
{
    struct machine_bench *bench = fail_under_way(FAILED_WRITE_COMPLETE, false, ON_LINK_US);
    CHECK_INT(bench->ios.completed, 1);
    CHECK_INT(bench->last.error, IO_OK);
    CHECK_INT(bench->oracle->blocks[0][0], 1);
    CHECK_INT(pprc_tracks_left(bench->machine, 0), 15);
    set_link(bench, 0, false);
    make_equal(bench);
    check_nothing_left(bench);
    bench_destroy(bench);
}

static void failed_write_of_a_critical_pair_is_an_error_all_the_same(void)
{
    struct machine_bench *bench = fail_under_way(FAILED_WRITE_COMPLETE, true, ON_LINK_US);
    CHECK_INT(bench->last.error, IO_NOT_MIRRORED);
    CHECK_INT(bench_nvs_segments(bench), 0);
    bench_destroy(bench);
}

/* The secondary has the data in NVS, but the link with its acknowledgement is gone, and then the other one: the host
 * gets an error, the primary keeps the old content, and the map must name the track. */
static void write_that_arrived_unacknowledged_is_named_by_the_map(void)
{
    struct config *config = mirror_config_create(1, 1, 2, 100, PPRC_DUPLEX);
    model_of(config)->change_recording = RECORD_TRACKS;
    struct machine_bench *bench = bench_create(config);
    struct content_oracle *oracle = bench_watch(bench);
    bench_issue(bench, IO_WRITE, 0, 5 * TRACK, 4096);
    run_us(bench, IN_SECONDARY_US);
    set_link(bench, 0, true);
    run_us(bench, 400);
    CHECK_INT(oracle_differences(oracle, 0, 1), 8); /* arrived */
    CHECK_INT(bench->ios.completed, 0);
    set_link(bench, 1, true);
    run_us(bench, 1);
    CHECK_INT(bench->last.error, IO_NOT_MIRRORED);
    CHECK_INT(oracle_differences(oracle, 0, 1), 8);
    CHECK_INT(pprc_tracks_left(bench->machine, 0), 1);
    CHECK(change_map_is_set(&bench->machine->pairs[0].map, 5));
    CHECK_INT(oracle_unnamed(oracle, &bench->machine->pairs[0]), 0);
    set_link(bench, 1, false);
    make_equal(bench);
    check_nothing_left(bench);
    bench_destroy(bench);
}

/* ---- a secondary without room ---- */

static void full_secondary_nvs_times_out(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 1, 100, PPRC_DUPLEX));
    struct store *nvs = bench_rank(bench, 1)->cluster->nvs;
    bench_watch(bench);
    CHECK(store_take_now(nvs, store_capacity(nvs)));
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    bench_run_for(bench, SENT_NS + 5 * SIM_S - 1);
    check_source(bench, PPRC_DUPLEX);
    bench_run_for(bench, 1);
    check_source(bench, PPRC_SUSPENDED);
    CHECK_STRING(bench_told_detail(bench, "v0>v1: suspended"), "no acknowledgement within 5 s");
    CHECK_INT(bench->last.error, IO_NOT_MIRRORED);
    CHECK_INT(bench->last.response_ns, SENT_NS + 5 * SIM_S);
    CHECK_INT(bench->last.part_ns[PART_SECONDARY_NVS_WAIT], SENT_NS + 5 * SIM_S - WRITE_NS);
    CHECK_INT(write_error(bench), IO_OK);
    store_give(nvs, store_capacity(nvs));
    bench_run_for(bench, SIM_MS);
    CHECK_INT(store_used(nvs), 0);
    CHECK(bench->oracle->blocks[1][0] <= 0); /* no write of a host */
    make_equal(bench);
    check_nothing_left(bench);
    bench_destroy(bench);
}

static void room_in_time_is_waited_for(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 1, 100, PPRC_DUPLEX));
    struct store *nvs = bench_rank(bench, 1)->cluster->nvs;
    CHECK(store_take_now(nvs, store_capacity(nvs)));
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    bench_run_for(bench, 5 * SIM_S);
    store_give(nvs, store_capacity(nvs));
    bench_run_for(bench, SIM_MS);
    CHECK_INT(bench->last.error, IO_OK);
    CHECK_INT(bench->last.response_ns, 5 * SIM_S);
    bench_run_for(bench, 10 * SIM_S); /* its timer does nothing any more */
    check_source(bench, PPRC_DUPLEX);
    bench_destroy(bench);
}

static void copies_wait_as_long_as_it_takes(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 1, 100, PPRC_SIMPLEX));
    struct store *nvs = bench_rank(bench, 1)->cluster->nvs;
    char why[PPRC_WHY_BYTES] = "";
    CHECK(store_take_now(nvs, store_capacity(nvs)));
    CHECK(pprc_establish(bench->machine, 0, PPRC_COPY_ENTIRE, false, false, why));
    bench_run_for(bench, 60 * SIM_S);
    check_source(bench, PPRC_DUPLEX_PENDING);
    store_give(nvs, store_capacity(nvs));
    bench_run_for(bench, 60 * SIM_S);
    check_source(bench, PPRC_DUPLEX);
    check_nothing_left(bench);
    bench_destroy(bench);
}

/* ---- larger than NVS ---- */

/* 160 tracks: more than all of the secondary's NVS of 32, then more than half of one that both volumes share. */
static void write_larger_than_the_secondary_nvs_goes_in_portions(void)
{
    for (int same_server = 0; same_server < 2; same_server++) {
        struct config *config = mirror_config_create(1, 2, 1, 200, PPRC_SIMPLEX);
        size_t link = mirror_config_add_link(config, 0, 0);
        mirror_config_add_path(config, link);
        size_t own = mirror_config_add_pair(config, 0, 1, PPRC_SIMPLEX);
        config->pairs[same_server ? own : 0].state = PPRC_DUPLEX;
        config->servers[1].model.nvs_bytes = 2 * 32 * TRACK;
        config->servers[0].model.nvs_bytes = 2 * (same_server ? 200 : 600) * TRACK;
        struct machine_bench *bench = bench_create(config);
        struct content_oracle *oracle = bench_watch(bench);
        bench_issue(bench, IO_WRITE, 0, 2048, 160 * TRACK);
        bench_run_for(bench, 60 * SIM_S);
        CHECK_INT(bench->ios.completed, 1);
        CHECK_INT(bench->last.error, IO_OK);
        CHECK_INT(pprc_source_state(bench->machine, same_server ? (int32_t)own : 0), PPRC_DUPLEX);
        CHECK_INT(oracle_differences(oracle, 0, same_server ? 1 : 2), 0);
        check_nothing_left(bench);
        bench_destroy(bench);
    }
}

/* Each server's NVS is full of its own writes on their way to the other one, where there is room for none. */
static void servers_that_mirror_to_each_other_do_not_wait_for_each_other(void)
{
    struct config *config = mirror_config_create(1, 2, 1, 100, PPRC_SIMPLEX);
    mirror_config_add_path(config, mirror_config_add_link(config, 1, 0));
    mirror_config_add_pair(config, 3, 1, PPRC_DUPLEX);
    config->pairs[0].state = PPRC_DUPLEX;
    for (int i = 0; i < 2; i++)
        config->servers[i].model.nvs_bytes = 2 * 16 * TRACK;
    struct machine_bench *bench = bench_create(config);
    bench_watch(bench);
    for (int i = 0; i < 60; i++) {
        bench_issue(bench, IO_WRITE, 0, i * TRACK, TRACK);
        bench_issue(bench, IO_WRITE, 3, i * TRACK, TRACK);
    }
    bench_run_for(bench, 60 * SIM_S);
    CHECK_INT(bench->ios.completed, 120);
    CHECK_INT(bench->errors, 0);
    check_source(bench, PPRC_DUPLEX);
    CHECK_INT(pprc_source_state(bench->machine, 2), PPRC_DUPLEX);
    CHECK_INT(oracle_differences(bench->oracle, 0, 2) + oracle_differences(bench->oracle, 3, 1), 0);
    check_nothing_left(bench);
    bench_destroy(bench);
}

/* ---- volumes and servers ---- */

static void lost_secondary_volume_suspends_with_the_next_write(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 1, 100, PPRC_DUPLEX));
    lose_rank(bench, 1);
    check_source(bench, PPRC_DUPLEX);
    CHECK_INT(write_error(bench), IO_NOT_MIRRORED);
    check_source(bench, PPRC_SUSPENDED);
    CHECK_STRING(bench_told_detail(bench, "v0>v1: suspended"), "its secondary volume cannot be written");
    CHECK_INT(write_error(bench), IO_OK);
    check_nothing_left(bench);
    bench_destroy(bench);
}

static void lost_source_volume_ends_its_copy(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 1, 100, PPRC_SIMPLEX));
    char why[PPRC_WHY_BYTES] = "";
    CHECK(pprc_establish(bench->machine, 0, PPRC_COPY_ENTIRE, false, false, why));
    bench_run_for(bench, 10 * SIM_MS);
    lose_rank(bench, 0);
    bench_run_for(bench, 10 * SIM_S);
    check_source(bench, PPRC_SUSPENDED);
    CHECK_STRING(bench_told_detail(bench, "v0>v1: suspended"), "its source volume cannot be read");
    check_nothing_left(bench);
    bench_destroy(bench);
}

/* The write was mirrored when its rank was lost: nothing may stay in NVS for it. */
static void source_lost_under_a_write_leaves_nothing_in_nvs(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 1, 100, PPRC_DUPLEX));
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    run_us(bench, ON_LINK_US);
    lose_rank(bench, 0);
    bench_run_for(bench, SIM_S);
    CHECK_INT(bench->last.error, IO_RANK_LOST);
    check_nothing_left(bench);
    bench_destroy(bench);
}

static void failed_secondary_server_suspends_until_a_task(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 2, 100, PPRC_DUPLEX));
    bench_watch(bench);
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    run_us(bench, IN_SECONDARY_US);
    set_server(bench, 1, true);
    check_source(bench, PPRC_SUSPENDED);
    bench_run_for(bench, SIM_S);
    CHECK_INT(bench->last.error, IO_NOT_MIRRORED);
    CHECK(bench->oracle->blocks[1][0] <= 0); /* no write of a host */ /* nothing arrives at a server that is down */
    CHECK_INT(write_error(bench), IO_OK);
    set_server(bench, 1, false);
    bench_run_for(bench, SIM_S);
    check_source(bench, PPRC_SUSPENDED);
    make_equal(bench);
    check_nothing_left(bench);
    bench_destroy(bench);
}

static void failed_primary_server_ends_its_writes_with_errors(void)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 2, 100, PPRC_DUPLEX));
    bench_watch(bench);
    bench_issue(bench, IO_WRITE, 0, 0, 4096);
    run_us(bench, ON_LINK_US);
    set_server(bench, 0, true);
    check_source(bench, PPRC_SUSPENDED);
    CHECK_INT(write_error(bench), IO_SERVER_DOWN);
    CHECK_INT(bench->errors, 2);
    set_server(bench, 0, false);
    check_source(bench, PPRC_SUSPENDED);
    CHECK_INT(write_error(bench), IO_OK);
    make_equal(bench);
    check_nothing_left(bench);
    bench_destroy(bench);
}

/* ---- table 1 ---- */

static struct machine_bench *critical_bench(bool critical, bool heavy)
{
    struct config *config = mirror_config_create(1, 1, 2, 100, PPRC_DUPLEX);
    config->pairs[0].critical = critical;
    config->subsystems[0].critical_heavy = heavy;
    struct machine_bench *bench = bench_create(config);
    bench_watch(bench);
    return bench;
}

/* The secondary cannot be updated, though paths are left; then they are lost as well. */
static void table_1(void)
{
    for (int cell = 0; cell < 4; cell++) {
        bool critical = cell & 2, heavy = cell & 1;
        struct machine_bench *bench = critical_bench(critical, heavy);
        lose_rank(bench, 1);
        CHECK_INT(write_error(bench), IO_NOT_MIRRORED);
        check_source(bench, PPRC_SUSPENDED);
        CHECK_INT(write_error(bench), critical && heavy ? IO_WRITE_INHIBITED : IO_OK);
        set_link(bench, 0, true);
        CHECK_INT(write_error(bench), critical && heavy ? IO_WRITE_INHIBITED : IO_OK);
        set_link(bench, 1, true);
        CHECK_INT(write_error(bench), critical ? IO_WRITE_INHIBITED : IO_OK);
        CHECK_INT(bench_told_ns(bench, "v0>v1: writes inhibited") >= 0, critical);
        bench_issue(bench, IO_READ, 0, 0, 4096);
        bench_run_for(bench, SIM_S);
        CHECK_INT(bench->last.error, IO_OK);
        check_nothing_left(bench);
        bench_destroy(bench);
    }
}

/* Links that work again do not end it: that takes a task. */
static void inhibited_volume_takes_writes_again_by_a_task_alone(void)
{
    for (int terminate = 0; terminate < 2; terminate++) {
        struct machine_bench *bench = critical_bench(true, false);
        char why[PPRC_WHY_BYTES] = "";
        set_link(bench, 0, true);
        CHECK_INT(write_error(bench), IO_OK);
        check_source(bench, PPRC_DUPLEX);
        set_link(bench, 1, true);
        CHECK_INT(write_error(bench), IO_WRITE_INHIBITED);
        set_link(bench, 0, false);
        set_link(bench, 1, false);
        CHECK_INT(write_error(bench), IO_WRITE_INHIBITED);
        if (terminate) {
            CHECK(pprc_terminate(bench->machine, 0, false, why));
        } else {
            make_equal(bench);
        }
        CHECK_INT(write_error(bench), IO_OK);
        check_nothing_left(bench);
        bench_destroy(bench);
    }
}

/* A volume suspended by a task is not inhibited when its paths go. */
static void pair_suspended_by_a_task_is_not_inhibited(void)
{
    struct machine_bench *bench = critical_bench(true, true);
    char why[PPRC_WHY_BYTES] = "";
    CHECK(pprc_suspend(bench->machine, 0, why));
    CHECK_INT(write_error(bench), IO_OK);
    set_link(bench, 0, true);
    set_link(bench, 1, true);
    CHECK_INT(write_error(bench), IO_OK);
    bench_destroy(bench);
}

static void time_without_mirror_is_counted(void)
{
    struct machine_bench *bench = critical_bench(false, false);
    struct pair_report report[8];
    char why[PPRC_WHY_BYTES] = "";
    CHECK(bench->config->pair_count <= 8);
    bench_run_for(bench, SIM_S);
    CHECK(pprc_suspend(bench->machine, 0, why));
    bench_run_for(bench, 2 * SIM_S);
    pairs_report(bench->machine, report);
    CHECK_NEAR(report[0].unprotected_s, 2, 0);
    CHECK(pprc_establish(bench->machine, 0, PPRC_COPY_NONE, false, false, why));
    bench_run_for(bench, SIM_S);
    pairs_report(bench->machine, report);
    CHECK_NEAR(report[0].unprotected_s, 2, 0);
    bench_destroy(bench);
}

UNIT_MAIN("pprc_failures",
          {"a pair's time suspended or pending is counted", time_without_mirror_is_counted},
          {"the loss of one path repeats the write over another", loss_of_one_path_repeats_the_write},
          {"a write does not go over a path that was removed", write_does_not_go_over_a_path_that_was_removed},
          {"the loss of the last path suspends at once", loss_of_the_last_path_suspends_at_once},
          {"removing the paths suspends", removing_the_paths_suspends},
          {"a failed write is an error, and changes nothing", failed_write_is_an_error_and_changes_nothing},
          {"a failed write completes unmirrored where asked for", failed_write_completes_unmirrored_where_asked_for},
          {"a failed write of a critical pair is an error all the same",
           failed_write_of_a_critical_pair_is_an_error_all_the_same},
          {"a write that arrived unacknowledged is named by the map",
           write_that_arrived_unacknowledged_is_named_by_the_map},
          {"a full NVS at the secondary times out", full_secondary_nvs_times_out},
          {"room that comes in time is waited for", room_in_time_is_waited_for},
          {"copies wait as long as it takes", copies_wait_as_long_as_it_takes},
          {"a write larger than the secondary's NVS goes in portions",
           write_larger_than_the_secondary_nvs_goes_in_portions},
          {"servers that mirror to each other do not wait for each other",
           servers_that_mirror_to_each_other_do_not_wait_for_each_other},
          {"a lost secondary volume suspends with the next write", lost_secondary_volume_suspends_with_the_next_write},
          {"a lost source volume ends its copy", lost_source_volume_ends_its_copy},
          {"a source lost under a write leaves nothing in NVS", source_lost_under_a_write_leaves_nothing_in_nvs},
          {"a failed secondary server suspends until a task", failed_secondary_server_suspends_until_a_task},
          {"a failed primary server ends its writes with errors", failed_primary_server_ends_its_writes_with_errors},
          {"writes are inhibited as table 1 has it", table_1},
          {"an inhibited volume takes writes again by a task alone",
           inhibited_volume_takes_writes_again_by_a_task_alone},
          {"a pair suspended by a task is not inhibited", pair_suspended_by_a_task_is_not_inhibited})
