// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/drive_theory.h"

#include <gsl/gsl_integration.h>
#include <math.h>
#include <stdlib.h>

enum { WORKSPACE = 2000 };

/* The cylinders in use, as stretches of one density. */
struct stretch {
    double from, to;
    double density;     /* p(x): share of the blocks in a cylinder */
    double transfer_ns;
};

struct problem {
    const struct drive_type *type;
    struct stretch *stretches;
    size_t count;
    double turn_ns, overhead_ns;
    double transfer_ns;               /* mean over all */
    const struct stretch *at;         /* the one that is integrated over */
    double (*integrand)(const struct problem *problem, double first, double second);
};

/* Mean transfer of a request: its blocks, and the share of requests that straddle two tracks times a switch. */
static double transfer_ns(const struct drive_type *type, int32_t sectors, int32_t blocks)
{
    int32_t divisor = blocks, rest = sectors;
    while (rest != 0) {
        int32_t next = divisor % rest;
        divisor = rest;
        rest = next;
    }
    double straddling = (double)(blocks - divisor) / sectors;
    return (double)type->revolution_ns * blocks / sectors + straddling * (double)(type->head_switch_ns + type->write_settle_ns);
}

static void lay_out(struct problem *problem, int64_t footprint, int32_t blocks)
{
    const struct drive_type *type = problem->type;
    problem->stretches = calloc(type->zone_count, sizeof *problem->stretches);
    if (problem->stretches == NULL)
        abort();
    double left = (double)footprint;
    for (size_t i = 0; i < type->zone_count && left > 0; i++) {
        const struct drive_zone *zone = &type->zones[i];
        double end = i + 1 < type->zone_count ? zone[1].first_cylinder : type->cylinders;
        double per_cylinder = (double)zone->sectors_per_track * type->heads;
        double cylinders = fmin(end - zone->first_cylinder, left / per_cylinder);
        struct stretch *stretch = &problem->stretches[problem->count++];
        *stretch = (struct stretch){zone->first_cylinder, zone->first_cylinder + cylinders,
                                    per_cylinder / (double)footprint,
                                    transfer_ns(type, zone->sectors_per_track, blocks)};
        problem->transfer_ns += cylinders * stretch->density * stretch->transfer_ns;
        left -= cylinders * per_cylinder;
    }
}

static double seek_ns(const struct drive_type *type, double distance)
{
    const struct seek_point *points = type->seek_points;
    size_t next = 0;
    while (next < type->seek_point_count && points[next].cylinders <= distance)
        next++;
    if (next == 0 || next == type->seek_point_count)
        return (double)points[next > 0 ? next - 1 : 0].seek_ns;
    double width = points[next].cylinders - points[next - 1].cylinders;
    double share = (distance - points[next - 1].cylinders) / width;
    return (double)points[next - 1].seek_ns * (1 - share) + (double)points[next].seek_ns * share;
}

/* Integrals of s and s^2 over distances from..to: Simpson's rule on each line of the curve, where it is exact. */
static void integrate_seek(const struct drive_type *type, double from, double to, double sums[2], double density)
{
    size_t next = 0;
    while (from < to) {
        while (next < type->seek_point_count && type->seek_points[next].cylinders <= from)
            next++;
        double end = next < type->seek_point_count ? fmin(to, type->seek_points[next].cylinders) : to;
        double a = seek_ns(type, from), b = seek_ns(type, (from + end) / 2), c = 2 * b - a;
        sums[0] += density * (end - from) * b;
        sums[1] += density * (end - from) * (a * a + 4 * b * b + c * c) / 6;
        from = end;
    }
}

/* g_1 and g_2 at x. */
static void seeks_to(const struct problem *problem, double x, double moments[2])
{
    moments[0] = moments[1] = 0;
    for (size_t i = 0; i < problem->count; i++) {
        const struct stretch *stretch = &problem->stretches[i];
        if (stretch->from < x)
            integrate_seek(problem->type, x - fmin(x, stretch->to), x - stretch->from, moments, stretch->density);
        if (stretch->to > x)
            integrate_seek(problem->type, fmax(x, stretch->from) - x, stretch->to - x, moments, stretch->density);
    }
}

static double at_cylinder(double x, void *parameter)
{
    const struct problem *problem = parameter;
    double moments[2];
    seeks_to(problem, x, moments);
    return problem->at->density * problem->integrand(problem, moments[0], moments[1]);
}

/* The integral of p(x) times the integrand over all cylinders. */
static double integrate(struct problem *problem, double (*integrand)(const struct problem *, double, double))
{
    gsl_integration_workspace *workspace = gsl_integration_workspace_alloc(WORKSPACE);
    double sum = 0;
    problem->integrand = integrand;
    for (size_t i = 0; i < problem->count; i++) {
        gsl_function function = {at_cylinder, problem};
        double value, error;
        problem->at = &problem->stretches[i];
        gsl_integration_qag(&function, problem->at->from, problem->at->to, 0, 1e-8, WORKSPACE, GSL_INTEG_GAUSS21,
                            workspace, &value, &error);
        sum += value;
    }
    gsl_integration_workspace_free(workspace);
    return sum;
}

static double first_moment(const struct problem *problem, double first, double second)
{
    (void)problem, (void)second;
    return first;
}

static double second_moment(const struct problem *problem, double first, double second)
{
    (void)problem, (void)first;
    return second;
}

static double square(const struct problem *problem, double first, double second)
{
    double fixed = problem->overhead_ns + problem->at->transfer_ns, turn = problem->turn_ns;
    return fixed * fixed + 2 * fixed * first + second + (fixed + first) * turn + turn * turn / 3;
}

static double product(const struct problem *problem, double first, double second)
{
    (void)second;
    return (first + problem->at->transfer_ns) * first;
}

struct drive_theory drive_theory(const struct drive_type *type, int64_t footprint, int32_t blocks)
{
    struct problem problem = {.type = type, .turn_ns = (double)type->revolution_ns,
                              .overhead_ns = (double)type->overhead_ns};
    struct drive_theory theory = {0};
    lay_out(&problem, footprint, blocks);
    theory.seek_ns = integrate(&problem, first_moment);
    theory.seek_variance_ns2 = integrate(&problem, second_moment) - theory.seek_ns * theory.seek_ns;
    theory.transfer_ns = problem.transfer_ns;
    theory.mean_ns = problem.overhead_ns + theory.seek_ns + problem.turn_ns / 2 + theory.transfer_ns;
    theory.square_ns2 = integrate(&problem, square);
    theory.covariance_ns2 =
        integrate(&problem, product) - (theory.seek_ns + theory.transfer_ns) * theory.seek_ns;
    free(problem.stretches);
    return theory;
}

double drive_theory_sequential(const struct drive_type *type, size_t zone)
{
    double bytes = (double)type->zones[zone].sectors_per_track * type->heads * BLOCK_BYTES;
    double time_ns = (double)type->heads * (double)type->revolution_ns +
                     (type->heads - 1) * (double)type->head_switch_ns + seek_ns(type, 1) +
                     type->heads * (double)type->write_settle_ns;
    return bytes / time_ns * 1e9;
}
