// SPDX-License-Identifier: GPL-3.0-or-later
/* The histogram against sorted samples. */
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/detmath.h"
#include "sim/histogram.h"
#include "sim/rng.h"
#include "tests/unit.h"

enum { SAMPLES = 100000 };
#define BOUND (1.0 / 256)

static int64_t draw_uniform(struct rng *rng)
{
    return (int64_t)rng_below(rng, 10000000);
}

static int64_t draw_exponential(struct rng *rng)
{
    return (int64_t)(5e6 * rng_exponential(rng));
}

static int64_t draw_lognormal(struct rng *rng)
{
    double sum = -6;
    for (int i = 0; i < 12; i++)
        sum += rng_uniform(rng);
    return (int64_t)(1e6 * det_exp(1.5 * sum));
}

static int64_t draw_pareto(struct rng *rng)
{
    return (int64_t)(1e5 * det_exp(rng_exponential(rng) / 1.1));
}

/* Cache hits near 0.2 ms, drive reads near 12 ms, nothing in between. */
static int64_t draw_bimodal(struct rng *rng)
{
    bool hit = rng_uniform(rng) < 0.8;
    return (hit ? 200000 : 12000000) + (int64_t)rng_below(rng, hit ? 5000 : 3000000);
}

struct distribution {
    const char *name;
    int64_t (*draw)(struct rng *);
};
static const struct distribution distributions[] = {{"uniform", draw_uniform},
                                                    {"exponential", draw_exponential},
                                                    {"lognormal", draw_lognormal},
                                                    {"pareto", draw_pareto},
                                                    {"bimodal", draw_bimodal}};
enum { DISTRIBUTIONS = sizeof distributions / sizeof distributions[0] };

