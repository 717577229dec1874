// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * PPRC pairs under tasks: from every state by every verb (SG24-5757 figure 12), and every refusal with its reason.
 * What failures do to them is in test_pprc_failures.c.
 */
#include "models/link.h"
#include "models/pprc_pair.h"
#include "tests/content_oracle.h"
#include "tests/machine_bench.h"
#include "tests/mirror_config.h"
#include "tests/unit.h"

enum verb { ENTIRE, OUT_OF_SYNC, NONE, SUSPEND, TERMINATE, TERMINATE_AT_TARGET, VERBS };

static bool act(struct machine_bench *bench, int32_t pair, enum verb verb, char why[PPRC_WHY_BYTES])
{
    static const enum pprc_copy copies[] = {PPRC_COPY_ENTIRE, PPRC_COPY_OUT_OF_SYNC, PPRC_COPY_NONE};
    why[0] = '\0';
    if (verb == SUSPEND)
        return pprc_suspend(bench->machine, pair, why);
    if (verb >= TERMINATE)
        return pprc_terminate(bench->machine, pair, verb == TERMINATE_AT_TARGET, why);
    return pprc_establish(bench->machine, pair, copies[verb], false, false, why);
}

/* The verb has to succeed. */
static void must(struct machine_bench *bench, int32_t pair, enum verb verb)
{
    char why[PPRC_WHY_BYTES];
    if (!act(bench, pair, verb, why))
        CHECK_STRING(why, "");
}

/* The verb has to be refused with this in the reason, and nothing has changed. */
static void refused(struct machine_bench *bench, int32_t pair, enum verb verb, const char *reason)
{
    const struct pair *it = &bench->machine->pairs[pair];
    enum pair_state source = it->source, target = it->target;
    int64_t left = change_map_tracks(&it->map);
    char why[PPRC_WHY_BYTES];
    CHECK(!act(bench, pair, verb, why));
    CHECK_CONTAINS(why, reason);
    CHECK(it->source == source && it->target == target && change_map_tracks(&it->map) == left);
}

static void check_states(struct machine_bench *bench, int32_t pair, enum pair_state source, enum pair_state target)
{
    CHECK_STRING(pair_state_name(pprc_source_state(bench->machine, pair)), pair_state_name(source));
    CHECK_STRING(pair_state_name(pprc_target_state(bench->machine, pair)), pair_state_name(target));
}

/* ---- every verb in every state ---- */

enum state { IN_SIMPLEX, IN_PENDING, IN_DUPLEX, IN_SUSPENDED, IN_SUSPENDED_AT_SOURCE, STATES };

static const struct {
    enum pair_state source, target;
} states[STATES] = {
    [IN_SIMPLEX] = {PPRC_SIMPLEX, PPRC_SIMPLEX},
    [IN_PENDING] = {PPRC_DUPLEX_PENDING, PPRC_DUPLEX_PENDING},
    [IN_DUPLEX] = {PPRC_DUPLEX, PPRC_DUPLEX},
    [IN_SUSPENDED] = {PPRC_SUSPENDED, PPRC_SUSPENDED},
    [IN_SUSPENDED_AT_SOURCE] = {PPRC_SUSPENDED, PPRC_SIMPLEX},
};

static struct machine_bench *bench_in(enum state state)
{
    struct machine_bench *bench = bench_create(mirror_config_create(1, 1, 1, 40, PPRC_SIMPLEX));
    if (state == IN_PENDING || state == IN_DUPLEX)
        must(bench, 0, ENTIRE);
    if (state == IN_DUPLEX)
        bench_run_for(bench, 10 * SIM_S);
    if (state == IN_SUSPENDED || state == IN_SUSPENDED_AT_SOURCE) {
        must(bench, 0, NONE);
        must(bench, 0, state == IN_SUSPENDED ? SUSPEND : TERMINATE_AT_TARGET);
    }
    check_states(bench, 0, states[state].source, states[state].target);
    return bench;
}

