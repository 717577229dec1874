// SPDX-License-Identifier: GPL-3.0-or-later
#include <hdf5.h>

#include "analysis/columns.h"
#include "tests/run_fixture.h"

enum { CHUNK = 100 };

static const struct column_info all_types[] = {
    {"u8", COLUMN_U8, "1", "a byte", "read write", NULL}, {"u16", COLUMN_U16, "1", "two bytes", NULL, NULL},
    {"i32", COLUMN_I32, "bytes", "four", NULL, NULL},     {"u32", COLUMN_U32, "1", "four", NULL, NULL},
    {"i64", COLUMN_I64, "ns", "eight", NULL, NULL},       {"f32", COLUMN_F32, "1", "real", NULL, NULL},
    {"f64", COLUMN_F64, "s", "long real", NULL, NULL},    {"text", COLUMN_TEXT, NULL, "words", NULL, NULL},
};

/* Row i of each type, `count` rows from `first`. */
struct rows {
    uint8_t u8[1000];
    uint16_t u16[1000];
    int32_t i32[1000];
    uint32_t u32[1000];
    int64_t i64[1000];
    float f32[1000];
    double f64[1000];
    const char *text[1000];
    char words[1000][16];
};

static void make_rows(struct rows *rows, int64_t first, size_t count)
{
    for (size_t k = 0; k < count; k++) {
        int64_t i = first + (int64_t)k;
        rows->u8[k] = (uint8_t)(i % 2);
        rows->u16[k] = (uint16_t)(i * 257);
        rows->i32[k] = (int32_t)(i * -1000003);
        rows->u32[k] = (uint32_t)(i * 4000037);
        rows->i64[k] = i * 1234567890123 - 7;
        rows->f32[k] = (float)i / 8;
        rows->f64[k] = (double)i / 3;
        snprintf(rows->words[k], sizeof rows->words[k], "w%d", (int)i);
        rows->text[k] = rows->words[k];
    }
}

static bool append_rows(struct columns_table *table, int64_t first, size_t count, struct error *error)
{
    static struct rows rows;
    make_rows(&rows, first, count);
    const void *values[] = {rows.u8, rows.u16, rows.i32, rows.u32, rows.i64, rows.f32, rows.f64, rows.text};
    return columns_append(table, values, count, error);
}

static void check_rows(struct columns_reader *reader, size_t count)
{
    static struct rows rows;
    static int64_t read[1000];
    static double real[1000];
    struct error error = {.kind = ERROR_NONE};
    make_rows(&rows, 0, count);
    int64_t rows_read = (int64_t)count;
    size_t wrong = 0, texts = 0;
    CHECK(columns_read_int(reader, "/t/u8", 0, rows_read, read, &error));
    for (size_t i = 0; i < count; i++) {
        wrong += read[i] != rows.u8[i];
    }
    CHECK(columns_read_int(reader, "/t/u16", 0, rows_read, read, &error));
    for (size_t i = 0; i < count; i++) {
        wrong += read[i] != rows.u16[i];
    }
    CHECK(columns_read_int(reader, "/t/i32", 0, rows_read, read, &error));
    for (size_t i = 0; i < count; i++) {
        wrong += read[i] != rows.i32[i];
    }
    CHECK(columns_read_int(reader, "/t/u32", 0, rows_read, read, &error));
    for (size_t i = 0; i < count; i++) {
        wrong += read[i] != rows.u32[i];
    }
    CHECK(columns_read_int(reader, "/t/i64", 0, rows_read, read, &error));
    for (size_t i = 0; i < count; i++) {
        wrong += read[i] != rows.i64[i];
    }
    CHECK(columns_read_real(reader, "/t/f32", 0, rows_read, real, &error));
    for (size_t i = 0; i < count; i++) {
        wrong += real[i] != (double)rows.f32[i];
    }
    CHECK(columns_read_real(reader, "/t/f64", 0, rows_read, real, &error));
    for (size_t i = 0; i < count; i++) {
        wrong += real[i] != rows.f64[i];
    }
    char **words = columns_read_texts(reader, "/t/text", &texts, &error);
    CHECK_INT(texts, count);
    for (size_t i = 0; words && i < texts; i++) {
        wrong += strcmp(words[i], rows.text[i]) != 0;
    }
    columns_texts_free(words, texts);
    CHECK_INT(wrong, 0);
}

