// SPDX-License-Identifier: GPL-3.0-or-later
/* Zipf draws against exact probabilities, and the scramble's one-to-one map. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/zipf.h"
#include "tests/chi_square.h"

/* Sum of k^-theta for k from `first` to `last`: term by term at first, Euler and Maclaurin's formula beyond. */
static double power_sum(double first, double last, double theta)
{
    double sum = 0, k = first;
    for (; k <= last && k < first + 1000; k++)
        sum += pow(k, -theta);
    if (k > last)
        return sum;
    double area = fabs(theta - 1) < 1e-12 ? log(last / k) : (pow(last, 1 - theta) - pow(k, 1 - theta)) / (1 - theta);
    double ends = (pow(k, -theta) + pow(last, -theta)) / 2;
    double slopes = theta * (pow(k, -theta - 1) - pow(last, -theta - 1)) / 12;
    return sum + area + ends + slopes;
}

/* Draws, counts in cells (single ranks up to 64, then four an octave) and compares. */
static void check_distribution(uint64_t n, double theta)
{
    enum { CELLS = 64 + 4 * 40, DRAWS = 200000 };
    uint64_t bounds[CELLS + 1], counts[CELLS] = {0};
    double probability[CELLS];
    size_t cells = 0;
    for (uint64_t bound = 0; bound < n; bound += bound < 64 ? 1 : (UINT64_C(1) << (61 - __builtin_clzll(bound))))
        bounds[cells++] = bound;
    bounds[cells] = n;
    double total = power_sum(1, (double)n, theta);
    for (size_t i = 0; i < cells; i++)
        probability[i] = power_sum((double)bounds[i] + 1, (double)bounds[i + 1], theta) / total;

    struct zipf zipf;
    struct rng rng;
    struct error error = {0};
    CHECK(zipf_init(&zipf, n, theta, &error));
    rng_init(&rng, n, "zipf");
    bool inside = true;
    for (int i = 0; i < DRAWS; i++) {
        uint64_t rank = zipf_draw(&zipf, &rng);
        inside = inside && rank < n;
        size_t low = 0, high = cells;
        while (high - low > 1) {
            size_t middle = (low + high) / 2;
            if (bounds[middle] <= rank)
                low = middle;
            else
                high = middle;
        }
        counts[low]++;
    }
    CHECK(inside);
    double p = chi_square_p(counts, probability, cells);
    unit_check(p > 0.001, __FILE__, __LINE__, "n %llu theta %g: p is %.3g", (unsigned long long)n, theta, p);
}

static const double thetas[] = {1e-9, 0.01, 0.5, 0.99, 1, 1 + 1e-13, 1.1, 1.5, 2, 4, 10};

static void check_all_thetas(uint64_t n)
{
    for (size_t i = 0; i < sizeof thetas / sizeof thetas[0]; i++)
        check_distribution(n, thetas[i]);
}

static void test_few_things(void)
{
    check_all_thetas(2);
    check_all_thetas(3);
    check_all_thetas(100);
}

static void test_many_things(void)
{
    check_all_thetas(1000000);
    check_all_thetas(ZIPF_MAX_N);
}

static void test_one_thing(void)
{
    struct rng rng;
    rng_init(&rng, 1, "one");
    for (size_t i = 0; i < sizeof thetas / sizeof thetas[0]; i++) {
        struct zipf zipf;
        CHECK(zipf_init(&zipf, 1, thetas[i], NULL));
        bool only_0 = true;
        for (int j = 0; j < 1000; j++)
            only_0 = only_0 && zipf_draw(&zipf, &rng) == 0;
        CHECK(only_0);
    }
}

static void check_refused(uint64_t n, double theta, const char *part)
{
    struct zipf zipf;
    struct error error = {0};
    CHECK(!zipf_init(&zipf, n, theta, &error));
    CHECK_INT(error.kind, ERROR_INPUT);
    CHECK_CONTAINS(error.message, part);
}