/* What each verb leads to: a state, or the reason for its refusal. */
static const struct outcome {
    int to; /* enum state; -1: refused */
    const char *reason;
} outcomes[STATES][VERBS] = {
    [IN_SIMPLEX] = {[ENTIRE] = {IN_PENDING, NULL},
                    [OUT_OF_SYNC] = {-1, "source v0 is simplex, out_of_sync needs a suspended source"},
                    [NONE] = {IN_DUPLEX, NULL},
                    [SUSPEND] = {-1, "the pair is simplex, needed is duplex or duplex_pending"},
                    [TERMINATE] = {-1, "the source is simplex already"},
                    [TERMINATE_AT_TARGET] = {-1, "the target is simplex already"}},
    [IN_PENDING] = {[ENTIRE] = {-1, "the pair is duplex_pending already, needed is simplex or suspended"},
                    [OUT_OF_SYNC] = {-1, "the pair is duplex_pending already"},
                    [NONE] = {-1, "the pair is duplex_pending already"},
                    [SUSPEND] = {IN_SUSPENDED, NULL},
                    [TERMINATE] = {IN_SIMPLEX, NULL},
                    [TERMINATE_AT_TARGET] = {IN_SUSPENDED_AT_SOURCE, NULL}},
    [IN_DUPLEX] = {[ENTIRE] = {-1, "the pair is duplex already"},
                   [OUT_OF_SYNC] = {-1, "the pair is duplex already"},
                   [NONE] = {-1, "the pair is duplex already"},
                   [SUSPEND] = {IN_SUSPENDED, NULL},
                   [TERMINATE] = {IN_SIMPLEX, NULL},
                   [TERMINATE_AT_TARGET] = {IN_SUSPENDED_AT_SOURCE, NULL}},
    [IN_SUSPENDED] = {[ENTIRE] = {IN_PENDING, NULL},
                      [OUT_OF_SYNC] = {IN_DUPLEX, NULL}, /* nothing has changed */
                      [NONE] = {IN_DUPLEX, NULL},
                      [SUSPEND] = {-1, "the pair is suspended, needed is duplex or duplex_pending"},
                      [TERMINATE] = {IN_SIMPLEX, NULL},
                      [TERMINATE_AT_TARGET] = {IN_SUSPENDED_AT_SOURCE, NULL}},
    [IN_SUSPENDED_AT_SOURCE] = {[ENTIRE] = {IN_PENDING, NULL},
                                [OUT_OF_SYNC] = {IN_DUPLEX, NULL},
                                [NONE] = {IN_DUPLEX, NULL},
                                [SUSPEND] = {-1, "the pair is suspended, needed is duplex or duplex_pending"},
                                [TERMINATE] = {IN_SIMPLEX, NULL},
                                [TERMINATE_AT_TARGET] = {-1, "the target is simplex already, needed is a pair"}},
};

static void every_verb_leads_where_figure_12_says(void)
{
    for (int state = 0; state < STATES; state++) {
        for (int verb = 0; verb < VERBS; verb++) {
            const struct outcome *outcome = &outcomes[state][verb];
            struct machine_bench *bench = bench_in((enum state)state);
            if (outcome->to < 0) {
                refused(bench, 0, (enum verb)verb, outcome->reason);
            } else {
                must(bench, 0, (enum verb)verb);
                check_states(bench, 0, states[outcome->to].source, states[outcome->to].target);
            }
            bench_run_for(bench, 10 * SIM_S);
            CHECK_INT(pool_in_use(bench->machine->copies) + pool_in_use(bench->machine->remote_writes), 0);
            bench_destroy(bench);
        }
    }
}

/* ---- rules about volumes and paths ---- */

static void target_is_as_large_as_its_source(void)
{
    struct config *config = mirror_config_create(1, 1, 1, 40, PPRC_SIMPLEX);
    config->volumes[1].tracks = 39;
    config->volumes[1].size_bytes -= TRACK;
    struct machine_bench *bench = bench_create(config);
    refused(bench, 0, ENTIRE, "target v1 is smaller than source v0, needed is at least its size");
    bench_destroy(bench);
}

