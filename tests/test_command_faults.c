// SPDX-License-Identifier: GPL-3.0-or-later
/* What `essim run` leaves behind, and says, when it is killed, when a disk is full, and when files are not as hoped. */
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <time.h>

#include "tests/run_output.h"
#include "tests/two_loads.h"

/* Longer than anybody waits: such a run ends through a fault. */
#define FOR_EVER "run.duration=1000 d"

static bool has(const struct fixture_folder *folder, const char *name)
{
    return fixture_exists(fixture_in(folder, name).text);
}

/* Checks exit status and a part of the message, which is one line, after a line of warning perhaps. */
static void expect(struct command_result result, int status, const char *message)
{
    CHECK_INT(result.status, status);
    CHECK_CONTAINS(result.errors, message);
    const char *line = strncmp(result.errors, "warning: ", 9) == 0 ? strchr(result.errors, '\n') + 1 : result.errors;
    const char *line_end = strchr(line, '\n');
    CHECK(result.errors[0] == '\0' || (line_end != NULL && line_end[1] == '\0'));
    command_result_free(&result);
}

/* ---- kills ---- */

static void killed_run_leaves_the_name_alone(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    struct fixture_path part = fixture_in(&folder, "a.h5.part");
    fixture_write_file(fixture_in(&folder, "a.h5").text, "old");
    for (off_t bytes = 1; bytes < 1000000; bytes *= 700) { /* at its beginning, and later */
        struct command *command = command_start(&(struct command_request){
            .folder = folder.path,
            .arguments = ESSIM_ARGUMENTS("run", "two.yaml", "-o", "a.h5", "--set", FOR_EVER)});
        struct stat info = {0};
        while ((stat(part.text, &info) != 0 || info.st_size < bytes) && !command_has_ended(command))
            nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
        kill(command_pid(command), SIGKILL);
        expect(command_wait(command), 128 + SIGKILL, "");
        CHECK(fixture_holds(fixture_in(&folder, "a.h5").text, "old"));
        CHECK(fixture_exists(part.text));
    }
    json_t *summary = run_output_summary(folder.path, "a.h5.part");
    CHECK(json_is_false(run_output_at(summary, "complete", NULL)));
    CHECK_STRING(RUN_OUTPUT_TEXT(summary, "scenario", "title"), "Two loads on two ranks");
    CHECK(run_output_at(summary, "workloads", "two", "all", "p99_ms", NULL) != NULL);
    json_decref(summary);
    expect(ESSIM(folder.path, "run", "two.yaml", "-o", "a.h5"), 0, "wrote a.h5");
    CHECK(!fixture_exists(part.text) && !fixture_holds(fixture_in(&folder, "a.h5").text, "old"));
    fixture_folder_remove(&folder);
}

/* ---- full disks, folders that refuse ---- */

static struct command_result run_limited(const struct fixture_folder *folder, uint64_t file_bytes)
{
    return command_run(&(struct command_request){
        .folder = folder->path,
        .file_bytes = file_bytes,
        .arguments = ESSIM_ARGUMENTS("run", "two.yaml", "-o", "a.h5", "--set", FOR_EVER)});
}

static void file_limit_leaves_nothing_new(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    static const uint64_t limits[] = {100, 20000, 100000, 300000, 1000000};
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        expect(run_limited(&folder, limits[i]), 1, "File too large");
        CHECK(!has(&folder, "a.h5") && !has(&folder, "a.h5.part"));
    }
    fixture_write_file(fixture_in(&folder, "a.h5").text, "old");
    expect(run_limited(&folder, 300000), 1, "File too large");
    CHECK(fixture_holds(fixture_in(&folder, "a.h5").text, "old") && !has(&folder, "a.h5.part"));
    fixture_folder_remove(&folder);
}

/* Puts a file system of this process and its children alone on the folder; false where that is not permitted. */
static bool mount_small(const char *path, const char *size, unsigned long flags)
{
    return unshare(CLONE_NEWNS) == 0 && mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0 &&
           mount("none", path, "tmpfs", flags, size) == 0;
}

static void full_disk_leaves_nothing_new(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    struct fixture_path small = fixture_in(&folder, "small");
    mkdir(small.text, 0700);
    if (!mount_small(small.text, "size=4m", 0)) {
        unit_skip("mounting is not permitted here");
    } else {
        fixture_write_file(fixture_in(&folder, "small/a.h5").text, "old");
        expect(ESSIM(folder.path, "run", "two.yaml", "-o", "small/b.h5", "--set", FOR_EVER), 1, "the disk is full");
        expect(ESSIM(folder.path, "run", "two.yaml", "-o", "small/a.h5", "--set", FOR_EVER), 1, "the disk is full");
        CHECK(!has(&folder, "small/b.h5") && !has(&folder, "small/b.h5.part") && !has(&folder, "small/a.h5.part"));
        CHECK(fixture_holds(fixture_in(&folder, "small/a.h5").text, "old"));
        expect(ESSIM(folder.path, "run", "two.yaml", "-o", "small/b.h5"), 0, "wrote");
        umount(small.text);
    }
    fixture_folder_remove(&folder);
}

