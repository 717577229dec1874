// SPDX-License-Identifier: GPL-3.0-or-later
/* Full disks, kills, names that cannot be written, two runs with one name. */
#include <fcntl.h>
#include <limits.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#include "analysis/run_reader.h"
#include "tests/run_fixture.h"

enum { CHUNK = 16384, CHILD_SKIPS = 77 };

static const struct run_ending complete = {.complete = true, .summary_json = "{}"};

/* Runs `work` in a child; its exit status, 128 + signal when it died of one. The child ends through exit(): HDF5
 * left to itself would flush there, and crash after a full disk. */
static int in_child(int (*work)(const void *), const void *data)
{
    pid_t child = fork();
    if (child == 0) {
        exit(work(data));
    }
    int status = 0;
    waitpid(child, &status, 0);
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}

/* ---- full disks ---- */

struct limited {
    const char *path;
    rlim_t bytes; /* longest file the child may write */
    int64_t ios;
    const char *why; /* part of the message that is expected */
};

/* 0: the run failed as it should, with the message; 1: it did not fail; 2: another message; 3: the simulation was
 * not told to stop. */
static int run_until_full(const char *path, int64_t ios, const char *why)
{
    struct error error = {.kind = ERROR_NONE};
    struct run_writer *writer = fixture_start(path, RUN_TRACE_PARTS, &error);
    bool told = !writer;
    for (int64_t i = 0; writer && i < ios; i++) {
        struct io_record record = fixture_record(i);
        told = !run_writer_io(writer, &record) || told;
    }
    if (writer && run_writer_finish(writer, &complete, &error)) {
        return 1;
    }
    if (error.kind != ERROR_RUN || !strstr(error.message, why) || strchr(error.message, '\n')) {
        fprintf(stderr, "%d: %s: %s\n", error.kind, error.place, error.message);
        return 2;
    }
    return told || ios < 10 * CHUNK ? 0 : 3;
}

static int work_limited(const void *data)
{
    const struct limited *limited = data;
    struct rlimit limit = {limited->bytes, limited->bytes};
    signal(SIGXFSZ, SIG_IGN);
    setrlimit(RLIMIT_FSIZE, &limit);
    return run_until_full(limited->path, limited->ios, limited->why);
}

static void full_disk_leaves_nothing_new(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5"), part = fixture_in(&folder, "a.h5.part");
    static const rlim_t limits[] = {0, 100, 3000, 20000, 60000, 100000, 300000, 600000};
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        struct limited limited = {path.text, limits[i], 12 * CHUNK, "File too large"};
        CHECK_INT(in_child(work_limited, &limited), 0);
        CHECK(!fixture_exists(path.text) && !fixture_exists(part.text));
        fixture_write_file(path.text, "old");
        CHECK_INT(in_child(work_limited, &limited), 0);
        CHECK(fixture_holds(path.text, "old") && !fixture_exists(part.text));
        unlink(path.text);
    }
    fixture_folder_remove(&folder);
}

/* A few rows reach the disk only at the end: finishing alone can fail. Every limit up to the file's length is hit. */
static void full_disk_at_the_end_leaves_nothing_new(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5"), part = fixture_in(&folder, "a.h5.part");
    struct stat info = {0};
    CHECK(fixture_write_run(path.text, 50, RUN_TRACE_PARTS, NULL) && stat(path.text, &info) == 0);
    unlink(path.text);
    for (off_t limit = 1; limit < info.st_size; limit += info.st_size / 23) {
        struct limited limited = {path.text, (rlim_t)limit, 50, "File too large"};
        CHECK_INT(in_child(work_limited, &limited), 0);
        CHECK(!fixture_exists(path.text) && !fixture_exists(part.text));
    }
    fixture_folder_remove(&folder);
}

struct mounted {
    const char *folder;
    const char *options;
    unsigned long flags;
    int (*work)(const char *path);
};

