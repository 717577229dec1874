// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "scenarios/describe.h"
#include "scenarios/memory.h"
#include "scenarios/scenario.h"
#include "tests/unit.h"

/* The contract's own sample, without what is not modelled yet. */
static const char sample[] =
    "title: How many ESCON links does a 43 km pair need?\n"
    "run: {warmup: 10 s, duration: 60 s, seed: 1, replications: 1, start: warm}   # or cold\n"
    "servers:\n"
    "  FCA24:\n"
    "    model: F20\n"
    "    cache: 16 GiB\n"
    "    ranks:\n"
    "      prod: {pair: 0, cluster: 0, loop: A, format: 6+P+S, drive: ultrastar-36lzx}\n"
    "      copy: {pair: 0, cluster: 0, loop: B, format: 6+P+S, drive: ultrastar-36lzx}\n"
    "    ports:\n"
    "      f0: {bay: 0, slot: 0, type: fc}\n"
    "    fb_lss: 8\n"
    "    volumes:\n"
    "      db:   {rank: prod, size: 8 GiB, count: 4}\n"
    "      snap: {rank: copy, size: 8 GiB, count: 4}\n"
    "  12019:\n"
    "    model: F20\n"
    "    ranks:   {dr: {pair: 0, cluster: 0, loop: A, format: 6+P+S, drive: ultrastar-36lzx}}\n"
    "    volumes: {dbr: {rank: dr, size: 8 GiB, count: 4}}\n"
    "hosts:\n"
    "  sap: {server: FCA24, ports: [f0]}\n"
    "workloads:\n"
    "  oltp:\n"
    "    host: sap\n"
    "    volumes: [db]\n"
    "    rw: randrw\n"
    "    rwmixread: 70\n"
    "    bs: 4 KiB\n"
    "    rate_iops: 2000\n"
    "    random_distribution: zipf:1.1\n"
    "links:\n"
    "sweep:\n"
    "  links.e.count: [1, 2, 4, 8]\n"
    "  workloads.oltp.rate_iops: {from: 500, to: 6000, steps: 12}\n";

static char found[40000]; /* the last load's diagnostics, one a line, the file's name left out */

/* Loads a text with some --set (NULL-terminated list, or NULL). */
static struct scenario *load(const char *text, const char *const *sets)
{
    char path[] = "/tmp/essim-scenario-XXXXXX";
    int file = mkstemp(path);
    CHECK(file >= 0 && write(file, text, strlen(text)) == (ssize_t)strlen(text));
    close(file);
    size_t count = 0;
    while (sets != NULL && sets[count] != NULL)
        count++;
    struct diagnostics *diagnostics = diagnostics_create();
    struct scenario *scenario = NULL;
    bool ok = scenario_load(path, sets, count, &scenario, diagnostics);
    CHECK(ok == (scenario != NULL) && ok == (diagnostics_errors(diagnostics) == 0));
    size_t used = 0;
    const char *line;
    found[0] = '\0';
    for (size_t i = 0; (line = diagnostics_line(diagnostics, i)) != NULL; i++) {
        bool named = strncmp(line, path, strlen(path)) == 0;
        used += (size_t)snprintf(found + used, sizeof found - used, "%s\n", line + (named ? strlen(path) + 1 : 0));
    }
    diagnostics_destroy(diagnostics);
    unlink(path);
    return scenario;
}

static struct scenario *load_set(const char *set)
{
    return load(sample, (const char *const[]){set, NULL});
}

/* The sample with one --set gives exactly this mistake or warning; "" for none. */
static void check_set(const char *set, const char *expected)
{
    scenario_destroy(load_set(set));
    if (expected[0] == '\0')
        CHECK_STRING(found, "");
    else
        CHECK_CONTAINS(found, expected);
}

/* A server's parts around one host and workload; each mistake's text must be in the lines. */
static void check_server(const char *server, const char *expected)
{
    char *text = memory_text("run: {duration: 1 s}\nservers:\n  AAAAA: {%s}\n", server);
    scenario_destroy(load(text, NULL));
    if (expected[0] == '\0')
        CHECK_STRING(found, "");
    else
        CHECK_CONTAINS(found, expected);
    free(text);
}

