// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Links in scenarios: their ports, how many there are, how far they reach, what kind they are. Each rule just kept and
 * just broken.
 */
#include "tests/scenario_fixture.h"

/* Two servers, with more parts of the first and the second, and links. */
static char *links_text(const char *first, const char *second, const char *links)
{
    return memory_text("servers:\n  AAAAA: {ranks: {r: }, %s}\n  BBBBB: {ranks: {r: }, %s}\nlinks:\n  %s\n", first,
                       second, links);
}

/* The links give exactly this mistake's text; "" for none. */
static void check_links(const char *first, const char *second, const char *links, const char *expected)
{
    char *text = links_text(first, second, links);
    check_mistake(text, expected);
    free(text);
}

static struct scenario *load_links(const char *first, const char *second, const char *links)
{
    char *text = links_text(first, second, links);
    struct scenario *scenario = load(text, NULL);
    CHECK_STRING(found, "");
    free(text);
    return scenario;
}

/* A port is where it should be. */
static void check_place(const struct config *config, int32_t index, int server, const char *name, int bay, int slot,
                        int port)
{
    const struct port_config *it = &config->ports[index];
    CHECK_STRING(it->name, name);
    CHECK_INT(it->server, server);
    unit_check(it->bay == bay && it->slot == slot && it->port == port, __FILE__, __LINE__,
               "%s stands in bay %d slot %d port %d, needed is %d %d %d", name, (int)it->bay, (int)it->slot,
               (int)it->port, bay, slot, port);
    CHECK_STRING(config->port_types[it->type].name, "escon");
}

static void a_link_has_its_values(void)
{
    struct scenario *scenario = load_links("", "", "e: {from: AAAAA, to: BBBBB, count: 2, distance: 43 km}\n"
                                                   "  back: {from: BBBBB, to: AAAAA, type: escon-6, overhead: 1 ms}");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->link_count, 3);
    const struct link_config *e1 = &config->links[1], *back = &config->links[2];
    CHECK_STRING(config->links[0].name, "e.0");
    CHECK_STRING(e1->name, "e.1");
    CHECK_STRING(back->name, "back");
    CHECK(e1->from == 0 && e1->to == 1 && back->from == 1 && back->to == 0);
    CHECK_INT(e1->distance_m, 43000);
    CHECK_INT(back->distance_m, 0);
    CHECK_STRING(e1->type.name, "escon");
    CHECK_INT(e1->type.exchanges, 3);
    CHECK_INT(e1->type.overhead_ns, 200000);
    CHECK_INT(e1->type.bytes_per_s, 17000000);
    CHECK_INT(e1->type.propagation_ns, 5000);
    CHECK_INT(e1->type.distance_max_m, 103000);
    CHECK_STRING(back->type.name, "escon-6");
    CHECK_INT(back->type.exchanges, 6);
    CHECK_INT(back->type.overhead_ns, 1000000);
    CHECK_INT(back->type.frame_bytes, 1024);
    scenario_destroy(scenario);
}

static void every_value_has_a_path(void)
{
    static const char text[] = "servers: {AAAAA: , BBBBB: }\nlinks: {e: {from: AAAAA, to: BBBBB}}\n";
    struct scenario *scenario =
        load(text, (const char *const[]){"links.e.count=4", "links.e.exchanges=6", "links.e.distance=10 km",
                                         "catalog.links.escon.overhead=0.3 ms", NULL});
    CHECK_STRING(found, "");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->link_count, 4);
    CHECK_INT(config->links[3].type.exchanges, 6);
    CHECK_INT(config->links[3].distance_m, 10000);
    CHECK_INT(config->links[3].type.overhead_ns, 300000);
    const char *json = scenario_resolved_json(scenario);
    CHECK_CONTAINS(json, "\"links.e.count\":{\"value\":4,\"text\":\"4\",\"unit\":\"\"}");
    CHECK_CONTAINS(json, "\"links.e.distance\":{\"value\":10000,\"text\":\"10 km\",\"unit\":\"m\"}");
    CHECK_CONTAINS(json, "\"links.e.from\":{\"value\":\"AAAAA\",\"text\":\"AAAAA\",\"unit\":\"\"}");
    CHECK_CONTAINS(json, "\"catalog.links.escon.overhead\":{\"value\":300000,\"text\":\"300 us\",\"unit\":\"ns\"}");
    CHECK_CONTAINS(scenario_catalog_json(scenario),
                   "\"links\":{\"e\":{\"entry\":\"escon\",\"rate\":{\"value\":17000000,\"unit\":\"B/s\"");
    scenario_destroy(scenario);
}