/* Appends in steps of the given sizes and reads all back. */
static void check_steps(const size_t *steps, size_t count)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "t.h5");
    struct error error = {.kind = ERROR_NONE};
    size_t rows = 0;
    struct columns_file *file = columns_create(path.text, &error);
    struct columns_table *table = file ? columns_table_create(file, "t", "row", CHUNK, all_types, 8, &error) : NULL;
    if (CHECK(table != NULL)) {
        for (size_t i = 0; i < count; i++) {
            CHECK(append_rows(table, (int64_t)rows, steps[i], &error));
            rows += steps[i];
        }
        CHECK(columns_finish(file, &error));
        struct columns_reader *reader = columns_open(path.text, &error);
        if (CHECK(reader != NULL)) {
            CHECK_INT(columns_rows(reader, "/t", "row", &error), rows);
            check_rows(reader, rows);
        }
        columns_close(reader);
    }
    CHECK_STRING(error.message, "");
    fixture_folder_remove(&folder);
}

static void any_steps_read_back(void)
{
    check_steps((const size_t[]){CHUNK, CHUNK, CHUNK}, 3);
    check_steps((const size_t[]){CHUNK, 30}, 2);
    check_steps((const size_t[]){1, 0, 98, 1, CHUNK, 7, 250, 43}, 8);
    check_steps((const size_t[]){350, 150, 499}, 3);
    check_steps((const size_t[]){0}, 1);
}

/* Hands out a table of one int64 column "v" in a new file. */
static struct columns_table *one_column(const char *path, struct columns_file **file, struct error *error)
{
    static const struct column_info column = {"v", COLUMN_I64, "ns", "a value", NULL, NULL};
    *file = columns_create(path, error);
    return *file ? columns_table_create(*file, "t", "row", CHUNK, &column, 1, error) : NULL;
}

static void slices_read_alike(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "t.h5");
    struct error error = {.kind = ERROR_NONE};
    int64_t values[350], slice[350];
    for (int64_t i = 0; i < 350; i++) {
        values[i] = i * i * i;
    }
    struct columns_file *file;
    struct columns_table *table = one_column(path.text, &file, &error);
    CHECK(table && columns_append(table, (const void *[]){values}, 350, &error) && columns_finish(file, &error));
    struct columns_reader *reader = columns_open(path.text, &error);
    int wrong = 0;
    for (int64_t first = 0; reader && first <= 350; first += 25) {
        for (int64_t count = 0; first + count <= 350; count += 50) {
            bool ok = columns_read_int(reader, "/t/v", first, count, slice, &error);
            wrong += !ok || memcmp(slice, values + first, (size_t)count * sizeof *slice) != 0;
        }
    }
    CHECK(reader != NULL);
    CHECK_INT(wrong, 0);
    columns_close(reader);
    fixture_folder_remove(&folder);
}

static void wrong_reads_are_errors(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "t.h5");
    struct error error = {.kind = ERROR_NONE};
    int64_t value = 5;
    size_t count;
    struct columns_file *file;
    struct columns_table *table = one_column(path.text, &file, &error);
    CHECK(table && columns_append(table, (const void *[]){&value}, 1, &error) &&
          columns_text(file, "t", "note", "a note", "hello", &error) && columns_finish(file, &error));
    struct columns_reader *reader = columns_open(path.text, &error);
    static const struct {
        const char *object;
        int64_t first, count;
        const char *part;
    } cases[] = {{"/t/w", 0, 1, "has no column /t/w"},
                 {"/u/v", 0, 1, "has no column"},
                 {"/t/row", 0, 1, "has no column /t/row"},
                 {"/t", 0, 1, "has no column"},
                 {"v", 0, 1, "has no column"},
                 {"", 0, 1, "has no column"},
                 {"/t/note", 0, 1, "no column of numbers"},
                 {"/t/v", 0, 2, "has 1 rows"},
                 {"/t/v", -1, 1, "has 1 rows"},
                 {"/t/v", 2, 0, "has 1 rows"},
                 {"/t/v", 1, INT64_MAX, "has 1 rows"},
                 {"/t/v", 0, -1, "has 1 rows"}};
    for (size_t i = 0; reader && i < sizeof cases / sizeof cases[0]; i++) {
        error = (struct error){.kind = ERROR_NONE};
        CHECK(!columns_read_int(reader, cases[i].object, cases[i].first, cases[i].count, &value, &error));
        CHECK_INT(error.kind, ERROR_INPUT);
        CHECK_CONTAINS(error.message, cases[i].part);
        CHECK_STRING(error.place, path.text);
    }
    CHECK(reader && !columns_read_texts(reader, "/t/v", &count, NULL));
    CHECK(reader && columns_rows(reader, "/t", "nothing", NULL) == -1);
    CHECK(reader && columns_rows(reader, "/nothing", "row", NULL) == -1);
    CHECK(reader && columns_has(reader, "/t") && columns_has(reader, "/t/v") && !columns_has(reader, "/t/row"));
    columns_close(reader);
    fixture_folder_remove(&folder);
}