static void the_contracts_sample_loads(void)
{
    struct scenario *scenario = load(sample, NULL);
    CHECK_STRING(found, "");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->server_count, 2);
    CHECK_INT(config->rank_count, 3);
    CHECK_INT(config->volume_count, 12);
    CHECK_INT(config->run.warmup_ns, 10 * SIM_S);
    CHECK_INT(config->run.duration_ns, 60 * SIM_S);
    CHECK(config->run.warm && config->run.seed == 1 && config->run.replications == 1);
    CHECK_INT(config->servers[0].model.cache_bytes, (int64_t)16 << 30);
    CHECK_INT(config->servers[1].model.cache_bytes, (int64_t)8 << 30);
    CHECK_INT(config->servers[0].model.processor_ns[STEP_READ_HIT], 220000);
    CHECK_STRING(config->servers[0].model.name, "F20");
    CHECK_NEAR(config->thresholds[RESOURCE_PROCESSOR], 0.8, 0);
    CHECK_STRING(scenario_text(scenario), sample);
    CHECK_INT(strlen(scenario_sha256(scenario)), 64);
    scenario_destroy(scenario);
}

static void volumes_follow_one_another_with_their_ids(void)
{
    struct scenario *scenario = load(sample, NULL);
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    const struct volume_config *db2 = &config->volumes[2], *snap0 = &config->volumes[4];
    CHECK_STRING(db2->name, "db.2");
    CHECK_STRING(db2->id, "002FCA24");
    CHECK_STRING(snap0->id, "004FCA24");
    CHECK_INT(db2->tracks, (int64_t)8 << 15);
    CHECK_INT(db2->first_track, (int64_t)16 << 15);
    CHECK_INT(snap0->first_track, 0);
    CHECK_INT(config->ranks[0].used_tracks, (int64_t)32 << 15);
    CHECK_INT(config->ranks[0].lss, 16);
    CHECK_INT(config->ranks[0].data_drives, 6);
    CHECK_INT(config->ranks[0].active_drives, 7);
    /* 36.763 GB a drive in strips of 32 KiB, times six. */
    CHECK_INT(config->ranks[0].capacity_tracks, (int64_t)36762992640 / 32768 * 6);
    scenario_destroy(scenario);
}

static void workloads_are_resolved(void)
{
    struct scenario *scenario = load(sample, NULL);
    if (!CHECK(scenario != NULL))
        return;
    const struct workload_config *oltp = &scenario_config(scenario)->workloads[0];
    CHECK(oltp->kind == LOAD_OPEN && !oltp->sequential && oltp->arrival == ARRIVAL_POISSON);
    CHECK_NEAR(oltp->read_share, 0.7, 0);
    CHECK_INT(oltp->block_bytes, 4096);
    CHECK_INT(oltp->volume_count, 4);
    CHECK_INT(oltp->rate_count, 1);
    CHECK_NEAR(oltp->rate[0].per_s, 2000, 0);
    CHECK(oltp->distribution == ADDRESS_ZIPF && oltp->zipf_theta == 1.1 && oltp->read_hit < 0);
    scenario_destroy(scenario);
}

static void a_profile_holds_its_first_rate_before_its_first_corner(void)
{
    struct scenario *scenario = load_set("workloads.oltp.rate_iops.profile=[[5 s, 100], [60 s, 2e3 /s], [60 s, 0]]");
    if (!CHECK(scenario != NULL))
        return;
    const struct workload_config *oltp = &scenario_config(scenario)->workloads[0];
    CHECK_INT(oltp->rate_count, 4);
    CHECK(oltp->rate[0].at_ns == 0 && oltp->rate[0].per_s == 100);
    CHECK(oltp->rate[2].at_ns == 60 * SIM_S && oltp->rate[2].per_s == 2000 && oltp->rate[3].per_s == 0);
    scenario_destroy(scenario);
    check_set("workloads.oltp.rate_iops={profile: [[5 s, 1], [4 s, 2]]}", "allowed are rising times");
    check_set("workloads.oltp.rate_iops={profile: [[5 s, 0]]}", "is 0 everywhere");
    check_set("workloads.oltp.rate_iops={profile: []}", "is empty");
    check_set("workloads.oltp.rate_iops={profile: [[5, 1]]}", "such as \"5 s\"");
    check_set("workloads.oltp.rate_iops={profile: [5 s, 1]}", "is no pair");
}