/* Runs `work` with a file system of the child's own mounted on the folder. */
static int work_mounted(const void *data)
{
    const struct mounted *mounted = data;
    char path[600];
    if (unshare(CLONE_NEWNS) != 0 || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0 ||
        mount("none", mounted->folder, "tmpfs", mounted->flags, mounted->options) != 0) {
        return CHILD_SKIPS;
    }
    snprintf(path, sizeof path, "%s/a.h5", mounted->folder);
    int status = mounted->work(path);
    char part[700];
    snprintf(part, sizeof part, "%s.part", path);
    return fixture_exists(path) || fixture_exists(part) ? 10 + status : status;
}

static int work_full_at_first(const char *path)
{
    return run_until_full(path, 10, "No space left on device");
}

static int work_full_at_the_first_rows(const char *path)
{
    return run_until_full(path, 10, "the disk is full");
}

static int work_full_later(const char *path)
{
    return run_until_full(path, 40 * CHUNK, "the disk is full");
}

static int work_read_only(const char *path)
{
    struct error error = {.kind = ERROR_NONE};
    if (fixture_start(path, RUN_TRACE_TIMES, &error)) {
        return 1;
    }
    return error.kind == ERROR_INPUT && strstr(error.message, "Read-only file system") ? 0 : 2;
}

static void check_mounted(const char *options, unsigned long flags, int (*work)(const char *))
{
    struct fixture_folder folder = fixture_folder_create();
    struct mounted mounted = {folder.path, options, flags, work};
    int status = in_child(work_mounted, &mounted);
    if (status == CHILD_SKIPS) {
        unit_skip("mounting is not permitted here");
    } else {
        CHECK_INT(status, 0);
    }
    fixture_folder_remove(&folder);
}

static void small_file_systems_fill_up(void)
{
    check_mounted("size=8k", 0, work_full_at_first);
    check_mounted("size=256k", 0, work_full_at_the_first_rows);
    check_mounted("size=4m", 0, work_full_later);
}

static void read_only_folder_is_an_input_error(void)
{
    check_mounted("size=1m", MS_RDONLY, work_read_only);
}

/* ---- kills ---- */

static int work_for_ever(const void *data)
{
    struct run_writer *writer = fixture_start(data, RUN_TRACE_PARTS, NULL);
    bool ok = writer != NULL;
    for (int64_t i = 0; ok; i++) {
        struct io_record record = fixture_record(i);
        ok = run_writer_io(writer, &record);
    }
    return 1;
}

/* Starts such a child and kills it once PATH.part is that long. */
static void kill_when_longer(const char *path, const char *part, off_t bytes)
{
    pid_t child = fork();
    if (child == 0) {
        _exit(work_for_ever(path));
    }
    struct stat info = {0};
    int status;
    while ((stat(part, &info) != 0 || info.st_size < bytes) && waitpid(child, &status, WNOHANG) == 0) {
        nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
    }
    kill(child, SIGKILL);
    waitpid(child, &status, 0);
    CHECK(WIFSIGNALED(status));
}

static void check_part(const char *part, int64_t at_least)
{
    static int64_t ids[CHUNK], responses[CHUNK];
    struct error error = {.kind = ERROR_NONE};
    struct run_reader *reader = run_reader_open(part, &error);
    if (!CHECK(reader != NULL)) {
        fprintf(stderr, "%s: %s\n", error.place, error.message);
        return;
    }
    int64_t count = run_reader_io_count(reader), wrong = 0;
    CHECK(count % CHUNK == 0 && count >= at_least);
    for (int64_t first = 0; first < count; first += CHUNK) {
        CHECK(run_reader_column(reader, "id", first, CHUNK, ids, &error) &&
              run_reader_column(reader, "response_time", first, CHUNK, responses, &error));
        for (int64_t i = 0; i < CHUNK; i++) {
            wrong += ids[i] != first + i || responses[i] != fixture_record(first + i).response_ns;
        }
    }
    CHECK_INT(wrong, 0);
    CHECK_STRING(run_reader_attribute(reader, "status"), "interrupted");
    CHECK(!run_reader_summary(reader) && run_reader_name_count(reader, "volumes") == FIXTURE_VOLUMES);
    run_reader_close(reader);
}

