// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * What one random variate costs, in ns, and how many times less than GSL's way; and what one sample costs in
 * each statistic. Each figure is the best of several rounds, since the machine may be busy with other things.
 */
#include <gsl/gsl_randist.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "sim/histogram.h"
#include "sim/interval.h"
#include "sim/level.h"
#include "sim/rng.h"
#include "sim/rng_gsl.h"
#include "sim/tally.h"
#include "sim/zipf.h"

enum { ROUNDS = 7, DRAWS = 2000000, SCRATCH = 4096 };

struct subject {
    struct rng rng;
    gsl_rng *mt19937, *taus2, *ours;
    struct zipf zipf;
    struct scramble scramble;
    struct histogram *histogram;
    struct level level;
    struct tally tally;
    struct batch_means means;
    uint64_t next;
    int64_t times[SCRATCH]; /* response times, ns */
};

static double draw_bits(struct subject *s)
{
    return (double)(rng_next(&s->rng) >> 60);
}

static double draw_uniform(struct subject *s)
{
    return rng_uniform(&s->rng);
}

static double draw_below(struct subject *s)
{
    return (double)rng_below(&s->rng, 1000003);
}

static double draw_exponential(struct subject *s)
{
    return rng_exponential(&s->rng);
}

static double draw_mt19937(struct subject *s)
{
    return gsl_ran_exponential(s->mt19937, 1);
}

static double draw_taus2(struct subject *s)
{
    return gsl_ran_exponential(s->taus2, 1);
}

static double draw_ours_by_gsl(struct subject *s)
{
    return gsl_ran_exponential(s->ours, 1);
}

static double draw_zipf(struct subject *s)
{
    return (double)zipf_draw(&s->zipf, &s->rng);
}

static double map_scramble(struct subject *s)
{
    return (double)scramble_rank(&s->scramble, s->next++);
}

static double add_histogram(struct subject *s)
{
    histogram_add(s->histogram, s->times[s->next++ % SCRATCH]);
    return 0;
}

static double add_level(struct subject *s)
{
    level_add(&s->level, s->level.changed + 100, s->level.value < 10 ? 1 : -1);
    return 0;
}

static double add_tally(struct subject *s)
{
    tally_add(&s->tally, (double)s->times[s->next++ % SCRATCH]);
    return 0;
}

static double add_batch_means(struct subject *s)
{
    batch_means_add(&s->means, (double)s->times[s->next++ % SCRATCH]);
    return 0;
}

static double now_ns(void)
{
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (double)t.tv_sec * 1e9 + (double)t.tv_nsec;
}

/* Inlined with its constant argument, so that `work` is no call through a pointer. */
static inline __attribute__((always_inline)) double measure(const char *name, double (*work)(struct subject *),
                                                            struct subject *subject, double reference)
{
    double best = 1e30, sum = 0;
    for (int round = 0; round < ROUNDS; round++) {
        double start = now_ns();
        for (int i = 0; i < DRAWS; i++)
            sum += work(subject);
        double each = (now_ns() - start) / DRAWS;
        best = each < best ? each : best;
    }
    volatile double sink = sum;
    (void)sink;
    printf("%-44s %7.2f ns", name, best);
    if (reference > 0)
        printf("   %5.1f times faster than mt19937's", reference / best);
    printf("\n");
    return best;
}

static void prepare(struct subject *s)
{
    struct error error = {0};
    rng_init(&s->rng, 1, "bench");
    s->mt19937 = gsl_rng_alloc(gsl_rng_mt19937);
    s->taus2 = gsl_rng_alloc(gsl_rng_taus2);
    s->ours = rng_gsl_create(1, "bench", &error);
    s->histogram = histogram_create(&error);
    if (!s->mt19937 || !s->taus2 || !s->ours || !s->histogram || !zipf_init(&s->zipf, 1 << 24, 1.1, &error))
        abort();
    scramble_init(&s->scramble, 10000000, 1);
    level_init(&s->level, 0, 0);
    batch_means_init(&s->means);
    for (int i = 0; i < SCRATCH; i++)
        s->times[i] = (int64_t)(5e6 * rng_exponential(&s->rng));
}

int main(void)
{
    static struct subject s;
    prepare(&s);
    measure("rng_next", draw_bits, &s, 0);
    measure("rng_uniform", draw_uniform, &s, 0);
    measure("rng_below", draw_below, &s, 0);
    double reference = measure("gsl_ran_exponential, mt19937", draw_mt19937, &s, 0);
    measure("gsl_ran_exponential, taus2", draw_taus2, &s, reference);
    measure("gsl_ran_exponential, our stream", draw_ours_by_gsl, &s, reference);
    measure("rng_exponential", draw_exponential, &s, reference);
    measure("zipf_draw, theta 1.1 over 2^24", draw_zipf, &s, 0);
    measure("scramble_rank, 10^7", map_scramble, &s, 0);
    measure("histogram_add, exponential of 5 ms", add_histogram, &s, 0);
    measure("level_add", add_level, &s, 0);
    measure("tally_add", add_tally, &s, 0);
    measure("batch_means_add", add_batch_means, &s, 0);
    histogram_destroy(s.histogram);
    gsl_rng_free(s.mt19937);
    gsl_rng_free(s.taus2);
    gsl_rng_free(s.ours);
    return 0;
}