/* v0>v2 stands; v0>v3, v1>v2, v2>v3 and v1>v0 would use one of its volumes again. */
static void volume_is_in_one_pair_at_a_time(void)
{
    struct config *config = mirror_config_create(1, 2, 1, 40, PPRC_SIMPLEX);
    config->pairs[0].state = PPRC_DUPLEX;
    mirror_config_add_link(config, 1, 1);
    mirror_config_add_link(config, 0, 0);
    mirror_config_add_path(config, 1);
    mirror_config_add_path(config, 2);
    mirror_config_add_pair(config, 0, 3, PPRC_SIMPLEX);
    mirror_config_add_pair(config, 1, 2, PPRC_SIMPLEX);
    mirror_config_add_pair(config, 2, 3, PPRC_SIMPLEX);
    mirror_config_add_pair(config, 1, 0, PPRC_SIMPLEX);
    struct machine_bench *bench = bench_create(config);
    refused(bench, 2, NONE, "source v0 is in use by pair v0>v2, allowed is one pair for a volume");
    refused(bench, 3, NONE, "target v2 is in use by pair v0>v2, allowed is one pair for a volume");
    refused(bench, 4, NONE, "source v2 is in use by pair v0>v2");
    refused(bench, 5, NONE, "target v0 is in use by pair v0>v2");
    must(bench, 0, TERMINATE_AT_TARGET);
    refused(bench, 2, NONE, "source v0 is in use by pair v0>v2"); /* still suspended there */
    must(bench, 4, NONE);
    refused(bench, 0, ENTIRE, "target v2 is in use by pair v2>v3");
    bench_destroy(bench);
}

static void pair_needs_a_path_that_works(void)
{
    struct machine_bench *bench = bench_in(IN_SIMPLEX);
    link_set_failed(bench->machine, &bench->machine->links[0], true);
    refused(bench, 0, NONE, "there is no path that works from TEST1:16 to TEST2:16, needed is one");
    link_set_failed(bench->machine, &bench->machine->links[0], false);
    must(bench, 0, NONE);
    bench_destroy(bench);
}

static void target_in_use_by_a_host_needs_permission(void)
{
    struct machine_bench *bench = bench_in(IN_SIMPLEX);
    char why[PPRC_WHY_BYTES] = "";
    bench->machine->volumes[1].hosts = 1;
    refused(bench, 0, NONE, "target v1 is in use by a host, needed is permit_online or a quiesced workload");
    CHECK(pprc_establish(bench->machine, 0, PPRC_COPY_NONE, false, true, why));
    bench_issue(bench, IO_READ, 1, 0, 4096);
    bench_run_for(bench, SIM_S);
    CHECK_INT(bench->last.error, IO_SECONDARY);
    bench_destroy(bench);
}

/* ---- what hosts see ---- */

static enum io_error error_of(struct machine_bench *bench, enum io_op op, uint32_t volume)
{
    bench_issue(bench, op, volume, 0, 4096);
    bench_run_for(bench, SIM_S / 10);
    return (enum io_error)bench->last.error;
}

static void target_takes_host_ios_only_in_simplex(void)
{
    for (int state = 0; state < STATES; state++) {
        struct machine_bench *bench = bench_in((enum state)state);
        enum io_error expected = states[state].target == PPRC_SIMPLEX ? IO_OK : IO_SECONDARY;
        CHECK_INT(error_of(bench, IO_READ, 1), expected);
        CHECK_INT(error_of(bench, IO_WRITE, 1), expected);
        CHECK_INT(error_of(bench, IO_READ, 0), IO_OK);
        CHECK_INT(error_of(bench, IO_WRITE, 0), IO_OK);
        bench_destroy(bench);
    }
}

/* ---- suspending and terminating with writes in flight ---- */

