// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/mirror_run.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/digest.h"
#include "sim/memory.h"
#include "tests/scenario_fixture.h"
#include "tests/unit.h"

/* ---- the scenario's text ---- */

static void write_server(FILE *out, const struct mirror_plan *plan, const char *serial, char letter, int ports)
{
    fprintf(out, "  %s:\n    model: F20\n%s    ranks:\n", serial, plan->server ? plan->server : "");
    for (int i = 0; i < MIRROR_RANKS; i++)
        fprintf(out, "      r%d: {pair: %d, cluster: %d}\n", i, i / 2, i % 2);
    fprintf(out, "    volumes:\n");
    for (int i = 0; i < MIRROR_RANKS; i++)
        fprintf(out, "      %c%d: {rank: r%d, size: %s}\n", letter, i, i, plan->size ? plan->size : "32 MiB");
    if (ports > 0)
        fprintf(out, "    ports:\n");
    for (int i = 0; i < ports; i++)
        fprintf(out, "      p%d: {bay: %d, slot: %d, type: fc}\n", i, i % 4, 3 - i / 4);
}

static void write_mirror(FILE *out, const struct mirror_plan *plan)
{
    fprintf(out, "links:\n  e: {from: FCA24, to: 12019, count: %d, %s}\npaths:\n", plan->links, plan->link);
    for (int i = 0; i < MIRROR_RANKS; i++)
        fprintf(out, "  - {from: FCA24:%d, to: 12019:%d, links: e}\n", 16 + i, 16 + i);
    if (plan->pairs != NULL)
        fprintf(out, "pairs:\n");
    for (int i = 0; i < MIRROR_RANKS && plan->pairs != NULL; i++)
        fprintf(out, "  - {pprc: [a%d, b%d], state: %s}\n", i, i, plan->pairs);
}

char *mirror_text(const struct mirror_plan *plan)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);
    fprintf(out, "run: {%s}\nservers:\n", plan->run);
    write_server(out, plan, "FCA24", 'a', plan->host_ports ? plan->host_ports : 8);
    write_server(out, plan, "12019", 'b', 0);
    fprintf(out, "hosts: {h: {server: FCA24}}\nworkloads:\n%s", plan->workloads ? plan->workloads : "");
    if (plan->links > 0)
        write_mirror(out, plan);
    fputs(plan->more ? plan->more : "", out);
    fclose(out);
    return text;
}

/* ---- watching ---- */

static void note(struct mirror_ios *ios, const struct io_record *record)
{
    ios->count++;
    ios->mb_per_s += record->length_bytes * 1e-6;
    ios->response_ms += (double)record->response_ns * 1e-6;
    for (int part = 0; part < PART_COUNT; part++)
        ios->part_ms[part] += (double)record->part_ns[part] * 1e-6;
}

static void completed(struct model_observer *observer, const struct io_record *record)
{
    struct mirror_run *run = (struct mirror_run *)observer;
    sim_time sum = 0;
    for (int part = 0; part < PART_COUNT; part++)
        sum += record->part_ns[part];
    run->broken += sum != record->response_ns;
    run->errors += record->error != IO_OK;
    digest_add(run->digesting, record);
    if (!record->measured || record->error != IO_OK)
        return;
    note(&run->loads[record->workload][record->op], record);
    note(&run->volumes[record->volume][record->op], record);
}

static void happened(struct model_observer *observer, sim_time now_ns, const char *subject, const char *event,
                     const char *detail)
{
    struct mirror_run *run = (struct mirror_run *)observer;
    (void)detail;
    if (run->event_count == MIRROR_EVENTS_MAX)
        return;
    run->event_ns[run->event_count] = now_ns;
    run->events[run->event_count++] = memory_text("%s: %s", subject, event);
}

static void finish_ios(struct mirror_ios *ios, double measured_s)
{
    double count = (double)ios->count;
    ios->per_s = count / measured_s;
    ios->mb_per_s /= measured_s;
    ios->response_ms /= count;
    for (int part = 0; part < PART_COUNT; part++)
        ios->part_ms[part] /= count;
}

