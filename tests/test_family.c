// SPDX-License-Identifier: GPL-3.0-or-later
/* From several run files to one picture and a table: settings, results, what is doubtful, and what is refused. */
#include <math.h>

#include "analysis/family.h"
#include "analysis/metric.h"
#include "analysis/plot_family.h"
#include "analysis/run_reader.h"
#include "tests/command.h"
#include "tests/run_fixture.h"
#include "tests/text_file.h"

enum { PATH_MAX_BYTES = 600, RUNS_MAX = 64 };

/* ---- runs ---- */

/* A run of `links` links at a rate: an M/M/1 queue that saturates at 500 writes a second a link. */
struct plan {
    int links;
    double rate;
    const char *name; /* of the file; NULL: after links and rate */
    const char *settings; /* in place of the usual ones */
    const char *title;
    bool null_mean;
};

static struct fixture_path write_plan(const struct fixture_folder *folder, const struct plan *plan)
{
    char name[100], resolved[600], summary[1200], mean[40];
    double busy = plan->rate / (500 * plan->links);
    bool stable = busy < 1;
    snprintf(name, sizeof name, "r_%d_%.0f.h5", plan->links, plan->rate);
    snprintf(mean, sizeof mean, "%.9g", stable ? 2 / (1 - busy) : 5000);
    struct fixture_path path = fixture_in(folder, plan->name ? plan->name : name);
    snprintf(resolved, sizeof resolved,
             "{\"title\": \"x\", \"workloads\": {\"oltp\": {\"iodepth\": %d, \"kind\": \"open\"}}, \"settings\": {%s}}",
             plan->links, plan->settings ? plan->settings : "\"links.e.count\": {\"value\": 0}");
    if (plan->settings == NULL)
        snprintf(resolved, sizeof resolved,
                 "{\"workloads\": {\"oltp\": {\"iodepth\": %d, \"kind\": \"open\"}}, \"settings\": {"
                 "\"links.e.count\": {\"value\": %d, \"text\": \"%d `x`\", \"unit\": \"\"},"
                 "\"links.e.cable\": {\"value\": \"mm50\", \"text\": \"mm50\", \"unit\": \"\"},"
                 "\"links.e.distance\": {\"value\": 43000, \"text\": \"43 km\", \"unit\": \"m\"},"
                 "\"workloads.oltp.rate_iops\": {\"value\": %.9g, \"text\": \"%.9g\", \"unit\": \"/s\"}}}",
                 plan->links, plan->links, plan->links, plan->rate, plan->rate);
    snprintf(summary, sizeof summary,
             "{\"workloads\": {\"oltp\": {\"stable\": %s, \"writes\": {\"count\": 9, \"per_s\": %.9g, \"mean_ms\": %s,"
             " \"ci95_ms\": %.9g}, \"reads\": {\"count\": 0, \"mean_ms\": null}}, \"web\": {\"stable\": true,"
             " \"writes\": {\"count\": 9, \"mean_ms\": 1}}},"
             " \"resources\": {\"e.0\": {\"kind\": \"link\", \"utilization\": %.9g, \"copies_per_s\": 0}},"
             " \"pairs\": {\"db.0>dbr.0\": {\"complete_s\": %.9g}, \"db.1>dbr.1\": {\"complete_s\": 7.5},"
             " \"db.0>snap.0\": {\"kind\": \"flashcopy\", \"copy_s\": 80.5, \"copied_mb_per_s\": %.9g},"
             " \"db.1>snap.1\": {\"kind\": \"flashcopy\", \"copy_s\": null, \"copied_mb_per_s\": 2.5}}}",
             stable ? "true" : "false", plan->rate, plan->null_mean ? "null" : mean, stable ? 0.2 / (1 - busy) : 900,
             fmin(busy, 1), 400.0 / plan->links, 12.5 * plan->links);
    struct config config = fixture_config();
    struct run_identity identity = fixture_identity();
    char title[100];
    snprintf(title, sizeof title, "%s", plan->title ? plan->title : "How many `touch canary` links?");
    config.title = title;
    identity.resolved_json = resolved;
    struct error error = {0};
    struct run_writer *writer = run_writer_create(path.text, &config, &identity, RUN_TRACE_NONE, &error);
    struct run_ending ending = {.complete = true, .summary_json = summary};
    CHECK(writer != NULL && run_writer_finish(writer, &ending, &error));
    CHECK_STRING(error.message, "");
    return path;
}

