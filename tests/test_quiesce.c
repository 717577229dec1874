// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Workloads that are quiesced and resumed, and what they meet when ports or their server have failed.
 */
#include "models/timeline.h"
#include "tests/task_run.h"

static sim_time completed_ns(const struct io_record *record)
{
    return record->issue_ns + record->response_ns;
}

/* Tasks that quiesce and resume the first workload at these times. */
static void quiesce_between(struct config *config, sim_time from_ns, sim_time to_ns)
{
    add_load_task(config, "stop", TASK_QUIESCE, 0);
    add_load_task(config, "go", TASK_RESUME, 0);
    run_at(config, from_ns, "stop");
    run_at(config, to_ns, "go");
}

/* I/Os issued in [from, to). */
static int64_t issued_in(const struct task_run *run, sim_time from_ns, sim_time to_ns)
{
    int64_t count = 0;
    for (size_t i = 0; i < run->watched.count; i++)
        count += run->watched.records[i].issue_ns >= from_ns && run->watched.records[i].issue_ns < to_ns;
    return count;
}

/* ---- the three kinds of load ---- */

static struct config *open_config(void)
{
    struct config *config = small_config_create(1, 10000);
    config->run.duration_ns = 4 * SIM_S;
    small_config_add_open(config, 100);
    return config;
}

static void issues_of(const struct task_run *run, bool left_out, sim_time **times, size_t *count)
{
    *times = memory_alloc_zeroed(run->watched.count, sizeof **times);
    *count = 0;
    for (int64_t id = 0; id < (int64_t)run->watched.count; id++)
        for (size_t i = 0; i < run->watched.count; i++)
            if (run->watched.records[i].id == id) {
                sim_time at = run->watched.records[i].issue_ns;
                if (!left_out || at < SIM_S || at >= 2 * SIM_S)
                    (*times)[(*count)++] = at;
            }
}

static void open_arrivals_meanwhile_do_not_happen(void)
{
    struct task_run with, without;
    struct config *config = open_config();
    quiesce_between(config, SIM_S, 2 * SIM_S);
    task_run(&with, config);
    task_run(&without, open_config());
    CHECK(issued_in(&without, SIM_S, 2 * SIM_S) > 50);
    CHECK_INT(issued_in(&with, SIM_S, 2 * SIM_S), 0);
    /* Before and afterwards they come when they would have come anyway. */
    sim_time *expected, *found;
    size_t expected_count, found_count, equal = 0;
    issues_of(&without, true, &expected, &expected_count);
    issues_of(&with, false, &found, &found_count);
    for (size_t i = 0; i < found_count && i < expected_count; i++)
        equal += expected[i] == found[i];
    size_t few = found_count < expected_count ? found_count : expected_count;
    CHECK(few + 5 > expected_count); /* but for what was in flight at the end */
    CHECK_INT(equal, few);
    free(expected);
    free(found);
    task_run_free(&with);
    task_run_free(&without);
}

static void a_closed_loop_pauses_before_its_next_io(void)
{
    struct task_run run;
    struct config *config = small_config_create(1, 10000);
    config->run.duration_ns = 3 * SIM_S;
    small_config_add_closed(config, 8);
    quiesce_between(config, SIM_S, 2 * SIM_S);
    task_run(&run, config);
    CHECK_INT(issued_in(&run, SIM_S, 2 * SIM_S), 0);
    CHECK_INT(issued_in(&run, 2 * SIM_S, 2 * SIM_S + 1), 8); /* all its clients go on at once */
    CHECK(issued_in(&run, 0, SIM_S) > 100);
    CHECK_NEAR((double)issued_in(&run, 2 * SIM_S, 3 * SIM_S) / (double)issued_in(&run, 0, SIM_S), 1, 0.1);
    task_run_free(&run);
}

/* Quiet is when its last I/O is complete. */
static void quiescing_is_complete_when_nothing_is_in_flight(void)
{
    struct task_run run;
    struct config *config = small_config_create(1, 10000);
    config->run.duration_ns = 3 * SIM_S;
    small_config_add_closed(config, 8);
    quiesce_between(config, SIM_S, 2 * SIM_S);
    task_run(&run, config);
    sim_time last = 0;
    for (size_t i = 0; i < run.watched.count; i++)
        if (completed_ns(&run.watched.records[i]) < 2 * SIM_S && completed_ns(&run.watched.records[i]) > last)
            last = completed_ns(&run.watched.records[i]);
    CHECK(last > SIM_S);
    CHECK_INT(told_ns(&run, "stop: task complete", 0), last);
    CHECK_INT(told_ns(&run, "w0: workload quiesced", 0), last);
    CHECK_STRING(told_text(&run, "w0: workload resumed"), "w0: workload resumed: after 1.000 s");
    CHECK_INT(told_ns(&run, "go: task complete", 0), 2 * SIM_S);
    task_run_free(&run);
}

