// SPDX-License-Identifier: GPL-3.0-or-later
/* From a run file to pictures: which are drawn, what stands in them, and what is said where none can be. */
#include <signal.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include "analysis/io_parts.h"
#include "analysis/plot.h"
#include "analysis/plot_data.h"
#include "tests/run_fixture.h"
#include "tests/text_file.h"

enum { WORKLOADS_MAX = 40 };

static const char hostile[] = "it's `touch canary` $(touch canary) <script> ]]> 100 % <2 \\";

static const char summary[] =
    "{\"resources\": {"
    "\"FCA24/prod.0\": {\"kind\": \"loop\", \"utilization\": 0.75, \"threshold\": 0.6},"
    "\"FCA24/prod.1\": {\"kind\": \"loop\", \"utilization\": 0.55, \"threshold\": 0.6},"
    "\"FCA24/prod.2\": {\"kind\": \"loop\", \"utilization\": 0.5, \"threshold\": 0.6},"
    "\"FCA24/f0 `touch canary` 50%\": {\"kind\": \"port\", \"utilization\": 0.2, \"threshold\": null},"
    "\"FCA24/idle\": {\"kind\": \"loop\", \"utilization\": null, \"threshold\": 0.5}}}";

/* ---- runs ---- */

struct plan {
    int32_t workloads;
    const char *name; /* of each workload, before its number */
    bool reads_only;
    int64_t ios;         /* of all workloads together */
    int64_t interval_ns; /* between issues */
    int64_t stall_after; /* the I/O that nothing follows for 10 s; 0: none */
    bool only_warmup;
    enum run_trace trace;
    const char *summary; /* NULL: the run was interrupted */
    bool all_parts;      /* a miss spends time in every part */
    int32_t pairs;       /* mirrored; each suspends and is copied again, one after the other */
    int32_t events;      /* besides these */
    int32_t flashcopies; /* behind the pairs: complete, withdrawn, and not ended in turn */
};

static uint32_t draw_number(uint64_t *state)
{
    *state = *state * 6364136223846793005u + 1442695040888963407u;
    return (uint32_t)(*state >> 33);
}

/* Hits of some 0.4 ms, misses of 8 to 20 ms, writes into NVS; the first tenth is warm-up. */
static struct io_record make_io(const struct plan *plan, int64_t i, uint64_t *state)
{
    struct io_record io = {.id = i, .length_bytes = 4096, .workload = (uint16_t)(i % plan->workloads)};
    io.op = !plan->reads_only && draw_number(state) % 10 < 3 ? IO_WRITE : IO_READ;
    io.issue_ns = i * plan->interval_ns + (plan->stall_after > 0 && i > plan->stall_after ? 10 * SIM_S : 0);
    io.measured = i >= plan->ios / 10 && !plan->only_warmup;
    io.part_ns[PART_PORT] = 100000 + draw_number(state) % 50000;
    io.part_ns[PART_PROCESSOR] = 250000;
    if (io.op == IO_READ && draw_number(state) % 10 < 4) {
        io.part_ns[PART_SEEK] = 6 * SIM_MS + draw_number(state) % (6 * SIM_MS);
        io.part_ns[PART_ROTATION] = 2 * SIM_MS + draw_number(state) % (6 * SIM_MS);
        int parts = plan->flashcopies ? PART_COUNT : plan->pairs ? PART_FIRST_FLASHCOPY : PART_FIRST_REMOTE;
        for (int part = 0; plan->all_parts && part < parts; part++)
            io.part_ns[part] += 300 * SIM_US;
    }
    for (int part = 0; part < PART_COUNT; part++)
        io.response_ns += io.part_ns[part];
    return io;
}

enum { FLASH_TRACKS = 1900 };

/* FlashCopy number `copy` at a step: its state and what it lacks. The first is complete 38 steps after its T0, the
 * second is without background copy and withdrawn, the third still copies at the end, and so on. */