/* Runs of 1, 2, 4 and 8 links, each up to 20 % above what they carry; the paths in a random order. */
static size_t write_grid(const struct fixture_folder *folder, struct fixture_path *paths)
{
    size_t count = 0;
    for (int links = 8; links >= 1; links /= 2)
        for (int step = 1; step <= 8; step++)
            paths[count++] =
                write_plan(folder, &(struct plan){.links = links, .rate = (step * 7 % 8 + 1) * 75.0 * links});
    return count;
}

/* A family of the runs, ended; NULL with an error. */
static struct family *gather(const struct fixture_path *paths, size_t count, const char *x, const char *by,
                             const char *y, struct error *error)
{
    struct family *family = family_create(x, by, y);
    bool ok = true;
    for (size_t i = 0; ok && i < count; i++) {
        struct run_reader *reader = run_reader_open(paths[i].text, error);
        ok = reader != NULL && family_add(family, reader, paths[i].text, error);
        run_reader_close(reader);
    }
    if (ok && family_finish(family, error))
        return family;
    family_destroy(family);
    return NULL;
}

/* ---- metrics ---- */

static void numbers_are_found_by_path(void)
{
    json_t *json =
        json_loads("{\"a\": {\"x.y\": {\"mean_ms\": 3, \"ci95_ms\": 0.5, \"utilization\": 0.25},"
                   " \"x\": {\"y\": {\"mean_ms\": 4}, \"p50_ms\": null}, \"z\": {\"mean_ms\": 9}}, \"n\": 7}",
                   0, NULL);
    struct metric_value found;
    CHECK(metric_find(json, "a.x.y.mean_ms", &found));
    CHECK_NEAR(found.value, 3, 0);
    CHECK_NEAR(found.ci95, 0.5, 0);
    CHECK(metric_find(json, "a.x.y.utilization", &found) && found.value == 0.25 && isnan(found.ci95));
    CHECK(metric_find(json, "a.x.p50_ms", &found) && isnan(found.value));
    CHECK(metric_find(json, "n", &found) && found.value == 7);
    CHECK(metric_find(json, "a.*.mean_ms", &found) && found.value == 9);
    static const char *const none[] = {"",  "a",  "a.x", "a.x.y", "a.x.y.mean", "a.x.y.mean_ms.z",
                                       "b", "a.", ".a",  "*",     "*.*"};
    for (size_t i = 0; i < sizeof none / sizeof none[0]; i++)
        CHECK(!metric_find(json, none[i], &found));
    json_decref(json);
}

