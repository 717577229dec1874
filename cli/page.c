// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/page.h"

#include <stdlib.h>
#include <string.h>

#include "scenarios/notes.h"
#include "sim/memory.h"

enum { INDENT = 4 };

char *page_quantity(enum unit_class class, double value)
{
    char text[60];
    quantity_format(class, value, text, sizeof text);
    return memory_copy_string(text);
}

/* Adds a formatted text to another, which must be free()able and is freed. */
__attribute__((format(printf, 2, 3))) static char *joined(char *text, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    char *more = memory_vtext(format, arguments);
    va_end(arguments);
    char *longer = memory_text("%s%s", text, more);
    free(text);
    free(more);
    return longer;
}

static char *joined_quantity(char *text, enum unit_class class, double value, const char *after)
{
    char *quantity = page_quantity(class, value);
    text = joined(text, "%s%s", quantity, after);
    free(quantity);
    return text;
}

/* Prints a text in lines, frees it. */
static void print_lines(const struct display *display, char *text)
{
    display_wrapped(display, text, 0, INDENT, PAGE_WIDTH);
    free(text);
}

static void print_run(const struct config *config, const struct display *display)
{
    const struct run_config *run = &config->run;
    display_wrapped(display, config->title, 0, INDENT, PAGE_WIDTH);
    char *text = joined_quantity(memory_text("run: warm-up "), UNIT_TIME, (double)run->warmup_ns, ", ");
    if (run->duration_ns > 0)
        text = joined_quantity(text, UNIT_TIME, (double)run->duration_ns, " measured");
    else
        text = joined(text, "measured until %s have ended",
                      !config_runs_tasks(config) ? "all traces" : config->workload_count == 0 ? "all tasks" : "all traces and tasks");
    text = joined(text, ", seed %llu, %d replication%s, %s start", (unsigned long long)run->seed,
                  (int)run->replications, run->replications == 1 ? "" : "s", run->warm ? "warm" : "cold");
    print_lines(display, text);
}

/* ---- volumes ---- */

/* Length of a volume's name without its member's number. */
static size_t group_length(const char *label)
{
    const char *dot = strrchr(label, '.');
    return dot != NULL ? (size_t)(dot - label) : strlen(label);
}

static bool follows(const struct volume_config *before, const struct volume_config *next, bool any_rank)
{
    size_t length = group_length(before->label);
    return next == before + 1 && before->server == next->server && (any_rank || before->rank == next->rank) &&
           before->size_bytes == next->size_bytes && group_length(next->label) == length &&
           before->label[length] == '.' && next->label[length] == '.' &&
           strncmp(before->label, next->label, length) == 0;
}

struct page_volumes page_next_volumes(const struct config *config, const int32_t *volumes, size_t count, size_t first,
                                      bool any_rank)
{
    size_t last = first;
    while (last + 1 < count &&
           follows(&config->volumes[volumes[last]], &config->volumes[volumes[last + 1]], any_rank))
        last++;
    return (struct page_volumes){first, last};
}

char *page_volumes_text(const struct config *config, const int32_t *volumes, struct page_volumes run)
{
    const char *first = config->volumes[volumes[run.first]].label, *last = config->volumes[volumes[run.last]].label;
    return run.first == run.last ? memory_copy_string(first) : memory_text("%s … %s", first, last);
}

/* ---- hosts, workloads ---- */

static void print_host(const struct config *config, const struct display *display, const struct host_config *host)
{
    static const char *const policies[] = {"round robin", "least busy", "failover"};
    char *text = memory_text("host %s: server %s, ports", host->name, config->servers[host->server].serial);
    for (size_t i = 0; i < host->port_count; i++)
        text = joined(text, " %s", config->ports[host->ports[i]].name);
    print_lines(display, joined(text, ", %s", policies[host->policy]));
}

static char *joined_pace(char *text, const struct workload_config *workload)
{
    const char *arrival = workload->arrival == ARRIVAL_POISSON ? "poisson" : "constant";
    if (workload->kind == LOAD_CLOSED)
        return joined_quantity(joined(text, "%d in flight, think time ", (int)workload->iodepth), UNIT_TIME,
                               (double)workload->thinktime_ns, "");
    if (workload->kind == LOAD_OPEN && workload->rate_count == 1)
        return joined(text, "%g a second, %s", workload->rate[0].per_s, arrival);
    if (workload->kind == LOAD_OPEN)
        return joined(text, "profile of %zu corners, %s", workload->rate_count, arrival);
    return joined(text, "replay of %s at speed %g", workload->trace_file, workload->trace_speed);
}

static void print_workload(const struct config *config, const struct display *display,
                           const struct workload_config *workload)
{
    char *text = memory_text("workload %s: host %s, ", workload->name, config->hosts[workload->host].name);
    if (workload->kind != LOAD_TRACE) {
        text = joined(text, "%s, %g %% reads, blocks of ", workload->sequential ? "sequential" : "random",
                      workload->read_share * 100);
        text = joined_quantity(text, UNIT_SIZE, workload->block_bytes, ", ");
    }
    if (workload->kind != LOAD_TRACE && workload->distribution == ADDRESS_ZIPF && !workload->sequential)
        text = joined(text, "zipf %g, ", workload->zipf_theta);
    if (workload->read_hit >= 0)
        text = joined(text, "%g %% of reads drawn as hits, ", workload->read_hit * 100);
    text = joined(joined_pace(text, workload), "; on ");
    for (size_t i = 0; i < workload->volume_count;) {
        struct page_volumes run = page_next_volumes(config, workload->volumes, workload->volume_count, i, true);
        char *name = page_volumes_text(config, workload->volumes, run);
        text = joined(text, "%s%s", i > 0 ? ", " : "", name);
        free(name);
        i = run.last + 1;
    }
    print_lines(display, text);
}

void page_print(const struct config *config, FILE *stream)
{
    struct display display;
    display_begin(&display, stream);
    print_run(config, &display);
    for (size_t i = 0; i < config->server_count; i++)
        page_server(config, &display, i);
    page_copy(config, &display);
    if (config->host_count + config->workload_count > 0)
        fputc('\n', stream);
    for (size_t i = 0; i < config->host_count; i++)
        print_host(config, &display, &config->hosts[i]);
    for (size_t i = 0; i < config->workload_count; i++)
        print_workload(config, &display, &config->workloads[i]);
    page_tasks(config, &display);
    struct notes notes = notes_create(config);
    if (notes.count > 0)
        fputc('\n', stream);
    for (size_t i = 0; i < notes.count; i++)
        print_lines(&display, memory_text("note: %s", notes.lines[i]));
    notes_free(&notes);
    display_end(&display);
}
