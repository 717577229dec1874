// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Logical paths: the rules they obey, at the start and later, and which link a write takes.
 */
#include "models/paths.h"

#include <stdlib.h>

#include "models/machine.h"
#include "sim/memory.h"
#include "tests/machine_bench.h"
#include "tests/mirror_config.h"
#include "tests/small_config.h"
#include "tests/unit.h"

static struct machine_bench *new_bench(size_t links)
{
    return bench_create(mirror_config_create(1, 1, links, 100, PPRC_SIMPLEX));
}

/* Two servers with nine subsystems each, and a link without paths. */
static struct config *many_subsystems(void)
{
    struct config *config = mirror_config_create(1, 9, 1, 100, PPRC_SIMPLEX);
    for (size_t i = 0; i < config->rank_count; i++)
        config->ranks[i].lss = 16 + (int32_t)(i % 9);
    free(config->subsystems);
    config->subsystems = NULL;
    config->subsystem_count = 0;
    config_list_subsystems(config);
    config->path_count = 0;
    return config;
}

static void add_path(struct config *config, int32_t from, int32_t to, int32_t link)
{
    config->paths = memory_resize(config->paths, (config->path_count + 1) * sizeof *config->paths);
    config->paths[config->path_count++] = (struct path_config){from, to, link};
}

/* ---- 64 on a link ---- */

static void sixty_fifth_path_at_the_start_is_found(void)
{
    struct config *config = many_subsystems();
    char why[PATHS_WHY_BYTES] = "";
    size_t at = 0;
    for (int32_t i = 0; i < 64; i++)
        add_path(config, i % 9, 9 + i / 9, 0);
    CHECK(paths_check_config(config, &at, why));
    add_path(config, 0, 9, 0); /* stands already */
    CHECK(paths_check_config(config, &at, why));
    add_path(config, 8, 17, 0);
    CHECK(!paths_check_config(config, &at, why));
    CHECK_INT(at, 65);
    CHECK_STRING(why, "link e0 has 64 logical paths, allowed are at most 64 on a link");
    small_config_destroy(config);
}

static void sixty_fifth_path_later_is_refused(void)
{
    struct machine_bench *bench = bench_create(many_subsystems());
    struct machine *machine = bench->machine;
    const int32_t link = 0;
    char why[PATHS_WHY_BYTES] = "";
    for (int32_t i = 0; i < 64; i++)
        CHECK(paths_establish(machine, i % 9, 9 + i / 9, &link, 1, false, why));
    CHECK_INT(paths_over(machine->paths, 0), 64);
    CHECK(!paths_establish(machine, 8, 17, &link, 1, false, why));
    CHECK_CONTAINS(why, "at most 64 on a link");
    CHECK_INT(paths_over(machine->paths, 0), 64);
    CHECK(paths_establish(machine, 0, 9, &link, 1, true, why)); /* in place of itself */
    CHECK_INT(paths_over(machine->paths, 0), 64);
    CHECK(paths_remove(machine, 3, 9, why));
    CHECK(paths_establish(machine, 8, 17, &link, 1, false, why));
    bench_destroy(bench);
}

/* ---- eight links between two servers ---- */

static void ninth_link_at_the_start_is_found(void)
{
    struct config *config = mirror_config_create(1, 1, 8, 100, PPRC_SIMPLEX);
    char why[PATHS_WHY_BYTES] = "";
    size_t at = 0;
    CHECK(paths_check_config(config, &at, why));
    mirror_config_add_path(config, mirror_config_add_link(config, 0, 1));
    CHECK(!paths_check_config(config, &at, why));
    CHECK_INT(at, 8);
    CHECK_CONTAINS(why, "TEST1 and TEST2");
    CHECK_CONTAINS(why, "at most 8 between two servers");
    small_config_destroy(config);
}

static void ninth_link_later_is_refused(void)
{
    struct config *config = mirror_config_create(1, 1, 8, 100, PPRC_SIMPLEX);
    mirror_config_add_link(config, 0, 1);
    struct machine_bench *bench = bench_create(config);
    const int32_t nine[] = {0, 1, 2, 3, 4, 5, 6, 7, 8}, eight[] = {8, 1, 2, 8, 3, 4, 5, 6, 7};
    char why[PATHS_WHY_BYTES] = "";
    CHECK(!paths_establish(bench->machine, 0, 1, nine, 9, true, why));
    CHECK_CONTAINS(why, "at most 8 between two servers");
    CHECK_INT(paths_over(bench->machine->paths, 0), 1);
    CHECK(paths_establish(bench->machine, 0, 1, eight, 9, true, why));
    CHECK_INT(paths_over(bench->machine->paths, 0), 0);
    CHECK_INT(paths_over(bench->machine->paths, 8), 1);
    bench_destroy(bench);
}

/* ---- four secondaries ---- */

static void fifth_secondary_at_the_start_is_found(void)
{
    struct config *config = mirror_config_create(5, 1, 2, 100, PPRC_SIMPLEX);
    char why[PATHS_WHY_BYTES] = "";
    size_t at = 0;
    CHECK(!paths_check_config(config, &at, why));
    CHECK_INT(at, 8);
    CHECK_STRING(why, "TEST1 has 4 secondary servers, allowed are at most 4 of a primary");
    small_config_destroy(config);
}

/* A server counts once a path leads to it, and no longer when the last one is removed; a server that mirrors within
 * itself is not its own secondary. */