static void read_only_folder_is_told(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    struct fixture_path small = fixture_in(&folder, "small");
    mkdir(small.text, 0700);
    if (!mount_small(small.text, "size=1m", MS_RDONLY)) {
        unit_skip("mounting is not permitted here");
    } else {
        expect(ESSIM(folder.path, "run", "two.yaml", "-o", "small/a.h5"), 2, "Read-only file system");
        CHECK(!has(&folder, "small/a.h5") && !has(&folder, "small/a.h5.part"));
        umount(small.text);
    }
    fixture_folder_remove(&folder);
}

static void names_that_are_no_files_are_refused(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    static const char *const names[] = {"missing/a.h5", "folder", "folder/", "two.yaml/a.h5", "/dev/full", ""};
    static const char *const messages[] = {"No such file or directory", "is a folder",          "is a folder",
                                           "Not a directory",           "has to be a regular file", "needs a value"};
    mkdir(fixture_in(&folder, "folder").text, 0700);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct command_result result = ESSIM(folder.path, "run", "two.yaml", "-o", names[i]);
        CHECK_STRING(result.output, "");
        expect(result, 2, messages[i]);
    }
    CHECK(!has(&folder, "missing") && !has(&folder, "folder.part") && !has(&folder, "folder/.part"));
    fixture_folder_remove(&folder);
}

static void second_run_of_a_name_is_refused(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    struct command *first = command_start(&(struct command_request){
        .folder = folder.path, .arguments = ESSIM_ARGUMENTS("run", "two.yaml", "-o", "a.h5", "--set", FOR_EVER)});
    struct stat info = {0};
    while ((stat(fixture_in(&folder, "a.h5.part").text, &info) != 0 || info.st_size == 0) && !command_has_ended(first))
        nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
    expect(ESSIM(folder.path, "run", "two.yaml", "-o", "a.h5"), 2, "is being written");
    CHECK(!has(&folder, "a.h5"));
    kill(command_pid(first), SIGINT);
    expect(command_wait(first), 130, "wrote a.h5, interrupted");
    json_t *summary = run_output_summary(folder.path, "a.h5");
    CHECK(json_is_false(run_output_at(summary, "complete", NULL)));
    json_decref(summary);
    fixture_folder_remove(&folder);
}

/* ---- standard output ---- */

static void lost_output_is_a_failure(void)
{
    struct fixture_folder folder = two_loads_folder_create();
    static const char *const lines[][8] = {
        {BUILD_DIR "/essim", "run", "two.yaml"},
        {BUILD_DIR "/essim", "summary", "two.h5"},
        {BUILD_DIR "/essim", "summary", "two.h5", "--json"},
        {BUILD_DIR "/essim", "--help"},
    };
    for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++) {
        struct command_request request = {.folder = folder.path, .arguments = lines[i], .output = "/dev/full"};
        struct command_result full = command_run(&request);
        request.output_closed = true;
        struct command_result closed = command_run(&request);
        CHECK_INT(full.status, 1);
        CHECK_CONTAINS(full.errors, "standard output: could not be written");
        CHECK_INT(closed.status, 1);
        CHECK_CONTAINS(closed.errors, "standard output: could not be written");
        command_result_free(&full);
        command_result_free(&closed);
    }
    json_t *summary = run_output_summary(folder.path, "two.h5"); /* what the disk took is whole */
    CHECK(json_is_true(run_output_at(summary, "complete", NULL)));
    json_decref(summary);
    fixture_folder_remove(&folder);
}

/* ---- traces to replay ---- */

#define REPLAYS                                                                                                       \
    "title: Replays\n" TWO_LOADS_MACHINE                                                                              \
    "workloads:\n"                                                                                                    \
    "  one: {host: h, volumes: [a.0], trace: {file: one.h5}}\n"                                                       \
    "  two: {host: h, volumes: [b], trace: {file: two.h5}}\n"

