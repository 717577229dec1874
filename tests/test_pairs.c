// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Logical subsystems, paths, pairs and sites in scenarios: what they come to, and each refusal by its name.
 */
#include <time.h>

#include "tests/scenario_fixture.h"

/* Two servers with two subsystems each and volumes of several sizes; the rest is a test's own. */
#define MACHINES                                                                                                  \
    "servers:\n"                                                                                                  \
    "  FCA24: {ranks: {a: , b: {cluster: 1}}, ports: {f0: }, volumes: {db: {rank: a, size: 1 GiB, count: 4}, "    \
    "log: {rank: b, size: 1 GiB}, big: {rank: a, size: 2 GiB}, both: {rank: a, size: 1 GiB}}}\n"                  \
    "  12019: {ranks: {a: , b: {cluster: 1}}, ports: {f0: }, volumes: {dbr: {rank: a, size: 1 GiB, count: 4}, "   \
    "logr: {rank: b, size: 1 GiB}, bigr: {rank: b, size: 3 GiB}, three: {rank: a, size: 1 GiB, count: 3}, "       \
    "both: {rank: a, size: 1 GiB}}}\n"                                                                            \
    "links:\n  e: {from: FCA24, to: 12019, count: 4}\n  r: {from: 12019, to: FCA24}\n"
#define PATHS                                                                                                     \
    "paths:\n  - {from: FCA24:16, to: 12019:16, links: [e]}\n  - {from: 2105:FCA24:17, to: 12019:17, links: e.1}\n"

/* The machines with more text give exactly this mistake; "" for none. */
static void check_more(const char *more, const char *expected)
{
    char *text = memory_text("%s%s", MACHINES, more);
    check_mistake(text, expected);
    free(text);
}

static struct scenario *load_more(const char *more)
{
    char *text = memory_text("%s%s", MACHINES, more);
    struct scenario *scenario = load(text, NULL);
    CHECK_STRING(found, "");
    free(text);
    return scenario;
}

static void groups_pair_member_by_member(void)
{
    struct scenario *scenario =
        load_more(PATHS "pairs:\n  - {pprc: [db, dbr], critical: yes}\n  - {pprc: [log, logr], state: suspended}\n"
                        "  - {pprc: [big, bigr], state: simplex}\n");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->pair_count, 6);
    for (int i = 0; i < 4; i++) {
        char name[40];
        snprintf(name, sizeof name, "db.%d>dbr.%d", i, i);
        CHECK_STRING(config->pairs[i].name, name);
        CHECK(config->pairs[i].state == PPRC_DUPLEX && config->pairs[i].critical);
        CHECK_STRING(config->volumes[config->pairs[i].source].label, strtok(name, ">"));
    }
    CHECK_STRING(config->volumes[config->pairs[3].target].label, "dbr.3");
    CHECK(config->pairs[4].state == PPRC_SUSPENDED && !config->pairs[4].critical);
    CHECK_INT(config->pairs[5].state, PPRC_SIMPLEX);
    scenario_destroy(scenario);
}

static void members_and_serials_name_single_pairs(void)
{
    struct scenario *scenario = load_more(PATHS "pairs:\n  - {pprc: [db.3, dbr.0]}\n  - {pprc: [FCA24/both, 12019/both]}\n"
                                                "  - {pprc: [FCA24/db.0, dbr.2]}\n");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->pair_count, 3);
    CHECK_STRING(config->pairs[0].name, "db.3>dbr.0");
    CHECK_STRING(config->pairs[1].name, "FCA24/both>12019/both");
    CHECK_STRING(config->pairs[2].name, "db.0>dbr.2");
    scenario_destroy(scenario);
}