static uint8_t flashcopy_at(int32_t copy, int64_t step, int64_t *left)
{
    int64_t since = step - 24 - copy % 20;
    *left = FLASH_TRACKS;
    if (since < -4)
        return FLASH_NONE;
    if (since < 0)
        return FLASH_ESTABLISHING;
    *left -= since * (copy % 3 == 0 ? 50 : copy % 3 == 1 ? 3 : 12);
    *left = *left > 0 ? *left : 0;
    if (copy % 3 == 1)
        return since < 60 ? FLASH_NOCOPY : FLASH_WITHDRAWN;
    return *left > 0 ? FLASH_COPYING : FLASH_COMPLETE;
}

/* The pairs' part of the run: a step each 500 ms, 60 s long; names are hostile too. */
static void write_pairs(struct run_writer *writer, const struct plan *plan)
{
    static const char *const resource[] = {"e.0"}, *const kind[] = {"link"};
    enum { SAMPLES = 120 };
    uint8_t *states = calloc((size_t)(plan->pairs + plan->flashcopies), 1);
    int64_t *tracks = calloc((size_t)(plan->pairs + plan->flashcopies), sizeof *tracks);
    CHECK(run_writer_resources(writer, resource, kind, 1, NULL));
    for (int64_t step = 1; step <= SAMPLES; step++) {
        for (int32_t p = 0; p < plan->pairs; p++) {
            int64_t since = step - 30 - p % 20, left = since < 0    ? 0
                                                       : since < 30 ? since * 60
                                                                    : 30 * 60 - (since - 30) * 90;
            tracks[p] = left > 0 ? left : 0;
            states[p] = since < 0    ? PPRC_DUPLEX
                        : since < 30 ? PPRC_SUSPENDED
                        : left > 0   ? PPRC_DUPLEX_PENDING
                                     : PPRC_DUPLEX;
        }
        for (int32_t f = 0; f < plan->flashcopies; f++)
            states[plan->pairs + f] = flashcopy_at(f, step, &tracks[plan->pairs + f]);
        run_writer_sample(writer, step * 500 * SIM_MS, (float[]){0.5f}, (float[]){1});
        run_writer_sample_pairs(writer, states, tracks);
    }
    run_writer_event(writer, 15 * SIM_S, "split", "task started");
    for (int32_t p = 0; p < plan->pairs; p++)
        run_writer_event(writer, 15 * SIM_S + p % 20 * 500 * SIM_MS, "db `touch canary` \"", "suspended: by a task");
    run_writer_event(writer, 30 * SIM_S, "resync", "task started");
    run_writer_event(writer, 52 * SIM_S, "resync", "task complete");
    free(states);
    free(tracks);
}

