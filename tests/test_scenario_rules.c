// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The machine's rules, each just kept and just broken; the message names the rule.
 */
#include "tests/scenario_fixture.h"

static void loops_and_servers_hold_so_many_drives(void)
{
    check_server("ranks: {a: , b: , c: , d: , e: , f: }", "");
    check_server(
        "ranks: {a: , b: , c: , d: , e: , f: , g: }",
        "servers.AAAAA.ranks.g: is rank 7 on pair 0 loop A, allowed are 48 drives on a loop, 6 ranks of eight");
    check_server(
        "model: F10, ranks: {a: , b: , c: , d: , e: , f: , g: {loop: B}, h: {loop: B}, i: {loop: B}, j: {loop: B}, k: "
        "{loop: B}, l: {loop: B}, m: {pair: 1}, n: {pair: 1}, o: {pair: 1}, p: {pair: 1}, q: {pair: 1}}",
        "servers.AAAAA.ranks.q: is rank 17 of the server, allowed are 128 drives in a F10, 16 ranks of eight");
}

static void the_first_two_ranks_of_a_drive_on_a_loop_keep_a_spare(void)
{
    struct scenario *scenario =
        load("servers: {AAAAA: {ranks: {a: , b: {cluster: 1}, c: , d: {drive: ultrastar-18es}, e: {loop: B}}}}", NULL);
    if (!CHECK(scenario != NULL))
        return;
    const struct rank_config *ranks = scenario_config(scenario)->ranks;
    CHECK(ranks[0].format == RANK_6PS && ranks[1].format == RANK_6PS && ranks[2].format == RANK_7P);
    CHECK(ranks[3].format == RANK_6PS && ranks[4].format == RANK_6PS);
    CHECK_INT(ranks[2].active_drives, 8);
    scenario_destroy(scenario);
    check_server("ranks: {a: {format: 7+P}}",
                 "3:31: warning: servers.AAAAA.ranks.a.format: the ESS would make this rank 6+P+S");
    check_server("ranks: {a: {format: JBOD}}",
                 "ranks.a.format: JBOD is not modelled yet in this version, allowed is 6+P+S or 7+P");
    check_server("ranks: {a: {format: 5+P}}", "\"5+P\" is not known (did you mean 7+P?), allowed is 6+P+S or 7+P");
}

/* Two names for one drive are one size; a spare of either could stand in for both. */
static void a_drive_size_is_a_capacity(void)
{
    struct scenario *scenario =
        load("catalog: {drives: {fast: {like: ultrastar-36lzx, rpm: 15000}}}\n"
             "servers: {AAAAA: {ranks: {a: , b: {drive: fast}, c: , d: {drive: fast}, e: {drive: ultrastar-18es}}}}",
             NULL);
    if (!CHECK(scenario != NULL))
        return;
    const struct rank_config *ranks = scenario_config(scenario)->ranks;
    CHECK(ranks[0].format == RANK_6PS && ranks[1].format == RANK_6PS);
    CHECK(ranks[2].format == RANK_7P && ranks[3].format == RANK_7P);
    CHECK(ranks[4].format == RANK_6PS);
    scenario_destroy(scenario);
}

static void a_named_format_counts_for_the_ranks_after_it(void)
{
    struct scenario *scenario = load("servers: {AAAAA: {ranks: {a: {format: 7+P}, b: , c: , d: {format: 6+P+S}}}}", NULL);
    if (!CHECK(scenario != NULL))
        return;
    const struct rank_config *ranks = scenario_config(scenario)->ranks;
    CHECK(ranks[0].format == RANK_7P && ranks[1].format == RANK_6PS);
    CHECK(ranks[2].format == RANK_7P && ranks[3].format == RANK_6PS);
    CHECK_CONTAINS(found, "ranks.a.format: the ESS would make this rank 6+P+S");
    CHECK_CONTAINS(found, "ranks.d.format: the ESS would make this rank 7+P");
    scenario_destroy(scenario);
}

