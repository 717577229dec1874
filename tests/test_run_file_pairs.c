// SPDX-License-Identifier: GPL-3.0-or-later
/* What run files hold of pairs: kinds, names, states and tracks over time, and the parts that only copies need. */
#include <sys/wait.h>

#include "analysis/columns.h"
#include "analysis/run_reader.h"
#include "tests/run_fixture.h"

enum { SKIPPED_STATUS = 77 }; /* of a Python script that lacks a module */

/* As the fixture's, with two links and `count` pairs; every second is a FlashCopy of a volume of 7003 tracks. */
static struct config config_with_pairs(struct pair_config *pairs, char (*names)[64], size_t count)
{
    static char e0[] = "e.0", e1[] = "e.1";
    static struct link_config links[] = {{.name = e0}, {.name = e1}};
    struct config config = fixture_config();
    config.volumes[1].tracks = 7003;
    for (size_t i = 0; i < count; i++) {
        snprintf(names[i], sizeof names[i], "db.%zu>dbr.%zu", i, i);
        pairs[i] = (struct pair_config){.name = names[i], .kind = i % 2 ? PAIR_FLASHCOPY : PAIR_PPRC, .source = i % 2};
    }
    config.links = links;
    config.link_count = 2;
    config.pairs = pairs;
    config.pair_count = count;
    return config;
}

/* What xarray makes of it, where it is installed. */
static void check_pairs_with_python(const char *path, int pairs, int steps)
{
    char command[1200];
    snprintf(command, sizeof command, "/usr/bin/python3 -B '%s/tests/check_pairs.py' '%s' %d %d", SOURCE_DIR, path,
             pairs, steps);
    int status = access("/usr/bin/python3", X_OK) == 0 ? system(command) : 0;
    CHECK(WIFEXITED(status) && (WEXITSTATUS(status) == 0 || WEXITSTATUS(status) == SKIPPED_STATUS));
}

/* The words of the states, as the file has them, are those of pair_state_name(), in their order. */
static void check_states_are_named(const char *path)
{
    char wanted[400] = "";
    struct columns_reader *file = columns_open(path, NULL);
    char *words = file ? columns_attribute(file, "/series/pair_state", "flag_meanings") : NULL;
    for (int state = 0; state < PAIR_STATE_COUNT; state++) {
        size_t length = strlen(wanted);
        snprintf(wanted + length, sizeof wanted - length, "%s%s", length ? " " : "",
                 pair_state_name((enum pair_state)state));
    }
    CHECK_STRING(words, wanted);
    free(words);
    columns_close(file);
}