static void fifth_secondary_later_is_refused(void)
{
    struct config *config = mirror_config_create(5, 1, 1, 100, PPRC_SIMPLEX);
    int32_t own = (int32_t)mirror_config_add_link(config, 0, 0), back = (int32_t)mirror_config_add_link(config, 5, 0);
    config->path_count = 4;
    struct machine_bench *bench = bench_create(config);
    const int32_t fifth = 4;
    char why[PATHS_WHY_BYTES] = "";
    CHECK(paths_establish(bench->machine, 0, 0, &own, 1, false, why));
    CHECK(paths_establish(bench->machine, 5, 0, &back, 1, false, why));
    CHECK(!paths_establish(bench->machine, 0, 5, &fifth, 1, false, why));
    CHECK_CONTAINS(why, "TEST1 has 4 secondary servers");
    CHECK(paths_remove(bench->machine, 0, 2, why));
    CHECK(paths_establish(bench->machine, 0, 5, &fifth, 1, false, why));
    bench_destroy(bench);
}

/* ---- adding, removing ---- */

static void link_must_lead_between_the_servers(void)
{
    struct config *config = mirror_config_create(2, 1, 1, 100, PPRC_SIMPLEX);
    int32_t back = (int32_t)mirror_config_add_link(config, 1, 0);
    struct machine_bench *bench = bench_create(config);
    const int32_t other = 1;
    char why[PATHS_WHY_BYTES] = "";
    CHECK(!paths_establish(bench->machine, 0, 1, &other, 1, true, why));
    CHECK_STRING(why, "link e1 leads from TEST1 to TEST3, needed is one from TEST1 to TEST2");
    CHECK(!paths_establish(bench->machine, 0, 1, &back, 1, true, why));
    CHECK_CONTAINS(why, "link e2 leads from TEST2 to TEST1");
    CHECK_INT(paths_over(bench->machine->paths, 0), 1);
    bench_destroy(bench);
}

static void paths_that_exist_are_left_or_replaced(void)
{
    struct machine_bench *bench = new_bench(3);
    struct machine *machine = bench->machine;
    const struct path_group *group = paths_group(machine->paths, 0, 1);
    const int32_t links[] = {2, 1};
    char why[PATHS_WHY_BYTES] = "";
    CHECK(paths_remove(machine, 0, 1, why));
    CHECK(paths_establish(machine, 0, 1, &links[1], 1, false, why));
    CHECK(paths_establish(machine, 0, 1, links, 2, false, why)); /* some exist: nothing is done */
    CHECK_INT(group->count, 1);
    CHECK(paths_establish(machine, 0, 1, links, 2, true, why));
    CHECK_INT(group->count, 2);
    CHECK_INT(group->links[0], 1);
    CHECK_INT(group->links[1], 2);
    CHECK_INT(paths_over(machine->paths, 0), 0);
    CHECK_INT(paths_over(machine->paths, 2), 1);
    bench_destroy(bench);
}

static void paths_are_removed_once(void)
{
    struct machine_bench *bench = new_bench(2);
    char why[PATHS_WHY_BYTES] = "";
    CHECK(paths_work(bench->machine, paths_group(bench->machine->paths, 0, 1)));
    CHECK(paths_remove(bench->machine, 0, 1, why));
    CHECK(!paths_work(bench->machine, paths_group(bench->machine->paths, 0, 1)));
    CHECK(!paths_remove(bench->machine, 0, 1, why));
    CHECK_STRING(why, "there is no path from TEST1:16 to TEST2:16");
    bench_destroy(bench);
}

/* ---- using ---- */

static void least_busy_link_is_taken(void)
{
    struct machine_bench *bench = new_bench(3);
    struct machine *machine = bench->machine;
    struct link *links = machine->links;
    const struct path_group *group = paths_group(machine->paths, 0, 1);
    struct activity user = {.sim = bench->sim};
    CHECK(paths_least_busy(machine, group) == &links[0]);
    station_seize(links[0].station, &user);
    CHECK(paths_least_busy(machine, group) == &links[1]);
    station_seize(links[1].station, &user);
    CHECK(paths_least_busy(machine, group) == &links[2]);
    links[2].up = false;
    CHECK(paths_least_busy(machine, group) == &links[0]);
    station_release(links[1].station);
    CHECK(paths_least_busy(machine, group) == &links[1]);
    links[0].up = links[1].up = false;
    CHECK(paths_least_busy(machine, group) == NULL);
    bench_destroy(bench);
}

UNIT_MAIN("paths",
          {"a 65th path over a link at the start is found", sixty_fifth_path_at_the_start_is_found},
          {"a 65th path over a link later is refused", sixty_fifth_path_later_is_refused},
          {"a ninth link between two servers at the start is found", ninth_link_at_the_start_is_found},
          {"a ninth link between two servers later is refused", ninth_link_later_is_refused},
          {"a fifth secondary server at the start is found", fifth_secondary_at_the_start_is_found},
          {"a fifth secondary server later is refused", fifth_secondary_later_is_refused},
          {"a path's link leads between its servers, in its direction", link_must_lead_between_the_servers},
          {"paths that exist are left as they are, or replaced", paths_that_exist_are_left_or_replaced},
          {"paths are removed, but not twice", paths_are_removed_once},
          {"a write takes the least busy link that works, the first of equals", least_busy_link_is_taken})