static void collect(struct mirror_run *run, const struct model *model)
{
    const struct config *config = run->config;
    run->measured_s = (double)model_measured_ns(model) * 1e-9;
    for (int op = 0; op < 2; op++) {
        for (size_t i = 0; i < config->workload_count; i++)
            finish_ios(&run->loads[i][op], run->measured_s);
        for (size_t i = 0; i < config->volume_count; i++)
            finish_ios(&run->volumes[i][op], run->measured_s);
    }
    run->resource_count = model_resource_count(model);
    run->resources = memory_alloc_zeroed(run->resource_count, sizeof *run->resources);
    run->links = memory_alloc_zeroed(config->link_count, sizeof *run->links);
    run->pairs = memory_alloc_zeroed(config->pair_count, sizeof *run->pairs);
    run->servers = memory_alloc_zeroed(config->server_count, sizeof *run->servers);
    model_resources(model, run->resources);
    for (size_t i = 0; i < run->resource_count; i++)
        run->resources[i].name = memory_copy_string(run->resources[i].name);
    model_links(model, run->links);
    model_pairs(model, run->pairs);
    model_servers(model, run->servers);
    struct bottleneck_facts facts = {
        .resources = run->resources, .count = run->resource_count, .config = config, .links = run->links};
    bottleneck_find(&facts, &run->bottleneck);
}

struct mirror_run *mirror_run_text(const char *text)
{
    struct mirror_run *run = memory_alloc_zeroed(1, sizeof *run);
    run->observer.completed = completed;
    run->observer.event = happened;
    run->scenario = load(text, NULL);
    if (run->scenario == NULL) {
        printf("%s", found);
        exit(EXIT_FAILURE);
    }
    run->config = scenario_config(run->scenario);
    run->loads = memory_alloc_zeroed(run->config->workload_count, sizeof *run->loads);
    run->volumes = memory_alloc_zeroed(run->config->volume_count, sizeof *run->volumes);
    run->digesting = digest_create(PART_COUNT);
    struct trace_source **none = memory_alloc_zeroed(run->config->workload_count, sizeof *none);
    struct model *model = model_create(run->config, 0, none);
    struct error error = {0};
    CHECK_INT(model_run(model, &run->observer, &error), MODEL_DONE);
    collect(run, model);
    model_destroy(model);
    free(none);
    digest_text(run->digesting, run->digest);
    CHECK_INT(run->broken, 0);
    return run;
}

struct mirror_run *mirror_run(const struct mirror_plan *plan)
{
    char *text = mirror_text(plan);
    struct mirror_run *run = mirror_run_text(text);
    free(text);
    return run;
}

void mirror_run_free(struct mirror_run *run)
{
    for (size_t i = 0; i < run->resource_count; i++)
        free((char *)run->resources[i].name);
    for (size_t i = 0; i < run->event_count; i++)
        free(run->events[i]);
    digest_destroy(run->digesting);
    free(run->resources);
    free(run->links);
    free(run->pairs);
    free(run->servers);
    free(run->loads);
    free(run->volumes);
    scenario_destroy(run->scenario);
    free(run);
}

/* ---- what came out ---- */

const struct resource_report *mirror_resource(const struct mirror_run *run, const char *name)
{
    for (size_t i = 0; i < run->resource_count; i++)
        if (strcmp(run->resources[i].name, name) == 0)
            return &run->resources[i];
    CHECK_STRING("no such resource", name);
    return &run->resources[0];
}

double mirror_per_s(const struct mirror_run *run, enum io_op op)
{
    double sum = 0;
    for (size_t i = 0; i < run->config->workload_count; i++)
        sum += run->loads[i][op].per_s;
    return sum;
}

double mirror_part_ms(const struct mirror_run *run, enum io_op op, enum io_part part)
{
    double sum = 0, count = 0;
    for (size_t i = 0; i < run->config->workload_count; i++) {
        const struct mirror_ios *ios = &run->loads[i][op];
        sum += ios->count > 0 ? (double)ios->count * ios->part_ms[part] : 0;
        count += (double)ios->count;
    }
    return sum / count;
}

double mirror_response_ms(const struct mirror_run *run, enum io_op op)
{
    double sum = 0;
    for (int part = 0; part < PART_COUNT; part++)
        sum += mirror_part_ms(run, op, (enum io_part)part);
    return sum;
}

double mirror_event_s(const struct mirror_run *run, const char *event)
{
    for (size_t i = 0; i < run->event_count; i++)
        if (strcmp(run->events[i], event) == 0)
            return (double)run->event_ns[i] * 1e-9;
    return NAN;
}