static void units_follow_from_names(void)
{
    static const struct {
        const char *path, *unit;
    } cases[] = {{"a.mean_ms", "ms"}, {"a.p95_ms", "ms"}, {"a.per_s", "/s"}, {"a.mb_per_s", "MB/s"},
                 {"a.writes_per_s", "/s"}, {"a.utilization", "%"}, {"a.complete_s", "s"}, {"a.copied_tracks", ""},
                 {"a.copy_s", "s"}, {"a.copied_mb_per_s", "MB/s"}, {"a.withdrawn_s", "s"}, {"a.redirected_reads", ""},
                 {"engine.peak_rss_bytes", "B"}, {"a.parts_ms.link", ""}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        CHECK_STRING(metric_scale(cases[i].path).unit, cases[i].unit);
    CHECK_NEAR(metric_scale("a.utilization").factor, 100, 0);
}

/* ---- families ---- */

static void runs_are_sorted_into_curves(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path paths[RUNS_MAX];
    struct error error = {0};
    size_t count = write_grid(&folder, paths), seen;
    struct family *family = gather(paths, count, "workloads.oltp.rate_iops", "links.e.count", NULL, &error);
    CHECK_STRING(error.message, "");
    const struct family_run *runs = family_runs(family, &seen);
    CHECK_INT(seen, count);
    CHECK_STRING(family_y(family), "workloads.oltp.writes.mean_ms");
    CHECK_STRING(family_x_unit(family), "/s");
    CHECK_STRING(family_differing(family), "links.e.count, workloads.oltp.rate_iops");
    for (size_t i = 0; i < seen; i++) {
        int links = 1 << i / 8;
        double rate = (double)(i % 8 + 1) * 75 * links, busy = rate / (500 * links);
        char by[16];
        snprintf(by, sizeof by, "%d `x`", links);
        CHECK_STRING(runs[i].by, by);
        CHECK_NEAR(runs[i].x, rate, 1e-9);
        CHECK_INT(runs[i].stable, busy < 0.985);
        if (busy < 1)
            CHECK_NEAR(runs[i].y, 2 / (1 - busy), 1e-6);
    }
    family_destroy(family);
    fixture_folder_remove(&folder);
}

static void family_is_drawn_with_its_table(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path paths[RUNS_MAX], out = fixture_in(&folder, "out/deep");
    struct plot_family_files files;
    struct error error = {0};
    char script[PATH_MAX_BYTES];
    size_t count = write_grid(&folder, paths);
    struct family *family = gather(paths, count, "workloads.oltp.rate_iops", "links.e.count", NULL, &error);
    CHECK(plot_family(family, out.text, PICTURE_SVG, false, &files, &error));
    CHECK_STRING(error.message, "");
    CHECK_CONTAINS(files.picture, "out/deep/family.svg");
    check_contains(files.picture, "How many `touch canary` links?");
    check_contains(files.picture, "workloads.oltp.rate_iops (/s)");
    check_contains(files.picture, "mean response time, oltp writes (ms)");
    check_contains(files.picture, ">links.e.count<");
    check_contains(files.picture, ">8 `x`<");
    check_contains(files.picture, "triangle at the top: beyond the axis, see family.csv");
    check_contains(files.table,
                   "run,workloads.oltp.rate_iops (/s),links.e.count,workloads.oltp.writes.mean_ms,ci95,stable\n");
    check_contains(files.table, "r_1_75.h5,75,1 `x`,2.35294118,0.235294118,yes\n");
    check_contains(files.table, "r_1_600.h5,600,1 `x`,5000,900,no\n");
    snprintf(script, sizeof script, "%s/family.gp", out.text);
    check_contains(script, "keyentry");
    check_lacks(script, "set yrange [0:5"); /* 5000 ms of a saturated run would flatten the knee */
    CHECK(!fixture_exists("canary"));
    free(files.picture);
    free(files.table);
    CHECK(plot_family(family, out.text, PICTURE_PNG, true, &files, &error));
    check_contains(script, "set logscale y");
    free(files.picture);
    free(files.table);
    family_destroy(family);
    fixture_folder_remove(&folder);
}

static void doubtful_points_are_hollow(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path out = fixture_in(&folder, "out"), script = fixture_in(&folder, "out/family.gp");
    struct fixture_path paths[] = {write_plan(&folder, &(struct plan){.links = 1, .rate = 100}),
                                   write_plan(&folder, &(struct plan){.links = 1, .rate = 300}),
                                   write_plan(&folder, &(struct plan){.links = 1, .rate = 600})};
    struct plot_family_files files;
    struct error error = {0};
    /* The rate of an unstable workload lies near the others': it is drawn, hollow. */
    struct family *family = gather(paths, 3, "workloads.oltp.rate_iops", NULL, "workloads.oltp.writes.per_s", &error);
    CHECK(plot_family(family, out.text, PICTURE_SVG, false, &files, &error));
    check_contains(files.picture, "hollow: not stable");
    check_contains(script.text, "set yrange [0:672]"); /* 12 % above the 600 */
    check_lacks(files.picture, "triangle");
    check_contains(files.table, "run,workloads.oltp.rate_iops (/s),workloads.oltp.writes.per_s,ci95,stable\n");
    free(files.picture);
    free(files.table);
    family_destroy(family);
    /* Another workload's times are doubtful too, once the link is saturated; a pair's are not. */
    size_t count;
    family = gather(paths, 3, "workloads.oltp.rate_iops", NULL, "workloads.web.writes.mean_ms", &error);
    CHECK(!family_runs(family, &count)[2].stable && family_runs(family, &count)[1].stable);
    family_destroy(family);
    family = gather(paths, 3, "workloads.oltp.rate_iops", NULL, "pairs.*.complete_s", &error);
    CHECK(family_runs(family, &count)[2].stable);
    CHECK_NEAR(family_runs(family, &count)[2].y, 400, 0);
    family_destroy(family);
    CHECK_STRING(error.message, "");
    fixture_folder_remove(&folder);
}

static void flashcopies_have_families(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path out = fixture_in(&folder, "out"), script = fixture_in(&folder, "out/family.gp");
    struct fixture_path paths[] = {write_plan(&folder, &(struct plan){.links = 1, .rate = 250}),
                                   write_plan(&folder, &(struct plan){.links = 4, .rate = 250})};
    struct plot_family_files files;
    struct error error = {0};
    size_t count;
    /* PPRC pairs lack the key, one copy was not complete: the rest has a greatest. */
    struct family *family = gather(paths, 2, "links.e.count", NULL, "pairs.*.copy_s", &error);
    if (CHECK(family != NULL)) {
        CHECK_NEAR(family_runs(family, &count)[0].y, 80.5, 0);
        CHECK(plot_family(family, out.text, PICTURE_SVG, false, &files, &error));
        check_contains(script.text, "time of the copy");
        free(files.picture);
        free(files.table);
    }
    family_destroy(family);
    family = gather(paths, 2, "links.e.count", NULL, "pairs.db.0>snap.0.copied_mb_per_s", &error);
    if (CHECK(family != NULL)) {
        CHECK_NEAR(family_runs(family, &count)[1].y, 50, 0);
        CHECK(plot_family(family, out.text, PICTURE_SVG, false, &files, &error));
        check_contains(files.table, "links.e.count,pairs.db.0>snap.0.copied_mb_per_s,ci95,stable\n");
        check_contains(script.text, "rate of the copy");
        free(files.picture);
        free(files.table);
    }
    family_destroy(family);
    CHECK_STRING(error.message, "");
    fixture_folder_remove(&folder);
}

static void equal_runs_make_one_point(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path out = fixture_in(&folder, "out"), script = fixture_in(&folder, "out/family.gp");
    struct fixture_path paths[] = {
        write_plan(&folder, &(struct plan){.links = 1, .rate = 250, .name = "a,\"b\".h5"}),
        write_plan(&folder, &(struct plan){.links = 1, .rate = 250, .name = "b.h5"}),
        write_plan(&folder, &(struct plan){.links = 1, .rate = 250, .name = "c.h5", .null_mean = true})};
    struct plot_family_files files;
    struct error error = {0};
    struct family *family = gather(paths, 3, "links.e.distance", NULL, NULL, &error);
    CHECK(plot_family(family, out.text, PICTURE_SVG, false, &files, &error));
    CHECK_STRING(error.message, "");
    check_contains(script.text, "$stable_0 << END_OF_BLOCK\n43 4 3.71716 4.28284\nEND_OF_BLOCK\n");
    check_contains(files.picture, "links.e.distance (km)");
    check_contains(files.table, "a,\"\"b\"\".h5\",43000,4,0.4,yes\n");
    check_contains(files.table, "c.h5,43000,,");
    free(files.picture);
    free(files.table);
    family_destroy(family);
    fixture_folder_remove(&folder);
}

static void settings_outside_the_list_are_found(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = write_plan(&folder, &(struct plan){.links = 4, .rate = 100, .settings = ""});
    struct error error = {0};
    size_t count;
    struct family *family = gather(&path, 1, "workloads.oltp.iodepth", "workloads.oltp.kind", NULL, &error);
    if (CHECK(family != NULL)) {
        CHECK_NEAR(family_runs(family, &count)[0].x, 4, 0);
        CHECK_STRING(family_runs(family, &count)[0].by, "open");
    }
    family_destroy(family);
    fixture_folder_remove(&folder);
}

static void runs_that_lack_a_path_are_named(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path paths[RUNS_MAX];
    struct error error = {0};
    for (int i = 0; i < 12; i++) {
        char name[20];
        snprintf(name, sizeof name, "n%d.h5", i);
        paths[i] = write_plan(&folder,
                              &(struct plan){.links = 1, .rate = 100 + i, .name = name, .settings = i % 3 ? NULL : ""});
    }
    CHECK(gather(paths, 12, "links.e.count", NULL, NULL, &error) == NULL);
    CHECK_INT(error.kind, ERROR_INPUT);
    CHECK_CONTAINS(error.message, "'links.e.count' is no setting written in 4 of the runs: ");
    CHECK_CONTAINS(error.message, "n9.h5");
    CHECK(strstr(error.message, "n1.h5") == NULL);
    error = (struct error){0};
    CHECK(gather(paths, 3, "workloads.oltp.iodepth", "links.e.cable", NULL, &error) == NULL);
    CHECK_STRING(error.place, "--by");
    CHECK_CONTAINS(error.message, "1 of the runs");
    error = (struct error){0};
    CHECK(gather(paths + 1, 2, "links.e.cable", NULL, NULL, &error) == NULL);
    CHECK_CONTAINS(error.message, "no number, so it makes no axis; give it to --by");
    error = (struct error){0};
    CHECK(gather(paths + 1, 2, "links.e.count", NULL, "workloads.oltp.writes.mean", &error) == NULL);
    CHECK_CONTAINS(error.message, "'workloads.oltp.writes.mean' is no number in the summary of 2 of the runs");
    error = (struct error){0};
    CHECK(gather(paths + 1, 2, "links.e.count", NULL, "workloads.oltp.reads.mean_ms", &error) == NULL);
    CHECK_CONTAINS(error.message, "was measured in none of the runs");
    fixture_folder_remove(&folder);
}

static void any_path_is_answered(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path out = fixture_in(&folder, "out");
    char long_path[5000];
    memset(long_path, 'x', sizeof long_path - 1);
    long_path[sizeof long_path - 1] = '\0';
    const char *const paths[] = {"", ".", "..", "*", "\n", "\"", "`touch canary`", "settings", "%s%n", long_path};
    struct fixture_path run = write_plan(&folder, &(struct plan){.links = 1, .rate = 100});
    for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
        struct error error = {0};
        CHECK(gather(&run, 1, paths[i], NULL, NULL, &error) == NULL);
        CHECK_INT(error.kind, ERROR_INPUT);
        error = (struct error){0};
        CHECK(gather(&run, 1, "links.e.count", paths[i], NULL, &error) == NULL);
        error = (struct error){0};
        CHECK(gather(&run, 1, "links.e.count", NULL, paths[i], &error) == NULL);
    }
    /* A setting may be called anything, and still is only text in the script. */
    struct fixture_path odd =
        write_plan(&folder, &(struct plan){.links = 1,
                                           .rate = 100,
                                           .name = "o.h5",
                                           .settings = "\"links.`touch canary` \\\" '$(x)' %d.n\": {\"value\": 3, "
                                                       "\"text\": \"3\\n`touch canary`\\\"\", \"unit\": \"`x`\"}"});
    struct error error = {0};
    struct plot_family_files files;
    const char *name = "links.`touch canary` \" '$(x)' %d.n";
    struct family *family = gather(&odd, 1, name, name, NULL, &error);
    CHECK(family != NULL && plot_family(family, out.text, PICTURE_SVG, false, &files, &error));
    CHECK_STRING(error.message, "");
    check_contains(files.picture, "links.`touch canary` \" '$(x)' %d.n (`x`)");
    CHECK(!fixture_exists("canary"));
    free(files.picture);
    free(files.table);
    family_destroy(family);
    fixture_folder_remove(&folder);
}