enum { ENTRIES = 30 };

static void write_trace(struct trace_entry entries[ENTRIES])
{
    for (int i = 0; i < ENTRIES; i++)
        entries[i] = (struct trace_entry){.issue_ns = i * 100 * SIM_MS, .offset_blocks = i * 640, .length_bytes = 4096,
                                          .op = IO_READ};
}

static struct config *trace_config(void)
{
    struct config *config = small_config_create(1, 10000);
    config->run.duration_ns = 0;
    small_config_add_trace(config);
    return config;
}

/* Runs it with the trace; `shift_ns` after 950 ms. */
static void check_trace(struct config *config, sim_time shift_ns)
{
    struct trace_entry entries[ENTRIES];
    struct task_run run;
    write_trace(entries);
    struct written_trace trace = written_trace(entries, ENTRIES);
    struct trace_source *sources[WATCHED_LOADS] = {&trace.source};
    task_run_with(&run, config, sources);
    CHECK_INT(run.watched.outcome, MODEL_DONE);
    if (CHECK_INT(run.watched.count, ENTRIES)) {
        int64_t wrong = 0;
        for (size_t i = 0; i < ENTRIES; i++) {
            const struct io_record *record = &run.watched.records[i];
            wrong += record->issue_ns != record->id * 100 * SIM_MS + (record->id >= 10 ? shift_ns : 0);
        }
        CHECK_INT(wrong, 0);
        CHECK_INT(run.end_ns, completed_ns(&run.watched.records[ENTRIES - 1]));
    }
    task_run_free(&run);
}

static void a_trace_goes_on_where_it_was(void)
{
    struct config *config = trace_config();
    quiesce_between(config, 950 * SIM_MS, 1950 * SIM_MS);
    check_trace(config, SIM_S);
    /* Shorter than the distance to its next I/O, and twice. */
    config = trace_config();
    quiesce_between(config, 920 * SIM_MS, 930 * SIM_MS);
    run_at(config, 940 * SIM_MS, "stop");
    run_at(config, 990 * SIM_MS, "go");
    check_trace(config, 60 * SIM_MS);
    /* Resumed though it was not quiesced: nothing happens. */
    config = trace_config();
    add_load_task(config, "go", TASK_RESUME, 0);
    run_at(config, SIM_S, "go");
    check_trace(config, 0);
}

static void a_load_quiesced_for_ever_does_not_keep_the_run(void)
{
    struct trace_entry entries[ENTRIES];
    struct task_run run;
    struct config *config = trace_config();
    write_trace(entries);
    add_load_task(config, "stop", TASK_QUIESCE, 0);
    run_at(config, 950 * SIM_MS, "stop");
    struct written_trace trace = written_trace(entries, ENTRIES);
    struct trace_source *sources[WATCHED_LOADS] = {&trace.source};
    task_run_with(&run, config, sources);
    CHECK_INT(run.watched.outcome, MODEL_DONE);
    CHECK_INT(run.watched.count, 10);
    CHECK_INT(run.end_ns, 950 * SIM_MS);
    CHECK_INT(told_ns(&run, "stop: task complete", 0), 950 * SIM_MS);
    task_run_free(&run);
}

/* At 0 nothing has been issued yet. */
static void a_load_quiesced_at_the_start_issues_nothing(void)
{
    struct task_run run;
    struct config *config = small_config_create(1, 10000);
    config->run.duration_ns = 3 * SIM_S;
    small_config_add_closed(config, 8);
    quiesce_between(config, 0, 2 * SIM_S);
    task_run(&run, config);
    CHECK_INT(issued_in(&run, 0, 2 * SIM_S), 0);
    CHECK_INT(issued_in(&run, 2 * SIM_S, 2 * SIM_S + 1), 8);
    CHECK_INT(told_ns(&run, "stop: task complete", 0), 0);
    task_run_free(&run);
}

/* ---- who uses a volume ---- */

/* A workload on the target of a simplex pair: on TEST2, through a port of its own. */
static struct config *target_config(void)
{
    struct config *config = mirror_config_create(1, 1, 1, 300, PPRC_SIMPLEX);
    config->run.duration_ns = 20 * SIM_S;
    config->ports = memory_resize(config->ports, (config->port_count + 1) * sizeof *config->ports);
    config->ports[config->port_count++] = (struct port_config){.name = memory_copy_string("host"), .server = 1};
    config->hosts[0].server = 1;
    config->hosts[0].ports[0] = (int32_t)config->port_count - 1;
    struct workload_config *workload = small_config_add_closed(config, 4);
    workload->volumes[0] = 1;
    workload->volume_count = 1;
    add_pairs_task(config, "copy", TASK_ESTABLISH_PPRC, 0, 1);
    return config;
}

