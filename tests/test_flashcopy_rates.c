// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * An idle full copy on an F20 of the catalogue goes as fast as its parts' parameters imply, and the summary names the
 * part that limits.
 *
 * Every machine below is slow in one part, and what that part makes possible is worked out from its parameters. The
 * first machine is the catalogue's. All others have 16 steps at once in place of 4, so that the limiting part never
 * has nothing to do: with 4 a copy waits for its own steps as well, which the last test shows.
 */
#include <stdio.h>
#include <stdlib.h>

#include "sim/memory.h"
#include "tests/flash_run.h"
#include "tests/unit.h"

/* What a rate is worked out from. */
struct parts {
    const struct server_model *server;
    const struct rank_config *source, *target;
    const struct drive_type *source_drive, *target_drive;
    double track;        /* bytes */
};

/* ---- what each part makes possible, bytes of the copy a second ---- */

/* Each stripe of data takes its parity along. */
static double write_links(const struct parts *it)
{
    double links = it->server->loop_write_links * (double)it->server->loop_link_bytes_per_s;
    return links * it->target->data_drives / it->target->active_drives;
}

static double read_links(const struct parts *it)
{
    return it->server->loop_read_links * (double)it->server->loop_link_bytes_per_s;
}

/* A track passes the bus when it is copied and when it is destaged. */
static double bus(const struct parts *it)
{
    return (double)it->server->internal_bytes_per_s / 2;
}

static double processors(const struct parts *it)
{
    double ns = (double)(it->server->processor_ns[STEP_COPY_TRACK] + it->server->processor_ns[STEP_DESTAGE]);
    return it->server->processors_per_cluster * it->track / (ns * 1e-9);
}

/* Commands that read a step's tracks: they go round the source's drives in order, one command for each drive, and one
 * more where the next track on the drive lies beyond a parity track. The mean over as many steps as differ. */
static double commands_a_step(const struct parts *it)
{
    int32_t step = it->server->flashcopy_step_tracks, drives = it->source->active_drives;
    int32_t strips = it->source->data_drives, commands = 0;
    for (int32_t first = 0; first < strips * step; first += step)
        for (int32_t i = 0; i < step; i++)
            commands += i + drives >= step || (first + i) % strips == strips - 1;
    return (double)commands / strips;
}

/* Destages write as many whole stripes as a command may take tracks of, with a command to each drive. */
static double commands_a_track(const struct parts *it)
{
    double stripes = (double)it->server->drive_command_bytes / it->track;
    return commands_a_step(it) / it->server->flashcopy_step_tracks +
           it->target->active_drives / (stripes * it->target->data_drives);
}

/* Its commands, and the parity of what is destaged; both ranks are the same adapter's. */
static double adapter(const struct parts *it)
{
    double commands_s = commands_a_track(it) * (double)it->server->adapter_command_ns * 1e-9;
    return it->track / (commands_s + it->track / (double)it->server->adapter_xor_bytes_per_s);
}

/* Seconds in which a track of the drive's first zone passes, its skew included. */
static double surface_track_s(const struct drive_type *drive)
{
    return (double)(drive->revolution_ns + drive->head_switch_ns + drive->write_settle_ns) * 1e-9;
}

/* Reading in order costs no turn, for the drive's buffer reads ahead, parity tracks too. */
static double source_drives(const struct parts *it)
{
    double surface_bytes = (double)it->source_drive->zones[0].sectors_per_track * BLOCK_BYTES;
    return it->source->data_drives * surface_bytes / surface_track_s(it->source_drive);
}

/* Writing in order costs a turn a command: the next one comes when its place has just gone by. */
static double target_drives(const struct parts *it)
{
    double surface_bytes = (double)it->target_drive->zones[0].sectors_per_track * BLOCK_BYTES;
    double command_bytes = (double)it->server->drive_command_bytes;
    double command_s = (double)it->target_drive->revolution_ns * 1e-9 +
                       command_bytes / surface_bytes * surface_track_s(it->target_drive);
    return it->target->data_drives * command_bytes / command_s;
}

/* ---- machines ---- */

#define STEPS "    flashcopy_pair_steps: 16\n    flashcopy_rank_steps: 16\n"

static const struct machine_case {
    const char *what, *server, *prod, *copy;
    double (*implied)(const struct parts *parts);
    const char *limits;  /* the resource's name */
} cases[] = {
    {"the catalogue's values, 6+P: the target loop's write links", "", "", "", write_links, "FCA24/loop.0B/write"},
    {"a target of 7+P: the same", STEPS, "", "format: 7+P", write_links, "FCA24/loop.0B/write"},
    {"one write link", STEPS "    loop_write_links: 1\n", "", "", write_links, "FCA24/loop.0B/write"},
    {"four write links: the source loop's read links", STEPS "    loop_write_links: 4\n", "", "", read_links,
     "FCA24/loop.0A/read"},
    {"one read link", STEPS "    loop_read_links: 1\n", "", "", read_links, "FCA24/loop.0A/read"},
    {"an adapter that takes 1 ms a command", STEPS "    adapter_command_time: 1 ms\n", "", "", adapter,
     "FCA24/adapter.0.0"},
    {"a bus of 80 MB/s", STEPS "    internal_rate: 80 MB/s\n", "", "", bus, "FCA24/cluster.0/bus"},
    {"processors that copy a track in 4 ms", STEPS "    processor_copy_track: 4 ms\n", "", "", processors,
     "FCA24/cluster.0/processors"},
    {"source drives of 1500 rpm", STEPS, "drive: slow", "", source_drives, "FCA24/prod"},
    {"target drives of 1500 rpm", STEPS, "", "drive: slow", target_drives, "FCA24/copy"},
};