/* Where a 4 KiB write stands after so many us: coming in, on the link, in the secondary (test_pprc_write.c). */
static const int64_t instants_us[] = {100, 600, 1200, 1800, 2000, 2400, 2460};
enum { INSTANTS = sizeof instants_us / sizeof instants_us[0] };

static void suspended_write_completes_unmirrored(void)
{
    for (int i = 0; i < INSTANTS; i++) {
        struct machine_bench *bench = bench_in(IN_DUPLEX);
        struct content_oracle *oracle = bench_watch(bench);
        bench_issue(bench, IO_WRITE, 0, 16 * TRACK, 4096);
        bench_run_for(bench, instants_us[i] * SIM_US);
        must(bench, 0, SUSPEND);
        bench_run_for(bench, SIM_S / 10);
        CHECK_INT(bench->ios.completed, 1);
        CHECK_INT(bench->last.error, IO_OK);
        CHECK_INT(oracle_differences(oracle, 0, 1), 8);
        CHECK_INT(pprc_tracks_left(bench->machine, 0), 15);
        must(bench, 0, OUT_OF_SYNC);
        bench_run_for(bench, SIM_S);
        check_states(bench, 0, PPRC_DUPLEX, PPRC_DUPLEX);
        CHECK_INT(oracle_differences(oracle, 0, 1), 0);
        CHECK_INT(bench->machine->pairs[0].copied_tracks, 40 + 15);
        bench_destroy(bench);
    }
}

static void terminated_write_completes_unmirrored(void)
{
    for (int i = 0; i < INSTANTS; i++) {
        for (int at_target = 0; at_target < 2; at_target++) {
            struct machine_bench *bench = bench_in(IN_DUPLEX);
            struct content_oracle *oracle = bench_watch(bench);
            bench_issue(bench, IO_WRITE, 0, 16 * TRACK, 4096);
            bench_run_for(bench, instants_us[i] * SIM_US);
            must(bench, 0, at_target ? TERMINATE_AT_TARGET : TERMINATE);
            bench_run_for(bench, SIM_S / 10);
            CHECK_INT(bench->ios.completed, 1);
            CHECK_INT(bench->last.error, IO_OK);
            CHECK_INT(oracle_differences(oracle, 0, 1), 8);
            CHECK_INT(pprc_tracks_left(bench->machine, 0), at_target ? 15 : 0);
            CHECK_INT(pool_in_use(bench->machine->remote_writes), 0);
            bench_destroy(bench);
        }
    }
}

/* Writes to what is copied already are mirrored, others left to the copy; either way the target gets them. */
static void writes_while_pending_reach_the_target(void)
{
    struct machine_bench *bench = bench_in(IN_SIMPLEX);
    struct content_oracle *oracle = bench_watch(bench);
    must(bench, 0, ENTIRE);
    for (int i = 0; i < 40; i++) {
        bench_issue(bench, IO_WRITE, 0, (i * 7 % 40) * TRACK, 4096);
        bench_issue(bench, IO_WRITE, 0, (i * 11 % 38) * TRACK + 4096, 2 * TRACK);
        bench_run_for(bench, 3 * SIM_MS);
    }
    bench_run_for(bench, 2 * SIM_S);
    check_states(bench, 0, PPRC_DUPLEX, PPRC_DUPLEX);
    CHECK_INT(bench->errors, 0);
    CHECK(bench->machine->pairs[0].mirrored_writes > 0);
    CHECK(bench->machine->pairs[0].recorded_writes > 0);
    CHECK_INT(oracle_differences(oracle, 0, 1), 0);
    bench_destroy(bench);
}

/* ---- a suspended source whose target is simplex: seed 4.7, steps 3 to 8 ---- */