static void defaults_are_those_of_the_table(void)
{
    struct scenario *scenario = load("run: {duration: 1 s}\nservers: {AAAAA: {ranks: {r: }, ports: {p: }, volumes: {v: {size: 1 GiB}}}}\n"
                                     "hosts: {h: }\nworkloads: {w: {volumes: v, iodepth: 4}}\n", NULL);
    CHECK_STRING(found, "");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK(strncmp(config->title, "essim-scenario-", 15) == 0);
    CHECK_INT(config->hosts[0].port_count, 1);
    CHECK_STRING(config->port_types[0].name, "fc");
    CHECK_STRING(config->volumes[0].name, "v");
    CHECK_STRING(config->volumes[0].id, "000AAAAA");
    const struct workload_config *w = &config->workloads[0];
    CHECK(w->kind == LOAD_CLOSED && w->iodepth == 4 && w->thinktime_ns == 0);
    CHECK(w->sequential && w->read_share == 1 && w->block_bytes == 4096);
    scenario_destroy(scenario);
}

static void an_empty_scenario_is_valid(void)
{
    struct scenario *scenario = load("servers:\nhosts: {}\nworkloads:\nrun:\nlinks: []\n", NULL);
    CHECK(scenario != NULL);
    CHECK_STRING(found, "");
    scenario_destroy(scenario);
}

static void all_mistakes_come_in_one_go_at_their_places(void)
{
    scenario_destroy(load("titel: x\n"
                          "run: {warmup: 10, duration: 60 sec, seed: -1, start: hot}\n"
                          "servers:\n"
                          "  FCA2:\n"
                          "    modl: F20\n"
                          "    cache: 16g\n"
                          "    ranks:\n"
                          "      prod: {pair: 4, loop: C, drive: ultrastar-36lz}\n"
                          "    volumes:\n"
                          "      db: {rank: prud, size: 4k, count: 4}\n"
                          "hosts:\n"
                          "  sap: {server: FCA24, ports: [f0]}\n"
                          "workloads:\n"
                          "  oltp: {host: sapp, volumes: db, rw: randrx, rate_iops: 1e30}\n"
                          "links: {e: {from: a}}\n", NULL));
    CHECK_STRING(found,
                 "1:1: titel: the key is not known here, did you mean title?\n"
                 "2:15: run.warmup: \"10\" has no unit, allowed is a time such as \"10 s\"\n"
                 "2:29: run.duration: \"60 sec\" has an unknown unit \"sec\", write \"60 s\"\n"
                 "2:43: run.seed: -1 is out of range, allowed is 0 to 9223372036854775807\n"
                 "2:54: run.start: \"hot\" is not known, allowed is cold or warm\n"
                 "4:3: servers.FCA2: \"FCA2\" is no serial number, allowed are exactly 5 characters A-Z and 0-9\n"
                 "5:5: servers.FCA2.modl: the key is not known here, did you mean model?\n"
                 "6:12: servers.FCA2.cache: \"16g\" has an unknown unit \"g\", write \"16 GiB\"\n"
                 "8:20: servers.FCA2.ranks.prod.pair: 4 is out of range, allowed is 0 to 3\n"
                 "8:29: servers.FCA2.ranks.prod.loop: \"C\" is not known (did you mean A?), allowed is A or B\n"
                 "8:39: servers.FCA2.ranks.prod.drive: \"ultrastar-36lz\" is not in the catalogue of drives (did you mean "
                 "ultrastar-36lzx?), allowed are ultrastar-36lzx, ultrastar-18es, cheetah-9lp\n"
                 "10:18: servers.FCA2.volumes.db.rank: \"prud\" is no rank of server FCA2, did you mean prod?\n"
                 "10:30: servers.FCA2.volumes.db.size: \"4k\" has an unknown unit \"k\", write \"4 KiB\"\n"
                 "12:17: hosts.sap.server: \"FCA24\" is no server, did you mean FCA2?\n"
                 "14:16: workloads.oltp.host: \"sapp\" is no host, did you mean sap?\n"
                 "14:39: workloads.oltp.rw: \"randrx\" is not known (did you mean randrw?), allowed is read, write, rw, "
                 "randread, randwrite or randrw\n"
                 "14:58: workloads.oltp.rate_iops: 1e30 is out of range, allowed is 1e-06 to 10000000\n"
                 "15:1: links: links are not modelled yet in this version, leave them out\n");
}