static void killed_run_leaves_a_readable_part(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5"), part = fixture_in(&folder, "a.h5.part");
    struct stat info = {0};
    /* How long the file is after its first flush: fifty chunks. */
    CHECK(fixture_write_run(path.text, 50 * CHUNK, RUN_TRACE_PARTS, NULL) && stat(path.text, &info) == 0);
    unlink(path.text);
    kill_when_longer(path.text, part.text, 1);
    CHECK(!fixture_exists(path.text) && fixture_exists(part.text));
    kill_when_longer(path.text, part.text, info.st_size / 3);
    check_part(part.text, 0);
    kill_when_longer(path.text, part.text, info.st_size * 5 / 4);
    CHECK(!fixture_exists(path.text));
    check_part(part.text, 50 * CHUNK);
    CHECK(fixture_write_run(path.text, 10, RUN_TRACE_PARTS, NULL));
    CHECK(fixture_exists(path.text) && !fixture_exists(part.text));
    fixture_folder_remove(&folder);
}

/* ---- names ---- */

/* Expects that nothing can be written there, because of the user. */
static void refuse(const char *path, const char *part_of_message)
{
    struct error error = {.kind = ERROR_NONE};
    CHECK(!fixture_start(path, RUN_TRACE_TIMES, &error));
    CHECK_INT(error.kind, ERROR_INPUT);
    CHECK_CONTAINS(error.message, part_of_message);
}

static void wrong_names_are_refused(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path pipe = fixture_in(&folder, "pipe"), slash = fixture_in(&folder, "new/");
    struct fixture_path missing = fixture_in(&folder, "missing/a.h5"), below = fixture_in(&folder, "file/a.h5");
    struct fixture_path file = fixture_in(&folder, "file"), circle = fixture_in(&folder, "circle");
    char long_name[NAME_MAX + 600];
    CHECK(mkfifo(pipe.text, 0600) == 0 && symlink("circle", circle.text) == 0);
    fixture_write_file(file.text, "old");
    snprintf(long_name, sizeof long_name, "%s/%0*d", folder.path, NAME_MAX - 2, 0);
    refuse("", "empty");
    refuse(folder.path, "is a folder");
    refuse(slash.text, "is a folder's name");
    refuse("/dev/null", "has to be a regular file");
    refuse("/dev/full", "has to be a regular file");
    refuse(pipe.text, "has to be a regular file");
    refuse(missing.text, "No such file or directory");
    refuse(below.text, "Not a directory");
    refuse(circle.text, "in a circle");
    refuse(long_name, "File name too long");
    CHECK(fixture_holds(file.text, "old"));
    fixture_folder_remove(&folder);
}

static void foreign_part_is_not_touched(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5"), part = fixture_in(&folder, "a.h5.part");
    struct fixture_path other = fixture_in(&folder, "other");
    fixture_write_file(other.text, "old");
    CHECK(symlink(other.text, part.text) == 0);
    refuse(path.text, "Too many levels of symbolic links");
    CHECK(fixture_holds(other.text, "old"));
    unlink(part.text);
    CHECK(mkdir(part.text, 0700) == 0);
    refuse(path.text, "Is a directory");
    CHECK(rmdir(part.text) == 0 && mkfifo(part.text, 0600) == 0);
    refuse(path.text, "no regular file");
    CHECK(fixture_exists(part.text));
    fixture_folder_remove(&folder);
}

static void links_are_followed(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path target = fixture_in(&folder, "target.h5"), link = fixture_in(&folder, "link.h5");
    struct fixture_path second = fixture_in(&folder, "second.h5");
    struct stat info = {0};
    CHECK(symlink("target.h5", link.text) == 0 && symlink(link.text, second.text) == 0);
    for (int round = 0; round < 2; round++) { /* the target does not exist, then it does */
        CHECK(fixture_write_run(second.text, 10 + round, RUN_TRACE_TIMES, NULL));
        CHECK(lstat(link.text, &info) == 0 && S_ISLNK(info.st_mode));
        CHECK(lstat(target.text, &info) == 0 && S_ISREG(info.st_mode));
        struct run_reader *reader = run_reader_open(second.text, NULL);
        CHECK(reader && run_reader_io_count(reader) == 10 + round);
        run_reader_close(reader);
    }
    fixture_folder_remove(&folder);
}