static void write_run(const char *path, const struct plan *plan)
{
    struct workload_config workloads[WORKLOADS_MAX] = {0};
    char names[WORKLOADS_MAX][128];
    struct config config = fixture_config();
    struct run_identity identity = fixture_identity();
    struct error error = {0};
    for (int32_t w = 0; w < plan->workloads; w++) {
        snprintf(names[w], sizeof names[w], "%s%d", plan->name, w);
        workloads[w].name = names[w];
    }
    char title[sizeof hostile];
    memcpy(title, hostile, sizeof hostile);
    config.title = title;
    config.workloads = workloads;
    config.workload_count = (size_t)plan->workloads;
    int32_t pair_count = plan->pairs + plan->flashcopies;
    struct pair_config *pairs = calloc((size_t)pair_count + 1, sizeof *pairs);
    for (int32_t p = 0; p < plan->pairs; p++) {
        char name[64];
        snprintf(name, sizeof name, "db.%d>dbr.%d%s", (int)p, (int)p, p == 1 ? "`touch canary`" : "");
        pairs[p].name = strdup(name);
    }
    for (int32_t f = 0; f < plan->flashcopies; f++) {
        char name[64];
        snprintf(name, sizeof name, "db.%d>snap.%d%s", (int)f, (int)f, f == 1 ? "`touch canary`" : "");
        pairs[plan->pairs + f] = (struct pair_config){.name = strdup(name), .kind = PAIR_FLASHCOPY};
    }
    config.pairs = pairs;
    config.pair_count = (size_t)pair_count;
    struct run_writer *writer = run_writer_create(path, &config, &identity, plan->trace, &error);
    if (writer != NULL && pair_count > 0)
        write_pairs(writer, plan);
    uint64_t state = 1;
    for (int64_t i = 0; writer != NULL && i < plan->ios; i++) {
        struct io_record io = make_io(plan, i, &state);
        run_writer_io(writer, &io);
    }
    for (int32_t e = 0; writer != NULL && e < plan->events; e++)
        run_writer_event(writer, (e + 1) * SIM_S, "e.0", e % 2 == 0 ? "link down" : "link up");
    struct run_ending ending = {.complete = plan->summary != NULL, .summary_json = plan->summary};
    CHECK(writer != NULL && run_writer_finish(writer, &ending, &error));
    CHECK_STRING(error.message, "");
    for (int32_t p = 0; p < pair_count; p++)
        free(pairs[p].name);
    free(pairs);
}

/* ---- drawing ---- */

/* A folder with a run and the pictures of it. Tests run inside, to find what is created by mistake. */
struct scene {
    struct fixture_folder folder;
    char start[512];
    struct plot_files files;
    struct error error;
    bool ok;
};

static void draw(struct scene *scene, const struct plan *plan, enum picture_format format)
{
    memset(scene, 0, sizeof *scene);
    scene->folder = fixture_folder_create();
    CHECK(getcwd(scene->start, sizeof scene->start) != NULL);
    CHECK_INT(chdir(scene->folder.path), 0);
    write_run("run.h5", plan);
    struct run_reader *reader = run_reader_open("run.h5", &scene->error);
    if (CHECK(reader != NULL))
        scene->ok = plot_run(reader, "a/b", format, &scene->files, &scene->error);
    run_reader_close(reader);
}

static void strike(struct scene *scene)
{
    CHECK(!fixture_exists("canary"));
    plot_files_free(&scene->files);
    CHECK_INT(chdir(scene->start), 0);
    fixture_folder_remove(&scene->folder);
}

/* The files drawn are exactly these, and where xmllint is installed, well-formed. */
static void check_files(const struct scene *scene, const char *const *names, size_t count)
{
    if (!CHECK(scene->ok))
        printf("    %s: %s\n", scene->error.place, scene->error.message);
    CHECK_INT(scene->files.count, count);
    for (size_t i = 0; i < scene->files.count && i < count; i++) {
        CHECK_STRING(scene->files.paths[i], names[i]);
        CHECK(fixture_exists(names[i]));
    }
    if (system("xmllint --version >/dev/null 2>&1") == 0)
        CHECK_INT(system("xmllint --noout a/b/*.svg 2>&1"), 0);
}

static const char *const all_five[] = {"a/b/response_time.svg", "a/b/distribution.svg", "a/b/parts.svg",
                                       "a/b/resources.svg", "a/b/pairs.svg"};
static const char *const all_four[] = {"a/b/response_time.svg", "a/b/distribution.svg", "a/b/parts.svg",
                                       "a/b/resources.svg"};

/* ---- tests ---- */

