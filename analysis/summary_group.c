// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/summary_group.h"

#include <math.h>
#include <stdlib.h>

#include "analysis/io_parts.h"
#include "analysis/json_value.h"
#include "sim/interval.h"

enum { OPS = 2, LEAST_REPLICATIONS = 3 };

/* Sums above this are carried; one more response time, at most SIM_TIME_MAX, still fits. */
#define RECENT_MOST ((uint64_t)1 << 62)

#define CONFIDENCE 0.95
#define NS_PER_MS 1e6

__extension__ typedef __int128 wide;

/* What the confidence interval of one mean is made from: reads, writes, or all I/Os in order. */
struct series {
    struct batch_means batches;
    wide ended_sum_ns;     /* response times of the replications that have ended */
    uint64_t ended_count;  /* their I/Os */
    double *means;         /* by ended replication that had any I/O, ns; room for one more */
    size_t mean_count, mean_capacity;
};

/*
 * Reads or writes. Times are summed in 64 bits and carried over into 128 before they can overflow: an I/O then
 * touches few lines of memory, which is what counting costs when thousands of volumes are in use.
 */
struct op_sums {
    struct histogram *response;
    int64_t bytes;
    int64_t errors;
    uint64_t recent_ns;                  /* response times since the last carry */
    uint64_t recent_part_ns[PART_COUNT]; /* their parts */
    wide carried_ns;
    wide carried_part_ns[PART_COUNT];
};

struct summary_group {
    struct op_sums ops[OPS];
    size_t parts; /* the first of all, that may take time */
    int64_t errors_by[IO_ERROR_COUNT + 1]; /* I/Os by how they failed, the last: of a kind unknown here */
    struct series series[OPS + 1]; /* reads, writes, all */
};

/* The operations that reads (0), writes (1) and all (2) stand for: from, up to and without. */
static int first_op(int which)
{
    return which == OPS ? 0 : which;
}

static int end_op(int which)
{
    return which == OPS ? OPS : which + 1;
}

struct summary_group *summary_group_create(size_t parts, struct error *error)
{
    struct summary_group *group = calloc(1, sizeof *group);
    if (group == NULL) {
        error_set(error, ERROR_RUN, NULL, "no memory for statistics");
        return NULL;
    }
    group->parts = parts;
    for (int which = 0; which <= OPS; which++)
        batch_means_init(&group->series[which].batches);
    for (int op = 0; op < OPS; op++) {
        group->ops[op].response = histogram_create(error);
        if (group->ops[op].response == NULL) {
            summary_group_destroy(group);
            return NULL;
        }
    }
    return group;
}

void summary_group_destroy(struct summary_group *group)
{
    if (group == NULL)
        return;
    for (int op = 0; op < OPS; op++)
        histogram_destroy(group->ops[op].response);
    for (int which = 0; which <= OPS; which++)
        free(group->series[which].means);
    free(group);
}

static void carry(struct op_sums *sums, size_t parts)
{
    sums->carried_ns += sums->recent_ns;
    sums->recent_ns = 0;
    for (size_t part = 0; part < parts; part++) {
        sums->carried_part_ns[part] += sums->recent_part_ns[part];
        sums->recent_part_ns[part] = 0;
    }
}

/* Loops of a length known beforehand take half as long. */
static void add_parts(struct op_sums *sums, const struct io_record *record, size_t parts)
{
    for (size_t part = 0; part < PART_FIRST_REMOTE; part++)
        sums->recent_part_ns[part] += (uint64_t)record->part_ns[part];
    for (size_t part = PART_FIRST_REMOTE; parts > PART_FIRST_REMOTE && part < PART_COUNT; part++)
        sums->recent_part_ns[part] += (uint64_t)record->part_ns[part];
}

void summary_group_add(struct summary_group *group, const struct io_record *record)
{
    struct op_sums *sums = &group->ops[record->op];
    if (record->error != IO_OK) {
        sums->errors++;
        group->errors_by[record->error < IO_ERROR_COUNT ? record->error : IO_ERROR_COUNT]++;
        return;
    }
    if (sums->recent_ns > RECENT_MOST)
        carry(sums, group->parts);
    sums->recent_ns += (uint64_t)record->response_ns;
    add_parts(sums, record, group->parts);
    sums->bytes += record->length_bytes;
    histogram_add(sums->response, record->response_ns);
    batch_means_add(&group->series[record->op].batches, (double)record->response_ns);
    batch_means_add(&group->series[OPS].batches, (double)record->response_ns);
}