static void pairs_read_back(void)
{
    enum { PAIRS = 1000, STEPS = 200 };
    static struct pair_config pairs[PAIRS];
    static char names[PAIRS][64];
    static int64_t tracks[3 * PAIRS], states[3 * PAIRS], left[PAIRS];
    static uint8_t words[PAIRS];
    static const char *const name[] = {"r"}, *const kind[] = {"rank"};
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5");
    struct config config = config_with_pairs(pairs, names, PAIRS);
    struct run_identity identity = fixture_identity();
    struct error error = {.kind = ERROR_NONE};
    struct run_writer *writer = run_writer_create(path.text, &config, &identity, RUN_TRACE_PARTS, &error);
    CHECK(writer && run_writer_resources(writer, name, kind, 1, &error));
    CHECK(writer && run_writer_sample_pairs(writer, words, left)); /* before any sample: nothing */
    for (int64_t step = 0; writer && step < STEPS; step++) {
        for (int64_t p = 0; p < PAIRS; p++) {
            left[p] = p * 1000 + step;
            words[p] = (uint8_t)((p + step) % PAIR_STATE_COUNT);
        }
        CHECK(run_writer_sample(writer, step, (float[]){0}, (float[]){0}));
        CHECK(step == 7 || run_writer_sample_pairs(writer, words, left));
    }
    struct io_record record = fixture_record(1);
    record.part_ns[PART_LINK] = 4321;
    CHECK(writer && run_writer_io(writer, &record));
    CHECK(writer && run_writer_finish(writer, &(struct run_ending){.complete = true}, &error));
    struct run_reader *reader = run_reader_open(path.text, &error);
    CHECK_INT(run_reader_step_count(reader), STEPS);
    CHECK_INT(run_reader_name_count(reader, "pairs"), PAIRS);
    CHECK_STRING(run_reader_name(reader, "pair_kind", 2), "pprc");
    CHECK_INT(run_reader_pair_kind(reader, 2), PAIR_PPRC);
    CHECK_INT(run_reader_pair_kind(reader, 3), PAIR_FLASHCOPY);
    CHECK_INT(run_reader_pair_kind(reader, PAIRS), PAIR_PPRC); /* there is none */
    CHECK_STRING(run_reader_name(reader, "links", 1), "e.1");
    CHECK_STRING(run_reader_name(reader, "link_to", 1), "FCA24");
    int64_t wrong = 0, time, part;
    CHECK(run_reader_steps(reader, "tracks_out_of_sync", 62, 3, tracks, &error));
    CHECK(run_reader_steps(reader, "pair_state", 62, 3, states, &error));
    for (int64_t i = 0; i < 3 * PAIRS; i++)
        wrong += tracks[i] != i % PAIRS * 1000 + 62 + i / PAIRS ||
                 states[i] != (i % PAIRS + 62 + i / PAIRS) % PAIR_STATE_COUNT;
    CHECK_INT(wrong, 0);
    CHECK(run_reader_steps(reader, "tracks_out_of_sync", 7, 1, tracks, &error) && tracks[999] == 0);
    CHECK(run_reader_steps(reader, "time", STEPS - 1, 1, &time, &error) && time == STEPS - 1);
    CHECK(run_reader_column(reader, "part_link", 0, 1, &part, &error) && part == 4321);
    CHECK(run_reader_has_column(reader, "part_consistency_wait"));
    CHECK_STRING(error.message, "");
    CHECK(!run_reader_steps(reader, "pair_state", STEPS, 1, states, &error));
    CHECK(!run_reader_steps(reader, "queue", 0, 1, states, &error)); /* not one value a pair */
    run_reader_close(reader);
    check_states_are_named(path.text);
    check_pairs_with_python(path.text, PAIRS, STEPS);
    fixture_folder_remove(&folder);
}

/* A file as it was written when all pairs were PPRC's. */
static void old_pairs_are_pprc(void)
{
    static const struct column_info ids = {"id", COLUMN_I64, "1", "id", NULL, NULL};
    static const struct column_info columns[] = {
        {"time", COLUMN_I64, "ns", "end of the step", NULL, NULL},
        {"tracks_out_of_sync", COLUMN_U32, "1", "tracks out of sync", NULL, "pair"},
        {"pair_state", COLUMN_U8, "1", "state", "simplex duplex_pending duplex suspended", "pair"},
    };
    static const char *const names[] = {"db.0>dbr.0", "db.1>dbr.1"};
    const void *const values[] = {(int64_t[]){5, 6}, (uint32_t[]){0, 70, 1, 60}, (uint8_t[]){2, 3, 1, 3}};
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5");
    struct error error = {.kind = ERROR_NONE};
    struct columns_file *file = columns_create(path.text, &error);
    struct columns_table *table = NULL;
    if (CHECK(file && columns_set_int(file, "/", "schema_version", 1, &error) &&
              columns_table_create(file, "io", "io", 10, &ids, 1, &error) &&
              columns_names(file, "names", "pairs", "source and target", names, 2, &error) &&
              columns_names(file, "series", "pair", "source and target", names, 2, &error))) {
        table = columns_table_create(file, "series", "time", 10, columns, 3, &error);
    }
    CHECK(table && columns_append(table, values, 2, &error) && columns_finish(file, &error));
    struct run_reader *reader = run_reader_open(path.text, &error);
    int64_t tracks[2], states[2];
    CHECK_INT(run_reader_name_count(reader, "pairs"), 2);
    CHECK_INT(run_reader_pair_kind(reader, 0), PAIR_PPRC);
    CHECK_INT(run_reader_pair_kind(reader, 1), PAIR_PPRC);
    CHECK(run_reader_steps(reader, "tracks_out_of_sync", 1, 1, tracks, &error) && tracks[1] == 60);
    CHECK(run_reader_steps(reader, "pair_state", 1, 1, states, &error) && states[0] == PPRC_DUPLEX_PENDING);
    CHECK_STRING(error.message, "");
    run_reader_close(reader);
    fixture_folder_remove(&folder);
}

