// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * run_writer: see run_writer.h. The batches between the simulation and the writer's thread.
 *
 *     simulation --- record ---> filling batch --- full ---> queue ---> thread --- columns ---> disk
 *                                     ^                                   |
 *                                     +-------- free batches <------------+
 *
 * Records are copied whole, one after the other: a single stream to memory, about 10 ns each; the
 * thread splits them into columns. There are four batches of I/O records, and a simulation that is
 * faster than the disk waits for a free one. Events and samples are few; each batch of theirs is
 * allocated and goes through the same queue. HDF5 is called by the creating thread until the first
 * batch is queued and again after the thread has been joined, and by the thread in between.
 */
#include "analysis/run_writer.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

#include "analysis/io_parts.h"
#include "analysis/run_layout.h"

enum { IO_BATCHES = 4 };

enum batch_kind { BATCH_IO, BATCH_EVENTS, BATCH_SAMPLES };

struct batch {
    struct batch *next; /* in the queue or among the free ones */
    enum batch_kind kind;
    size_t rows;
    char *records;   /* BATCH_IO: stride bytes each */
    int64_t *times;  /* ns; the others' */
    char **subjects; /* BATCH_EVENTS */
    char **details;
    float *utilization; /* BATCH_SAMPLES: resource_count a row */
    float *queue;
    uint32_t *tracks;   /* pair_count a row, as the following */
    uint8_t *states;
};

struct run_writer {
    struct columns_file *file;
    struct columns_table *io, *events, *series;
    size_t stride; /* bytes of a record kept; 0: none are */
    size_t parts;  /* of a record kept */
    void *scratch; /* the thread's: a batch as columns */
    size_t resource_count, pair_count;

    struct batch *filling; /* the simulation's, each may be NULL */
    struct batch *events_filling;
    struct batch *samples_filling;
    bool begun; /* a batch has been queued */

    pthread_t thread;
    bool running;          /* the thread is there to be joined */
    pthread_mutex_t mutex; /* guards what follows */
    pthread_cond_t work;   /* the queue or `closing` changed */
    pthread_cond_t room;   /* a batch became free */
    struct batch *first, *last;
    struct batch *free;
    bool closing;
    atomic_bool failed; /* `error` says why; set by the thread, or by an allocation that failed */
    struct error error;
};

/* ---- batches ---- */

static void batch_free(struct batch *batch)
{
    if (batch) {
        for (size_t i = 0; batch->subjects && batch->details && i < batch->rows; i++) {
            free(batch->subjects[i]);
            free(batch->details[i]);
        }
        free(batch->records);
        free(batch->times);
        free(batch->subjects);
        free(batch->details);
        free(batch->utilization);
        free(batch->queue);
        free(batch->tracks);
        free(batch->states);
        free(batch);
    }
}

static void batches_free(struct batch *list)
{
    while (list) {
        struct batch *next = list->next;
        batch_free(list);
        list = next;
    }
}

/* Memory that is in use from the start, so that a run's peak does not depend on how far the disk lags behind. Not
 * filled with zeros, which a compiler may leave to the system, page by page, later. */
static void *touched(size_t bytes)
{
    void *memory = malloc(bytes);
    return memory ? memset(memory, 0xA5, bytes) : NULL;
}

/* An empty batch; NULL when there is no memory. */
static struct batch *batch_create(const struct run_writer *writer, enum batch_kind kind)
{
    struct batch *batch = calloc(1, sizeof *batch);
    if (!batch) {
        return NULL;
    }
    batch->kind = kind;
    bool ok = true;
    if (kind == BATCH_IO) {
        batch->records = touched(COLUMNS_CHUNK_ROWS * writer->stride);
        ok = batch->records;
    } else {
        batch->times = calloc(RUN_SMALL_CHUNK_ROWS, sizeof *batch->times);
        ok = batch->times;
    }
    if (kind == BATCH_EVENTS) {
        batch->subjects = calloc(RUN_SMALL_CHUNK_ROWS, sizeof *batch->subjects);
        batch->details = calloc(RUN_SMALL_CHUNK_ROWS, sizeof *batch->details);
        ok = ok && batch->subjects && batch->details;
    }
    if (kind == BATCH_SAMPLES) {
        batch->utilization = calloc(RUN_SMALL_CHUNK_ROWS * writer->resource_count, sizeof *batch->utilization);
        batch->queue = calloc(RUN_SMALL_CHUNK_ROWS * writer->resource_count, sizeof *batch->queue);
        batch->tracks = calloc(RUN_SMALL_CHUNK_ROWS * writer->pair_count + 1, sizeof *batch->tracks);
        batch->states = calloc(RUN_SMALL_CHUNK_ROWS * writer->pair_count + 1, sizeof *batch->states);
        ok = ok && batch->utilization && batch->queue && batch->tracks && batch->states;
    }
    if (!ok) {
        batch_free(batch);
        return NULL;
    }
    return batch;
}

