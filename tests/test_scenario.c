// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/describe.h"
#include "tests/scenario_fixture.h"

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
    struct scenario *scenario =
        load("run: {duration: 1 s}\nservers: {AAAAA: {ranks: {r: }, ports: {p: }, volumes: {v: {size: 1 GiB}}}}\n"
             "hosts: {h: }\nworkloads: {w: {volumes: v, iodepth: 4}}\n",
             NULL);
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
                          "links: {e: {from: FCA2, cabel: sm, distance: 43}}\n"
                          "tasks: {a: {}, b: {withdraw_flashcopy: {}}, c: [{supend_pprc: }, {withdraw_flashcpy: }]}\n"
                          "timeline: [{at: 1 s, run: d}]\n",
                          NULL));
    CHECK_STRING(
        found,
        "1:1: titel: the key is not known here, did you mean title?\n"
        "2:15: run.warmup: \"10\" has no unit, allowed is a time such as \"10 s\"\n"
        "2:29: run.duration: \"60 sec\" has an unknown unit \"sec\", write \"60 s\"\n"
        "2:43: run.seed: -1 is out of range, allowed is 0 to 9223372036854775807\n"
        "2:54: run.start: \"hot\" is not known, allowed is cold or warm\n"
        "4:3: servers.FCA2: \"FCA2\" is no serial number, allowed are exactly 5 characters A-Z and 0-9\n"
        "5:5: servers.FCA2.modl: the key is not known here, did you mean model?\n"
        "6:12: servers.FCA2.cache: \"16g\" has an unknown unit \"g\", write \"16 GiB\"\n"
        "8:20: servers.FCA2.ranks.prod.pair: 4 is out of range, allowed is 0 to 3\n"
        "8:29: servers.FCA2.ranks.prod.loop: \"C\" is not known, allowed is A or B\n"
        "8:39: servers.FCA2.ranks.prod.drive: \"ultrastar-36lz\" is not in the catalogue of drives (did you mean "
        "ultrastar-36lzx?), allowed are ultrastar-36lzx, 36lzx-18gb, 36lzx-9gb, ultrastar-36z15, ultrastar-73lzx, "
        "ultrastar-18es, cheetah-9lp\n"
        "10:18: servers.FCA2.volumes.db.rank: \"prud\" is no rank of server FCA2, did you mean prod?\n"
        "10:30: servers.FCA2.volumes.db.size: \"4k\" has an unknown unit \"k\", write \"4 KiB\"\n"
        "12:17: hosts.sap.server: \"FCA24\" is no server, did you mean FCA2?\n"
        "14:16: workloads.oltp.host: \"sapp\" is no host, did you mean sap?\n"
        "14:39: workloads.oltp.rw: \"randrx\" is not known (did you mean randrw?), allowed is read, write, rw, "
        "randread, randwrite or randrw\n"
        "14:58: workloads.oltp.rate_iops: 1e30 is out of range, allowed is 1e-06 to 10000000\n"
        "15:9: links.e: to is missing, allowed is a text\n"
        "15:25: links.e.cabel: the key is not known here, did you mean cable?\n"
        "15:46: links.e.distance: \"43\" has no unit, allowed is a distance such as \"43 km\"\n"
        "16:20: tasks.b.withdraw_flashcopy: none of pair and from/to is given, needed is pair: [SOURCE, TARGET], or from: "
        "SOURCE and to: TARGET\n"
        "16:50: tasks.c.0.supend_pprc: the key is not known here, did you mean suspend_pprc?\n"
        "16:67: tasks.c.1.withdraw_flashcpy: the key is not known here, did you mean withdraw_flashcopy?\n"
        "17:27: timeline.0.run: \"d\" is no task, allowed is one that is defined, such as a\n");
}

static void what_is_not_modelled_yet_says_so(void)
{
    check_set("servers.FCA24.ranks.prod.format=JBOD", "JBOD is not modelled yet in this version, allowed is 6+P+S or 7+P");
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
    check_set("tasks.e.count=4", "--set tasks.e.count: tasks has no e");
    check_set("nothing", "is no PATH=VALUE");
    check_set("=1", "is no PATH=VALUE");
    check_set("run..seed=1", "--set run..seed: the key  is not known");
    check_set("title=\xff", "is not UTF-8");
    check_set("workloads.oltp.volumes=[db, [[[", "--set workloads.oltp.volumes");
    check_set("sweep.x=1", "used by `essim sweep` only");
}