static void a_pair_needs_two_volumes_that_fit(void)
{
    check_more(PATHS "pairs: [{pprc: [db, three]}]\n",
               "pairs.0.pprc.1: db has 4 volumes and three 3, allowed are equal numbers, paired member by member");
    check_more(PATHS "pairs: [{pprc: [db, logr]}]\n", "db has 4 volumes and logr 1, allowed are equal numbers");
    check_more(PATHS "pairs: [{pprc: [big, logr]}]\n",
               "target logr is smaller than its source big: 1073741824 B, allowed are 2147483648 B or more");
    check_more(PATHS "pairs: [{pprc: [log, bigr]}]\n", "");
    check_more(PATHS "pairs: [{pprc: [db.1, db.1], state: simplex}]\n", "db.1 is its own target, allowed is another volume");
    check_more(PATHS "pairs: [{pprc: [db, dbs]}]\n", "pairs.0.pprc.1: \"dbs\" is no volume of any server, did you mean db?");
    check_more(PATHS "pairs: [{pprc: [db.4, dbr.0]}]\n", "\"db.4\" is no member of db, allowed are db.0 to db.3");
    check_more(PATHS "pairs: [{pprc: [log.0, logr]}]\n", "log is one volume without members, allowed is log");
    check_more(PATHS "pairs: [{pprc: [both, logr]}]\n", "pairs.0.pprc.0: both is on servers FCA24 and 12019, allowed is SERIAL/NAME: FCA24/both");
    check_more(PATHS "pairs: [{pprc: [log]}]\n", "pairs.0.pprc: are not two names, needed is [SOURCE, TARGET]");
    check_more(PATHS "pairs: [{pprc: log}]\n", "pairs.0.pprc: are not two names, needed is [SOURCE, TARGET]");
    check_more(PATHS "pairs: [{state: duplex}]\n", "pairs.0: none of pprc and flashcopy is given, needed is exactly one: [SOURCE, TARGET]");
    check_more(PATHS "pairs: [{pprc: [log, logr], state: pending}]\n",
               "pairs.0.state: \"pending\" is not known, allowed is duplex, simplex or suspended");
    scenario_destroy(load(MACHINES PATHS "pairs: [{pprc: [db, dbr]}]\n",
                          (const char *const[]){"servers.12019.track=64 KiB", NULL}));
    CHECK_CONTAINS(found, "db.0 and dbr.0 are on servers of different `track` or `segment`, allowed is the same");
}

static void a_pair_that_stands_has_a_path(void)
{
    check_more("pairs: [{pprc: [db, dbr]}]\n",
               "7:10: pairs.0.pprc: pair db.0>dbr.0 stands at the start without a path, needed is one from FCA24:16 to "
               "12019:16 in paths");
    check_more("pairs: [{pprc: [db, dbr], state: suspended}]\n", "stands at the start without a path");
    check_more("pairs: [{pprc: [db, dbr], state: simplex}]\n", "");
    check_more(PATHS "pairs: [{pprc: [log, dbr.0]}]\n", "needed is one from FCA24:17 to 12019:16 in paths");
    check_more(PATHS "pairs: [{pprc: [dbr, db]}]\n", "needed is one from 12019:16 to FCA24:16 in paths");
    scenario_destroy(load(MACHINES PATHS "pairs: [{pprc: [db, dbr], state: simplex}]\n",
                          (const char *const[]){"pairs.0.state=duplex", "paths.0.from=FCA24:17", NULL}));
    CHECK_CONTAINS(found, "stands at the start without a path");
}

/* One slip in `paths` or `links` is one mistake: the pairs that need it are not complained about as well. */
static void a_broken_path_is_told_once(void)
{
    check_more("paths: [{from: FCA24:16, to: 12019:16, links: [f]}]\npairs: [{pprc: [db, dbr]}]\n",
               "paths.0.links.0: \"f\" is no link, allowed is one that is defined, such as e\n");
    CHECK(strchr(found, '\n') == found + strlen(found) - 1);
    check_more("paths: [{from: FCA24:18, to: 12019:16, links: [e]}]\npairs: [{pprc: [db, dbr]}]\n",
               "paths.0.from: server FCA24 has no logical subsystem \"18\" with ranks, allowed are 16, 17\n");
    CHECK(strchr(found, '\n') == found + strlen(found) - 1);
    scenario_destroy(load(MACHINES PATHS "pairs: [{pprc: [db, dbr]}]\n",
                          (const char *const[]){"links.e.distance=104 km", NULL}));
    CHECK(found[0] != '\0' && strchr(found, '\n') == found + strlen(found) - 1);
}