static bool has_failed(struct run_writer *writer)
{
    return atomic_load_explicit(&writer->failed, memory_order_relaxed);
}

/* Remembers the first failure. */
static void fail(struct run_writer *writer, const struct error *error)
{
    pthread_mutex_lock(&writer->mutex);
    if (!has_failed(writer)) {
        writer->error = *error;
        atomic_store(&writer->failed, true);
    }
    pthread_mutex_unlock(&writer->mutex);
}

static bool fail_memory(struct run_writer *writer)
{
    struct error error = {.kind = ERROR_NONE};
    error_set(&error, ERROR_RUN, NULL, "no memory for the run file's buffers");
    fail(writer, &error);
    return false;
}

/* ---- the thread ---- */

static bool write_batch(struct run_writer *writer, const struct batch *batch, struct error *error)
{
    if (batch->kind == BATCH_IO) {
        return run_layout_io_append(writer->io, writer->parts, batch->records, writer->stride, batch->rows,
                                    writer->scratch, error);
    }
    if (batch->kind == BATCH_EVENTS) {
        const void *values[] = {batch->times, batch->subjects, batch->details};
        return columns_append(writer->events, values, batch->rows, error);
    }
    const void *values[] = {batch->times, batch->utilization, batch->queue, batch->tracks, batch->states};
    return columns_append(writer->series, values, batch->rows, error);
}

/* The next batch of the queue, waiting for it; NULL: the writer closes and the queue is empty. */
static struct batch *take_work(struct run_writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    while (!writer->first && !writer->closing) {
        pthread_cond_wait(&writer->work, &writer->mutex);
    }
    struct batch *batch = writer->first;
    if (batch) {
        writer->first = batch->next;
    }
    pthread_mutex_unlock(&writer->mutex);
    return batch;
}

static void give_back(struct run_writer *writer, struct batch *batch)
{
    if (batch->kind != BATCH_IO) {
        batch_free(batch);
        return;
    }
    pthread_mutex_lock(&writer->mutex);
    batch->next = writer->free;
    writer->free = batch;
    pthread_cond_signal(&writer->room);
    pthread_mutex_unlock(&writer->mutex);
}

/* After a failure batches are still taken, so that the simulation never waits for ever, but not written. */
static void *write_batches(void *data)
{
    struct run_writer *writer = data;
    struct batch *batch;
    while ((batch = take_work(writer))) {
        struct error error = {.kind = ERROR_NONE};
        if (!has_failed(writer) && !write_batch(writer, batch, &error)) {
            fail(writer, &error);
        }
        give_back(writer, batch);
    }
    return NULL;
}

/* Starts the thread with all signals blocked: they are the simulation's. */
static bool start_thread(struct run_writer *writer, const char *path, struct error *error)
{
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int code = pthread_create(&writer->thread, NULL, write_batches, writer);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    writer->running = code == 0;
    return writer->running || error_set(error, ERROR_RUN, path, "cannot start a thread: %s", strerror(code));
}

/* Lets the thread write what is queued and waits for its end. */
static void stop_thread(struct run_writer *writer)
{
    if (writer->running) {
        pthread_mutex_lock(&writer->mutex);
        writer->closing = true;
        pthread_cond_signal(&writer->work);
        pthread_mutex_unlock(&writer->mutex);
        pthread_join(writer->thread, NULL);
        writer->running = false;
    }
}

