// SPDX-License-Identifier: GPL-3.0-or-later
/* From a run file to pictures: which are drawn, what stands in them, and what is said where none can be. */
#include "tests/plot_scene.h"

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
          {"few of many events have a line", test_events},
          {"pictures are drawn from the run's own numbers", test_values},
          {"the command prints what it drew and refuses what it cannot", test_command},
          {"the command says which run has no I/Os", test_command_empty},
          {"without gnuplot the command names the package and leaves the scripts", test_no_gnuplot},
          {"a full disk leaves no file", test_full_disk})