static void ports_are_spread_over_the_bays(void)
{
    struct scenario *scenario = load_links("ports: {f0: {bay: 0}, e1: {bay: 2, type: escon}}", "",
                                           "e: {from: AAAAA, to: BBBBB, count: 6}\n  f: {from: BBBBB, to: AAAAA}");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    /* Beside the scenario's own adapters; a second round takes the second ports of the links' adapters. */
    check_place(config, config->links[0].from_port, 0, "e.0", 0, 1, 0);
    check_place(config, config->links[1].from_port, 0, "e.1", 1, 0, 0);
    check_place(config, config->links[2].from_port, 0, "e.2", 2, 1, 0);
    check_place(config, config->links[3].from_port, 0, "e.3", 3, 0, 0);
    check_place(config, config->links[4].from_port, 0, "e.4", 0, 1, 1);
    check_place(config, config->links[5].from_port, 0, "e.5", 1, 0, 1);
    check_place(config, config->links[6].to_port, 0, "f", 2, 1, 1);
    check_place(config, config->links[0].to_port, 1, "e.0", 0, 0, 0);
    check_place(config, config->links[6].from_port, 1, "f", 2, 0, 1);
    scenario_destroy(scenario);
}

static void where_a_bay_is_full_the_next_takes_the_port(void)
{
    struct scenario *scenario =
        load_links("ports: {a: {slot: 0}, b: {slot: 1}, c: {slot: 2}, d: {slot: 3, type: escon}}", "",
                   "e: {from: AAAAA, to: BBBBB, count: 8}\n  f: {from: BBBBB, to: AAAAA, count: 2}");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    check_place(config, config->links[0].from_port, 0, "e.0", 0, 3, 1); /* the only free port there */
    check_place(config, config->links[4].from_port, 0, "e.4", 1, 0, 1);
    check_place(config, config->links[5].from_port, 0, "e.5", 1, 1, 0);
    check_place(config, config->links[8].to_port, 0, "f.0", 1, 1, 1);
    scenario_destroy(scenario);
}

/* Links from AAAAA to four servers, and one back. */
static const char thirty_three[] = "servers: {AAAAA: , BBBBB: , CCCCC: , DDDDD: , EEEEE: }\n"
                                   "links:\n  b: {from: AAAAA, to: BBBBB, count: 8}\n"
                                   "  c: {from: AAAAA, to: CCCCC, count: 8}\n  d: {from: AAAAA, to: DDDDD, count: 8}\n"
                                   "  e: {from: AAAAA, to: EEEEE, count: 7}\n  f: {from: EEEEE, to: AAAAA}\n";

static void a_server_has_32_escon_ports(void)
{
    scenario_destroy(load(thirty_three, NULL));
    CHECK_STRING(found, "");
    scenario_destroy(load(thirty_three, (const char *const[]){"links.e.count=8", NULL}));
    CHECK_CONTAINS(found, "7:3: links.f: needs another ESCON port on server AAAAA, whose 16 slots are full");
}

static void eight_links_lead_from_a_server_to_another(void)
{
    check_links("", "", "e: {from: AAAAA, to: BBBBB, count: 8}\n  f: {from: BBBBB, to: AAAAA, count: 8}", "");
    check_links("", "", "e: {from: AAAAA, to: BBBBB, count: 9}",
                "5:38: links.e.count: brings the links from AAAAA to BBBBB to 9, allowed are 8 from a server to another");
    check_links("", "", "e: {from: AAAAA, to: BBBBB, count: 7}\n  f: {from: AAAAA, to: BBBBB}\n"
                        "  g: {from: AAAAA, to: BBBBB}",
                "7:3: links.g: brings the links from AAAAA to BBBBB to 9");
}

static void a_server_may_mirror_within_itself(void)
{
    struct scenario *scenario = load_links("", "", "e: {from: AAAAA, to: AAAAA}");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    check_place(config, config->links[0].from_port, 0, "e", 0, 0, 0);
    check_place(config, config->links[0].to_port, 0, "e-to", 1, 0, 0);
    scenario_destroy(scenario);
}

#define PORTS "ports: {p: {type: escon}, q: {type: escon, port: 1}, f: {slot: 1}}"