static void attributes_read_back(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "t.h5");
    struct error error = {.kind = ERROR_NONE};
    size_t length = 1 << 20;
    char *large = malloc(length + 1);
    memset(large, 'x', length);
    large[length] = 0;
    struct columns_file *file;
    CHECK(one_column(path.text, &file, &error) != NULL);
    CHECK(columns_set_text(file, "/", "large", large, &error));
    CHECK(columns_set_text(file, "/t", "twice", "first", &error));
    CHECK(columns_set_text(file, "/t", "twice", "second", &error));
    CHECK(columns_set_text(file, "/t/v", "empty", NULL, &error));
    CHECK(columns_set_text(file, "/", "broken", "a\xff\xc0\xafz\xed\xa0\x80\xf0\x9f\x98\x80\xe2\x82", &error));
    CHECK(columns_set_int(file, "/", "least", INT64_MIN, &error));
    CHECK(columns_set_uint(file, "/", "most", UINT64_MAX, &error));
    CHECK(columns_finish(file, &error));
    struct columns_reader *reader = columns_open(path.text, &error);
    static const char *const expected[][3] = {
        {"/t", "twice", "second"},
        {"/t/v", "empty", ""},
        {"/t/v", "units", "ns"},
        {"/", "least", "-9223372036854775808"},
        {"/", "most", "18446744073709551615"},
        {"/", "broken",
         "a\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbdz\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xf0\x9f\x98\x80"
         "\xef\xbf\xbd\xef\xbf\xbd"}};
    for (size_t i = 0; reader && i < sizeof expected / sizeof expected[0]; i++) {
        char *text = columns_attribute(reader, expected[i][0], expected[i][1]);
        CHECK_STRING(text, expected[i][2]);
        free(text);
    }
    char *text = reader ? columns_attribute(reader, "/", "large") : NULL;
    CHECK(text && strcmp(text, large) == 0);
    free(text);
    CHECK(reader && !columns_attribute(reader, "/", "missing") && !columns_attribute(reader, "/no", "missing"));
    columns_close(reader);
    free(large);
    fixture_folder_remove(&folder);
}

static void second_dimension_reads_back(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "t.h5");
    struct error error = {.kind = ERROR_NONE};
    static const struct column_info columns[] = {{"time", COLUMN_I64, "ns", "time", NULL, NULL},
                                                 {"load", COLUMN_F32, "1", "load", NULL, "who"}};
    static const char *const names[] = {"a", "b", "c"};
    int64_t times[CHUNK + 5];
    float loads[(CHUNK + 5) * 3], read[(CHUNK + 5) * 3];
    for (int i = 0; i < (CHUNK + 5) * 3; i++) {
        times[i / 3] = i / 3 * 10;
        loads[i] = (float)i;
    }
    struct columns_file *file = columns_create(path.text, &error);
    static const int64_t sizes[] = {7, -1, INT64_MAX};
    int64_t sizes_read[3] = {0};
    CHECK(file && columns_names(file, "t", "who", "names", names, 3, &error));
    CHECK(file && columns_numbers(file, "t", "size", "sizes", "who", sizes, 3, &error));
    struct columns_table *table = columns_table_create(file, "t", "time", CHUNK, columns, 2, &error);
    CHECK(table && columns_append(table, (const void *[]){times, loads}, CHUNK, &error));
    CHECK(table && columns_append(table, (const void *[]){times + CHUNK, loads + CHUNK * 3}, 3, &error));
    CHECK(table && columns_append(table, (const void *[]){times + CHUNK + 3, loads + (CHUNK + 3) * 3}, 2, &error));
    CHECK(columns_finish(file, &error));
    struct columns_reader *reader = columns_open(path.text, &error);
    CHECK(reader && columns_rows(reader, "/t", "time", &error) == CHUNK + 5);
    CHECK(reader && columns_read_int(reader, "/t/size", 0, 3, sizes_read, &error));
    CHECK(memcmp(sizes_read, sizes, sizeof sizes) == 0);
    columns_close(reader);
    hid_t raw = H5Fopen(path.text, H5F_ACC_RDONLY, H5P_DEFAULT), dataset = H5Dopen2(raw, "/t/load", H5P_DEFAULT);
    CHECK(H5Dread(dataset, H5T_NATIVE_FLOAT, H5S_ALL, H5S_ALL, H5P_DEFAULT, read) >= 0);
    CHECK(memcmp(read, loads, sizeof loads) == 0);
    H5Dclose(dataset);
    H5Fclose(raw);
    CHECK_STRING(error.message, "");
    fixture_folder_remove(&folder);
}