static void suspended_source_is_resynchronised_with_its_simplex_target(void)
{
    struct machine_bench *bench = bench_in(IN_SUSPENDED_AT_SOURCE);
    struct content_oracle *oracle = bench_watch(bench);
    CHECK_INT(error_of(bench, IO_READ, 1), IO_OK);
    CHECK_INT(error_of(bench, IO_WRITE, 0), IO_OK);
    CHECK_INT(pprc_tracks_left(bench->machine, 0), 15);
    must(bench, 0, OUT_OF_SYNC);
    bench_run_for(bench, SIM_S);
    check_states(bench, 0, PPRC_DUPLEX, PPRC_DUPLEX);
    CHECK_INT(oracle_differences(oracle, 0, 1), 0);
    bench_destroy(bench);
}

/* Nothing is copied although something has changed: the pair is duplex, and what is told does not call it equal. */
static void what_is_established_without_copying_is_not_called_equal(void)
{
    struct machine_bench *bench = bench_in(IN_SUSPENDED);
    CHECK_INT(error_of(bench, IO_WRITE, 0), IO_OK);
    must(bench, 0, NONE);
    check_states(bench, 0, PPRC_DUPLEX, PPRC_DUPLEX);
    CHECK_STRING(bench_told_detail(bench, "v0>v1: duplex_pending"),
                 "established without copying, though 15 tracks are out of sync");
    CHECK_STRING(bench_told_detail(bench, "v0>v1: duplex"), "taken to be equal, nothing was copied");
    bench_destroy(bench);
}

/* It has been suspended since the first time, whatever happens to its target. */
static void source_stays_suspended_since_it_first_was(void)
{
    struct machine_bench *bench = bench_in(IN_SUSPENDED);
    sim_time since = bench->machine->pairs[0].suspended_ns;
    bench_run_for(bench, SIM_S);
    must(bench, 0, TERMINATE_AT_TARGET);
    CHECK_INT(bench->machine->pairs[0].suspended_ns, since);
    bench_destroy(bench);
}

static void target_that_was_written_to_is_not_resynchronised(void)
{
    struct machine_bench *bench = bench_in(IN_SUSPENDED_AT_SOURCE);
    CHECK_INT(error_of(bench, IO_WRITE, 1), IO_OK);
    refused(bench, 0, OUT_OF_SYNC, "target v1 was written to since the pair was terminated there");
    must(bench, 0, ENTIRE);
    bench_run_for(bench, 10 * SIM_S);
    must(bench, 0, TERMINATE_AT_TARGET);
    must(bench, 0, OUT_OF_SYNC);
    bench_destroy(bench);
}

/* v0>v2 is terminated at its target, which then becomes a copy of v1: v0's map knows nothing of that. */
static void target_that_was_another_ones_is_not_resynchronised(void)
{
    struct config *config = mirror_config_create(1, 2, 1, 40, PPRC_SIMPLEX);
    config->pairs[0].state = PPRC_DUPLEX;
    mirror_config_add_pair(config, 1, 2, PPRC_SIMPLEX);
    struct machine_bench *bench = bench_create(config);
    struct content_oracle *oracle = bench_watch(bench);
    bench_write(bench, 1, 0, 4096);
    must(bench, 0, TERMINATE_AT_TARGET);
    must(bench, 2, ENTIRE);
    bench_run_for(bench, 10 * SIM_S);
    must(bench, 2, TERMINATE);
    CHECK_INT(oracle_differences(oracle, 0, 2), 8);
    refused(bench, 0, OUT_OF_SYNC, "target v2 was written to since the pair was terminated there");
    bench_destroy(bench);
}

/* ---- the map over a pair's life ---- */

static void map_is_forgotten_by_terminate_and_by_none(void)
{
    struct machine_bench *bench = bench_in(IN_SUSPENDED);
    CHECK_INT(error_of(bench, IO_WRITE, 0), IO_OK);
    CHECK_INT(pprc_tracks_left(bench->machine, 0), 15);
    must(bench, 0, TERMINATE);
    CHECK_INT(pprc_tracks_left(bench->machine, 0), 0);
    must(bench, 0, NONE);
    must(bench, 0, SUSPEND);
    CHECK_INT(error_of(bench, IO_WRITE, 0), IO_OK);
    must(bench, 0, NONE);
    check_states(bench, 0, PPRC_DUPLEX, PPRC_DUPLEX);
    CHECK_INT(pprc_tracks_left(bench->machine, 0), 0);
    bench_destroy(bench);
}