static void ports_can_be_named(void)
{
    struct scenario *scenario = load_links(PORTS, PORTS,
                                           "e: {from: AAAAA, to: BBBBB, count: 2, from_ports: [q, p], to_ports: [p, q]}");
    if (!CHECK(scenario != NULL))
        return;
    const struct config *config = scenario_config(scenario);
    CHECK_INT(config->port_count, 6);
    CHECK(config->links[0].from_port == 1 && config->links[1].from_port == 0);
    CHECK(config->links[0].to_port == 3 && config->links[1].to_port == 4);
    scenario_destroy(scenario);
    check_links(PORTS, "", "e: {from: AAAAA, to: BBBBB, from_ports: p}", "");
    check_links(PORTS, "", "e: {from: AAAAA, to: BBBBB, count: 2, from_ports: [p]}",
                "links.e.from_ports: names 1 port for 2 links, needed is one for each");
    check_links(PORTS, "", "e: {from: AAAAA, to: BBBBB, from_ports: f}",
                "links.e.from_ports: f is a port of type fc, allowed for links is escon");
    check_links(PORTS, "", "e: {from: AAAAA, to: BBBBB, from_ports: pp}",
                "\"pp\" is no port of server AAAAA, did you mean p?");
    check_links("ports: {e: {type: escon}}", "", "e: {from: AAAAA, to: BBBBB}",
                "links.e: has the name of a port of server AAAAA");
}

static void a_port_that_sends_is_one_links_alone(void)
{
    check_links(PORTS, "", "e: {from: AAAAA, to: BBBBB, from_ports: p}\n  f: {from: AAAAA, to: BBBBB, from_ports: p}",
                "links.f.from_ports: port p of server AAAAA is used by link e; a port that sends is one link's alone");
    check_links(PORTS, "", "e: {from: AAAAA, to: BBBBB, from_ports: p}\n"
                           "  f: {from: BBBBB, to: AAAAA, to_ports: p, via: director}",
                "links.f.to_ports: port p of server AAAAA is used by link e");
    check_links(PORTS, "", "e: {from: AAAAA, to: BBBBB, from_ports: p}\nhosts: {h: {server: AAAAA, ports: p}}",
                "hosts.h.ports: port p sends over link e, which needs it alone");
}

static void a_port_that_receives_is_shared_behind_a_director(void)
{
    check_links("", PORTS, "e: {from: AAAAA, to: BBBBB, count: 4, to_ports: p, via: director}", "");
    check_links("", PORTS, "e: {from: AAAAA, to: BBBBB, count: 4, to_ports: p}",
                "links.e.to_ports: names 1 port for 4 links, needed is one for each, or via a director one for all");
    check_links("", PORTS, "e: {from: AAAAA, to: BBBBB, to_ports: p, via: [director]}\n"
                           "  f: {from: AAAAA, to: BBBBB, to_ports: p, via: [xdf, director]}", "");
    check_links("", PORTS, "e: {from: AAAAA, to: BBBBB, to_ports: p, via: [director]}\n"
                           "  f: {from: AAAAA, to: BBBBB, to_ports: p}",
                "links.f.to_ports: port p of server BBBBB receives from link e already, allowed is to share it where all "
                "its links go via a director");
    check_links("", PORTS, "e: {from: AAAAA, to: BBBBB, to_ports: p, via: director}\n"
                           "hosts: {h: {server: BBBBB, ports: p}}", "");
    check_links("", PORTS, "e: {from: AAAAA, to: BBBBB, to_ports: p}\nhosts: {h: {server: BBBBB, ports: p}}",
                "hosts.h.ports: port p receives from link e");
}

static void a_host_takes_the_ports_that_no_link_uses(void)
{
    struct scenario *scenario =
        load_links(PORTS, "", "e: {from: AAAAA, to: BBBBB, from_ports: p}\n  g: {from: AAAAA, to: BBBBB}\n"
                              "hosts: {h: {server: AAAAA}}");
    if (!CHECK(scenario != NULL))
        return;
    const struct host_config *host = &scenario_config(scenario)->hosts[0];
    CHECK_INT(host->port_count, 2);
    CHECK(host->ports[0] == 1 && host->ports[1] == 2);
    scenario_destroy(scenario);
    check_links("ports: {p: {type: escon}}", "",
                "e: {from: AAAAA, to: BBBBB, from_ports: p}\nhosts: {h: {server: AAAAA}}",
                "hosts.h: is attached to server AAAAA, which has no ports but those of links; needed is one");
}

