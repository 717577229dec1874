// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The engine against queueing theory: mean waits of M/M/1, M/D/1 and M/M/4, and what a confidence
 * interval promises.
 * LABEL: slow
 *
 * The mean over n customers has a standard error of sqrt(v / n), where v is known for these queues (below).
 * Each case runs as many customers as make three standard errors one per cent of the mean wait: 2 million
 * for M/M/1 at utilisation 0.3, 40 million at 0.9. Every run starts empty, which pulls the mean down by less
 * than a hundredth of its standard error. A build with assertions, perhaps with sanitizers, is too slow for
 * that: it runs fewer customers and allows the three standard errors that follow.
 *
 * All times here are in units of the mean service, which lasts 1 ms, so that rounding to ns does not show.
 */
#include <math.h>
#include <stdio.h>

#include "tests/queues.h"
#include "tests/unit.h"

#ifdef NDEBUG
enum { FEWER = 1, COVERAGE_RUNS = 400, COVERAGE_CUSTOMERS = 100000 };
#else
enum { FEWER = 50, COVERAGE_RUNS = 100, COVERAGE_CUSTOMERS = 20000 };
#endif

static const double standard_errors = 3, aim = 0.01;
static const double service_ns = 1e6;

/* What theory says of the wait in line. */
struct wait {
    double mean;
    double variance; /* v: n times the variance of the mean over n customers, for large n */
};

/*
 * M/G/1 from the moments of service (moments[k] = E S^k, moments[1] = 1). Waits follow Lindley's recursion,
 * W' = max(0, W + S - T). With h(w) = r (w^2 + 2 w / r) / (2 (1 - r)) at arrival rate r, h(W) - E[h(W') | W]
 * = W - E W: so h is the sum of expected deviations to come, and v = 2 Cov(W, h(W)) - Var W. The moments of W
 * are Takacs's (Introduction to the Theory of Queues, 1962).
 */
static struct wait wait_general(double rate, const double moments[5])
{
    double factor = rate / (1 - rate);
    double first = factor * moments[2] / 2;
    double second = factor * (2 * moments[2] / 2 * first + moments[3] / 3);
    double third = factor * (3 * moments[2] / 2 * second + 3 * moments[3] / 3 * first + moments[4] / 4);
    double variance = second - first * first;
    return (struct wait){first, factor * (third - first * second) + variance * (1 + rate) / (1 - rate)};
}

/*
 * M/M/c, whose number in the system goes up at `rate` and down at min(n, c). By Little, n waits sum to the
 * area under the queue's length until the n-th arrival, so v * rate is the variance per time of
 * (area - mean wait * arrivals). For a birth-death process that is the sum over n of
 * rate * p[n] * ((d[n] - mean wait)^2 + d[n]^2), rate * p[n] * d[n] = sum over k > n of p[k] (queue[k] - mean queue):
 * d[n] is what one customer more adds to the area to come, beyond its mean growth.
 */
static struct wait wait_exponential(double rate, int servers)
{
    enum { STATES = 4000 };
    static double share[STATES]; /* p[n] */
    double sum = share[0] = 1;
    for (int n = 1; n < STATES; n++)
        sum += share[n] = share[n - 1] * rate / fmin(n, servers);
    double mean_queue = 0;
    for (int n = 0; n < STATES; n++) {
        share[n] /= sum;
        mean_queue += share[n] * fmax(n - servers, 0);
    }
    double mean = mean_queue / rate, variance = 0, tail = 0;
    for (int n = STATES - 1; n > 0; n--) {
        tail += share[n] * (fmax(n - servers, 0) - mean_queue);
        if (share[n - 1] < 1e-280)
            continue;
        double grows = tail / (rate * share[n - 1]);
        variance += share[n - 1] * ((grows - mean) * (grows - mean) + grows * grows);
    }
    return (struct wait){mean, variance};
}

/* The probability of having to wait, by A. K. Erlang (1917), for an offered load of `load` servers. */
static double erlang_c(double load, int servers)
{
    double term = 1, sum = 0;
    for (int n = 0; n < servers; n++) {
        sum += term;
        term *= load / (n + 1);
    }
    double waiting = term * servers / (servers - load);
    return waiting / (sum + waiting);
}

static const double exponential_moments[5] = {1, 1, 2, 6, 24}, constant_moments[5] = {1, 1, 1, 1, 1};