static int compare_values(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

static struct histogram *filled(const struct distribution *distribution, int64_t *values)
{
    struct histogram *histogram = histogram_create(NULL);
    struct rng rng;
    rng_init(&rng, 1, distribution->name);
    for (int i = 0; i < SAMPLES; i++) {
        values[i] = distribution->draw(&rng);
        histogram_add(histogram, values[i]);
    }
    qsort(values, SAMPLES, sizeof values[0], compare_values);
    return histogram;
}

/* The smallest value with at least a share of permille/1000 of all at or below it, in whole numbers. */
static int64_t exact_quantile(const int64_t *sorted, int permille)
{
    int rank = (int)(((int64_t)permille * SAMPLES + 999) / 1000);
    return sorted[rank > 0 ? rank - 1 : 0];
}

static void test_quantiles(void)
{
    static int64_t values[SAMPLES];
    for (int d = 0; d < DISTRIBUTIONS; d++) {
        struct histogram *histogram = filled(&distributions[d], values);
        for (int permille = 0; permille <= 1000; permille++) {
            double exact = (double)exact_quantile(values, permille);
            double reported = (double)histogram_quantile(histogram, permille / 1000.0);
            unit_check(fabs(reported - exact) <= BOUND * exact, __FILE__, __LINE__, "%s at %d/1000: %.0f for %.0f",
                       distributions[d].name, permille, reported, exact);
        }
        static const double levels[] = {-1, 0, 1e-9, 0.5, 0.5, 0.9, 0.999, 1, 2};
        enum { LEVELS = sizeof levels / sizeof levels[0] };
        int64_t together[LEVELS];
        histogram_quantiles(histogram, levels, LEVELS, together);
        for (int i = 0; i < LEVELS; i++)
            CHECK_INT(together[i], histogram_quantile(histogram, levels[i]));
        CHECK_INT(histogram_count(histogram), SAMPLES);
        CHECK_INT(histogram_min(histogram), values[0]);
        CHECK_INT(histogram_max(histogram), values[SAMPLES - 1]);
        CHECK_INT(histogram_quantile(histogram, 0), values[0]);
        CHECK_INT(histogram_quantile(histogram, 1), values[SAMPLES - 1]);
        CHECK(histogram_check(histogram, NULL));
        histogram_destroy(histogram);
    }
}

/* The share may be off by no more than the share of the values in the bin that is cut. */
static void test_fractions(void)
{
    static int64_t values[SAMPLES];
    for (int d = 0; d < DISTRIBUTIONS; d++) {
        struct histogram *histogram = filled(&distributions[d], values);
        int passed = 0;
        for (int64_t value = 1000; value < (int64_t)1 << 40; value += value / 7) {
            while (passed < SAMPLES && values[passed] < value)
                passed++;
            int low = passed, high = passed;
            while (low > 0 && (double)values[low - 1] > (double)value * (1 - 2 * BOUND))
                low--;
            while (high < SAMPLES && (double)values[high] < (double)value * (1 + 2 * BOUND))
                high++;
            double share = histogram_fraction_below(histogram, value) * SAMPLES;
            unit_check(share >= low - 1e-6 && share <= high + 1e-6, __FILE__, __LINE__,
                       "%s below %lld: %g, not %d to %d", distributions[d].name, (long long)value, share, low, high);
        }
        CHECK(histogram_fraction_below(histogram, values[0]) == 0);
        CHECK(histogram_fraction_below(histogram, INT64_MIN) == 0);
        CHECK(histogram_fraction_below(histogram, values[SAMPLES - 1] + 1) == 1);
        histogram_destroy(histogram);
    }
}

static void test_small_values_are_exact(void)
{
    struct histogram *histogram = histogram_create(NULL);
    for (int64_t value = 0; value < 256; value++)
        histogram_add_many(histogram, value, 10);
    bool exact = true;
    for (int i = 0; i < 256; i++) {
        exact = exact && histogram_quantile(histogram, (i + 0.5) / 256) == i;
        exact = exact && histogram_fraction_below(histogram, i) == i / 256.0;
    }
    CHECK(exact);
    CHECK_INT(histogram_quantile(histogram, 1.0 / 256), 0);
    histogram_destroy(histogram);
}

/* 0.07 * 100, for one, comes out above 7 in doubles. */
static void test_shares_are_not_rounded_up(void)
{
    struct histogram *histogram = histogram_create(NULL);
    for (int64_t value = 1; value <= 100; value++)
        histogram_add(histogram, value);
    for (int percent = 1; percent <= 100; percent++)
        CHECK_INT(histogram_quantile(histogram, percent / 100.0), percent);
    histogram_destroy(histogram);
}

/* At both ends of bins in every octave, up to the greatest time there is. */
static void test_bins_cover_everything(void)
{
    double worst = 0;
    for (int bit = 0; bit < 63; bit++)
        for (int64_t k = 0; k < 8; k++) {
            int64_t power = (int64_t)1 << bit;
            int64_t value = k < 4 ? power + k * (power / 5) : power + (power - 1) - (k - 4) * (power / 9);
            struct histogram *histogram = histogram_create(NULL);
            histogram_add(histogram, 0);
            histogram_add_many(histogram, value, 5);
            histogram_add(histogram, INT64_MAX);
            int64_t reported = histogram_quantile(histogram, 0.5);
            worst = fmax(worst, fabs((double)(reported - value)) / (double)value);
            struct histogram_bin bin;
            size_t position = 0;
            CHECK(histogram_next(histogram, &position, &bin));
            CHECK(bin.low == 0 && bin.high == 0 && bin.count == 1);
            CHECK(histogram_next(histogram, &position, &bin));
            CHECK(bin.low <= value && value <= bin.high && bin.count >= 5);
            CHECK(bin.low == bin.high || bin.high - bin.low < bin.low / 128);
            histogram_destroy(histogram);
        }
    CHECK(worst <= BOUND && worst > 0.9 * BOUND);
}

static void test_bins_are_in_order(void)
{
    static int64_t values[SAMPLES];
    struct histogram *histogram = filled(&distributions[3], values);
    struct histogram_bin bin = {0};
    int64_t last = -1;
    uint64_t count = 0;
    bool ordered = true;
    for (size_t position = 0; histogram_next(histogram, &position, &bin);) {
        ordered = ordered && bin.low > last && bin.high >= bin.low && bin.count > 0;
        last = bin.high;
        count += bin.count;
    }
    CHECK(ordered);
    CHECK_INT(count, SAMPLES);
    histogram_destroy(histogram);
}

static bool are_equal(const struct histogram *a, const struct histogram *b)
{
    struct histogram_bin x, y;
    bool equal = histogram_min(a) == histogram_min(b) && histogram_max(a) == histogram_max(b);
    size_t at_x = 0, at_y = 0;
    for (;;) {
        bool more_x = histogram_next(a, &at_x, &x), more_y = histogram_next(b, &at_y, &y);
        if (more_x != more_y)
            return false;
        if (!more_x)
            return equal;
        equal = equal && x.low == y.low && x.high == y.high && x.count == y.count;
    }
}

static void test_merging(void)
{
    static int64_t values[SAMPLES];
    struct histogram *whole = filled(&distributions[2], values);
    struct histogram *a = histogram_create(NULL), *b = histogram_create(NULL), *empty = histogram_create(NULL);
    for (int i = 0; i < SAMPLES; i++)
        histogram_add(i % 3 ? a : b, values[i]);
    CHECK(!are_equal(a, whole));
    histogram_merge(a, b);
    CHECK(are_equal(a, whole));
    histogram_merge(a, empty);
    CHECK(are_equal(a, whole));
    histogram_merge(empty, whole);
    CHECK(are_equal(empty, whole));
    histogram_clear(empty);
    CHECK_INT(histogram_count(empty), 0);
    CHECK_INT(histogram_max(empty), -1);
    histogram_destroy(a);
    histogram_destroy(b);
    histogram_destroy(empty);
    histogram_destroy(whole);
}

static void test_empty(void)
{
    struct histogram *histogram = histogram_create(NULL);
    struct histogram_bin bin;
    size_t position = 0;
    CHECK_INT(histogram_count(histogram), 0);
    CHECK_INT(histogram_min(histogram), -1);
    CHECK_INT(histogram_max(histogram), -1);
    CHECK_INT(histogram_quantile(histogram, 0.5), -1);
    CHECK(isnan(histogram_fraction_below(histogram, 5)));
    CHECK(!histogram_next(histogram, &position, &bin));
    CHECK(histogram_check(histogram, NULL));
    histogram_destroy(histogram);
    histogram_destroy(NULL);
}

static void test_negative_values_are_reported(void)
{
    struct histogram *histogram = histogram_create(NULL), *sum = histogram_create(NULL);
    histogram_add(histogram, 7);
    histogram_add(histogram, -1);
    histogram_add(histogram, INT64_MIN);
    histogram_merge(sum, histogram);
    struct error error = {0};
    CHECK(!histogram_check(sum, &error));
    CHECK_INT(error.kind, ERROR_RUN);
    CHECK_STRING(error.message, "a histogram lost 2 values: 0 for want of memory, 2 because they were negative");
    CHECK_INT(histogram_count(sum), 1);
    CHECK_INT(histogram_min(sum), 7);
    histogram_destroy(histogram);
    histogram_destroy(sum);
}

/* Counts that outgrow 32 bits, beside small ones of the same octave, by adding and by merging. */
static void test_large_counts(void)
{
    const uint64_t many = 3000000000u;
    struct histogram *histogram = histogram_create(NULL), *sum = histogram_create(NULL);
    struct histogram_bin bin;
    size_t position = 0;
    for (int i = 0; i < 3; i++)
        histogram_add_many(histogram, 200, many);
    histogram_add(histogram, 201);
    for (int i = 0; i < 2; i++)
        histogram_merge(sum, histogram);
    histogram_add(sum, 200);
    CHECK_INT(histogram_count(sum), 6 * (int64_t)many + 3);
    CHECK(histogram_next(sum, &position, &bin));
    CHECK_INT(bin.count, 6 * (int64_t)many + 1);
    CHECK(histogram_next(sum, &position, &bin));
    CHECK_INT(bin.count, 2);
    CHECK_INT(histogram_quantile(sum, 0.999999), 200);
    CHECK(histogram_check(sum, NULL));
    histogram_clear(sum);
    CHECK_INT(histogram_count(sum), 0);
    histogram_add(sum, 200);
    CHECK_INT(histogram_count(sum), 1);
    histogram_destroy(histogram);
    histogram_destroy(sum);
}

/* Runs in a process of its own, whose memory is used up: exit status 0 when the loss is reported. */
static int lose_for_want_of_memory(void)
{
    struct histogram *histogram = histogram_create(NULL);
    struct histogram *full = histogram_create(NULL);
    histogram_add(histogram, 5);
    histogram_add_many(full, 3000, 4);
    setrlimit(RLIMIT_AS, &(struct rlimit){0});
    void *volatile block; /* volatile, here and below: an unused allocation may be optimised away */
    for (size_t size = 1 << 20; size >= 16; size /= 2)
        while ((block = malloc(size)) != NULL)
            ;
    histogram_add(histogram, 1000);
    histogram_merge(histogram, full);
    histogram_add(histogram, 6);
    struct error error = {0};
    struct histogram *volatile none = histogram_create(&error);
    bool good = none == NULL && error.kind == ERROR_RUN && histogram_count(histogram) == 2;
    error = (struct error){0};
    good = good && !histogram_check(histogram, &error) && error.kind == ERROR_RUN;
    return good && histogram_quantile(histogram, 0.5) == 5 ? 0 : 1;
}

static void test_memory_runs_out(void)
{
#if defined(__SANITIZE_ADDRESS__)
    unit_skip("the address sanitizer's allocator ends the process itself");
    return;
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
    unit_skip("the address sanitizer's allocator ends the process itself");
    return;
#endif
#endif
    pid_t child = fork();
    if (child == 0)
        _exit(lose_for_want_of_memory());
    int status = -1;
    CHECK(child > 0 && waitpid(child, &status, 0) == child);
    CHECK(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

UNIT_MAIN("histogram", {"quantiles are within 1/256 of the sorted samples'", test_quantiles},
          {"the share below a value is right up to one bin's share", test_fractions},
          {"values below 256 have a bin each", test_small_values_are_exact},
          {"a quantile is the smallest value that has the share", test_shares_are_not_rounded_up},
          {"bins cover all times, none wider than 1/128 of its values", test_bins_cover_everything},
          {"bins come in ascending order and hold every value", test_bins_are_in_order},
          {"a bin counts beyond 32 bits", test_large_counts},
          {"merged parts equal the whole", test_merging}, {"an empty histogram has no quantiles", test_empty},
          {"negative values are reported, not counted", test_negative_values_are_reported},
          {"values lost for want of memory are reported", test_memory_runs_out})