static void test_two_workloads(void)
{
    struct scene scene;
    draw(&scene,
         &(struct plan){2, "oltp 'a' ]]> ", false, 40000, SIM_MS, 0, false, RUN_TRACE_PARTS, .summary = summary},
         PICTURE_SVG);
    check_files(&scene, all_four, 4);
    for (size_t i = 0; i < scene.files.count; i++)
        check_contains(scene.files.paths[i], "it's `touch canary` $(touch canary) &lt;script> ]]&gt; 100 % &lt;2 \\");
    check_contains("a/b/response_time.svg", "oltp 'a' ]]&gt; 0 reads");
    check_contains("a/b/response_time.svg", "oltp 'a' ]]&gt; 1 writes");
    check_contains("a/b/response_time.svg", ">warm-up<");
    check_contains("a/b/response_time.svg", "time since the start (s)");
    check_contains("a/b/distribution.svg", ">99.9 %<");
    check_contains("a/b/distribution.svg", "response time (ms)");
    check_contains("a/b/distribution.svg", "oltp 'a' ]]&gt; 1<");
    check_contains("a/b/parts.svg", "rotational latency");
    check_lacks("a/b/parts.svg", "waiting for the host port");
    check_lacks("a/b/parts.svg", "too small");
    strike(&scene);
}

static void test_resources(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){1, "oltp", false, 2000, SIM_MS, 0, false, RUN_TRACE_PARTS, .summary = summary},
         PICTURE_SVG);
    check_files(&scene, all_four, 4);
    check_contains("a/b/resources.svg", ">FCA24/prod.0<");
    check_contains("a/b/resources.svg", ">75 %<");
    check_contains("a/b/resources.svg", ">FCA24/f0 `touch canary` 50%<");
    check_contains("a/b/resources.svg", ">FCA24/prod.1<");
    check_lacks("a/b/resources.svg", "prod.2"); /* a third loop */
    check_lacks("a/b/resources.svg", "idle");
    strike(&scene);
}

static void test_reads_only(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){1, "web", true, 5000, SIM_MS, 0, false, RUN_TRACE_PARTS, .summary = summary},
         PICTURE_SVG);
    check_files(&scene, all_four, 4);
    for (size_t i = 0; i < 3; i++) {
        check_lacks(all_four[i], "writes");
        check_lacks(all_four[i], "Writes");
    }
    strike(&scene);
}

static void test_every_part(void)
{
    struct scene scene;
    draw(&scene,
         &(struct plan){1, "w", true, 5000, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .all_parts = true,
                        .flashcopies = 1},
         PICTURE_SVG);
    check_files(&scene, all_five, 5);
    for (int part = 0; part < PART_COUNT; part++)
        check_contains("a/b/parts.svg", io_part_info[part].description);
    strike(&scene);
    draw(&scene,
         &(struct plan){1, "w", true, 5000, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .all_parts = true, .pairs = 1},
         PICTURE_SVG);
    for (int part = 0; part < PART_COUNT; part++)
        (part < PART_FIRST_FLASHCOPY ? check_contains : check_lacks)("a/b/parts.svg", io_part_info[part].description);
    strike(&scene);
}

static void test_many_workloads(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){12, "w", false, 60000, SIM_MS, 0, false, RUN_TRACE_PARTS, .summary = summary},
         PICTURE_SVG);
    check_files(&scene, all_four, 4);
    check_contains("a/b/response_time.svg", "w0 reads");
    check_contains("a/b/response_time.svg", "w11 writes");
    check_lacks("a/b/response_time.svg", "busiest");
    strike(&scene);
    draw(&scene, &(struct plan){40, "w", false, 60000, SIM_MS, 0, false, RUN_TRACE_PARTS, .summary = summary},
         PICTURE_SVG);
    check_files(&scene, all_four, 4);
    check_contains("a/b/response_time.svg", "the 12 busiest of 40 workloads");
    strike(&scene);
}