static void a_volume_stands_in_one_pair(void)
{
    check_more(PATHS "pairs: [{pprc: [db, dbr]}, {pprc: [db.0, dbr.1]}]\n",
               "pairs.1.pprc: db.0 is in PPRC pair db.0>dbr.0 already, allowed is one PPRC pair of a volume at the start");
    check_more(PATHS "pairs: [{pprc: [db.0, dbr.0]}, {pprc: [db.1, dbr.0]}]\n", "dbr.0 is in PPRC pair db.0>dbr.0 already");
    check_more(PATHS "pairs: [{pprc: [db, dbr]}, {pprc: [db.0, three.0], state: simplex}]\n", "");
    check_more(PATHS "pairs: [{pprc: [db, dbr]}, {pprc: [db.2, dbr.2]}]\n",
               "pairs.1.pprc: names pair db.2>dbr.2 a second time, allowed is once");
}

static void no_workload_uses_a_target(void)
{
    static const char load_text[] = "run: {duration: 1 s}\nhosts: {h: {server: 12019}}\n"
                                    "workloads: {w: {volumes: [three, dbr.1], iodepth: 1}}\n";
    char *standing = memory_text(PATHS "pairs: [{pprc: [db, dbr]}]\n%s", load_text);
    char *simplex = memory_text(PATHS "pairs: [{pprc: [db, dbr], state: simplex}]\n%s", load_text);
    check_more(standing, "workloads.w.volumes: dbr.1 is the target of pair db.1>dbr.1 at the start");
    check_more(simplex, "");
    free(standing);
    free(simplex);
}

static void paths_lead_over_links_that_connect_them(void)
{
    struct scenario *scenario = load_more(PATHS);
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->path_count, 5);
    CHECK_STRING(config->subsystems[config->paths[0].from].name, "FCA24:16");
    CHECK_STRING(config->subsystems[config->paths[4].to].name, "12019:17");
    CHECK(config->paths[3].link == 3 && config->paths[4].link == 1);
    scenario_destroy(scenario);
    check_more("paths: [{from: FCA24:16, to: 12019:16, links: [e, r]}]\n",
               "paths.0.links.1: link r leads from 12019 to FCA24, allowed are links from FCA24 to 12019");
    check_more("paths: [{from: FCA24:16, to: 12019:16, links: [e, e.1]}]\n", "names link e.1 a second time");
    check_more("paths: [{from: FCA24:16, to: 12019:16, links: [e.4]}]\n",
               "\"e.4\" is no member of e, allowed are e.0 to e.3");
    check_more("paths: [{from: FCA24:16, to: 12019:16, links: [r.0]}]\n", "r is one link without members");
    check_more("paths: [{from: FCA24:16, to: 12019:16, links: [e]}, {from: FCA24:16, to: 12019:16, links: [e.2]}]\n",
               "paths.1: has a path over link e.2 that stands above already");
    check_more("paths: [{from: FCA24:16, to: 12019:16, links: []}]\n", "paths.0.links: is empty");
    check_more("paths: [{from: FCA24:16, to: 12019:16}]\n", "paths.0: links is missing");
    check_more("paths: [{from: FCA24, to: 12019:16, links: e}]\n",
               "paths.0.from: \"FCA24\" is no logical subsystem, allowed is SERIAL:NUMBER such as FCA24:16");
    check_more("paths: [{from: FCA25:16, to: 12019:16, links: e}]\n", "\"FCA25\" is no server, did you mean FCA24?");
}

/* Two servers of `subsystems` LSSs each, one link, and paths from each LSS to each other. */
static void check_full_link(int from_subsystems, int to_subsystems, const char *expected)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    fputs("servers:\n", file);
    for (int server = 0; server < 2; server++) {
        fprintf(file, "  %s: {ranks: {", server == 0 ? "AAAAA" : "BBBBB");
        for (int i = 0; i < (server == 0 ? from_subsystems : to_subsystems); i++)
            fprintf(file, "r%d: {pair: %d, cluster: %d, loop: %c}, ", i, i / 2 % 4, i % 2, i < 8 ? 'A' : 'B');
        /* With 16 LSSs a second rank takes the second LSS once the first is full. */
        fputs("}, fb_lss: 16, volumes: {", file);
        for (int i = 0; i < 8; i++)
            fprintf(file, "v%d: {rank: r%d, size: 1 MiB, count: 193}, ", i, i);
        fputs("}}\n", file);
    }
    fputs("links: {e: {from: AAAAA, to: BBBBB}}\npaths:\n", file);
    for (int from = 0; from < from_subsystems; from++)
        for (int to = 0; to < to_subsystems; to++)
            fprintf(file, "  - {from: AAAAA:%d, to: BBBBB:%d, links: e}\n", 16 + from, 16 + to);
    fclose(file);
    check_mistake(text, expected);
    free(text);
}