static void a_target_in_use_is_refused_until_the_load_is_quiet(void)
{
    struct task_run run;
    struct config *config = target_config();
    add_load_task(config, "stop", TASK_QUIESCE, 0);
    run_at(config, SIM_S, "copy");
    run_at(config, 2 * SIM_S, "stop");
    run_at(config, 2 * SIM_S, "copy"); /* I/Os are still in flight */
    run_when(config, "stop", 1, "copy");
    task_run(&run, config);
    CHECK_INT(told_count(&run, "copy: task refused: establish_pprc v0>v1: target v1 is in use by a host"), 2);
    CHECK_INT(told_ns(&run, "copy: task refused", 1), 2 * SIM_S);
    CHECK(told_ns(&run, "stop: task complete", 0) > 2 * SIM_S);
    CHECK_INT(told_ns(&run, "v0>v1: duplex_pending", 0), told_ns(&run, "stop: task complete", 0));
    CHECK_INT(told_count(&run, "copy: task complete"), 1);
    task_run_free(&run);
}

static void permit_online_takes_it_all_the_same(void)
{
    struct task_run run;
    struct config *config = target_config();
    config->tasks[0].actions[0].permit_online = true;
    run_at(config, SIM_S, "copy");
    task_run(&run, config);
    CHECK_INT(told_count(&run, "copy: task refused"), 0);
    CHECK_INT(run.pairs[0].state, PPRC_DUPLEX);
    task_run_free(&run);
}

/* ---- failed ports and servers ---- */

/* Three ports of TEST1 for its host. */
static struct config *ports_config(enum path_policy policy)
{
    struct config *config = small_config_create(1, 10000);
    config->run.duration_ns = 4 * SIM_S;
    config->ports = memory_resize(config->ports, 3 * sizeof *config->ports);
    config->hosts[0].ports = memory_resize(config->hosts[0].ports, 3 * sizeof(int32_t));
    for (int32_t i = 1; i < 3; i++) {
        config->ports[i] = (struct port_config){.name = memory_text("p%d", (int)i), .slot = i};
        config->hosts[0].ports[i] = i;
    }
    config->port_count = config->hosts[0].port_count = 3;
    config->hosts[0].policy = policy;
    small_config_add_closed(config, 4)->read_hit = 1;
    return config;
}

static double port_per_s(const struct task_run *run, int number)
{
    char name[20];
    snprintf(name, sizeof name, "TEST1/p%d", number);
    return watched_resource(&run->watched, name)->per_s;
}

static void a_failed_port_is_left_out(void)
{
    for (int policy = PATH_ROUND_ROBIN; policy <= PATH_FAILOVER; policy++) {
        struct task_run run;
        struct config *config = ports_config((enum path_policy)policy);
        small_config_add_fault(config, 0, FAULT_PORT, 0, false);
        task_run(&run, config);
        CHECK_INT(port_per_s(&run, 0), 0);
        CHECK(port_per_s(&run, 1) > 100);
        if (policy == PATH_FAILOVER)
            CHECK_INT(port_per_s(&run, 2), 0);
        else /* those that are left share the load evenly */
            CHECK_NEAR(port_per_s(&run, 2) / port_per_s(&run, 1), 1, 0.02);
        for (size_t i = 0; i < run.watched.count; i++)
            if (run.watched.records[i].error != IO_OK)
                CHECK_INT(run.watched.records[i].error, IO_OK);
        task_run_free(&run);
    }
}

/* I/Os between 1 s and 2 s end with this error, after the timeout; others are well. */
static void check_errors(const struct task_run *run, enum io_error expected)
{
    int64_t wrong = 0, failed = 0;
    for (size_t i = 0; i < run->watched.count; i++) {
        const struct io_record *record = &run->watched.records[i];
        bool refused = record->issue_ns >= SIM_S && record->issue_ns < 2 * SIM_S;
        /* What was under way in a server that failed has failed, too. */
        bool caught = expected == IO_SERVER_DOWN && record->issue_ns < SIM_S && completed_ns(record) >= SIM_S;
        failed += refused;
        wrong += record->error != (refused || caught ? expected : IO_OK);
        wrong += refused && record->response_ns != 300 * SIM_MS;
        wrong += refused && record->part_ns[PART_PORT_QUEUE] != record->response_ns;
    }
    CHECK_INT(wrong, 0);
    CHECK_INT(failed, 4 * 4); /* four clients, every 300 ms */
    CHECK(issued_in(run, 2 * SIM_S + 300 * SIM_MS, 4 * SIM_S) > 1000);
}

