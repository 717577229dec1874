// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Mutations of a valid scenario, the same on every run: whatever they make of it, loading ends, and
 * either gives a scenario or says what is wrong.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenarios/scenario.h"
#include "tests/unit.h"

enum { ROUNDS = 2400, ROOM = 8192 };

static const char seed_text[] =
    "title: x\nrun: {warmup: 1 s, duration: 6 s, seed: 1, start: warm}\n"
    "catalog: {drives: {mine: {like: ultrastar-36lzx, rpm: 15000, zones: [[0, 500], [9000, 300]]}}}\n"
    "servers:\n  FCA24:\n    model: F20\n    cache: 16 GiB\n    fb_lss: 16\n"
    "    ranks: {a: {pair: 0, cluster: 0, loop: A}, b: {pair: 1, cluster: 1, loop: B, drive: mine, format: 6+P+S}}\n"
    "    ports: {f0: {bay: 0, slot: 0, type: fc}, e1: {bay: 3, slot: 3, type: escon, port: 1}}\n"
    "    volumes: {db: {rank: a, size: 8 GiB, count: 4}, log: {rank: b, size: 1 GB}, snap: {rank: a, size: 8 GiB}}\n"
    "    lss: {16: {critical_heavy: yes, consistency_group: on, consistency_timeout: 2 min}}\n"
    "  12019: {ranks: {a: }, volumes: {far: {size: 8 GiB, count: 4}}, failed_write: complete}\n"
    "hosts: {sap: {server: FCA24, ports: [f0], path_policy: failover}}\n"
    "workloads:\n  oltp: {host: sap, volumes: [db, FCA24/log], rw: randrw, rwmixread: 70, bs: 4 KiB, rate_iops: 2000}\n"
    "  day: {volumes: db.1, rate_iops: {profile: [[0 s, 5], [1 min, 2e2]]}, random_distribution: zipf:0.9}\n"
    "  loop: {volumes: log, iodepth: 4, thinktime: 2 ms, read_hit: 60 %}\n"
    "timeline: [{at: 2 s, fail: FCA24/a.3}, {at: 4 s, repair: FCA24/a.3}, {at: 1 s, run: end}, {when: db.3>snap withdrawn, "
    "run: copy}]\n"
    "links:\n  e: {from: FCA24, to: 12019, count: 2, distance: 43 km, exchanges: 6, via: [xdf, director, director]}\n"
    "  r: {from: 12019, to: FCA24, cable: mm50, to_ports: e1, type: escon-6}\n"
    "paths:\n  - {from: FCA24:16, to: 12019:16, links: [e]}\n  - {from: 2105:12019:16, to: FCA24:19, links: r}\n"
    "pairs:\n  - {pprc: [db, far], critical: yes}\n  - {pprc: [FCA24/log, far.1], state: simplex}\n"
    "  - {flashcopy: [db.3, snap], background_copy: no, accelerate_destage: yes}\n"
    "sites: {here: FCA24, there: [12019]}\n"
    "tasks:\n  copy: [{establish_flashcopy: {from: db.0, to: snap, permit_online: yes}}]\n"
    "  end: {withdraw_flashcopy: {pair: [db.3, snap]}}\n";

static uint64_t state = 20260101;

static size_t draw(size_t below)
{
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (size_t)(state >> 33) % below;
}

/* Pieces that are likely to hit something. */
static const char *const pieces[] = {"{",         "}",          "[",           "]",         ":",
                                     ",",         "- ",         "\n",          "  ",        "&a ",
                                     "*a",        "!!x ",       "---\n",       "'",         "\"",
                                     "-1",        "1e30",       "nan",         "4k",        "9999999999999999999",
                                     "0",         "~",          "\t",          "\xff",      "\x01",
                                     "\xc3\xa9",  "like: mine", "count: 8192", "FCA24/",    "db.9",
                                     ".",         "<<: ",       "? ",          "|\n",       ">",
                                     "#",         "%",          "zipf:",       "servers: ", "mine: {like: mine}",
                                     "[[0 s, 1]]", "FCA24:16",   "e.1",         "[e, r]",    "12019",
                                     "[db, far]", "flashcopy",  "[db, snap]",  "nocopy",    "db>snap complete"};