/* Two imported traces beside a scenario that replays them: the second with an I/O of 1 MiB in its middle. */
static struct fixture_folder replay_folder_create(void)
{
    struct fixture_folder folder = fixture_folder_create();
    char text[20000] = "";
    size_t length = 0;
    for (int i = 0; i < 300; i++)
        length += (size_t)snprintf(text + length, sizeof text - length, "%lld,web,0,%s,%d,%d,0\n",
                                   128166372000000000LL + i * 100000LL, i % 3 ? "Read" : "Write", i * 40960,
                                   i == 200 ? 1048576 : 4096);
    fixture_write_file(fixture_in(&folder, "trace.csv").text, text);
    fixture_write_file(fixture_in(&folder, "replay.yaml").text, REPLAYS);
    expect(ESSIM(folder.path, "import", "msr", "trace.csv", "-o", "one.h5"), 0, "");
    expect(ESSIM(folder.path, "import", "msr", "trace.csv", "-o", "two.h5"), 0, "");
    expect(ESSIM(folder.path, "run", "replay.yaml", "-o", "good.h5"), 0, "wrote");
    return folder;
}

static void expect_bad_replay(const struct fixture_folder *folder, const char *place, const char *message)
{
    struct command_result result = ESSIM(folder->path, "run", "replay.yaml", "-o", "bad.h5");
    CHECK_CONTAINS(result.errors, place);
    CHECK_STRING(result.output, "");
    expect(result, 2, message);
    CHECK(!has(folder, "bad.h5") && !has(folder, "bad.h5.part"));
}

static void missing_traces_are_all_named(void)
{
    struct fixture_folder folder = replay_folder_create();
    unlink(fixture_in(&folder, "one.h5").text);
    unlink(fixture_in(&folder, "two.h5").text);
    struct command_result result = ESSIM(folder.path, "run", "replay.yaml", "-o", "bad.h5");
    CHECK_INT(result.status, 2);
    CHECK_CONTAINS(result.errors, "replay.yaml:14:48: workloads.one.trace.file: ");
    CHECK_CONTAINS(result.errors, "replay.yaml:15:46: workloads.two.trace.file: ");
    CHECK_CONTAINS(result.errors, "one.h5 cannot be read: No such file or directory");
    CHECK(!has(&folder, "bad.h5") && !has(&folder, "bad.h5.part"));
    command_result_free(&result);
    fixture_folder_remove(&folder);
}

static void damaged_traces_are_refused(void)
{
    static const char place[] = "replay.yaml:14:48: workloads.one.trace.file: ";
    struct fixture_folder folder = replay_folder_create();
    struct fixture_path one = fixture_in(&folder, "one.h5");
    struct stat info = {0};
    CHECK(rename(fixture_in(&folder, "good.h5").text, one.text) == 0);
    expect_bad_replay(&folder, place, "one.h5"); /* a run file */
    CHECK(stat(fixture_in(&folder, "two.h5").text, &info) == 0);
    expect(ESSIM(folder.path, "import", "msr", "trace.csv", "-o", "one.h5"), 0, "");
    for (int i = 0; i < 10; i++) {
        CHECK(truncate(one.text, info.st_size * (9 - i) / 10) == 0);
        expect_bad_replay(&folder, place, "one.h5");
    }
    fixture_write_file(one.text, "time,host,disk\n");
    expect_bad_replay(&folder, place, "one.h5");
    fixture_folder_remove(&folder);
}

static void too_large_requests_are_refused(void)
{
    struct fixture_folder folder = replay_folder_create();
    struct command_result result = ESSIM(folder.path, "run", "replay.yaml", "-o", "bad.h5", "--set",
                                         "servers.FCA24.volumes.b.size=512KiB");
    CHECK_STRING(result.output, "");
    CHECK_CONTAINS(result.errors, "replay.yaml:15:46: workloads.two.trace.file: ");
    CHECK_CONTAINS(result.errors, "an I/O of 1048576 bytes");
    expect(result, 2, "does not fit volume 'b' of 524288 bytes");
    CHECK(!has(&folder, "bad.h5") && !has(&folder, "bad.h5.part"));
    fixture_folder_remove(&folder);
}

UNIT_MAIN("command_faults",
          {"a killed run leaves an earlier file alone, and a part that can be summarised",
           killed_run_leaves_the_name_alone},
          {"a limit of the file's length ends the run with 1 and leaves nothing new", file_limit_leaves_nothing_new},
          {"a full disk ends the run with 1 and leaves nothing new", full_disk_leaves_nothing_new},
          {"a read-only folder is bad input", read_only_folder_is_told},
          {"a name that cannot be a file is bad input", names_that_are_no_files_are_refused},
          {"a second run of the same name is refused and leaves the first alone", second_run_of_a_name_is_refused},
          {"lost standard output ends with 1, the run file is whole", lost_output_is_a_failure},
          {"all missing traces are named with their places in the scenario", missing_traces_are_all_named},
          {"a damaged trace is refused with its place in the scenario", damaged_traces_are_refused},
          {"a recorded I/O larger than its volume is refused with its place", too_large_requests_are_refused})