static void test_png(void)
{
    static const char *const names[] = {"a/b/response_time.png", "a/b/distribution.png", "a/b/parts.png",
                                        "a/b/resources.png"};
    struct scene scene;
    draw(&scene, &(struct plan){2, "oltp", false, 20000, SIM_MS, 0, false, RUN_TRACE_PARTS, .summary = summary},
         PICTURE_PNG);
    CHECK(scene.ok);
    CHECK_INT(scene.files.count, 4);
    for (size_t i = 0; i < scene.files.count; i++) {
        unsigned char head[24] = {0}, end[8] = {0};
        CHECK_STRING(scene.files.paths[i], names[i]);
        FILE *file = fopen(names[i], "r");
        if (!CHECK(file != NULL))
            continue;
        CHECK_INT(fread(head, 1, sizeof head, file), sizeof head);
        CHECK_INT(fseek(file, -8, SEEK_END), 0);
        CHECK_INT(fread(end, 1, sizeof end, file), sizeof end);
        CHECK(memcmp(head, "\x89PNG", 4) == 0 && memcmp(end, "IEND", 4) == 0);
        CHECK_INT(head[16] << 24 | head[17] << 16 | head[18] << 8 | head[19], 960 * PICTURE_PNG_SCALE);
        fclose(file);
    }
    strike(&scene);
}

static void test_missing_data(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){1, "oltp", false, 2000, SIM_MS, 0, false, RUN_TRACE_TIMES, .summary = NULL},
         PICTURE_SVG);
    check_files(&scene, all_four, 2);
    strike(&scene);
    draw(&scene, &(struct plan){1, "oltp", false, 2000, SIM_MS, 0, true, RUN_TRACE_PARTS, .summary = "not JSON"},
         PICTURE_SVG);
    check_files(&scene, all_four, 3);
    check_contains("a/b/distribution.svg", "of the warm-up: nothing was measured");
    strike(&scene);
}

static void test_few(void)
{
    struct scene scene;
    for (int64_t ios = 1; ios <= 3; ios++) {
        draw(&scene, &(struct plan){1, "oltp", false, ios, SIM_MS, 0, false, RUN_TRACE_PARTS, .summary = summary},
             PICTURE_SVG);
        check_files(&scene, all_four, 4);
        strike(&scene);
    }
}

static void test_empty(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){1, "oltp", false, 0, SIM_MS, 0, false, RUN_TRACE_PARTS, .summary = summary},
         PICTURE_SVG);
    CHECK(!scene.ok);
    CHECK_INT(scene.error.kind, ERROR_INPUT);
    CHECK_CONTAINS(scene.error.message, "no completed I/Os");
    CHECK(!fixture_exists("a"));
    strike(&scene);
}

static void test_stall(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){1, "oltp", true, 20000, SIM_MS, 9999, false, RUN_TRACE_PARTS, .summary = summary},
         PICTURE_SVG);
    check_files(&scene, all_four, 4);
    /* An empty line in the block interrupts the curve. */
    check_contains("a/b/response_time.gp", "\n\n");
    strike(&scene);
    draw(&scene, &(struct plan){1, "oltp", true, 20000, SIM_MS, 0, false, RUN_TRACE_PARTS, .summary = summary},
         PICTURE_SVG);
    check_lacks("a/b/response_time.gp", "\n\n");
    strike(&scene);
}

static void test_points(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){1, "oltp", true, 300000, SIM_MS, 0, false, RUN_TRACE_PARTS, .summary = summary},
         PICTURE_SVG);
    check_files(&scene, all_four, 4);
    for (size_t i = 0; i < 4; i++) {
        char script[64];
        snprintf(script, sizeof script, "%.*s.gp", (int)strlen(all_four[i]) - 4, all_four[i]);
        char *text = text_file_read(script);
        size_t lines = 0;
        for (char *c = text; *c != '\0'; c++)
            lines += *c == '\n';
        CHECK(lines > 10 && lines < 600);
        free(text);
    }
    strike(&scene);
}