/* ---- the simulation's side ---- */

/* Queues a batch. */
static void hand_over(struct run_writer *writer, struct batch *batch)
{
    writer->begun = true;
    batch->next = NULL;
    pthread_mutex_lock(&writer->mutex);
    if (writer->first) {
        writer->last->next = batch;
    } else {
        writer->first = batch;
    }
    writer->last = batch;
    pthread_cond_signal(&writer->work);
    pthread_mutex_unlock(&writer->mutex);
}

/* A free batch for I/O records, waiting for one. */
static struct batch *take_free(struct run_writer *writer)
{
    pthread_mutex_lock(&writer->mutex);
    while (!writer->free) {
        pthread_cond_wait(&writer->room, &writer->mutex);
    }
    struct batch *batch = writer->free;
    writer->free = batch->next;
    pthread_mutex_unlock(&writer->mutex);
    batch->rows = 0;
    return batch;
}

bool run_writer_io(struct run_writer *writer, const struct io_record *record)
{
    if (writer->stride == 0) {
        return !has_failed(writer);
    }
    struct batch *batch = writer->filling;
    memcpy(batch->records + batch->rows * writer->stride, record, writer->stride);
    if (++batch->rows == COLUMNS_CHUNK_ROWS) {
        hand_over(writer, batch);
        writer->filling = take_free(writer);
    }
    return !has_failed(writer);
}

bool run_writer_event(struct run_writer *writer, sim_time time_ns, const char *subject, const char *detail)
{
    struct batch *batch = writer->events_filling;
    if (!batch) {
        batch = writer->events_filling = batch_create(writer, BATCH_EVENTS);
        if (!batch) {
            return fail_memory(writer);
        }
    }
    batch->times[batch->rows] = time_ns;
    batch->subjects[batch->rows] = strdup(subject ? subject : "");
    batch->details[batch->rows] = strdup(detail ? detail : "");
    if (!batch->subjects[batch->rows] || !batch->details[batch->rows]) {
        free(batch->subjects[batch->rows]);
        free(batch->details[batch->rows]);
        return fail_memory(writer);
    }
    if (++batch->rows == RUN_SMALL_CHUNK_ROWS) {
        hand_over(writer, batch);
        writer->events_filling = NULL;
    }
    return !has_failed(writer);
}

bool run_writer_resources(struct run_writer *writer, const char *const *names, const char *const *kinds, size_t count,
                          struct error *error)
{
    if (writer->begun || writer->series || count == 0) {
        return error_set(error, ERROR_RUN, NULL, "a run's resources are named once, before anything is recorded");
    }
    writer->series = run_layout_series_create(writer->file, names, kinds, count, writer->pair_count > 0, error);
    writer->resource_count = writer->series ? count : 0;
    return writer->series && columns_flush(writer->file, error);
}

bool run_writer_sample(struct run_writer *writer, sim_time time_ns, const float *utilization, const float *queue)
{
    size_t count = writer->resource_count;
    if (count == 0) {
        return !has_failed(writer);
    }
    struct batch *batch = writer->samples_filling;
    if (batch && batch->rows == RUN_SMALL_CHUNK_ROWS) { /* not sooner: the pairs of the last step came after it */
        hand_over(writer, batch);
        batch = writer->samples_filling = NULL;
    }
    if (!batch) {
        batch = writer->samples_filling = batch_create(writer, BATCH_SAMPLES);
        if (!batch) {
            return fail_memory(writer);
        }
    }
    batch->times[batch->rows] = time_ns;
    memcpy(batch->utilization + batch->rows * count, utilization, count * sizeof *utilization);
    memcpy(batch->queue + batch->rows * count, queue, count * sizeof *queue);
    batch->rows++;
    return !has_failed(writer);
}

bool run_writer_sample_pairs(struct run_writer *writer, const uint8_t *states, const int64_t *tracks_left)
{
    struct batch *batch = writer->samples_filling;
    size_t count = writer->pair_count;
    if (batch && batch->rows > 0) {
        size_t first = (batch->rows - 1) * count;
        for (size_t i = 0; i < count; i++) {
            batch->tracks[first + i] = (uint32_t)tracks_left[i];
            batch->states[first + i] = states[i];
        }
    }
    return !has_failed(writer);
}