static void what_is_not_modelled_yet_says_so(void)
{
    static const char *const keys[] = {"links", "paths", "pairs", "tasks", "timeline", "sites"};
    for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
        char *text = memory_text("%s: {a: 1}\n", keys[i]);
        scenario_destroy(load(text, NULL));
        CHECK_CONTAINS(found, "are not modelled yet in this version");
        free(text);
    }
    check_server("lss: {16: {critical_heavy: yes}}", "are not modelled yet in this version");
    check_set("links.e.count=4", "--set links.e.count: links are not modelled yet");
}

static void set_changes_values_by_path(void)
{
    struct scenario *scenario =
        load(sample, (const char *const[]){"servers.FCA24.cache=8GiB", "run.seed=7", "workloads.oltp.volumes.0=db.2",
                                           "run.seed=9", "catalog.ports.fc.protocol_time=0.1 ms",
                                           "servers.12019.processor_read_hit=1 ms", "title=a = b.c", NULL});
    CHECK_STRING(found, "");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->servers[0].model.cache_bytes, (int64_t)8 << 30);
    CHECK_INT(config->run.seed, 9);
    CHECK_INT(config->workloads[0].volume_count, 1);
    CHECK_INT(config->workloads[0].volumes[0], 2);
    CHECK_INT(config->port_types[0].protocol_ns, 100000);
    CHECK_INT(config->servers[1].model.processor_ns[STEP_READ_HIT], SIM_MS);
    CHECK_INT(config->servers[0].model.processor_ns[STEP_READ_HIT], 220000);
    CHECK_STRING(config->title, "a = b.c");
    CHECK_STRING(scenario_text(scenario), sample);
    scenario_destroy(scenario);
}

static void a_bad_set_is_a_mistake_at_its_path(void)
{
    check_set("servers.FCA25.cache=8GiB", "--set servers.FCA25.cache: servers has no FCA25, did you mean FCA24?");
    check_set("run.sed=1", "--set run.sed: the key sed is not known, did you mean seed?");
    check_set("servers.FCA24.cache=8k", "--set servers.FCA24.cache: \"8k\" has an unknown unit \"k\", write \"8 KiB\"");
    check_set("workloads.oltp.volumes.1=db", "--set workloads.oltp.volumes.1: no item of the list");
    check_set("run.seed.x=1", "--set run.seed.x: seed has no parts");
    check_set("nothing", "is no PATH=VALUE");
    check_set("=1", "is no PATH=VALUE");
    check_set("run..seed=1", "--set run..seed: the key  is not known");
    check_set("title=\xff", "is not UTF-8");
    check_set("workloads.oltp.volumes=[db, [[[", "--set workloads.oltp.volumes");
    check_set("sweep.x=1", "used by `essim sweep` only");
}