static void test_values(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){2, "oltp", false, 40000, SIM_MS, 0, false, RUN_TRACE_PARTS, .summary = summary},
         PICTURE_SVG);
    struct run_reader *reader = run_reader_open("run.h5", &scene.error);
    struct plot_data *data = reader != NULL ? plot_data_read(reader, &scene.error) : NULL;
    if (CHECK(data != NULL)) {
        int64_t all = 0, measured = 0;
        for (size_t s = 0; s < 4; s++) {
            all += data->series[s].count;
            measured += data->series[s].measured;
            CHECK_INT(histogram_count(data->series[s].response), data->series[s].measured);
        }
        CHECK_INT(data->workload_count, 2);
        CHECK_INT(all, 40000);
        CHECK_INT(measured, 36000);
        CHECK(data->bin_count > 60 && data->bin_count <= PLOT_BINS);
        CHECK_NEAR((double)data->warmup_end_ns, 4.0 * SIM_S, 0.02 * SIM_S);
        /* A write: port 100 to 150 us, processor 250 us. */
        CHECK_NEAR(plot_series_mean_ms(&data->series[1]), 0.375, 0.002);
        CHECK_NEAR((double)histogram_quantile(data->series[1].response, 0.5) / SIM_MS, 0.375, 0.003);
        CHECK_NEAR(data->series[1].part_mean_ns[PART_PROCESSOR], 250000, 0.5);
    }
    plot_data_destroy(data);
    run_reader_close(reader);
    strike(&scene);
}

static void test_few_pairs(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){1, "oltp", false, 60000, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .pairs = 3},
         PICTURE_SVG);
    check_files(&scene, all_five, 5);
    check_contains("a/b/pairs.svg", ">db.0>dbr.0<");
    check_contains("a/b/pairs.svg", ">db.1>dbr.1`touch can"); /* cut */
    check_contains("a/b/pairs.svg", ">suspended<");
    check_contains("a/b/pairs.svg", ">duplex pending<");
    check_lacks("a/b/pairs.svg", ">simplex<");
    check_contains("a/b/pairs.svg", "oltp0 writes");
    check_contains("a/b/pairs.svg", "split: task started, and 3 more");
    check_contains("a/b/response_time.svg", "resync: task complete");
    check_contains("a/b/pairs.gp", "set arrow 100 from first 15,");
    strike(&scene);
}

static void test_many_pairs(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){1, "oltp", false, 60000, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .pairs = 600},
         PICTURE_SVG);
    check_files(&scene, all_five, 5);
    check_contains("a/b/pairs.svg", "all 600 pairs together");
    check_contains("a/b/pairs.svg", "% of pairs");
    check_lacks("a/b/pairs.svg", "db.0");
    check_contains("a/b/response_time.svg", "split: task started, and ");
    strike(&scene);
}

static void test_few_flashcopies(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){1, "oltp", false, 60000, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .flashcopies = 3},
         PICTURE_SVG);
    check_files(&scene, all_five, 5);
    check_contains("a/b/pairs.svg", ">Tracks not yet on the target<");
    static const char *const words[] = {">not established<", ">establishing<", ">copying<", ">nocopy<", ">complete<",
                                        ">withdrawn<"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        check_contains("a/b/pairs.svg", words[i]);
    check_lacks("a/b/pairs.svg", "duplex");
    check_contains("a/b/pairs.svg", ">db.0>snap.0<");
    /* A curve begins with the relation and ends with it: at 12.5 s the first alone is established, at 56 s the second
     * is withdrawn, and the third still copies. */
    check_contains("a/b/pairs.gp", "\n11.5 NaN NaN NaN 0 0");
    check_contains("a/b/pairs.gp", "\n12.5 1850 1900 NaN 0 0");
    check_contains("a/b/pairs.gp", "\n56 0 NaN 868 0 0");
    /* A band begins half way between two samples. */
    check_contains("a/b/pairs.gp", "$state_8 << END_OF_BLOCK\n30.75 0 30.75 60.0");
    check_contains("a/b/pairs.gp", "$state_9 << END_OF_BLOCK\n42.25 1 42.25 60.0");
    strike(&scene);
}