static size_t mutate(char *text, size_t length)
{
    size_t at = draw(length), span = draw(12);
    const char *piece = pieces[draw(sizeof pieces / sizeof pieces[0])];
    size_t piece_length = strlen(piece);
    switch (draw(5)) {
    case 0: /* change a byte */
        text[at] = (char)draw(256);
        return length;
    case 1: /* drop a span */
        span = span < length - at ? span : length - at - 1;
        memmove(text + at, text + at + span, length - at - span);
        return length - span;
    case 2: /* repeat a span */
        span = span * 8 < length - at ? span * 8 : length - at;
        break;
    default: /* insert a piece */
        span = 0;
        break;
    }
    if (length + span + piece_length > ROOM)
        return length;
    size_t grown = span > 0 ? span : piece_length;
    memmove(text + at + grown, text + at, length - at);
    memcpy(text + at, span > 0 ? text + at + grown : piece, grown);
    return length + grown;
}

/* Returns whether the text is a valid scenario. */
static bool load(const char *path, const char *text, size_t length, const char *const *sets, size_t count)
{
    FILE *file = fopen(path, "w");
    fwrite(text, 1, length, file);
    fclose(file);
    struct diagnostics *diagnostics = diagnostics_create();
    struct scenario *scenario = NULL;
    bool ok = scenario_load(path, sets, count, &scenario, diagnostics);
    if (ok != (scenario != NULL) || ok != (diagnostics_errors(diagnostics) == 0) ||
        (!ok && diagnostics_line(diagnostics, 0) == NULL))
        unit_check(false, __FILE__, __LINE__, "loading says what is wrong: %.*s", (int)length, text);
    scenario_destroy(scenario);
    diagnostics_destroy(diagnostics);
    return ok;
}

static void mutated_scenarios_are_read_or_refused(void)
{
    char path[] = "/tmp/essim-fuzz-XXXXXX", text[ROOM];
    close(mkstemp(path));
    size_t valid = 0;
    CHECK(load(path, seed_text, strlen(seed_text), NULL, 0));
    for (int round = 0; round < ROUNDS; round++) {
        size_t length = strlen(seed_text);
        memcpy(text, seed_text, length);
        for (size_t changes = 1 + draw(4); changes > 0; changes--)
            length = mutate(text, length);
        valid += load(path, text, length, NULL, 0);
    }
    unlink(path);
    unit_check(valid > ROUNDS / 100 && valid < ROUNDS / 2, __FILE__, __LINE__, "%zu of %d stayed valid", valid, ROUNDS);
}

static void mutated_sets_are_taken_or_refused(void)
{
    static const char *const sets[] = {
        "servers.FCA24.cache=8 GiB", "workloads.oltp.volumes.0=db.1", "catalog.drives.mine.rpm=7200",
        "workloads.day.rate_iops.profile=[[0 s, 1], [5 s, 3]]", "servers.FCA24.volumes.new={size: 1 GiB, rank: a}",
        "timeline.1.at=3 s", "timeline=[{at: 1 s, fail: b.0}]", "links.e.count=4", "pairs.0.state=simplex",
        "servers.FCA24.lss.19.critical_heavy=yes", "sites.there.0=FCA24", "paths.0.links=[e.1]",
        "pairs=[{pprc: [db.0, far.0]}]", "links.r.frame=4 KiB", "pairs.2.background_copy=yes", "pairs.2.flashcopy.0=db.1",
        "tasks.copy.0.establish_flashcopy.background_copy=no", "tasks.end.withdraw_flashcopy.pair=[db.3, snap]",
        "timeline.3.when=copy complete", "servers.FCA24.flashcopy_nvs=8 MiB", "servers.12019.copy_on_write=before_write"};
    char path[] = "/tmp/essim-fuzz-XXXXXX", text[ROOM];
    close(mkstemp(path));
    size_t valid = 0;
    for (int round = 0; round < ROUNDS / 3; round++) {
        const char *set = sets[draw(sizeof sets / sizeof sets[0])];
        size_t length = strlen(set);
        memcpy(text, set, length);
        for (size_t changes = draw(3); changes > 0; changes--)
            length = mutate(text, length);
        text[length < ROOM ? length : ROOM - 1] = '\0';
        const char *const list[] = {text};
        valid += load(path, seed_text, strlen(seed_text), list, 1);
    }
    unlink(path);
    unit_check(valid > ROUNDS / 30 && valid < ROUNDS / 3, __FILE__, __LINE__, "%zu of %d stayed valid", valid,
               ROUNDS / 3);
}

UNIT_MAIN("scenario_fuzz", {"mutated scenarios are read or refused", mutated_scenarios_are_read_or_refused},
          {"mutated --set are taken or refused", mutated_sets_are_taken_or_refused})