static int work_relative(const void *data)
{
    if (chdir(data) != 0 || mkdir("sub", 0700) != 0) {
        return 1;
    }
    static const char *const names[] = {"a.h5",
                                        "./b.h5",
                                        "sub/c.h5",
                                        "sub/../d.h5",
                                        "-e.h5",
                                        "L\xc3\xbc\xe6\x97\xa5.h5",
                                        "latin\xff 'name\" $x`y`\n.h5"};
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct error error = {.kind = ERROR_NONE};
        struct run_reader *reader = NULL;
        if (!fixture_write_run(names[i], 5, RUN_TRACE_TIMES, &error) || !(reader = run_reader_open(names[i], &error))) {
            fprintf(stderr, "%s: %s\n", error.place, error.message);
            return 10 + (int)i;
        }
        run_reader_close(reader);
    }
    return 0;
}

static void any_bytes_make_a_name(void)
{
    struct fixture_folder folder = fixture_folder_create();
    CHECK_INT(in_child(work_relative, folder.path), 0);
    fixture_folder_remove(&folder);
}

static void existing_file_is_replaced_whole_or_not_at_all(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5"), part = fixture_in(&folder, "a.h5.part");
    struct stat info = {0};
    fixture_write_file(path.text, "old");
    chmod(path.text, 0640);
    struct run_writer *writer = fixture_start(path.text, RUN_TRACE_TIMES, NULL);
    CHECK(writer && fixture_holds(path.text, "old") && fixture_exists(part.text));
    for (int64_t i = 0; writer && i < 3 * CHUNK; i++) {
        struct io_record record = fixture_record(i);
        run_writer_io(writer, &record);
    }
    CHECK(fixture_holds(path.text, "old"));
    run_writer_abandon(writer);
    CHECK(fixture_holds(path.text, "old") && !fixture_exists(part.text));
    CHECK(fixture_write_run(path.text, 5, RUN_TRACE_TIMES, NULL));
    CHECK(!fixture_holds(path.text, "old") && !fixture_exists(part.text));
    CHECK(stat(path.text, &info) == 0 && (info.st_mode & 0777) == 0640);
    fixture_folder_remove(&folder);
}

static void second_writer_of_a_name_is_refused(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5"), part = fixture_in(&folder, "a.h5.part");
    struct error error = {.kind = ERROR_NONE};
    struct run_writer *writer = fixture_start(path.text, RUN_TRACE_TIMES, NULL);
    refuse(path.text, "is being written");
    CHECK(!run_reader_open(part.text, &error));
    CHECK_CONTAINS(error.message, "being written");
    struct io_record record = fixture_record(0);
    CHECK(writer && run_writer_io(writer, &record) && run_writer_finish(writer, &complete, NULL));
    struct run_reader *reader = run_reader_open(path.text, NULL);
    CHECK(reader && run_reader_io_count(reader) == 1);
    CHECK(fixture_write_run(path.text, 2, RUN_TRACE_TIMES, NULL)); /* while the old file is being read */
    run_reader_close(reader);
    fixture_folder_remove(&folder);
}

UNIT_MAIN("run_faults", {"a full disk is an error, stops the run and leaves nothing new", full_disk_leaves_nothing_new},
          {"a disk that fills up while finishing leaves nothing new", full_disk_at_the_end_leaves_nothing_new},
          {"a small file system fills up without harm", small_file_systems_fill_up},
          {"a read-only folder is an input error", read_only_folder_is_an_input_error},
          {"a killed run leaves a part file that is readable up to its last flush", killed_run_leaves_a_readable_part},
          {"a name that cannot be written is an input error", wrong_names_are_refused},
          {"a part file that is a link, folder or pipe is not touched", foreign_part_is_not_touched},
          {"a symbolic link stays and its target is replaced", links_are_followed},
          {"relative names and any bytes make a name", any_bytes_make_a_name},
          {"an existing file is replaced whole or not at all", existing_file_is_replaced_whole_or_not_at_all},
          {"a second writer of a name, and a reader of its part, are refused", second_writer_of_a_name_is_refused})