static void test_both_kinds_of_pairs(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){1, "oltp", false, 60000, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .pairs = 2,
                                .flashcopies = 2}, PICTURE_SVG);
    check_files(&scene, all_five, 5);
    check_contains("a/b/pairs.svg", ">Tracks out of sync, or not yet on the target<");
    check_contains("a/b/pairs.svg", ">duplex pending<");
    check_contains("a/b/pairs.svg", ">copying<");
    check_contains("a/b/pairs.svg", ">db.0>dbr.0<");
    check_contains("a/b/pairs.svg", ">db.0>snap.0<");
    strike(&scene);
    draw(&scene, &(struct plan){1, "oltp", false, 60000, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .pairs = 600,
                                .flashcopies = 60}, PICTURE_SVG);
    check_files(&scene, all_five, 5);
    check_contains("a/b/pairs.svg", "all 600 PPRC pairs together");
    check_contains("a/b/pairs.svg", "all 60 FlashCopies together");
    check_contains("a/b/pairs.svg", "States of PPRC pairs");
    check_contains("a/b/pairs.svg", "States of FlashCopies");
    check_contains("a/b/pairs.gp", "\n60 0 ");                   /* none is out of sync at the end, 20 copies go on */
    check_contains("a/b/pairs.gp", " 66.6667 66.6667 100\nEND"); /* a third complete, a third withdrawn */
    strike(&scene);
    draw(&scene, &(struct plan){1, "oltp", false, 60000, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .flashcopies = 60},
         PICTURE_SVG);
    check_contains("a/b/pairs.svg", "all 60 FlashCopies together");
    check_lacks("a/b/pairs.svg", "PPRC");
    strike(&scene);
}

static void test_pairs_without_ios(void)
{
    struct scene scene;
    static const char *const two[] = {"a/b/resources.svg", "a/b/pairs.svg"};
    draw(&scene, &(struct plan){1, "oltp", false, 0, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .pairs = 2},
         PICTURE_SVG);
    check_files(&scene, two, 2);
    check_lacks("a/b/pairs.svg", "Response time");
    strike(&scene);
}

static void test_events(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){1, "oltp", false, 60000, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .events = 50},
         PICTURE_SVG);
    check_files(&scene, all_four, 4);
    check_contains("a/b/response_time.svg", "e.0: link down");
    check_contains("a/b/response_time.svg", "30 more events without a line");
    check_lacks("a/b/response_time.gp", "set arrow 110");
    strike(&scene);
}

/* ---- the command ---- */