/* ---- the ends ---- */

static bool create_content(struct run_writer *writer, const struct config *config, const struct run_identity *identity,
                           struct error *error)
{
    if (!run_layout_identity(writer->file, config, identity, error)) {
        return false;
    }
    writer->io = run_layout_io_create(writer->file, writer->parts, error);
    writer->events = writer->io ? run_layout_events_create(writer->file, error) : NULL;
    return writer->events && columns_flush(writer->file, error);
}

static bool create_batches(struct run_writer *writer, const char *path, struct error *error)
{
    for (int i = 0; i < IO_BATCHES && writer->stride; i++) {
        struct batch *batch = batch_create(writer, BATCH_IO);
        if (!batch) {
            return error_set(error, ERROR_RUN, path, "no memory");
        }
        batch->next = writer->free;
        writer->free = batch;
    }
    if (writer->stride) {
        writer->filling = take_free(writer);
        writer->scratch = touched(COLUMNS_CHUNK_ROWS * run_layout_io_row_bytes(writer->parts));
        return writer->scratch || error_set(error, ERROR_RUN, path, "no memory");
    }
    return true;
}

struct run_writer *run_writer_create(const char *path, const struct config *config, const struct run_identity *identity,
                                     enum run_trace trace, struct error *error)
{
    if (!columns_thread_safe()) {
        error_set(error, ERROR_RUN, path, "cannot be written: HDF5 was built without thread safety");
        return NULL;
    }
    struct run_writer *writer = calloc(1, sizeof *writer);
    if (!writer) {
        error_set(error, ERROR_RUN, path, "no memory");
        return NULL;
    }
    pthread_mutex_init(&writer->mutex, NULL);
    pthread_cond_init(&writer->work, NULL);
    pthread_cond_init(&writer->room, NULL);
    writer->parts = trace == RUN_TRACE_PARTS ? io_parts_count(config) : 0;
    writer->pair_count = config->pair_count;
    if (trace != RUN_TRACE_NONE) {
        writer->stride = offsetof(struct io_record, part_ns) + writer->parts * sizeof(sim_time);
    }
    writer->file = columns_create(path, error);
    if (!writer->file || !create_content(writer, config, identity, error) || !create_batches(writer, path, error) ||
        !start_thread(writer, path, error)) {
        run_writer_abandon(writer);
        return NULL;
    }
    return writer;
}

static void writer_free(struct run_writer *writer)
{
    batches_free(writer->first);
    batches_free(writer->free);
    batch_free(writer->filling);
    batch_free(writer->events_filling);
    batch_free(writer->samples_filling);
    free(writer->scratch);
    pthread_cond_destroy(&writer->room);
    pthread_cond_destroy(&writer->work);
    pthread_mutex_destroy(&writer->mutex);
    free(writer);
}

void run_writer_abandon(struct run_writer *writer)
{
    if (!writer) {
        return;
    }
    stop_thread(writer);
    columns_abandon(writer->file);
    writer_free(writer);
}

/* Queues the batch if it holds anything. */
static void hand_over_rest(struct run_writer *writer, struct batch **batch)
{
    if (*batch && (*batch)->rows > 0) {
        hand_over(writer, *batch);
        *batch = NULL;
    }
}

bool run_writer_finish(struct run_writer *writer, const struct run_ending *ending, struct error *error)
{
    hand_over_rest(writer, &writer->filling);
    hand_over_rest(writer, &writer->events_filling);
    hand_over_rest(writer, &writer->samples_filling);
    stop_thread(writer);
    bool ok = !has_failed(writer);
    if (!ok) {
        error_set(error, writer->error.kind, writer->error.place, "%s", writer->error.message);
    }
    ok = ok && run_layout_ending(writer->file, ending, error);
    if (ok) {
        ok = columns_finish(writer->file, error);
    } else {
        columns_abandon(writer->file);
    }
    writer_free(writer);
    return ok;
}