static void catalogue_entries_can_be_added_and_changed(void)
{
    struct scenario *scenario = load("catalog: {drives: {mine: {like: ultrastar-36lzx, rpm: 15000}, fast: {like: mine, overhead: 0.1 ms}},\n"
                                     "  servers: {F20: {cache: 16 GiB}}, advice: {utilization: {rank: 50 %}}}\n"
                                     "servers: {AAAAA: {ranks: {r: {drive: fast}}}}\n", NULL);
    CHECK_STRING(found, "");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->drive_types[0].revolution_ns, 4000000);
    CHECK_INT(config->drive_types[0].overhead_ns, 100000);
    CHECK_INT(config->drive_types[0].zone_count, 11);
    CHECK_INT(config->servers[0].model.cache_bytes, (int64_t)16 << 30);
    CHECK_NEAR(config->thresholds[RESOURCE_RANK], 0.5, 0);
    CHECK_CONTAINS(scenario_catalog_json(scenario), "\"rpm\":{\"value\":15000.0,\"unit\":\"\",\"text\":\"15000\",\"source\":");
    CHECK_CONTAINS(scenario_catalog_json(scenario), "\"tag\":\"scenario\",\"uncertainty\":null");
    scenario_destroy(scenario);
    scenario_destroy(load("catalog: {drives: {mine: {rpm: 15000}, a: {like: b}, b: {like: a}, c: {like: none}}}\n", NULL));
    CHECK_CONTAINS(found, "catalog.drives.mine: lacks overhead");
    CHECK_CONTAINS(found, "catalog.drives.a.like: the entry builds on itself");
    CHECK_CONTAINS(found, "\"none\" is not in the catalogue of drives");
    scenario_destroy(load("catalog: {drives: {mine: {like: cheetah-9lp, zones: [[0, 10], [5, 9], [3, 8]], seek: [[1, 1 ms]]}}}\n"
                          "servers: {AAAAA: {ranks: {r: {drive: mine}}}}\n", NULL));
    CHECK_CONTAINS(found, "zones.2.0: 3 is out of order");
    CHECK_CONTAINS(found, "seek: has one point");
}

static void loops_and_servers_hold_so_many_drives(void)
{
    check_server("ranks: {a: , b: , c: , d: , e: , f: }", "");
    check_server("ranks: {a: , b: , c: , d: , e: , f: , g: }",
                 "servers.AAAAA.ranks.g: is rank 7 on pair 0 loop A, allowed are 48 drives on a loop, 6 ranks of eight");
    check_server("model: F10, ranks: {a: , b: , c: , d: , e: , f: , g: {loop: B}, h: {loop: B}, i: {loop: B}, j: {loop: B}, k: "
                 "{loop: B}, l: {loop: B}, m: {pair: 1}, n: {pair: 1}, o: {pair: 1}, p: {pair: 1}, q: {pair: 1}}",
                 "servers.AAAAA.ranks.q: is rank 17 of the server, allowed are 128 drives in a F10, 16 ranks of eight");
}

static void the_first_two_ranks_of_a_drive_on_a_loop_keep_a_spare(void)
{
    struct scenario *scenario = load("servers: {AAAAA: {ranks: {a: , b: {cluster: 1}, c: , d: {drive: ultrastar-18es}, e: {loop: B}}}}", NULL);
    if (!CHECK(scenario != NULL))
        return;
    const struct rank_config *ranks = scenario_config(scenario)->ranks;
    CHECK(ranks[0].format == RANK_6PS && ranks[1].format == RANK_6PS && ranks[2].format == RANK_7P);
    CHECK(ranks[3].format == RANK_6PS && ranks[4].format == RANK_6PS);
    CHECK_INT(ranks[2].active_drives, 8);
    scenario_destroy(scenario);
    check_server("ranks: {a: {format: 7+P}}",
                 "3:31: warning: servers.AAAAA.ranks.a.format: the ESS would make this rank 6+P+S");
    check_server("ranks: {a: {format: JBOD}}", "\"JBOD\" is not known, allowed is 6+P+S or 7+P");
}

static void an_adapter_has_one_type_and_its_ports(void)
{
    check_server("ports: {a: {type: escon}, b: {type: escon, port: 1}, c: {slot: 1}}", "");
    check_server("ports: {a: {type: escon}, b: {type: scsi, port: 1}}", "bay 0 slot 0 holds a escon adapter (a)");
    check_server("ports: {a: {port: 1}}", "port 1 is not on fc adapters, which have 1 port, from 0");
    check_server("ports: {a: , b: }", "ports.b: is in the place of a: bay 0 slot 0 port 0");
    check_server("ports: {a: {bay: 4}}", "ports.a.bay: 4 is out of range, allowed is 0 to 3");
    check_server("ports: {a: {type: fcp}}", "\"fcp\" is not in the catalogue of ports (did you mean fc?)");
}