/* SG24-5757 4.4.1: each limit at it, and a metre beyond. */
static void cables_and_what_is_between_limit_the_distance(void)
{
    static const struct {
        const char *words;
        int km;
        const char *said;
    } limits[] = {
        {"", 103, "a link of type escon reaches, allowed are up to 103 km in all"},
        {", cable: mm50", 2, "allowed are up to 2 km: 1 section of 2 km (mm50)"},
        {", cable: mm62.5", 3, "allowed are up to 3 km: 1 section of 3 km (mm62.5)"},
        {", cable: sm", 20, "1 section of 20 km (sm with xdf)"},
        {", cable: sm, via: xdf", 20, "1 section of 20 km"},
        {", via: [xdf]", 20, "1 section of 20 km"},
        {", cable: mm50, via: director", 4, "2 sections of 2 km (mm50)"},
        {", cable: mm62.5, via: [director, director]", 9, "3 sections of 3 km"},
        {", via: [director]", 6, "2 sections of 3 km (mm62.5)"},
        {", cable: sm, via: [xdf, director]", 40, "2 sections of 20 km"},
        {", cable: sm, via: [xdf, director, director]", 60, "3 sections of 20 km"},
        {", cable: mm50, via: [9729]", 54, "2 sections of 2 km (mm50) and 1 x 50 km between extenders"},
        {", cable: mm62.5, via: 2029", 56, "2 sections of 3 km (mm62.5) and 1 x 50 km"},
        {", cable: sm, via: 2029", 90, "2 sections of 20 km"},
        {", cable: sm, via: [2029, director]", 103, "103 km in all"},
        {", type: escon-host", 43, "a link of type escon-host reaches, allowed are up to 43 km"},
        {", max_distance: 200 km", 200, "allowed are up to 200 km"},
    };
    for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++) {
        char *at = memory_text("e: {from: AAAAA, to: BBBBB, distance: %d km%s}", limits[i].km, limits[i].words);
        char *beyond = memory_text("e: {from: AAAAA, to: BBBBB, distance: %d001 m%s}", limits[i].km, limits[i].words);
        check_links("", "", at, "");
        check_links("", "", beyond, "5:41: links.e.distance: is farther than");
        CHECK_CONTAINS(found, limits[i].said);
        free(at);
        free(beyond);
    }
}

static void what_does_not_fit_together_is_refused(void)
{
    check_links("", "", "e: {from: AAAAA, to: BBBBB, cable: mm50, via: xdf}",
                "links.e.cable: xdf is for single mode fibre, allowed beside it is sm");
    check_links("", "", "e: {from: AAAAA, to: BBBBB, via: [director, director, director]}",
                "links.e.via: names 3 directors, allowed are up to 2 on a link");
    check_links("", "", "e: {from: AAAAA, to: BBBBB, via: [directr]}",
                "links.e.via.0: \"directr\" is not known (did you mean director?), allowed is xdf, director, 9729 or 2029");
    check_links("", "", "e: {from: AAAAA, to: BBBBB, cable: mm60}", "allowed is mm50, mm62.5 or sm");
    check_links("", "", "e: {from: AAAAA, to: CCCCC}", "links.e.to: \"CCCCC\" is no server, allowed is one that is defined");
    check_links("", "", "e: {from: AAAAA}", "links.e: to is missing");
    check_links("", "", "e: {from: AAAAA, to: BBBBB, type: escon-7}",
                "\"escon-7\" is not in the catalogue of links (did you mean escon-6?), allowed are escon, escon-6, escon-host");
    check_links("", "", "e: {from: AAAAA, to: BBBBB, window: 4 KiB}",
                "links.e.window: needs a turnaround above 0 s beside it");
    check_links("", "", "e: {from: AAAAA, to: BBBBB, distance: 43}", "such as \"43 km\"");
    check_links("", "", "e: {from: AAAAA, to: BBBBB, like: escon}", "links.e.like: the key is not known here");
}

UNIT_MAIN("links", {"a link has the values of its type, unless it says otherwise", a_link_has_its_values},
          {"every value has a path for --set, and stands among the settings", every_value_has_a_path},
          {"a link's ports are added, spread over the bays", ports_are_spread_over_the_bays},
          {"where a bay is full the next takes the port", where_a_bay_is_full_the_next_takes_the_port},
          {"a server has room for 32 ESCON ports", a_server_has_32_escon_ports},
          {"at most eight links lead from a server to another", eight_links_lead_from_a_server_to_another},
          {"a server may mirror within itself", a_server_may_mirror_within_itself},
          {"ports can be named", ports_can_be_named},
          {"a port that sends is one link's alone", a_port_that_sends_is_one_links_alone},
          {"a port that receives is shared behind a director only", a_port_that_receives_is_shared_behind_a_director},
          {"a host takes all ports that no link uses", a_host_takes_the_ports_that_no_link_uses},
          {"cables and what is between limit the distance", cables_and_what_is_between_limit_the_distance},
          {"what does not fit together is refused by name", what_does_not_fit_together_is_refused})
