// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * bench_trace: what recording a run costs, against the plain way.
 *
 * A million I/Os like a simulation's (Poisson issue, cache hits and misses, parts that add up) go
 * through run_writer without and with parts, then as the same columns in the same batches through
 * H5Dwrite with HDF5's own shuffle and zlib filters. Printed: records/s until the file is closed and
 * synced, bytes a record, and the nanoseconds that the simulation's thread spends in a call that only
 * copies (one batch into an idle writer whose buffers have been used before).
 */
#include <hdf5.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "analysis/columns.h"
#include "analysis/run_layout.h"
#include "analysis/run_writer.h"

enum { POOL = COLUMNS_CHUNK_ROWS * 16, TOTAL = POOL * 4, REPEATS = 3 };

static double now_s(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* ---- records ---- */

static uint64_t next_random(uint64_t *state)
{
    uint64_t z = (*state += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return z ^ (z >> 31);
}

static double uniform(uint64_t *state)
{
    return (double)((next_random(state) >> 11) + 1) * 0x1p-53;
}

static int64_t exponential(uint64_t *state, double mean_ns)
{
    return (int64_t)(-log(uniform(state)) * mean_ns);
}

/* A hit spends its time at the port and in the processor; a miss also at adapter, loop and drive. */
static void fill_parts(struct io_record *record, uint64_t *state)
{
    record->part_ns[PART_PORT_QUEUE] = uniform(state) < 0.4 ? exponential(state, 60e3) : 0;
    record->part_ns[PART_PORT] = 90000 + record->length_bytes * 10;
    record->part_ns[PART_PROCESSOR_QUEUE] = uniform(state) < 0.3 ? exponential(state, 40e3) : 0;
    record->part_ns[PART_PROCESSOR] = record->op == IO_READ ? 115000 : 160000;
    record->part_ns[PART_BUS] = record->length_bytes * 4;
    if (record->op == IO_READ && uniform(state) < 0.4) {
        record->part_ns[PART_ADAPTER_QUEUE] = uniform(state) < 0.2 ? exponential(state, 80e3) : 0;
        record->part_ns[PART_ADAPTER] = 200000;
        record->part_ns[PART_LOOP] = 820000;
        record->part_ns[PART_DRIVE_QUEUE] = uniform(state) < 0.5 ? exponential(state, 5e6) : 0;
        record->part_ns[PART_DRIVE_OVERHEAD] = 300000;
        record->part_ns[PART_SEEK] = 500000 + (int64_t)(sqrt(uniform(state)) * 9e6);
        record->part_ns[PART_ROTATION] = (int64_t)(uniform(state) * 6e6);
        record->part_ns[PART_TRANSFER] = 1300000 + (int64_t)(uniform(state) * 4) * 100000;
    }
    for (int p = 0; p < PART_COUNT; p++) {
        record->response_ns += record->part_ns[p];
    }
}

static struct io_record *make_records(void)
{
    struct io_record *records = calloc(POOL, sizeof *records);
    uint64_t state = 1;
    sim_time issue = 0;
    for (int64_t i = 0; records && i < POOL; i++) {
        issue += exponential(&state, 200e3);
        struct io_record *record = &records[i];
        record->id = i;
        record->issue_ns = issue;
        record->offset_blocks = (int64_t)(next_random(&state) % 2097152) * 8;
        record->workload = (uint16_t)(next_random(&state) % 3);
        record->length_bytes = record->workload == 0 ? 4096 : record->workload == 1 ? 8192 : 32768;
        record->volume = (uint32_t)(next_random(&state) % 16);
        record->op = uniform(&state) < 0.7 ? IO_READ : IO_WRITE;
        record->measured = true;
        fill_parts(record, &state);
    }
    return records;
}

/* ---- the ways of writing ---- */

struct outcome {
    double wall_s;  /* from the first record to the synced file */
    double call_ns; /* a call of run_writer_io that does not wait */
    double bytes;   /* of the file */
};

static double file_bytes(const char *path)
{
    struct stat info;
    return stat(path, &info) == 0 ? (double)info.st_size : 0;
}

static void write_records(struct run_writer *writer, const struct io_record *records, int64_t count)
{
    for (int64_t i = 0; i < count; i++) {
        run_writer_io(writer, &records[i % POOL]);
    }
}

static struct run_writer *start_run(const char *path, enum run_trace trace, struct error *error)
{
    char workload[] = "oltp";
    struct workload_config workloads = {.name = workload};
    struct config config = {.workloads = &workloads, .workload_count = 1};
    struct run_identity identity = {.essim_version = "bench"};
    return run_writer_create(path, &config, &identity, trace, error);
}

static bool write_run(const char *path, const struct io_record *records, enum run_trace trace, struct outcome *outcome,
                      struct error *error)
{
    struct run_ending ending = {.complete = true};
    struct run_writer *writer = start_run(path, trace, error);
    if (!writer) {
        return false;
    }
    double start = now_s();
    write_records(writer, records, TOTAL);
    bool ok = run_writer_finish(writer, &ending, error);
    outcome->wall_s = now_s() - start;
    outcome->bytes = file_bytes(path);
    return ok;
}

/* Fills the buffers once, lets the thread empty them, and times the filling of one batch. */
static double measure_call_ns(const char *path, const struct io_record *records, enum run_trace trace,
                              struct error *error)
{
    struct run_writer *writer = start_run(path, trace, error);
    if (!writer) {
        return 0;
    }
    write_records(writer, records, 6 * COLUMNS_CHUNK_ROWS);
    nanosleep(&(struct timespec){.tv_nsec = 400000000}, NULL);
    double start = now_s();
    write_records(writer, records, COLUMNS_CHUNK_ROWS - 1);
    double call_ns = (now_s() - start) / (COLUMNS_CHUNK_ROWS - 1) * 1e9;
    run_writer_abandon(writer);
    return call_ns;
}

/* The rows of one batch as columns, in the order of `sizes`, 0 ending it. */
static const size_t sizes[] = {8, 8, 8, 2, 4, 2, 1, 1, 8, 4, 1, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8};
static const size_t offsets[] = {offsetof(struct io_record, id),
                                 offsetof(struct io_record, issue_ns),
                                 offsetof(struct io_record, response_ns),
                                 offsetof(struct io_record, workload),
                                 offsetof(struct io_record, volume),
                                 offsetof(struct io_record, host),
                                 offsetof(struct io_record, op),
                                 offsetof(struct io_record, error),
                                 offsetof(struct io_record, offset_blocks),
                                 offsetof(struct io_record, length_bytes),
                                 offsetof(struct io_record, measured)};

static size_t field_offset(size_t c)
{
    size_t base = sizeof offsets / sizeof offsets[0];
    return c < base ? offsets[c] : offsetof(struct io_record, part_ns) + (c - base) * sizeof(sim_time);
}

static hid_t type_of(size_t size)
{
    return size == 8 ? H5T_NATIVE_INT64 : size == 4 ? H5T_NATIVE_INT32 : size == 2 ? H5T_NATIVE_INT16 : H5T_NATIVE_INT8;
}

static void write_plain(const char *path, const struct io_record *records, size_t columns, struct outcome *outcome)
{
    static uint64_t values[COLUMNS_CHUNK_ROWS];
    hsize_t none = 0, unlimited = H5S_UNLIMITED, rows = COLUMNS_CHUNK_ROWS;
    hid_t datasets[sizeof sizes / sizeof sizes[0]];
    hid_t file = H5Fcreate(path, H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT);
    hid_t creation = H5Pcreate(H5P_DATASET_CREATE), space = H5Screate_simple(1, &none, &unlimited);
    hid_t memory = H5Screate_simple(1, &rows, NULL);
    H5Pset_chunk(creation, 1, &rows);
    H5Pset_shuffle(creation);
    H5Pset_deflate(creation, 1);
    for (size_t c = 0; c < columns; c++) {
        char name[32];
        snprintf(name, sizeof name, "c%zu", c);
        datasets[c] = H5Dcreate2(file, name, type_of(sizes[c]), space, H5P_DEFAULT, creation, H5P_DEFAULT);
    }
    double start = now_s();
    for (hsize_t row = 0; row < TOTAL; row += rows) {
        hsize_t extent = row + rows;
        for (size_t c = 0; c < columns; c++) {
            for (size_t i = 0; i < rows; i++) {
                memcpy((char *)values + i * sizes[c], (const char *)&records[(row + i) % POOL] + field_offset(c),
                       sizes[c]);
            }
            H5Dset_extent(datasets[c], &extent);
            hid_t where = H5Dget_space(datasets[c]);
            H5Sselect_hyperslab(where, H5S_SELECT_SET, &row, NULL, &rows, NULL);
            H5Dwrite(datasets[c], type_of(sizes[c]), memory, where, H5P_DEFAULT, values);
            H5Sclose(where);
        }
    }
    for (size_t c = 0; c < columns; c++) {
        H5Dclose(datasets[c]);
    }
    H5Fclose(file);
    outcome->wall_s = now_s() - start;
    outcome->bytes = file_bytes(path);
    H5Sclose(memory);
    H5Sclose(space);
    H5Pclose(creation);
}

/* ---- */

static void print(const char *what, struct outcome o, struct outcome plain)
{
    printf("%-28s %6.2f M records/s  %5.1f B/record", what, TOTAL / o.wall_s / 1e6, o.bytes / TOTAL);
    if (o.call_ns > 0) {
        printf("  %5.1f ns a call  %.2f times the plain way's speed", o.call_ns, plain.wall_s / o.wall_s);
    }
    printf("\n");
}

static void keep_best(struct outcome *best, struct outcome o)
{
    *best = best->wall_s > 0 && best->wall_s < o.wall_s ? *best : o;
}

int main(void)
{
    char path[] = "bench_trace.XXXXXX.h5";
    struct error error = {.kind = ERROR_NONE};
    int fd = mkstemps(path, 3);
    struct io_record *records = make_records();
    if (fd < 0 || !records) {
        fprintf(stderr, "bench_trace: no file or no memory\n");
        return EXIT_FAILURE;
    }
    close(fd);
    struct outcome run[2] = {{0}}, plain[2] = {{0}};
    for (int r = 0; r < REPEATS; r++) {
        for (int parts = 0; parts < 2; parts++) {
            struct outcome o = {0};
            enum run_trace trace = parts ? RUN_TRACE_PARTS : RUN_TRACE_TIMES;
            o.call_ns = measure_call_ns(path, records, trace, &error);
            if (!write_run(path, records, trace, &o, &error)) {
                fprintf(stderr, "bench_trace: %s: %s\n", error.place, error.message);
                return EXIT_FAILURE;
            }
            keep_best(&run[parts], o);
            o = (struct outcome){0};
            write_plain(path, records, parts ? sizeof sizes / sizeof sizes[0] : 11, &o);
            keep_best(&plain[parts], o);
        }
    }
    print("run_writer, no parts", run[0], plain[0]);
    print("H5Dwrite + zlib, no parts", plain[0], plain[0]);
    print("run_writer, parts", run[1], plain[1]);
    print("H5Dwrite + zlib, parts", plain[1], plain[1]);
    unlink(path);
    free(records);
    return EXIT_SUCCESS;
}