/* The lines of memory from one address to another. */
static void prefetch_lines(const void *from, const void *to)
{
    enum { LINE_BYTES = 64 };
    for (const char *line = from; line < (const char *)to; line += LINE_BYTES)
        __builtin_prefetch(line, 1);
}

void summary_group_prefetch(const struct summary_group *group, const struct io_record *record, int step)
{
    const struct op_sums *sums = &group->ops[record->op];
    switch (step) {
    case 0:
        prefetch_lines(&sums->response, &sums->recent_part_ns[group->parts]);
        __builtin_prefetch(&group->series[record->op].batches.open_sum, 1);
        __builtin_prefetch(&group->series[OPS].batches.open_sum, 1);
        break;
    case 1:
        histogram_prefetch(sums->response, record->response_ns);
        break;
    default:
        histogram_prefetch_bin(sums->response, record->response_ns);
    }
}

static uint64_t group_count(const struct summary_group *group, int which)
{
    uint64_t count = 0;
    for (int op = first_op(which); op < end_op(which); op++)
        count += histogram_count(group->ops[op].response);
    return count;
}

static wide group_sum(const struct summary_group *group, int which)
{
    wide sum = 0;
    for (int op = first_op(which); op < end_op(which); op++)
        sum += group->ops[op].carried_ns + group->ops[op].recent_ns;
    return sum;
}

/* Puts the running replication's mean behind the ended ones', where there is room for it; returns how many
 * means there are. */
static size_t replication_means(const struct summary_group *group, int which)
{
    const struct series *series = &group->series[which];
    uint64_t count = series->means != NULL ? group_count(group, which) - series->ended_count : 0;
    if (count == 0)
        return series->mean_count;
    series->means[series->mean_count] = (double)(group_sum(group, which) - series->ended_sum_ns) / (double)count;
    return series->mean_count + 1;
}

bool summary_group_begin_replication(struct summary_group *group, struct error *error)
{
    for (int which = 0; which <= OPS; which++) {
        struct series *series = &group->series[which];
        if (series->mean_count + 2 > series->mean_capacity) {
            size_t capacity = 2 * series->mean_capacity + 8;
            double *means = realloc(series->means, capacity * sizeof *means);
            if (means == NULL)
                return error_set(error, ERROR_RUN, NULL, "no memory for the replications' means");
            series->means = means;
            series->mean_capacity = capacity;
        }
        series->mean_count = replication_means(group, which);
        series->ended_count = group_count(group, which);
        series->ended_sum_ns = group_sum(group, which);
    }
    return true;
}

uint64_t summary_group_count(const struct summary_group *group)
{
    return group_count(group, OPS) + (uint64_t)(group->ops[IO_READ].errors + group->ops[IO_WRITE].errors);
}

const struct histogram *summary_group_histogram(const struct summary_group *group, enum io_op op)
{
    return group->ops[op].response;
}

/* Half the width of the mean's confidence interval in ns, NaN when there is too little to say. */
static double half_width_ns(const struct summary_group *group, int which)
{
    const struct series *series = &group->series[which];
    size_t replications = replication_means(group, which);
    double mean, half = NAN;
    if (replications >= LEAST_REPLICATIONS)
        replication_interval(series->means, replications, CONFIDENCE, &mean, &half);
    else
        batch_means_interval(&series->batches, CONFIDENCE, &mean, &half);
    return half;
}

/* Adds the quantiles and the maximum. */
static bool set_quantiles(json_t *json, const struct histogram *histogram)
{
    static const char *const names[] = {"p50_ms", "p90_ms", "p95_ms", "p99_ms", "p999_ms", "max_ms"};
    static const double levels[] = {0.5, 0.9, 0.95, 0.99, 0.999, 1};
    enum { LEVELS = sizeof levels / sizeof levels[0] };
    int64_t values_ns[LEVELS];
    bool any = histogram && histogram_max(histogram) >= 0, good = true;
    if (any)
        histogram_quantiles(histogram, levels, LEVELS, values_ns);
    for (size_t i = 0; i < LEVELS; i++)
        good &= json_value_set(json, names[i], json_value_number(any ? (double)values_ns[i] / NS_PER_MS : NAN));
    return good;
}