static void where_no_port_works_errors_take_the_hosts_timeout(void)
{
    struct task_run run;
    struct config *config = ports_config(PATH_ROUND_ROBIN);
    config->hosts[0].io_timeout_ns = 300 * SIM_MS;
    for (int32_t port = 0; port < 3; port++) {
        small_config_add_fault(config, SIM_S, FAULT_PORT, port, false);
        small_config_add_fault(config, 2 * SIM_S, FAULT_PORT, port, true);
    }
    task_run(&run, config);
    CHECK_INT(told_count(&run, "target: port failed"), 3);
    CHECK_INT(told_count(&run, "target: port repaired"), 3);
    check_errors(&run, IO_NO_PORT);
    task_run_free(&run);
}

static void a_failed_server_answers_with_errors_until_it_is_repaired(void)
{
    struct task_run run;
    struct config *config = ports_config(PATH_LEAST_BUSY);
    config->hosts[0].io_timeout_ns = 300 * SIM_MS;
    small_config_add_fault(config, SIM_S, FAULT_SERVER, 0, false);
    small_config_add_fault(config, SIM_S, FAULT_SERVER, 0, false); /* has failed already: nothing */
    small_config_add_fault(config, 2 * SIM_S, FAULT_SERVER, 0, true);
    task_run(&run, config);
    CHECK_INT(told_count(&run, "TEST1: server failed"), 1);
    CHECK_INT(told_count(&run, "TEST1: server repaired"), 1);
    check_errors(&run, IO_SERVER_DOWN);
    task_run_free(&run);
}

static void a_port_takes_its_link_down(void)
{
    struct task_run run;
    struct config *config = mirror_config_create(1, 1, 1, 300, PPRC_DUPLEX);
    config->run.duration_ns = 4 * SIM_S;
    small_config_add_fault(config, SIM_S, FAULT_PORT, config->links[0].to_port, false);
    small_config_add_fault(config, 2 * SIM_S, FAULT_PORT, config->links[0].to_port, true);
    task_run(&run, config);
    CHECK_INT(told_ns(&run, "e0: link down", 0), SIM_S);
    CHECK_INT(told_ns(&run, "v0>v1: suspended", 0), SIM_S);
    CHECK_INT(told_ns(&run, "e0: link up", 0), 2 * SIM_S);
    CHECK_INT(run.pairs[0].state, PPRC_SUSPENDED); /* until a task */
    task_run_free(&run);
}

/* With a protocol that takes no time, I/Os to a lost rank end in the instant in which they are issued. */
static void errors_that_take_no_time_do_not_stop_the_clock(void)
{
    struct task_run run;
    struct config *config = small_config_create(1, 10000);
    config->run.duration_ns = 4 * SIM_S;
    config->port_types[0].protocol_ns = 0;
    small_config_add_closed(config, 4);
    small_config_add_fault(config, SIM_S, FAULT_DRIVE, 0, false)->targets->drive = 1;
    small_config_add_fault(config, SIM_S, FAULT_DRIVE, 0, false)->targets->drive = 2;
    task_run(&run, config);
    CHECK_INT(run.watched.outcome, MODEL_DONE);
    CHECK(issued_in(&run, 2 * SIM_S, 4 * SIM_S) <= 4 * 2);
    task_run_free(&run);
}

UNIT_MAIN("quiesce",
          {"open arrivals meanwhile do not happen, the others come as they would anyway",
           open_arrivals_meanwhile_do_not_happen},
          {"a closed loop pauses before its next I/O", a_closed_loop_pauses_before_its_next_io},
          {"quiescing is complete when nothing is in flight", quiescing_is_complete_when_nothing_is_in_flight},
          {"a trace goes on where it was, later by as long as it was quiesced", a_trace_goes_on_where_it_was},
          {"a load quiesced for ever does not keep the run from ending", a_load_quiesced_for_ever_does_not_keep_the_run},
          {"a load quiesced at the start issues nothing", a_load_quiesced_at_the_start_issues_nothing},
          {"a target in use is refused until the load is quiet", a_target_in_use_is_refused_until_the_load_is_quiet},
          {"permit_online takes a target in use", permit_online_takes_it_all_the_same},
          {"a failed port is left out, by every policy", a_failed_port_is_left_out},
          {"where no port works, errors take the host's timeout", where_no_port_works_errors_take_the_hosts_timeout},
          {"a failed server answers with errors until it is repaired",
           a_failed_server_answers_with_errors_until_it_is_repaired},
          {"a failed port takes its link down", a_port_takes_its_link_down},
          {"errors that take no time do not stop the clock", errors_that_take_no_time_do_not_stop_the_clock})