static int essim(const char *arguments, char *output, size_t size)
{
    char line[1000];
    snprintf(line, sizeof line, "'" BUILD_DIR "/essim' %s 2>&1", arguments);
    FILE *stream = popen(line, "r");
    size_t length = stream != NULL ? fread(output, 1, size - 1, stream) : 0;
    output[length] = '\0';
    int status = stream != NULL ? pclose(stream) : -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static void test_command(void)
{
    struct scene scene;
    char output[4000];
    draw(&scene, &(struct plan){1, "oltp", false, 2000, SIM_MS, 0, false, RUN_TRACE_PARTS, .summary = summary},
         PICTURE_SVG);
    CHECK_INT(essim("plot run.h5 -o p --format png", output, sizeof output), 0);
    CHECK_STRING(output, "p/response_time.png\np/distribution.png\np/parts.png\np/resources.png\n");
    CHECK_INT(essim("plot run.h5", output, sizeof output), 2);
    CHECK_CONTAINS(output, "give -o DIR");
    CHECK_INT(essim("plot run.h5 -o p --format gif", output, sizeof output), 2);
    CHECK_CONTAINS(output, "allowed are svg and png");
    CHECK_INT(essim("plot none.h5 -o p", output, sizeof output), 2);
    CHECK_CONTAINS(output, "none.h5");
    CHECK_INT(essim("plot run.h5 -o run.h5/p", output, sizeof output), 2);
    strike(&scene);
}

static void test_command_empty(void)
{
    struct scene scene;
    char output[4000];
    draw(&scene, &(struct plan){1, "oltp", false, 0, SIM_MS, 0, false, RUN_TRACE_PARTS, .summary = summary},
         PICTURE_SVG);
    CHECK_INT(essim("plot run.h5 -o p", output, sizeof output), 2);
    CHECK_STRING(output, "essim: run.h5: holds no completed I/Os in its trace, so there is nothing to draw; was it "
                         "recorded with --trace none?\n");
    strike(&scene);
}

static void test_no_gnuplot(void)
{
    struct scene scene;
    char output[4000], *path = strdup(getenv("PATH"));
    draw(&scene, &(struct plan){1, "oltp", false, 2000, SIM_MS, 0, false, RUN_TRACE_PARTS, .summary = summary},
         PICTURE_SVG);
    setenv("PATH", "/nonexistent", 1);
    CHECK_INT(essim("plot run.h5 -o p", output, sizeof output), 1);
    setenv("PATH", path, 1);
    CHECK_CONTAINS(output, "install the package gnuplot-nox");
    CHECK(fixture_exists("p/response_time.gp") && fixture_exists("p/distribution.gp"));
    CHECK(fixture_exists("p/parts.gp") && fixture_exists("p/resources.gp"));
    CHECK(!fixture_exists("p/response_time.svg"));
    free(path);
    strike(&scene);
}

static void test_full_disk(void)
{
    struct scene scene;
    struct rlimit before;
    draw(&scene, &(struct plan){2, "oltp", false, 20000, SIM_MS, 0, false, RUN_TRACE_PARTS, .summary = summary},
         PICTURE_SVG);
    struct run_reader *reader = run_reader_open("run.h5", &scene.error);
    struct plot_files files;
    signal(SIGXFSZ, SIG_IGN);
    getrlimit(RLIMIT_FSIZE, &before);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){1000, before.rlim_max});
    bool ok = plot_run(reader, "full", PICTURE_SVG, &files, &scene.error);
    setrlimit(RLIMIT_FSIZE, &before);
    CHECK(!ok);
    CHECK_INT(scene.error.kind, ERROR_RUN);
    CHECK_CONTAINS(scene.error.place, "full/response_time.gp");
    CHECK_INT(rmdir("full"), 0); /* nothing is in it */
    plot_files_free(&files);
    run_reader_close(reader);
    strike(&scene);
}

UNIT_MAIN("plot", {"two workloads get all pictures, with names, units and the warm-up", test_two_workloads},
          {"the busiest resources are shown, few of a kind, idle ones not", test_resources},
          {"a run of reads only mentions no writes", test_reads_only},
          {"every part of the response time has its place in the legend", test_every_part},
          {"twelve workloads are shown; of forty, the busiest with a note", test_many_workloads},
          {"PNG pictures are complete and have their size", test_png},
          {"pictures without data are left out, and a run of warm-up only says so", test_missing_data},
          {"one I/O is enough for pictures", test_few},
          {"a run without I/Os is refused and nothing is written", test_empty},
          {"a stall interrupts the curve", test_stall},
          {"a picture has some hundred points, however long the run", test_points},
          {"few pairs have a curve and a band each, with the tasks' lines", test_few_pairs},
          {"many pairs are drawn together", test_many_pairs},
          {"FlashCopies have curves while they last, and bands of their own states", test_few_flashcopies},
          {"PPRC pairs and FlashCopies stand side by side, few and many", test_both_kinds_of_pairs},
          {"a run that only copies has a picture of its pairs", test_pairs_without_ios},
          {"few of many events have a line", test_events},
          {"pictures are drawn from the run's own numbers", test_values},
          {"the command prints what it drew and refuses what it cannot", test_command},
          {"the command says which run has no I/Os", test_command_empty},
          {"without gnuplot the command names the package and leaves the scripts", test_no_gnuplot},
          {"a full disk leaves no file", test_full_disk})