static void a_link_carries_64_paths(void)
{
    check_full_link(8, 8, "");
    check_full_link(9, 8, "link e has 64 logical paths, allowed are at most 64 on a link");
    int lines = 0;
    for (const char *at = found; (at = strchr(at, '\n')) != NULL; at++)
        lines++;
    CHECK_INT(lines, 8); /* each of the eight that are too many is told */
}

static void a_primary_has_four_secondaries(void)
{
    static const char five[] =
        "servers: {A0000: {ranks: {r: }}, B0000: {ranks: {r: }}, C0000: {ranks: {r: }}, D0000: {ranks: {r: }}, "
        "E0000: {ranks: {r: }}, F0000: {ranks: {r: }}}\n"
        "links: {b: {from: A0000, to: B0000}, c: {from: A0000, to: C0000}, d: {from: A0000, to: D0000}, "
        "e: {from: A0000, to: E0000}, f: {from: A0000, to: F0000}}\n"
        "paths:\n  - {from: A0000:16, to: B0000:16, links: b}\n  - {from: A0000:16, to: C0000:16, links: c}\n"
        "  - {from: A0000:16, to: D0000:16, links: d}\n  - {from: A0000:16, to: E0000:16, links: e}\n";
    char *text = memory_text("%s  - {from: A0000:16, to: F0000:16, links: f}\n", five);
    scenario_destroy(load(five, NULL));
    CHECK_STRING(found, "");
    scenario_destroy(load(text, NULL));
    CHECK_CONTAINS(found, "8:5: paths.4: A0000 has 4 secondary servers, allowed are at most 4 of a primary");
    free(text);
}

static void subsystems_have_their_properties(void)
{
    static const char text[] =
        "servers: {FCA24: {ranks: {a: , b: {cluster: 1}}, lss: {17: {critical_heavy: yes, consistency_group: on}}}}\n";
    struct scenario *scenario = load(
        text, (const char *const[]){"servers.FCA24.lss.17.consistency_timeout=2 min", "servers.FCA24.lss.16.critical_heavy=yes",
                                    NULL});
    CHECK_STRING(found, "");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->subsystem_count, 2);
    CHECK(config->subsystems[0].critical_heavy && !config->subsystems[0].consistency_group);
    CHECK_INT(config->subsystems[0].consistency_timeout_ns, 60 * SIM_S);
    CHECK(config->subsystems[1].critical_heavy && config->subsystems[1].consistency_group);
    CHECK_INT(config->subsystems[1].consistency_timeout_ns, 120 * SIM_S);
    CHECK_CONTAINS(scenario_resolved_json(scenario), "\"servers.FCA24.lss.17.critical_heavy\":{\"value\":true");
    scenario_destroy(scenario);
    check_server("ranks: {a: }, lss: {17: {}}",
                 "servers.AAAAA.lss.17: server AAAAA has no logical subsystem \"17\" with ranks, allowed are 16");
    check_server("ranks: {a: }, lss: {x: {}}", "has no logical subsystem \"x\" with ranks");
    check_server("lss: {16: {}}", "has no logical subsystem \"16\" with ranks, it has no ranks");
    check_server("ranks: {a: }, lss: {16: {critical_heavi: yes}}", "the key is not known here, did you mean critical_heavy?");
}

