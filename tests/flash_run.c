// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/flash_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#include "sim/memory.h"
#include "tests/unit.h"

static const char *or_nothing(const char *text)
{
    return text != NULL ? text : "";
}

static void write_server(FILE *out, const struct flash_plan *plan)
{
    const char *size = plan->size != NULL ? plan->size : "1 GiB";
    fprintf(out, "servers:\n  FCA24:\n    model: F20\n%s", or_nothing(plan->server));
    fprintf(out, "    ranks:\n      prod: {pair: 0, cluster: 0, loop: A, %s}\n", or_nothing(plan->prod));
    fprintf(out, "      copy: {pair: 0, cluster: 0, loop: B, %s}\n", or_nothing(plan->copy));
    fprintf(out, "    ports: {f0: {bay: 0, type: fc}, f1: {bay: 1, type: fc}}\n    volumes:\n");
    fprintf(out, "      db: {rank: prod, size: %s, count: %d}\n", size, FLASH_VOLUMES);
    fprintf(out, "      same: {rank: prod, size: %s, count: %d}\n", size, FLASH_VOLUMES);
    fprintf(out, "      snap: {rank: copy, size: %s, count: %d}\n", size, FLASH_VOLUMES);
}

char *flash_text(const struct flash_plan *plan)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    fprintf(out, "run: {%s}\n", plan->run);
    if (plan->catalog != NULL)
        fprintf(out, "catalog: {%s}\n", plan->catalog);
    write_server(out, plan);
    fprintf(out, "hosts: {h: {server: FCA24}}\nworkloads:\n%s%s", or_nothing(plan->workloads), or_nothing(plan->more));
    fclose(out);
    return text;
}

struct mirror_run *flash_run(const struct flash_plan *plan)
{
    char *text = flash_text(plan);
    struct mirror_run *run = mirror_run_text(text);
    free(text);
    return run;
}

char *flash_establish(int pairs, const char *target, const char *keys)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    fprintf(out, "tasks:\n  go:\n");
    for (int i = 0; i < pairs; i++)
        fprintf(out, "    - {establish_flashcopy: {from: db.%d, to: %s.%d, %s}}\n", i, target, i, keys);
    fprintf(out, "timeline: [{at: 0 s, run: go}]\n");
    fclose(out);
    return text;
}

char *flash_pairs(int pairs, const char *target, const char *keys)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    fprintf(out, "pairs:\n");
    for (int i = 0; i < pairs; i++)
        fprintf(out, "  - {flashcopy: [db.%d, %s.%d], %s}\n", i, target, i, keys);
    fclose(out);
    return text;
}

int64_t flash_commands(const struct mirror_run *run, const char *rank)
{
    char *name = memory_text("FCA24/%s", rank);
    double commands = mirror_resource(run, name)->per_s * run->measured_s;
    free(name);
    return llround(commands);
}

double flash_copy_s(const struct mirror_run *run)
{
    double last_s = 0;
    for (size_t i = 0; i < run->config->pair_count; i++) {
        double s = run->pairs[i].complete_s - run->pairs[i].established_s;
        if (isnan(s))
            return NAN;
        last_s = fmax(last_s, s);
    }
    return last_s;
}

void flash_check_conserved(const struct pair_report *report)
{
    const struct flashcopy_report *flash = &report->flashcopy;
    int64_t copied = flash->background_tracks + flash->write_tracks + flash->completed_tracks;
    CHECK_INT(copied + flash->replaced_tracks + report->tracks_left, report->tracks);
    CHECK_INT(copied, report->copied_tracks);
    CHECK(flash->staged_tracks <= copied);
}