static void a_server_has_four_pairs_two_clusters_and_two_loops(void)
{
    check_server("ranks: {a: {pair: 3, cluster: 1, loop: B}}", "");
    check_server("ranks: {a: {pair: 4}}", "ranks.a.pair: 4 is out of range, allowed is 0 to 3");
    check_server("ranks: {a: {cluster: 2}}", "ranks.a.cluster: 2 is out of range, allowed is 0 to 1");
    check_server("ranks: {a: {loop: C}}", "ranks.a.loop: \"C\" is not known, allowed is A or B");
}

/* `count` ranks, six on a loop as long as there are loops, then on pair 3 loop B; of a server `model`. */
static char *full_server(const char *model, int count)
{
    char *text = memory_text("model: %s, ranks: {", model);
    for (int i = 0; i < count; i++) {
        int loop = i / 6 < 8 ? i / 6 : 7;
        char *longer = memory_text("%sr%d: {pair: %d, loop: %c}, ", text, i, loop / 2, "AB"[loop % 2]);
        free(text);
        text = longer;
    }
    char *whole = memory_text("%s}", text);
    free(text);
    return whole;
}

static void each_model_holds_the_drives_of_its_frames(void)
{
    static const struct {
        const char *model, *options;
        int ranks;
        double cache_gib;
    } models[] = {{"E10", "6 GiB", 16, 6}, {"E20", "6 GiB", 48, 6}, {"F10", "8 GiB, 16 GiB", 16, 8},
                  {"F20", "8 GiB, 16 GiB", 48, 8}};
    for (size_t i = 0; i < sizeof models / sizeof models[0]; i++) {
        char *text = full_server(models[i].model, models[i].ranks);
        check_server(text, "");
        free(text);
        text = full_server(models[i].model, models[i].ranks + 1);
        check_server(text, models[i].ranks == 16 ? "is rank 17 of the server, allowed are 128 drives in a"
                                                 : "is rank 7 on pair 3 loop B, allowed are 48 drives on a loop");
        free(text);
        text = memory_text("servers: {AAAAA: {model: %s}}\n", models[i].model);
        struct scenario *scenario = load(text, NULL);
        free(text);
        if (!CHECK(scenario != NULL))
            continue;
        const struct server_config *server = &scenario_config(scenario)->servers[0];
        CHECK_INT(server->drives, models[i].ranks * 8);
        CHECK_INT(server->loop_drives, 48);
        CHECK_INT(server->model.cache_bytes, (int64_t)models[i].cache_gib << 30);
        CHECK_INT(server->model.nvs_bytes, 384 << 20);
        CHECK_INT(server->model.processors_per_cluster, 4);
        scenario_destroy(scenario);
        text = memory_text("model: %s, cache: 12 GiB", models[i].model);
        char *expected = memory_text("warning: servers.AAAAA.cache: is not a size that the %s was sold with: [%s]",
                                     models[i].model, models[i].options);
        check_server(text, expected);
        free(text);
        free(expected);
    }
}

static void thirty_two_escon_ports_fill_all_slots(void)
{
    char *text = memory_text("ports: {");
    for (int i = 0; i < 32; i++) {
        char *longer = memory_text("%se%d: {type: escon, bay: %d, slot: %d, port: %d}, ", text, i, i / 8, i / 2 % 4, i % 2);
        free(text);
        text = longer;
    }
    char *full = memory_text("%s}", text), *more = memory_text("%sx: {type: escon, bay: 2, slot: 1, port: 1}}", text);
    check_server(full, "");
    check_server(more, "ports.x: is in the place of e19: bay 2 slot 1 port 1; allowed is one name for a port");
    check_server("ports: {x: {type: escon, slot: 4}}", "ports.x.slot: 4 is out of range, allowed is 0 to 3");
    check_server("ports: {x: {type: scsi, port: 2}}", "ports.x.port: 2 is out of range, allowed is 0 to 1");
    free(text);
    free(full);
    free(more);
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
                                     "  volumes: {v: {rank: a, size: 1 MiB, count: 9}, w: {rank: b, size: 1 MiB}}}}",
                                     NULL);
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
                               "  volumes: {v: {rank: a, size: 1 MiB, count: %d}, x: {rank: b, size: 1 MiB, count: 3}, "
                               "y: {rank: c, size: 1 MiB}}}}";
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