static void catalogue_entries_can_be_added_and_changed(void)
{
    struct scenario *scenario =
        load("catalog: {drives: {mine: {like: ultrastar-36lzx, rpm: 15000}, fast: {like: mine, overhead: 0.1 ms}},\n"
             "  servers: {F20: {cache: 16 GiB}}, advice: {utilization: {rank: 50 %}}}\n"
             "servers: {AAAAA: {ranks: {r: {drive: fast}}}}\n",
             NULL);
    CHECK_STRING(found, "");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->drive_types[0].revolution_ns, 4000000);
    CHECK_INT(config->drive_types[0].overhead_ns, 100000);
    CHECK_INT(config->drive_types[0].zone_count, 11);
    CHECK_INT(config->servers[0].model.cache_bytes, (int64_t)16 << 30);
    CHECK_NEAR(config->thresholds[RESOURCE_RANK], 0.5, 0);
    CHECK_CONTAINS(scenario_catalog_json(scenario),
                   "\"rpm\":{\"value\":15000.0,\"unit\":\"\",\"text\":\"15000\",\"source\":");
    CHECK_CONTAINS(scenario_catalog_json(scenario), "\"tag\":\"scenario\",\"uncertainty\":null");
    scenario_destroy(scenario);
    scenario_destroy(
        load("catalog: {drives: {mine: {rpm: 15000}, a: {like: b}, b: {like: a}, c: {like: none}}}\n", NULL));
    CHECK_CONTAINS(found, "catalog.drives.mine: lacks overhead");
    CHECK_CONTAINS(found, "catalog.drives.a.like: the entry builds on itself");
    CHECK_CONTAINS(found, "\"none\" is not in the catalogue of drives");
    scenario_destroy(
        load("catalog: {drives: {mine: {like: cheetah-9lp, zones: [[0, 10], [5, 9], [3, 8]], seek: [[1, 1 ms]]}}}\n"
             "servers: {AAAAA: {ranks: {r: {drive: mine}}}}\n",
             NULL));
    CHECK_CONTAINS(found, "zones.2.0: 3 is out of order");
    CHECK_CONTAINS(found, "seek: has one point");
}

static void descriptions_tell_what_was_resolved(void)
{
    struct scenario *scenario = load_set("workloads.oltp.rate_iops=4000");
    if (!CHECK(scenario != NULL))
        return;
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    describe_json(scenario, (char *const[]){(char[]){"something odd"}}, 1, stream);
    fclose(stream);
    CHECK_CONTAINS(text, "\"warnings\": [\n    \"something odd\"\n  ]");
    CHECK_CONTAINS(text, "\"host sap: its offered load alone takes its ports to 83 %, advised are at most 50 %\"");
    CHECK_CONTAINS(text, "\"lss_name\": \"2105:FCA24:16\"");
    CHECK_CONTAINS(text, "\"stage\": \"record\"");
    CHECK_CONTAINS(text, "\"rate_iops\": 4000.0");
    free(text);
    scenario_destroy(scenario);
}

UNIT_MAIN("scenario", {"the contract's sample loads", the_contracts_sample_loads},
          {"volumes follow one another, with their ids", volumes_follow_one_another_with_their_ids},
          {"workloads are resolved", workloads_are_resolved},
          {"a profile holds its first rate before its first corner",
           a_profile_holds_its_first_rate_before_its_first_corner},
          {"defaults are those of the table", defaults_are_those_of_the_table},
          {"an empty scenario is valid", an_empty_scenario_is_valid},
          {"all mistakes come in one go at their places", all_mistakes_come_in_one_go_at_their_places},
          {"what is not modelled yet says so", what_is_not_modelled_yet_says_so},
          {"--set changes values by path", set_changes_values_by_path},
          {"a bad --set is a mistake at its path", a_bad_set_is_a_mistake_at_its_path},
          {"catalogue entries can be added and changed", catalogue_entries_can_be_added_and_changed},
          {"descriptions tell what was resolved", descriptions_tell_what_was_resolved})