static void command_draws_families(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path a = write_plan(&folder, &(struct plan){.links = 1, .rate = 100});
    struct fixture_path b = write_plan(&folder, &(struct plan){.links = 2, .rate = 100});
    struct fixture_path out = fixture_in(&folder, "out");
    struct command_result result = ESSIM(NULL, "plot", a.text, b.text, "-o", out.text, "--x", "links.e.count");
    CHECK_INT(result.status, 0);
    CHECK_CONTAINS(result.output, "out/family.svg\n");
    CHECK_CONTAINS(result.output, "out/family.csv\n");
    command_result_free(&result);
    result = ESSIM(NULL, "plot", a.text, b.text, "-o", out.text);
    CHECK_INT(result.status, 2);
    CHECK_CONTAINS(result.errors, "give --x PATH; they differ in links.e.count");
    command_result_free(&result);
    result = ESSIM(NULL, "plot", a.text, "-o", out.text, "--by", "links.e.count");
    CHECK_INT(result.status, 2);
    CHECK_CONTAINS(result.errors, "give --x PATH too");
    command_result_free(&result);
    result = ESSIM(NULL, "plot", a.text, b.text, "-o", out.text, "--x", "links.f.count");
    CHECK_INT(result.status, 2);
    CHECK_CONTAINS(result.errors, "r_2_100.h5");
    CHECK_CONTAINS(result.errors, "they differ in links.e.count");
    command_result_free(&result);
    fixture_folder_remove(&folder);
}

UNIT_MAIN("family", {"numbers are found by path, the longest name first, null and * too", numbers_are_found_by_path},
          {"units follow from the end of a name", units_follow_from_names},
          {"runs are sorted into curves by numbers, whatever their order", runs_are_sorted_into_curves},
          {"a family is drawn with titles, units and its table; a saturated run does not flatten it",
           family_is_drawn_with_its_table},
          {"unstable points are hollow and explained", doubtful_points_are_hollow},
          {"times and rates of FlashCopies are drawn, beside PPRC pairs that have none", flashcopies_have_families},
          {"runs of equal settings make one point, with the interval of their mean", equal_runs_make_one_point},
          {"settings that stand only in the resolved scenario are found", settings_outside_the_list_are_found},
          {"runs that lack a path are named", runs_that_lack_a_path_are_named},
          {"any path is answered, and no name does anything", any_path_is_answered},
          {"the command draws families and says what is missing", command_draws_families})