static void the_lss_follows_from_pair_and_cluster(void)
{
    struct scenario *scenario = load("servers: {FCA31: {ranks: {a: {pair: 0, cluster: 1}, b: {pair: 3, cluster: 1}},\n"
                                     "  volumes: {v: {rank: a, size: 1 MiB, count: 9}, w: {rank: b, size: 1 MiB}}}}", NULL);
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->ranks[0].lss, 17);
    CHECK_INT(config->ranks[1].lss, 23);
    CHECK_STRING(config->volumes[8].id, "108FCA31");
    CHECK_STRING(config->volumes[9].id, "700FCA31");
    scenario_destroy(scenario);
}

static void with_16_lss_ranks_added_past_192_volumes_take_the_second(void)
{
    static const char form[] = "servers: {AAAAA: {fb_lss: %d, ranks: {a: , b: , c: },\n"
                       "  volumes: {v: {rank: a, size: 1 MiB, count: %d}, x: {rank: b, size: 1 MiB, count: 3}, y: {rank: c, size: 1 MiB}}}}";
    static const struct {
        int lss, volumes, second, third;
    } cases[] = {{16, 189, 16, 16}, {16, 190, 16, 24}, {16, 192, 16, 24}, {16, 193, 24, 24}, {8, 193, 16, 16}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[400];
        snprintf(text, sizeof text, form, cases[i].lss, cases[i].volumes);
        struct scenario *scenario = load(text, NULL);
        if (!CHECK(scenario != NULL))
            continue;
        CHECK_INT(scenario_config(scenario)->ranks[1].lss, cases[i].second);
        CHECK_INT(scenario_config(scenario)->ranks[2].lss, cases[i].third);
        scenario_destroy(scenario);
    }
}

static void an_lss_holds_256_volumes(void)
{
    check_server("ranks: {a: }, volumes: {v: {size: 1 MiB, count: 256}}", "");
    check_server("ranks: {a: , b: {loop: B}}, volumes: {v: {rank: a, size: 1 MiB, count: 200}, w: {rank: b, size: 1 MiB, count: 57}}",
                 "volumes.w: brings LSS 16 to 257 volumes");
}

static void volumes_fit_their_rank(void)
{
    check_server("ranks: {a: }, volumes: {v: {size: 200 GB}, w: {size: 20 GB}}", "");
    check_server("ranks: {a: }, volumes: {v: {size: 200 GB}, w: {size: 7 GB, count: 3}}",
                 "volumes.w: needs 3 x 213624 tracks of 32 KiB on rank a, which has");
    check_server("ranks: {a: }, volumes: {v: {size: 1000 B}}", "is no multiple of 512 B");
    check_server("volumes: {v: {size: 1 GiB}}", "rank is missing");
}

static void serials_and_names_are_checked(void)
{
    scenario_destroy(load("servers: {fca24: , TOOLONG: , 'A B1C': }", NULL));
    CHECK_CONTAINS(found, "servers.fca24: \"fca24\" is no serial number");
    CHECK_CONTAINS(found, "servers.TOOLONG:");
    CHECK_CONTAINS(found, "servers.A B1C:");
    scenario_destroy(load("hosts: {a.b: , 'c/d': , e=f: , g>h: , \"i\\u0007\": , '': }", NULL));
    static const char *const names[] = {"hosts.a.b", "hosts.c/d", "hosts.e=f", "hosts.g>h"};
    for (size_t i = 0; i < 4; i++)
        CHECK_CONTAINS(found, names[i]);
    CHECK_CONTAINS(found, "holds a control character");
    CHECK_CONTAINS(found, "the name is empty");
}