static void test_theory_agrees(void)
{
    for (int tenth = 1; tenth <= 9; tenth++) {
        double r = tenth / 10.0;
        struct wait one = wait_general(r, exponential_moments), other = wait_exponential(r, 1);
        CHECK_NEAR(one.mean, r / (1 - r), 1e-9);
        CHECK_NEAR(other.mean, r / (1 - r), 1e-9);
        /* D. J. Daley, The serial correlation coefficients of waiting times, 1968 */
        double daley = r * (2 + 5 * r - 4 * r * r + r * r * r) / pow(1 - r, 4);
        CHECK_NEAR(one.variance, daley, 1e-9 * daley);
        CHECK_NEAR(other.variance, daley, 1e-9 * daley);
        CHECK_NEAR(wait_exponential(4 * r, 4).mean, erlang_c(4 * r, 4) / (4 - 4 * r), 1e-9);
    }
}

static void check_queue(const char *name, int32_t servers, bool constant, double utilization, struct wait wait)
{
    double needed = wait.variance * pow(standard_errors / (aim * wait.mean), 2);
    uint64_t customers = (uint64_t)ceil(needed / FEWER);
    double tolerance = standard_errors * sqrt(wait.variance / (double)customers);
    struct queue queue;
    queue_open(&queue, 1, servers, utilization, service_ns, constant);
    queue_run(&queue, customers);
    struct station_stats stats;
    station_stats(queue.station, &stats);
    double mean = stats.mean_wait_ns / service_ns;
    printf("    %s at %.1f: %9llu customers, mean wait %8.5f, theory %8.5f: %+.2f %% (allowed %.2f %%)\n", name,
           utilization, (unsigned long long)customers, mean, wait.mean, 100 * (mean / wait.mean - 1),
           100 * tolerance / wait.mean);
    CHECK_INT(stats.completed, customers);
    CHECK_NEAR(mean, wait.mean, tolerance);
    CHECK_NEAR(stats.utilization, utilization, 0.01 * sqrt(FEWER));
    queue_close(&queue);
}

static void test_mm1(void)
{
    for (int tenth = 3; tenth <= 9; tenth += 3)
        check_queue("M/M/1", 1, false, tenth / 10.0, wait_general(tenth / 10.0, exponential_moments));
}

static void test_md1(void)
{
    for (int tenth = 3; tenth <= 9; tenth += 3)
        check_queue("M/D/1", 1, true, tenth / 10.0, wait_general(tenth / 10.0, constant_moments));
}

static void test_mm4(void)
{
    for (int tenth = 3; tenth <= 9; tenth += 3)
        check_queue("M/M/4", 4, false, tenth / 10.0, wait_exponential(4 * tenth / 10.0, 4));
}

/* Of 400 runs, 92 to 98 % are asked for, which is 2.75 standard errors; of fewer runs, as many. */
static void test_coverage(void)
{
    const double utilization = 0.6, true_mean_ns = service_ns * 1.5;
    int covered = 0;
    double half_widths = 0;
    for (uint64_t seed = 0; seed < COVERAGE_RUNS; seed++) {
        struct queue queue;
        struct batch_means waits;
        batch_means_init(&waits);
        queue_open(&queue, 1000 + seed, 1, utilization, service_ns, false);
        queue.waits = &waits;
        queue_run(&queue, COVERAGE_CUSTOMERS);
        double mean, half_width;
        CHECK(batch_means_interval(&waits, 0.95, &mean, &half_width));
        covered += fabs(mean - true_mean_ns) <= half_width;
        half_widths += half_width / COVERAGE_RUNS;
        queue_close(&queue);
    }
    double share = (double)covered / COVERAGE_RUNS, tolerance = 0.03 * sqrt(400.0 / COVERAGE_RUNS);
    printf("    of %d runs of %d customers, %.1f %% of the intervals (mean half width %.1f %%) cover the mean "
           "(allowed %.0f to %.0f %%)\n", COVERAGE_RUNS, COVERAGE_CUSTOMERS, 100 * share,
           100 * half_widths / true_mean_ns, 100 * (0.95 - tolerance), 100 * fmin(0.95 + tolerance, 1));
    CHECK_NEAR(share, 0.95, tolerance);
}

UNIT_MAIN("theory", {"two ways to the variance of the mean agree with each other and with the literature", test_theory_agrees},
          {"mean waits of M/M/1 are within 1 %", test_mm1}, {"mean waits of M/D/1 are within 1 %", test_md1},
          {"mean waits of M/M/4 are within 1 %", test_mm4},
          {"a 95 % confidence interval covers the true mean in 95 % of runs", test_coverage})