/* A PPRC pair and a FlashCopy of the same volumes: readers select pairs by name. */
static void pairs_have_names_of_their_own(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5");
    static struct pair_config pairs[3];
    static char names[3][64];
    struct config config = config_with_pairs(pairs, names, 3);
    struct run_identity identity = fixture_identity();
    pairs[1].source = pairs[0].source;
    pairs[1].name = pairs[0].name;
    struct run_writer *writer = run_writer_create(path.text, &config, &identity, RUN_TRACE_PARTS, NULL);
    CHECK(writer && run_writer_finish(writer, &(struct run_ending){.complete = true}, NULL));
    struct run_reader *reader = run_reader_open(path.text, NULL);
    CHECK_STRING(run_reader_name(reader, "pairs", 0), "db.0>dbr.0");
    CHECK_STRING(run_reader_name(reader, "pairs", 1), "db.0>dbr.0 (flashcopy)");
    CHECK_STRING(run_reader_name(reader, "pairs", 2), "db.2>dbr.2");
    run_reader_close(reader);
    fixture_folder_remove(&folder);
}

/* The columns of a run without pairs, with a PPRC pair, with a FlashCopy too: `parts` of them. */
static void check_part_columns(size_t pair_count, int parts)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "a.h5");
    static struct pair_config pairs[2];
    static char names[2][64];
    struct config config = pair_count > 0 ? config_with_pairs(pairs, names, pair_count) : fixture_config();
    struct run_identity identity = fixture_identity();
    struct run_writer *writer = run_writer_create(path.text, &config, &identity, RUN_TRACE_PARTS, NULL);
    struct io_record record = fixture_record(1);
    record.part_ns[parts - 1] = 4321;
    CHECK(writer && run_writer_io(writer, &record) && run_writer_io(writer, &record));
    CHECK(writer && run_writer_finish(writer, &(struct run_ending){.complete = true}, NULL));
    struct run_reader *reader = run_reader_open(path.text, NULL);
    for (int part = 0; part < PART_COUNT; part++) {
        char name[64];
        int64_t ns = 0;
        snprintf(name, sizeof name, "part_%s", io_part_info[part].name);
        CHECK(run_reader_has_column(reader, name) == (part < parts));
        CHECK(part != parts - 1 || (run_reader_column(reader, name, 1, 1, &ns, NULL) && ns == 4321));
    }
    CHECK_INT(run_reader_name_count(reader, "pairs"), pair_count);
    run_reader_close(reader);
    fixture_folder_remove(&folder);
}

/* Copies have their price only where there are pairs: without, a file is not a byte longer. */
static void copy_parts_need_pairs(void)
{
    check_part_columns(0, PART_FIRST_REMOTE);
    check_part_columns(1, PART_FIRST_FLASHCOPY);
    check_part_columns(2, PART_COUNT);
}

UNIT_MAIN("run_file_pairs", {"tracks out of sync and states read back, of a thousand pairs, any number of steps", pairs_read_back},
          {"a file from before FlashCopy has PPRC pairs", old_pairs_are_pprc},
          {"a PPRC pair and a FlashCopy of the same volumes have a name each", pairs_have_names_of_their_own},
          {"parts of PPRC and of FlashCopy are columns only where there are such pairs", copy_parts_need_pairs})