static void a_name_that_two_servers_use_needs_the_serial(void)
{
    static const char form[] = "run: {duration: 1 s}\nservers:\n  AAAAA: {ranks: {r: }, ports: {p: }, volumes: {v: {size: 1 GiB, count: 2}, u: {size: 1 GiB}}}\n"
                       "  BBBBB: {ranks: {r: }, volumes: {v: {size: 1 GiB}, x: {size: 1 GiB}}}\n"
                       "hosts: {h: {server: AAAAA}}\nworkloads: {w: {volumes: %s, iodepth: 1}}\n";
    static const char *const cases[][2] = {
        {"v", "v is on servers AAAAA and BBBBB, allowed is SERIAL/NAME: AAAAA/v"},
        {"AAAAA/v", ""},
        {"AAAAA/v.1", ""},
        {"[AAAAA/v.1, u]", ""},
        {"BBBBB/v", "is on server BBBBB, allowed are volumes of AAAAA"},
        {"x", "x is on server BBBBB"},
        {"AAAAA/v.2", "is no member of v, allowed are v.0 to v.1"},
        {"u.0", "u is one volume without members"},
        {"uu", "\"uu\" is no volume of server AAAAA, did you mean u?"},
        {"[AAAAA/v, AAAAA/v.0]", "names v.0 a second time"},
        {"[]", "is empty"},
        {"CCCCC/v", "\"CCCCC\" is no server"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char text[700];
        snprintf(text, sizeof text, form, cases[i][0]);
        struct scenario *scenario = load(text, NULL);
        CHECK_CONTAINS(found, cases[i][1]);
        CHECK(cases[i][1][0] != '\0' || found[0] == '\0');
        if (scenario != NULL)
            CHECK_STRING(scenario_config(scenario)->volumes[1].label, "AAAAA/v.1");
        scenario_destroy(scenario);
    }
}

static void exactly_one_pace_is_needed(void)
{
    check_set("workloads.oltp.iodepth=4", "workloads.oltp: more than one of rate_iops");
    check_set("workloads.oltp={volumes: db}", "workloads.oltp: none of rate_iops");
    check_set("workloads.oltp={volumes: db, iodepth: 4, thinktime: 2 ms}", "");
    check_set("workloads.oltp={volumes: db, iodepth: 4, arrival: constant}", "arrival: is given without rate_iops");
    check_set("workloads.oltp.thinktime=1 ms", "thinktime: is given without iodepth");
    check_set("workloads.oltp={volumes: db, trace: {file: none.h5}}", "none.h5 cannot be read");
    check_set("workloads.oltp={volumes: db, trace: {file: /etc/passwd, speed: 0}}", "speed: 0 is out of range");
    check_set("workloads.oltp={volumes: db, trace: {speed: 2}}", "file is missing");
    check_set("workloads.oltp={volumes: db, trace: {file: /etc/passwd, speed: 1.5}, read_hit: 60 %}", "");
}

static void a_run_without_end_is_refused(void)
{
    check_set("run.duration=0 s", "--set run.duration: is missing or 0, but workload oltp never ends by itself");
    scenario_destroy(load("servers: {AAAAA: {ranks: {r: }, ports: {p: }, volumes: {v: {size: 1 GiB}}}}\nhosts: {h: }\n"
                          "workloads: {w: {volumes: v, iodepth: 1}}\n", NULL));
    CHECK_CONTAINS(found, "1:1: run.duration: is missing or 0");
}

static void blocks_and_distributions_are_checked(void)
{
    check_set("workloads.oltp.bs=1000 B", "bs: is no multiple of 512 B");
    check_set("workloads.oltp.bs=4k", "write \"4 KiB\"");
    check_set("servers.FCA24.volumes.db.size=2 KiB", "is larger than volume db.0, allowed are up to 2 KiB");
    check_set("workloads.oltp.random_distribution=zipf", "");
    check_set("workloads.oltp.random_distribution=random", "");
    check_set("workloads.oltp.random_distribution=zipf:0", "0 is out of range");
    check_set("workloads.oltp.random_distribution=zipf:nan", "no number");
    check_set("workloads.oltp.random_distribution=pareto:0.9", "allowed is random or zipf:THETA");
    check_set("workloads.oltp.read_hit=60", "such as \"60 %\"");
    check_set("workloads.oltp.rwmixread=101", "101 is out of range, allowed is 0 % to 100 %");
    check_set("workloads.oltp.rw=randread", "warning: workloads.oltp.rwmixread: has no effect, it belongs to rw and randrw");
}

static void hosts_use_ports_of_their_server(void)
{
    check_set("hosts.sap.ports=[f0, f0]", "names port f0 a second time");
    check_set("hosts.sap.ports=f1", "\"f1\" is no port of server FCA24, did you mean f0?");
    check_set("hosts.sap.server=12019", "\"f0\" is no port of server 12019, none is defined");
    check_set("hosts.sap={server: 12019}", "is attached to server 12019, which has no ports");
    check_set("hosts.sap.path_policy=roundrobin", "did you mean round_robin?");
}

static void unusual_hardware_is_warned_about(void)
{
    check_set("servers.FCA24.cache=12 GiB", "warning: is not a size that the F20 was sold with: [8 GiB, 16 GiB]");
    check_set("servers.FCA24.destage_low=95 %", "is not below destage_high");
    check_set("servers.FCA24.model=F30", "\"F30\" is not in the catalogue of servers (did you mean");
}

static void descriptions_tell_what_was_resolved(void)
{
    struct scenario *scenario = load_set("workloads.oltp.rate_iops=4000");
    if (!CHECK(scenario != NULL))
        return;
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    describe_text(scenario, stream);
    describe_json(scenario, stream);
    fclose(stream);
    CHECK_CONTAINS(text, "server FCA24: F20, cache 16 GiB, NVS 384 MiB\n");
    CHECK_CONTAINS(text, "rank prod: LSS 16 (pair 0, cluster 0, loop A), 6+P+S of ultrastar-36lzx, 220.6 GB, 34.4 used, 186.2 left");
    CHECK_CONTAINS(text, "volume db.2: 002FCA24, rank prod, 8 GiB");
    CHECK_CONTAINS(text, "note: host sap: its offered load alone takes its ports to 83 %, advised are at most 50 %");
    CHECK_CONTAINS(text, "note: server FCA24: all volumes belong to cluster 0");
    CHECK_CONTAINS(text, "\"rate_iops\": 4000.0");
    free(text);
    scenario_destroy(scenario);
}

UNIT_MAIN("scenario", {"the contract's sample loads", the_contracts_sample_loads},
          {"volumes follow one another, with their ids", volumes_follow_one_another_with_their_ids},
          {"workloads are resolved", workloads_are_resolved},
          {"a profile holds its first rate before its first corner", a_profile_holds_its_first_rate_before_its_first_corner},
          {"defaults are those of the table", defaults_are_those_of_the_table},
          {"an empty scenario is valid", an_empty_scenario_is_valid},
          {"all mistakes come in one go at their places", all_mistakes_come_in_one_go_at_their_places},
          {"what is not modelled yet says so", what_is_not_modelled_yet_says_so},
          {"--set changes values by path", set_changes_values_by_path},
          {"a bad --set is a mistake at its path", a_bad_set_is_a_mistake_at_its_path},
          {"catalogue entries can be added and changed", catalogue_entries_can_be_added_and_changed},
          {"loops and servers hold so many drives", loops_and_servers_hold_so_many_drives},
          {"the first two ranks of a drive on a loop keep a spare", the_first_two_ranks_of_a_drive_on_a_loop_keep_a_spare},
          {"an adapter has one type and its ports", an_adapter_has_one_type_and_its_ports},
          {"the LSS follows from pair and cluster", the_lss_follows_from_pair_and_cluster},
          {"with 16 LSS, ranks added past 192 volumes take the second",
           with_16_lss_ranks_added_past_192_volumes_take_the_second},
          {"an LSS holds 256 volumes", an_lss_holds_256_volumes}, {"volumes fit their rank", volumes_fit_their_rank},
          {"serials and names are checked", serials_and_names_are_checked},
          {"a name that two servers use needs the serial", a_name_that_two_servers_use_needs_the_serial},
          {"exactly one pace is needed", exactly_one_pace_is_needed},
          {"a run without end is refused", a_run_without_end_is_refused},
          {"blocks and distributions are checked", blocks_and_distributions_are_checked},
          {"hosts use ports of their server", hosts_use_ports_of_their_server},
          {"unusual hardware is warned about", unusual_hardware_is_warned_about},
          {"descriptions tell what was resolved", descriptions_tell_what_was_resolved})