static void test_limits(void)
{
    check_refused(0, 1, "0 things");
    check_refused(ZIPF_MAX_N + 1, 1, "1 to 1099511627776");
    check_refused(10, 0, "theta 0");
    check_refused(10, -1, "above 0 to 10");
    check_refused(10, 10.1, "theta 10.1");
    check_refused(10, (double)NAN, "nan");
}

static void test_golden_draws(void)
{
    uint64_t hash = 0;
    struct rng rng;
    rng_init(&rng, 1, "golden");
    for (size_t i = 0; i < sizeof thetas / sizeof thetas[0]; i++) {
        struct zipf zipf;
        CHECK(zipf_init(&zipf, UINT64_C(1) << 30, thetas[i], NULL));
        for (int j = 0; j < 10000; j++)
            hash = (hash ^ zipf_draw(&zipf, &rng)) * UINT64_C(0x100000001b3);
    }
    CHECK_INT(hash, UINT64_C(8717317972010096662));
    struct scramble scramble;
    scramble_init(&scramble, 1000000007, 42);
    CHECK_INT(scramble_rank(&scramble, 0), 154335545);
    CHECK_INT(scramble_rank(&scramble, 1), 627581237);
}

static bool is_one_to_one(uint64_t n, uint64_t salt)
{
    struct scramble scramble;
    scramble_init(&scramble, n, salt);
    bool *taken = calloc(n, sizeof *taken);
    bool good = taken != NULL;
    for (uint64_t rank = 0; good && rank < n; rank++) {
        uint64_t place = scramble_rank(&scramble, rank);
        good = place < n && !taken[place];
        if (good)
            taken[place] = true;
    }
    free(taken);
    return good;
}

static void test_scramble_is_one_to_one(void)
{
    for (uint64_t n = 1; n <= 300; n++)
        CHECK(is_one_to_one(n, n % 5));
    static const uint64_t sizes[] = {4095, 4096, 4097, 65536, 65537, 262145, 1000000};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (uint64_t salt = 0; salt < 3; salt++)
            CHECK(is_one_to_one(sizes[i], salt));
}

/* The popular ranks must spread evenly over all zones of the space, and neighbours must be parted. */
static void check_spread(uint64_t n, uint64_t salt)
{
    enum { ZONES = 64, RANKS = 4096 };
    uint64_t counts[ZONES] = {0};
    double probability[ZONES], distance = 0;
    struct scramble scramble;
    scramble_init(&scramble, n, salt);
    for (uint64_t rank = 0; rank < RANKS; rank++) {
        double place = (double)scramble_rank(&scramble, rank) / (double)n;
        distance += fabs(place - (double)scramble_rank(&scramble, rank + 1) / (double)n) / RANKS;
        counts[(int)(place * ZONES)]++;
    }
    for (int i = 0; i < ZONES; i++)
        probability[i] = 1.0 / ZONES;
    CHECK_CHI_SQUARE(counts, probability, ZONES);
    CHECK_NEAR(distance, 1.0 / 3, 0.03);
}

static void test_scramble_spreads(void)
{
    static const uint64_t sizes[] = {1000000, 1 << 20, 16777217, UINT64_C(1) << 40, UINT64_C(1) << 62};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++)
        for (uint64_t salt = 0; salt < 4; salt++)
            check_spread(sizes[i], salt);
}

static void test_salts_differ(void)
{
    enum { N = 1000000, RANKS = 10000 };
    struct scramble a, b;
    scramble_init(&a, N, 1);
    scramble_init(&b, N, 2);
    int equal = 0;
    for (uint64_t rank = 0; rank < RANKS; rank++)
        equal += scramble_rank(&a, rank) == scramble_rank(&b, rank);
    CHECK(equal < 10);
}

UNIT_MAIN("zipf", {"draws among few things have zipf's probabilities", test_few_things},
          {"draws among up to 2^40 things have zipf's probabilities", test_many_things},
          {"one thing is always drawn", test_one_thing}, {"n and theta outside the limits are refused", test_limits},
          {"draws and places are these under every compiler", test_golden_draws},
          {"the scramble is one to one", test_scramble_is_one_to_one},
          {"the scramble spreads popular ranks evenly", test_scramble_spreads},
          {"another salt gives another map", test_salts_differ})