/* The load of ranks before counts wherever it lies in the file; numbers and ids start anew in the second LSS. */
static void volumes_number_from_0_in_each_lss(void)
{
    struct scenario *scenario =
        load("servers: {FCA24: {fb_lss: 16, ranks: {a: {pair: 2, cluster: 1}, b: {pair: 2, cluster: 1, loop: B}, "
             "c: {pair: 2}},\n volumes: {w: {rank: b, size: 1 MiB, count: 256}, v: {rank: a, size: 1 MiB, count: 200},"
             " u: {rank: a, size: 1 MiB, count: 56}, x: {rank: c, size: 1 MiB}}}}",
             NULL);
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->ranks[0].lss, 21);
    CHECK_INT(config->ranks[1].lss, 29);
    CHECK_INT(config->ranks[2].lss, 20);
    CHECK_STRING(config->volumes[0].id, "D00FCA24");
    CHECK_STRING(config->volumes[255].id, "DFFFCA24");
    CHECK_STRING(config->volumes[256].id, "500FCA24");
    CHECK_STRING(config->volumes[511].id, "5FFFCA24");
    CHECK_STRING(config->volumes[512].id, "400FCA24");
    scenario_destroy(scenario);
}

static void logical_subsystems_are_0_8_or_16(void)
{
    check_server("fb_lss: 8, ranks: {a: }", "");
    check_server("fb_lss: 16, ranks: {a: }", "");
    check_server("fb_lss: 0", "");
    check_server("fb_lss: 0, ranks: {a: }",
                 "ranks.a: belongs to no logical subsystem, as fb_lss is 0; allowed are ranks where fb_lss is 8 or 16");
    check_server("fb_lss: 12", "fb_lss: \"12\" is not known (did you mean 16?), allowed is 0, 8 or 16");
}

static void an_lss_holds_256_volumes(void)
{
    check_server("fb_lss: 16, ranks: {a: , b: , c: }, volumes: {v: {rank: a, size: 1 MiB, count: 193}, w: {rank: b, "
                 "size: 1 MiB, count: 200}, x: {rank: c, size: 1 MiB, count: 57}}",
                 "volumes.x: brings LSS 24 to 257 volumes (rank c: pair 0, cluster 0), allowed are 256 in an LSS");
    check_server("ranks: {a: }, volumes: {v: {size: 1 MiB, count: 256}}", "");
    check_server("ranks: {a: , b: {loop: B}}, volumes: {v: {rank: a, size: 1 MiB, count: 200}, w: {rank: b, size: 1 "
                 "MiB, count: 57}}",
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
    static const char form[] = "run: {duration: 1 s}\nservers:\n  AAAAA: {ranks: {r: }, ports: {p: }, volumes: {v: "
                               "{size: 1 GiB, count: 2}, u: {size: 1 GiB}}}\n"
                               "  BBBBB: {ranks: {r: }, volumes: {v: {size: 1 GiB}, x: {size: 1 GiB}}}\n"
                               "hosts: {h: {server: AAAAA}}\nworkloads: {w: {volumes: %s, rw: randread, iodepth: 1}}\n";
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
    check_set("workloads.oltp={volumes: db, rw: randread, iodepth: 4, thinktime: 2 ms}", "");
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
                          "workloads: {w: {volumes: v, iodepth: 1}}\n",
                          NULL));
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
    check_set("workloads.oltp.rw=randread",
              "warning: workloads.oltp.rwmixread: has no effect, it belongs to rw and randrw");
}