/* A column that was not written as far as the others, as a kill between two can leave it. */
static void only_rows_that_are_there_count(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "t.h5");
    struct error error = {.kind = ERROR_NONE};
    struct columns_file *file = columns_create(path.text, &error);
    struct columns_table *table = file ? columns_table_create(file, "t", "row", CHUNK, all_types, 7, &error) : NULL;
    CHECK(table && append_rows(table, 0, 10 * CHUNK - 50, &error) && columns_finish(file, &error));
    hid_t raw = H5Fopen(path.text, H5F_ACC_RDWR, H5P_DEFAULT), dataset = H5Dopen2(raw, "/t/i64", H5P_DEFAULT);
    hsize_t fewer = 4 * CHUNK, more = 12 * CHUNK;
    CHECK(H5Dset_extent(dataset, &fewer) >= 0 && H5Dset_extent(dataset, &more) >= 0); /* later chunks are gone */
    H5Dclose(dataset);
    H5Fclose(raw);
    struct columns_reader *reader = columns_open(path.text, &error);
    CHECK(reader && columns_rows(reader, "/t", "row", &error) == 4 * CHUNK);
    columns_close(reader);
    fixture_folder_remove(&folder);
}

static void damaged_chunks_are_errors(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path path = fixture_in(&folder, "t.h5");
    struct error error = {.kind = ERROR_NONE};
    static int64_t values[CHUNK];
    uint64_t state = 1;
    for (int i = 0; i < CHUNK; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        values[i] = (int64_t)(state >> 1);
    }
    struct columns_file *file;
    struct columns_table *table = one_column(path.text, &file, &error);
    CHECK(table && columns_append(table, (const void *[]){values}, CHUNK, &error) && columns_finish(file, &error));
    hid_t raw = H5Fopen(path.text, H5F_ACC_RDONLY, H5P_DEFAULT), dataset = H5Dopen2(raw, "/t/v", H5P_DEFAULT);
    haddr_t address;
    hsize_t bytes;
    unsigned mask;
    CHECK(H5Dget_chunk_info_by_coord(dataset, (hsize_t[]){0}, &mask, &address, &bytes) >= 0);
    H5Dclose(dataset);
    H5Fclose(raw);
    FILE *stream = fopen(path.text, "r+");
    fseek(stream, (long)(address + bytes / 2), SEEK_SET);
    fputs("\x55\xaa\x55\xaa", stream);
    fclose(stream);
    struct columns_reader *reader = columns_open(path.text, &error);
    CHECK(reader && !columns_read_int(reader, "/t/v", 0, CHUNK, values, &error));
    CHECK_INT(error.kind, ERROR_INPUT);
    CHECK_CONTAINS(error.message, "cannot read /t/v");
    columns_close(reader);
    fixture_folder_remove(&folder);
}

static void unreadable_files_are_errors(void)
{
    struct fixture_folder folder = fixture_folder_create();
    struct fixture_path text = fixture_in(&folder, "text"), whole = fixture_in(&folder, "whole.h5");
    struct error error = {.kind = ERROR_NONE};
    fixture_write_file(text.text, "no HDF5");
    CHECK(!columns_open(text.text, &error));
    CHECK_INT(error.kind, ERROR_INPUT);
    CHECK_STRING(error.place, text.text);
    error = (struct error){.kind = ERROR_NONE};
    CHECK(!columns_open(folder.path, &error));
    CHECK_INT(error.kind, ERROR_INPUT);
    error = (struct error){.kind = ERROR_NONE};
    CHECK(!columns_open("/no/such/file", &error));
    CHECK_CONTAINS(error.message, "No such file or directory");
    struct columns_file *file;
    CHECK(one_column(whole.text, &file, &error) && columns_finish(file, NULL));
    struct stat info;
    CHECK(stat(whole.text, &info) == 0);
    for (off_t length = info.st_size - 1; length > 0; length -= 97) {
        CHECK(truncate(whole.text, length) == 0);
        CHECK(!columns_open(whole.text, NULL));
    }
    fixture_folder_remove(&folder);
}

UNIT_MAIN("columns", {"rows appended in any steps read back equal, whatever the type", any_steps_read_back},
          {"any slice of a column reads as the whole does", slices_read_alike},
          {"reading what is not there is an error that names file and column", wrong_reads_are_errors},
          {"attributes read back as text, the long, the replaced and the empty ones too", attributes_read_back},
          {"a column with a second dimension reads back row by row, numbers along it too", second_dimension_reads_back},
          {"only rows that every column has in the file count", only_rows_that_are_there_count},
          {"a damaged chunk is an error", damaged_chunks_are_errors},
          {"a file that is missing, cut or no HDF5 is an error", unreadable_files_are_errors})
