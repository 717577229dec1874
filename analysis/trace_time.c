// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/trace_time.h"

#include "analysis/display.h"
#include "analysis/summary_group.h"
#include "analysis/text_table.h"
#include "analysis/trace_slices.h"

enum { MOST_STEPS = 60, TIME_WIDTH = 12, MARK_WIDTH = 9 };

/* How the trace is cut. */
struct cut {
    sim_time end_ns;      /* the last completion's time */
    sim_time step_ns;
    int32_t replications; /* runs that the trace holds one after the other */
};

struct step {
    struct summary_group *ios;
    bool measured; /* any of its I/Os is */
};

/* The shortest round step that cuts [0, end] into at most MOST_STEPS. */
static sim_time round_step(sim_time end_ns)
{
    static const sim_time factors[] = {1, 2, 5};
    for (sim_time power = 1;; power *= 10)
        for (size_t i = 0; i < sizeof factors / sizeof factors[0]; i++)
            if (end_ns / (factors[i] * power) < MOST_STEPS)
                return factors[i] * power;
}

/* The step that an instant belongs to; the end closes the last one, where it would begin another. */
static int step_of(const struct cut *cut, sim_time time_ns)
{
    sim_time within = time_ns == cut->end_ns && time_ns > 0 ? time_ns - 1 : time_ns;
    return (int)(within / cut->step_ns);
}

/* The slices go back in time where another replication begins. */
static bool find_cut(struct run_reader *reader, struct cut *cut, struct error *error)
{
    struct trace_slices *slices = trace_slices_open(reader, false, error);
    if (slices == NULL)
        return false;
    *cut = (struct cut){.replications = 1};
    sim_time previous_ns = 0;
    struct io_record record;
    while (trace_slices_next(slices, &record, error)) {
        sim_time completion_ns = record.issue_ns + record.response_ns;
        if (completion_ns < previous_ns)
            cut->replications++;
        if (completion_ns > cut->end_ns)
            cut->end_ns = completion_ns;
        previous_ns = completion_ns;
    }
    trace_slices_close(slices);
    cut->step_ns = round_step(cut->end_ns);
    return error->kind == ERROR_NONE;
}

static bool fill_steps(struct run_reader *reader, const struct cut *cut, struct step *steps, struct error *error)
{
    struct trace_slices *slices = trace_slices_open(reader, false, error);
    if (slices == NULL)
        return false;
    struct io_record record;
    while (trace_slices_next(slices, &record, error)) {
        struct step *step = &steps[step_of(cut, record.issue_ns + record.response_ns)];
        if (step->ios == NULL)
            step->ios = summary_group_create(PART_COUNT, error);
        if (step->ios == NULL)
            break;
        summary_group_add(step->ios, &record);
        step->measured |= record.measured;
    }
    trace_slices_close(slices);
    return error->kind == ERROR_NONE;
}

static bool write_step(const struct display *display, const struct cut *cut, const struct step *step, int index,
                       struct error *error)
{
    sim_time begin_ns = index * cut->step_ns;
    sim_time length_ns = cut->end_ns - begin_ns < cut->step_ns ? cut->end_ns - begin_ns : cut->step_ns;
    double covered_s = (double)length_ns / (double)SIM_S * cut->replications;
    json_t *row = summary_group_json(step->ios, covered_s, error);
    if (row == NULL)
        return false;
    char text[32];
    snprintf(text, sizeof text, "%.6g", (double)begin_ns / (double)SIM_S);
    display_right(display, text, TIME_WIDTH);
    display_left(display, step->ios && !step->measured ? "  warm-up" : "", MARK_WIDTH);
    text_table_row(display, text_response_columns, TEXT_RESPONSE_COLUMNS, json_object_get(row, "all"));
    json_decref(row);
    return true;
}

bool trace_time_write(struct run_reader *reader, FILE *out, struct error *error)
{
    if (run_reader_io_count(reader) == 0) {
        fputs("This file holds no trace, so there is no table over time.\n", out);
        return true;
    }
    struct error damage = {0};
    struct step steps[MOST_STEPS] = {0};
    struct display display;
    display_begin(&display, out);
    struct cut cut;
    bool good = find_cut(reader, &cut, &damage) && fill_steps(reader, &cut, steps, &damage);
    if (good) {
        display_right(&display, "from s", TIME_WIDTH);
        display_left(&display, "", MARK_WIDTH);
        text_table_titles(&display, text_response_columns, TEXT_RESPONSE_COLUMNS);
    }
    for (int i = 0; good && i <= step_of(&cut, cut.end_ns); i++)
        good = write_step(&display, &cut, &steps[i], i, &damage);
    display_end(&display);
    for (int i = 0; i < MOST_STEPS; i++)
        summary_group_destroy(steps[i].ios);
    return good || error_set(error, damage.kind, damage.place, "%s", damage.message);
}