static void hosts_use_ports_of_their_server(void)
{
    check_set("hosts.sap.ports=[f0, f0]", "names port f0 a second time");
    check_set("hosts.sap.ports=f1", "\"f1\" is no port of server FCA24, did you mean f0?");
    check_set("hosts.sap.server=12019", "\"f0\" is no port of server 12019, none is defined");
    check_set("hosts.sap={server: 12019}", "is attached to server 12019, which has no ports");
    check_set("hosts.sap.path_policy=roundrobin", "did you mean round_robin?");
}

static void servers_are_what_the_models_can_carry(void)
{
    check_set("servers.FCA24.segment=2 KiB", "");
    check_set("servers.FCA24.segment=1 KiB", "is not 1 to 16 segments of 1024 B");
    check_set("servers.FCA24.track=64 KiB", "");
    check_set("servers.FCA24.track=128 KiB", "is not 1 to 16 segments of 4096 B");
    check_set("servers.FCA24.cache=800 MiB", "is 800 MiB, allowed is at least 904 MiB");
    check_set("servers.FCA24.nvs=7 GiB", "is 7168 MiB, allowed is at most half of the cache that holds data, 6963 MiB");
    check_set("servers.FCA24.cache=1 GiB", "warning");
}

static void unusual_hardware_is_warned_about(void)
{
    check_set("servers.FCA24.cache=12 GiB", "warning: is not a size that the F20 was sold with: [8 GiB, 16 GiB]");
    check_set("servers.FCA24.nvs=768 MiB", "servers.FCA24.nvs: warning: is not the NVS that the F20 was sold with: 384 MiB");
    check_set("servers.FCA24.nvs=384 MiB", "");
    check_set("servers.FCA24.destage_low=95 %", "is not below destage_high");
    check_set("servers.FCA24.track=128 KiB", "is not 1 to 16 segments of 4096 B");
    check_set("servers.FCA24.model=F30", "\"F30\" is not in the catalogue of servers (did you mean");
}

UNIT_MAIN("scenario_rules", {"loops and servers hold so many drives", loops_and_servers_hold_so_many_drives},
          {"the first two ranks of a drive on a loop keep a spare",
           the_first_two_ranks_of_a_drive_on_a_loop_keep_a_spare},
          {"a drive size is a capacity", a_drive_size_is_a_capacity},
          {"a named format counts for the ranks after it", a_named_format_counts_for_the_ranks_after_it},
          {"a server has four pairs, two clusters and two loops", a_server_has_four_pairs_two_clusters_and_two_loops},
          {"each model holds the drives of its frames", each_model_holds_the_drives_of_its_frames},
          {"32 ESCON ports fill all slots", thirty_two_escon_ports_fill_all_slots},
          {"an adapter has one type and its ports", an_adapter_has_one_type_and_its_ports},
          {"the LSS follows from pair and cluster", the_lss_follows_from_pair_and_cluster},
          {"with 16 LSS, ranks added past 192 volumes take the second",
           with_16_lss_ranks_added_past_192_volumes_take_the_second},
          {"volumes number from 0 in each LSS", volumes_number_from_0_in_each_lss},
          {"logical subsystems are 0, 8 or 16", logical_subsystems_are_0_8_or_16},
          {"an LSS holds 256 volumes", an_lss_holds_256_volumes}, {"volumes fit their rank", volumes_fit_their_rank},
          {"serials and names are checked", serials_and_names_are_checked},
          {"a name that two servers use needs the serial", a_name_that_two_servers_use_needs_the_serial},
          {"exactly one pace is needed", exactly_one_pace_is_needed},
          {"a run without end is refused", a_run_without_end_is_refused},
          {"blocks and distributions are checked", blocks_and_distributions_are_checked},
          {"hosts use ports of their server", hosts_use_ports_of_their_server},
          {"a track has at most 16 segments, and NVS is at most half of the cache",
           servers_are_what_the_models_can_carry},
          {"unusual hardware is warned about", unusual_hardware_is_warned_about})