/* An initial copy that was suspended goes on where it was: what is copied is not copied again. */
static void suspended_copy_goes_on_where_it_was(void)
{
    struct machine_bench *bench = bench_in(IN_PENDING);
    const struct pair *pair = &bench->machine->pairs[0];
    while (pprc_tracks_left(bench->machine, 0) == 40)
        bench_run_for(bench, SIM_MS);
    must(bench, 0, SUSPEND);
    int64_t copied = pair->copied_tracks, left = pprc_tracks_left(bench->machine, 0);
    CHECK(copied >= 40 - left && left > 0 && left < 40);
    bench_run_for(bench, SIM_S);
    CHECK_INT(pair->copied_tracks, copied);
    must(bench, 0, OUT_OF_SYNC);
    CHECK_NEAR(pprc_progress(bench->machine, 0), 0, 0);
    bench_run_for(bench, 10 * SIM_S);
    check_states(bench, 0, PPRC_DUPLEX, PPRC_DUPLEX);
    CHECK_INT(pair->copied_tracks, copied + left);
    CHECK_NEAR(pprc_progress(bench->machine, 0), 1, 0);
    bench_destroy(bench);
}

static void changes_are_recorded_by_track_where_asked_for(void)
{
    struct config *config = mirror_config_create(1, 1, 1, 40, PPRC_SUSPENDED);
    config->servers[0].model.change_recording = RECORD_TRACKS;
    struct machine_bench *bench = bench_create(config);
    struct content_oracle *oracle = bench_watch(bench);
    bench_write(bench, 0, 3 * TRACK + 4096, TRACK);
    bench_write(bench, 0, 39 * TRACK, 4096);
    CHECK_INT(pprc_tracks_left(bench->machine, 0), 3);
    must(bench, 0, OUT_OF_SYNC);
    bench_run_for(bench, SIM_S);
    CHECK_INT(bench->machine->pairs[0].copied_tracks, 3);
    CHECK_INT(oracle_differences(oracle, 0, 1), 0);
    bench_destroy(bench);
}

UNIT_MAIN("pprc_states",
          {"every verb leads from every state where it should, or says why not", every_verb_leads_where_figure_12_says},
          {"a target is as large as its source", target_is_as_large_as_its_source},
          {"a volume is in one pair at a time", volume_is_in_one_pair_at_a_time},
          {"a pair needs a path that works", pair_needs_a_path_that_works},
          {"a target in use by a host needs permission", target_in_use_by_a_host_needs_permission},
          {"a target takes host I/Os only in simplex", target_takes_host_ios_only_in_simplex},
          {"a write whose pair is suspended completes unmirrored, and is recorded",
           suspended_write_completes_unmirrored},
          {"a write whose pair is terminated completes unmirrored", terminated_write_completes_unmirrored},
          {"writes reach the target while it is being copied", writes_while_pending_reach_the_target},
          {"a suspended source is resynchronised with its simplex target",
           suspended_source_is_resynchronised_with_its_simplex_target},
          {"what is established without copying is not called equal",
           what_is_established_without_copying_is_not_called_equal},
          {"a source stays suspended since it first was", source_stays_suspended_since_it_first_was},
          {"a target that was written to is not resynchronised", target_that_was_written_to_is_not_resynchronised},
          {"a target that was another source's meanwhile is not resynchronised",
           target_that_was_another_ones_is_not_resynchronised},
          {"terminating, and establishing without copying, forget the map", map_is_forgotten_by_terminate_and_by_none},
          {"a suspended copy goes on where it was", suspended_copy_goes_on_where_it_was},
          {"changes are recorded by track where asked for", changes_are_recorded_by_track_where_asked_for})