static void a_site_is_a_list_of_servers(void)
{
    check_more("sites: {here: [FCA24], there: 12019, all: [FCA24, 12019]}\n", "");
    check_more("sites: {here: [FCA24, FCA25]}\n", "sites.here.1: \"FCA25\" is no server, did you mean FCA24?");
    check_more("sites: {here: [FCA24, FCA24]}\n", "sites.here.1: names server FCA24 a second time, allowed is once");
    check_more("sites: {here: {servers: FCA24}}\n", "sites.here: is a mapping, allowed is a name or a list of names");
    check_more("sites: {FCA24: [12019]}\n",
               "sites.FCA24: has the name of a server, allowed is one that no server or link has");
    check_more("links: {e: {from: FCA24, to: 12019}}\nsites: {e: [12019]}\n",
               "sites.e: has the name of a link, allowed is one that no server or link has");
    check_more("sites: {here: }\n", "sites.here: is empty, allowed is a name or a list of names");
    scenario_destroy(load(MACHINES "sites: {here: [FCA24]}\n",
                          (const char *const[]){"sites.here.0=12019", "sites.there=[FCA24]", NULL}));
    CHECK_STRING(found, "");
}

static void settings_hold_what_is_written_and_set(void)
{
    struct scenario *scenario =
        load(MACHINES PATHS "pairs: [{pprc: [db, dbr]}]\nrun: {duration: 60 s}\nhosts: {h: {server: FCA24}}\n"
                            "workloads: {oltp: {volumes: db, rw: randrw, rate_iops: 500, rwmixread: 70}}\n"
                            "tasks: {split: [{suspend_pprc: {pair: [db, dbr]}}], again: {establish_pprc: {pair: [db, dbr], "
                            "copy: out_of_sync}}}\ntimeline: [{at: 5 s, run: [split, again]}]\n",
             (const char *const[]){"pairs.0.state=suspended", "workloads.oltp.rate_iops=2e3", "run.seed=9007199254740993",
                                   "servers.FCA24.cache=16 GiB", "servers.FCA24.pprc_copies_first=yes", NULL});
    if (!CHECK(scenario != NULL))
        return;
    const char *json = scenario_resolved_json(scenario);
    CHECK_CONTAINS(json, "\"pairs.0.state\":{\"value\":\"suspended\",\"text\":\"suspended\",\"unit\":\"\"}");
    CHECK_CONTAINS(json, "\"pairs.0.pprc.1\":{\"value\":\"dbr\"");
    CHECK_CONTAINS(json, "\"workloads.oltp.rate_iops\":{\"value\":2000.0,\"text\":\"2000\",\"unit\":\"/s\"}");
    CHECK_CONTAINS(json, "\"workloads.oltp.rwmixread\":{\"value\":0.7,\"text\":\"70 %\",\"unit\":\"1\"}");
    CHECK_CONTAINS(json, "\"run.seed\":{\"value\":9007199254740993,\"text\":\"9007199254740993\",\"unit\":\"\"}");
    CHECK_CONTAINS(json, "\"run.duration\":{\"value\":60000000000,\"text\":\"60 s\",\"unit\":\"ns\"}");
    CHECK_CONTAINS(json, "\"servers.FCA24.cache\":{\"value\":17179869184,\"text\":\"16 GiB\",\"unit\":\"B\"}");
    CHECK_CONTAINS(json, "\"servers.FCA24.pprc_copies_first\":{\"value\":true,\"text\":\"yes\",\"unit\":\"\"}");
    CHECK_CONTAINS(json, "\"tasks.split.0.suspend_pprc.pair.0\":{\"value\":\"db\"");
    CHECK_CONTAINS(json, "\"tasks.again.establish_pprc.copy\":{\"value\":\"out_of_sync\"");
    CHECK_CONTAINS(json, "\"timeline.0.run.1\":{\"value\":\"again\"");
    CHECK(strstr(json, "\"links.e.exchanges\"") == NULL);
    scenario_destroy(scenario);
}

enum { ESTATE_PRIMARIES = 64, ESTATE_GROUPS = 16, ESTATE_RANKS = 20 };