/* The copy of one pair of that size, from an empty cache and NVS; measured from `from` until it is complete. */
static struct mirror_run *copy(const struct machine_case *machine, const char *size, const char *from)
{
    char *more = flash_establish(1, "snap", ""), *times = memory_text("start: cold, warmup: %s", from);
    struct mirror_run *run =
        flash_run(&(struct flash_plan){.run = times, .catalog = "drives: {slow: {like: ultrastar-36lzx, rpm: 1500}}",
                                       .server = machine->server, .prod = machine->prod, .copy = machine->copy,
                                       .size = size, .more = more});
    CHECK_INT(run->pairs[0].state, FLASH_COMPLETE);
    CHECK_INT(run->pairs[0].flashcopy.staged_tracks, run->pairs[0].tracks);
    free(more);
    free(times);
    return run;
}

static double implied(const struct machine_case *machine, const struct config *config)
{
    const struct pair_config *pair = &config->pairs[0];
    struct parts parts = {.server = &config->servers[0].model,
                          .source = &config->ranks[config->volumes[pair->source].rank],
                          .target = &config->ranks[config->volumes[pair->target].rank]};
    parts.source_drive = &config->drive_types[parts.source->drive_type];
    parts.target_drive = &config->drive_types[parts.target->drive_type];
    parts.track = (double)parts.server->track_bytes;
    return machine->implied(&parts);
}

/* NVS fills with the first 150 MB of a copy: the rate is that of what 8 GiB have more than 4. The run from which the
 * bottleneck is told lasts from when NVS is full to the end of the copy. */
struct seen {
    double rate, implied; /* bytes/s */
    char name[60];        /* of the resource nearest to its limit */
    double utilization;
    bool limits;
};

static struct seen see(const struct machine_case *machine)
{
    struct mirror_run *small = copy(machine, "4 GiB", "30 s"), *large = copy(machine, "8 GiB", "30 s");
    const struct bottleneck *bottleneck = &large->bottleneck;
    struct seen seen = {.rate = 4.0 * (1 << 30) / (flash_copy_s(large) - flash_copy_s(small)),
                        .implied = implied(machine, large->config),
                        .utilization = bottleneck->utilization, .limits = bottleneck->limits};
    snprintf(seen.name, sizeof seen.name, "%s", bottleneck->resource->name);
    printf("    %s: implied %.2f, seen %.2f MB/s (%+.2f %%); %s, %.0f %% busy, %s\n", machine->what,
           seen.implied * 1e-6, seen.rate * 1e-6, 100 * (seen.rate / seen.implied - 1), seen.name,
           100 * seen.utilization, seen.limits ? "limits" : "is nearest to its limit");
    mirror_run_free(small);
    mirror_run_free(large);
    return seen;
}

static void test_rates(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct seen seen = see(&cases[i]);
        CHECK_NEAR(seen.rate, seen.implied, 0.01 * seen.implied);
        CHECK_STRING(seen.name, cases[i].limits);
        CHECK(seen.limits && seen.utilization > 0.98);
    }
}

/* ---- where a copy goes slower than its parts could ---- */

static void test_steps(void)
{
    double before = 0;
    for (int steps = 1; steps <= 8; steps *= 2) {
        char *server = memory_text("    flashcopy_pair_steps: %d\n    flashcopy_rank_steps: 8\n", steps);
        char *what = memory_text("%d step%s at once", steps, steps > 1 ? "s" : "");
        struct seen seen = see(&(struct machine_case){what, server, "", "format: 7+P", write_links, NULL});
        CHECK(seen.rate > 1.005 * before && seen.rate < 1.005 * seen.implied);
        CHECK(seen.limits == (steps > 1));
        if (steps == 1)
            CHECK(seen.rate < 0.6 * seen.implied);
        before = seen.rate;
        free(server);
        free(what);
    }
}

/*
 * Parity alone does not fill an adapter. A destage makes the parity of all its stripes and then writes them; there are
 * few destages as long as NVS is little above its low mark; and the copy's reads, which would raise it, stand behind
 * parity in the adapter's line. So the adapter has nothing to do now and then.
 */
static void test_slow_parity(void)
{
    static const struct machine_case slow = {
        "parity at 40 MB/s", STEPS "    adapter_xor_rate: 40 MB/s\n", "", "", adapter, NULL};
    struct seen seen = see(&slow);
    CHECK(seen.rate > 0.8 * seen.implied && seen.rate < seen.implied);
    CHECK(seen.limits);
    CHECK_STRING(seen.name, "FCA24/adapter.0.0");
}

UNIT_MAIN("flashcopy_rates",
          {"an idle full copy goes as fast as the part that limits implies, and that part is named", test_rates},
          {"with few steps at once it waits for its own steps, and goes slower", test_steps},
          {"an adapter slow in making parity is named, at 80 to 100 % of what it implies", test_slow_parity})