/* {NAME_OF_PART: mean} of the parts that took time; empty without I/Os. */
static json_t *parts_json(const struct summary_group *group, int which)
{
    json_t *parts = json_object();
    bool good = parts != NULL;
    double count = group ? (double)group_count(group, which) : 0;
    for (int part = 0; group && part < PART_COUNT; part++) {
        wide sum = 0;
        for (int op = first_op(which); op < end_op(which); op++)
            sum += group->ops[op].carried_part_ns[part] + group->ops[op].recent_part_ns[part];
        if (sum != 0)
            good &= json_value_set(parts, io_part_info[part].name, json_value_number((double)sum / count / NS_PER_MS));
    }
    if (good)
        return parts;
    json_decref(parts);
    return NULL;
}

/* {KIND: how many} of the I/Os that failed; empty without any. */
static json_t *errors_json(const struct summary_group *group)
{
    json_t *json = json_object();
    bool good = json != NULL;
    for (int kind = 0; group && kind <= IO_ERROR_COUNT; kind++)
        if (group->errors_by[kind] > 0)
            good &= json_value_set(json, kind < IO_ERROR_COUNT ? io_error_name((enum io_error)kind) : "other",
                                   json_integer(group->errors_by[kind]));
    if (good)
        return json;
    json_decref(json);
    return NULL;
}

/* Of `which`, whose response times are in the histogram (NULL: none). */
static json_t *filled_json(const struct summary_group *group, int which, const struct histogram *histogram,
                           double measured_s)
{
    uint64_t ios = histogram ? histogram_count(histogram) : 0;
    double count = (double)ios, bytes = 0;
    int64_t errors = 0;
    for (int op = first_op(which); group && op < end_op(which); op++) {
        bytes += (double)group->ops[op].bytes;
        errors += group->ops[op].errors;
    }
    json_t *json = json_object();
    bool good = json_value_set(json, "count", json_integer((json_int_t)ios));
    good &= json_value_set(json, "per_s", json_value_number(count / measured_s));
    good &= json_value_set(json, "mb_per_s", json_value_number(bytes / measured_s / 1e6));
    good &= json_value_set(json, "mean_ms",
                           json_value_number(group ? (double)group_sum(group, which) / count / NS_PER_MS : NAN));
    good &= json_value_set(json, "ci95_ms", json_value_number(group ? half_width_ns(group, which) / NS_PER_MS : NAN));
    good &= set_quantiles(json, histogram);
    good &= json_value_set(json, "errors", json_integer(errors));
    if (which == OPS)
        good &= json_value_set(json, "errors_by", errors_json(group));
    good &= json_value_set(json, "parts_ms", parts_json(group, which));
    if (good)
        return json;
    json_decref(json);
    return NULL;
}

/* Reads, writes or all as JSON, from that histogram; NULL: no I/Os. */
static json_t *which_json(const struct summary_group *group, int which, const struct histogram *histogram,
                          double measured_s, struct error *error)
{
    if (histogram && !histogram_check(histogram, error))
        return NULL;
    json_t *json = filled_json(group, which, histogram, measured_s);
    if (json == NULL)
        error_set(error, ERROR_RUN, NULL, "no memory for the summary");
    return json;
}

static json_t *all_json(const struct summary_group *group, double measured_s, struct error *error)
{
    struct histogram *merged = group ? histogram_create(error) : NULL;
    if (group && merged == NULL)
        return NULL;
    for (int op = 0; group && op < OPS; op++)
        histogram_merge(merged, group->ops[op].response);
    json_t *json = which_json(group, OPS, merged, measured_s, error);
    histogram_destroy(merged);
    return json;
}

json_t *summary_group_json(const struct summary_group *group, double measured_s, struct error *error)
{
    static const char *const names[OPS] = {"reads", "writes"};
    json_t *json = json_object();
    bool good = json != NULL;
    for (int op = 0; op < OPS; op++)
        good = good && json_value_set(json, names[op], which_json(group, op, group ? group->ops[op].response : NULL,
                                                                  measured_s, error));
    good = good && json_value_set(json, "all", all_json(group, measured_s, error));
    good = good && json_value_set(json, "parts_ms", parts_json(group, OPS));
    if (good)
        return json;
    json_decref(json);
    error_set(error, ERROR_RUN, NULL, "no memory for the summary");
    return NULL;
}