/* 128 servers, 2,560 ranks, 8,192 volumes, 4,096 pairs, 512 links. */
static char *estate_text(void)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    fputs("servers:\n", file);
    for (int server = 0; server < 2 * ESTATE_PRIMARIES; server++) {
        char side = "PS"[server / ESTATE_PRIMARIES];
        fprintf(file, "  %c%04d:\n    ranks: {", side, server % ESTATE_PRIMARIES);
        for (int i = 0; i < ESTATE_RANKS; i++)
            fprintf(file, "r%d: {pair: %d, cluster: %d, loop: %c}, ", i, i / 2 % 4, i % 2, "AB"[i / 8 % 2]);
        fputs("}\n    volumes:\n", file);
        for (int i = 0; i < ESTATE_GROUPS; i++)
            fprintf(file, "      %cv%dx%d: {rank: r%d, size: 1 GiB, count: 4}\n", side, server % ESTATE_PRIMARIES, i, i);
    }
    fputs("links:\n", file);
    for (int i = 0; i < ESTATE_PRIMARIES; i++)
        fprintf(file, "  l%d: {from: P%04d, to: S%04d, count: 8}\n", i, i, i);
    fputs("paths:\n", file);
    for (int i = 0; i < ESTATE_PRIMARIES; i++)
        for (int lss = 16; lss < 24; lss++)
            fprintf(file, "  - {from: P%04d:%d, to: S%04d:%d, links: l%d}\n", i, lss, i, lss, i);
    fputs("pairs:\n", file);
    for (int i = 0; i < ESTATE_PRIMARIES; i++)
        for (int group = 0; group < ESTATE_GROUPS; group++)
            fprintf(file, "  - {pprc: [Pv%dx%d, Sv%dx%d]}\n", i, group, i, group);
    fclose(file);
    return text;
}

static void an_estate_is_resolved_at_once(void)
{
    char *text = estate_text();
    clock_t before = clock();
    struct scenario *scenario = load(text, NULL);
    double seconds = (double)(clock() - before) / CLOCKS_PER_SEC;
    free(text);
    CHECK_STRING(found, "");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->server_count, 128);
    CHECK_INT(config->volume_count, 8192);
    CHECK_INT(config->pair_count, 4096);
    CHECK_INT(config->path_count, 4096);
    CHECK_INT(config->link_count, 512);
    /* 0.3 s where nothing grows with the square; this leaves room for sanitizers and busy machines. */
    unit_check(seconds < 10, __FILE__, __LINE__, "the estate took %.2f s", seconds);
    scenario_destroy(scenario);
}

/* A file of so many servers, with a link and a pair that name two of them. */
static void check_servers(int servers, const char *expected)
{
    char *text = NULL;
    size_t size = 0;
    FILE *file = open_memstream(&text, &size);
    fputs("links: {e: {from: S0000, to: S0001}}\npaths: [{from: S0000:16, to: S0001:16, links: e}]\n"
          "pairs: [{pprc: [S0000/v, S0001/v]}]\nsites: {all: [S0000, S0001]}\nservers:\n", file);
    for (int i = 0; i < servers; i++)
        fprintf(file, "  S%04d: {ranks: {r: }, volumes: {v: {size: 1 GiB}}}\n", i);
    fclose(file);
    check_mistake(text, expected);
    free(text);
}

static void an_estate_has_at_most_1024_servers(void)
{
    check_servers(1024, "");
    check_servers(1025, "servers: are 1025, allowed are at most 1024\n");
}

UNIT_MAIN("pairs", {"groups pair member by member", groups_pair_member_by_member},
          {"members and serials name single pairs", members_and_serials_name_single_pairs},
          {"a pair needs two volumes that fit", a_pair_needs_two_volumes_that_fit},
          {"a pair that stands at the start has a path", a_pair_that_stands_has_a_path},
          {"a broken path is told once", a_broken_path_is_told_once},
          {"a volume stands in one pair", a_volume_stands_in_one_pair},
          {"no workload uses a target", no_workload_uses_a_target},
          {"paths lead over links that connect their servers", paths_lead_over_links_that_connect_them},
          {"a link carries 64 paths", a_link_carries_64_paths},
          {"a primary has four secondaries", a_primary_has_four_secondaries},
          {"subsystems have their properties", subsystems_have_their_properties},
          {"a site is a list of servers", a_site_is_a_list_of_servers},
          {"settings hold what is written and set", settings_hold_what_is_written_and_set},
          {"an estate is resolved at once", an_estate_is_resolved_at_once},
          {"an estate has at most 1024 servers", an_estate_has_at_most_1024_servers})
