// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Notes: what is allowed but may not be meant; each case once with and once without its cause.
 */
#include "scenarios/notes.h"
#include "tests/scenario_fixture.h"

/* The notes of a scenario, one a line; "" if it is bad. To be freed. */
static char *notes_of(const char *text)
{
    struct scenario *scenario = load(text, NULL);
    char *all = memory_text("%s", "");
    if (!CHECK(scenario != NULL))
        return all;
    struct notes notes = notes_create(scenario_config(scenario));
    for (size_t i = 0; i < notes.count; i++) {
        char *longer = memory_text("%s%s\n", all, notes.lines[i]);
        free(all);
        all = longer;
    }
    notes_free(&notes);
    scenario_destroy(scenario);
    return all;
}

/* A server of these ranks and volumes under a light load on `used` gives exactly these notes. */
static void check_notes(const char *ranks, const char *volumes, const char *used, const char *expected)
{
    char *text = memory_text("run: {duration: 1 s}\nservers: {AAAAA: {ranks: {%s}, volumes: {%s}, ports: {f0: , f1: "
                             "{slot: 1}, f2: {bay: 1}}}}\nhosts: {h: {ports: [f0, f2]}}\n"
                             "workloads: {w: {volumes: [%s], rw: randread, rate_iops: 10}}\n",
                             ranks, volumes, used);
    char *notes = notes_of(text);
    CHECK_STRING(notes, expected);
    free(notes);
    free(text);
}

static void parts_that_stay_idle_are_noted(void)
{
    check_notes("a: , b: {cluster: 1, loop: B}", "v: {rank: a, size: 1 GiB}, w: {rank: b, size: 1 GiB}", "v, w", "");
    check_notes("a: ", "v: {rank: a, size: 1 GiB}", "v", "");
    check_notes("a: , b: {cluster: 1}", "v: {rank: a, size: 1 GiB}", "v",
                "server AAAAA: all volumes lie on rank a, its other ranks (1) stay idle\n");
    check_notes("a: , b: {cluster: 1}, c: {pair: 1, loop: B}",
                "v: {rank: a, size: 1 GiB}, w: {rank: b, size: 1 GiB}", "v, w",
                "server AAAAA: all volumes lie on pair 0 loop A, its other loops with ranks (1) stay idle\n");
    check_notes("a: , b: {loop: B}", "v: {rank: a, size: 1 GiB}, w: {rank: b, size: 1 GiB}", "v, w",
                "server AAAAA: all volumes belong to cluster 0; processors and cache of the other stay idle\n");
}

static void a_rank_without_spare_is_noted(void)
{
    char *notes = notes_of("servers: {AAAAA: {ranks: {a: {format: 7+P}, b: {format: 7+P}, c: {drive: cheetah-9lp}, "
                           "d: {loop: B}, e: {loop: B, format: 7+P}}}}\n");
    CHECK_CONTAINS(notes, "server AAAAA: no spare of their drives' type is on the loop of ranks a, b: a failed drive "
                          "stays missing until it is repaired\n");
    CHECK(strstr(notes, "spare") == strstr(notes, "spare of their drives'") && strstr(notes, "b, ") == NULL);
    free(notes);
    /* of one size with the others, so a 7+P; but their spares are of another type */
    notes = notes_of("catalog: {drives: {mine: {like: ultrastar-36lzx}}}\n"
                     "servers: {AAAAA: {ranks: {a: , b: , c: {drive: mine}}}}\n");
    CHECK_CONTAINS(notes, "no spare of its drives' type is on the loop of rank c: ");
    free(notes);
}

static void ports_of_one_bay_are_noted(void)
{
    static const char form[] = "run: {duration: 1 s}\nservers: {AAAAA: {ranks: {a: }, volumes: {v: {size: 1 GiB}}, "
                               "ports: {f0: , f1: {slot: 1}, f2: {bay: 1}}}}\nhosts: {h: {ports: %s}}\n"
                               "workloads: {w: {volumes: v, rw: randread, rate_iops: 10}}\n";
    static const char *const cases[][2] = {
        {"[f0, f1]", "host h: its ports (2) are all in bay 0, and fail together with it\n"},
        {"[f0, f2]", ""},
        {"[f0]", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *text = memory_text(form, cases[i][0]);
        char *notes = notes_of(text);
        CHECK_STRING(notes, cases[i][1]);
        free(notes);
        free(text);
    }
}

static void an_uneven_load_is_noted(void)
{
    static const char ranks[] = "a: , b: {cluster: 1, loop: B}, c: {pair: 1}, d: {pair: 1, cluster: 1}";
    static const char volumes[] = "v: {rank: a, size: 1 GiB, count: 7}, w: {rank: b, size: 1 GiB, count: 3}, "
                                  "x: {rank: c, size: 1 GiB}, y: {rank: d, size: 1 GiB, count: 3}";
    check_notes(ranks, volumes, "v.0, w.0, x, y.0", "");
    check_notes(ranks, volumes, "v.0, v.1, v.2, v.3, v.4, v.5, x, w", ""); /* 70 %, and not above */
    check_notes(ranks, volumes, "v, x, w", "host h: 73 % of its load goes to cluster 0\n");
    check_notes(ranks, volumes, "v.0, v.1, w.0, x", "host h: 75 % of its load goes to cluster 0\n");
    check_notes(ranks, volumes, "v.0, v.1, v.2, w.0, y.0, y.1",
                ""); /* half on one of three ranks: 1.5 times the mean */
    check_notes(ranks, volumes, "v.0, v.1, v.2, v.3, w.0, y.0",
                "host h: 67 % of its load goes to rank a, 2.0 times the mean of the 3 ranks it uses\n");
}

/* Rates count where all are known: 90 % of the I/O goes to one of two equal volumes. */
static void a_load_is_weighed_by_its_rates(void)
{
    static const char form[] =
        "run: {duration: 1 s}\nservers: {AAAAA: {ranks: {a: , b: {cluster: 1, loop: B}}, ports: {f: }, volumes: "
        "{v: {rank: a, size: 1 GiB}, w: {rank: b, size: 1 GiB}}}}\nhosts: {h: }\nworkloads: {one: {volumes: v, rw: "
        "randread, rate_iops: 90}, two: {volumes: w, rw: randread, %s}}\n";
    char *open = memory_text(form, "rate_iops: 10"), *closed = memory_text(form, "iodepth: 1");
    char *first = notes_of(open), *second = notes_of(closed);
    CHECK_STRING(first, "host h: 90 % of its load goes to cluster 0\n");
    CHECK_STRING(second, "");
    free(open);
    free(closed);
    free(first);
    free(second);
}

static void check_load(const char *workload, const char *expected)
{
    char *text = memory_text("run: {duration: 1 s}\nservers: {AAAAA: {ranks: {a: }, volumes: {v: {size: 200 GB}}, ports: "
                             "{f0: , f1: {bay: 1}, f2: {bay: 2}, f3: {bay: 3}}}}\nhosts: {h: }\n"
                             "workloads: {w: {volumes: v, %s}}\n",
                             workload);
    char *notes = notes_of(text);
    if (expected[0] == '\0')
        CHECK_STRING(notes, "");
    else
        CHECK_CONTAINS(notes, expected);
    free(notes);
    free(text);
}

/*
 * Reads: 1.8 % of 200 GB are in one cluster's cache; a read takes 0.3 ms and, on the 91 % of the surface in use, 4.6 ms
 * of seek, then 3.0 ms: seven drives do 880 a second. Writes cost four operations.
 */
static void a_load_beyond_the_drives_is_noted(void)
{
    check_load("rw: randread, rate_iops: 500", "");
    check_load("rw: randread, rate_iops: 600",
               "server AAAAA: rank a is asked for about 589 drive operations a second, 6");
    check_load("rw: randwrite, rate_iops: 125", "");
    check_load("rw: randwrite, rate_iops: 150",
               "server AAAAA: rank a is asked for about 600 drive operations a second, 6");
    check_load("rw: randread, rate_iops: 1000, read_hit: 60 %", "");
    check_load("rw: randread, rate_iops: 1500, read_hit: 60 %", "is asked for about 600 drive operations");
    check_load("rw: randread, rate_iops: 1000, random_distribution: zipf:1.2", "");
    check_load("rw: randread, rate_iops: {profile: [[0 s, 1], [1 s, 600], [2 s, 1]]}", "about 589 drive operations");
    check_load("rw: randread, iodepth: 64", "");
}

static void a_load_beyond_the_ports_is_noted(void)
{
    /* 0.15 ms and 4 KiB at 70 MB/s: 4,795 I/Os a second on each of four ports, half of them advised. */
    check_load("rw: randread, rate_iops: 9500, read_hit: 100 %", "");
    check_load("rw: randread, rate_iops: 9700, read_hit: 100 %",
               "host h: its offered load alone takes its ports to 51 %, advised are at most 50 %");
}

/* A mirror of one volume over so many links, under so many writes of 4 KiB a second at 43 km, 1.731 ms each. */
static char *notes_of_mirror(int links, int writes)
{
    char *text = memory_text(
        "run: {duration: 1 s}\nservers: {AAAAA: {ranks: {r: }, ports: {f0: }, volumes: {v: {size: 1 GiB}}}, "
        "BBBBB: {ranks: {r: }, volumes: {w: {size: 1 GiB}}}}\nhosts: {h: {server: AAAAA}}\n"
        "workloads: {w: {volumes: v, rw: randwrite, rate_iops: %d}}\n"
        "links: {e: {from: AAAAA, to: BBBBB, count: %d, distance: 43 km}}\n"
        "paths: [{from: AAAAA:16, to: BBBBB:16, links: e}]\npairs: [{pprc: [v, w]}]\n",
        writes, links);
    char *notes = notes_of(text);
    free(text);
    return notes;
}

static void links_that_are_asked_too_much_are_noted(void)
{
    char *few = notes_of_mirror(2, 570), *many = notes_of_mirror(2, 590), *spread = notes_of_mirror(4, 590);
    CHECK(strstr(few, "links") == NULL && strstr(spread, "links") == NULL);
    CHECK_CONTAINS(many, "links from AAAAA to BBBBB: the offered writes alone take e.0 to 51 %, advised are at most 50 %\n");
    free(few);
    free(many);
    free(spread);
}

static void pairs_that_depend_on_one_link_are_noted(void)
{
    char *one = notes_of_mirror(1, 10), *two = notes_of_mirror(2, 10);
    CHECK_STRING(one, "links from AAAAA to BBBBB: all paths lead over e.0, whose failure suspends their pairs\n");
    CHECK_STRING(two, "");
    free(one);
    free(two);
}

/* ---- FlashCopy ---- */

/* The notes of these pairs and tasks, on a server whose logical subsystem 16 has two ranks on a loop and one (or none)
 * on the other. To be freed. */
static char *notes_of_copies(const char *loop, const char *more)
{
    char *text = memory_text(
        "run: {duration: 1 s}\nservers: {AAAAA: {ranks: {a: , b: , c: {%s}, d: {cluster: 1, loop: B}}, ports: {f0: }, "
        "volumes: {v: {rank: a, size: 1 GiB, count: 3}, w: {rank: a, size: 1 GiB, count: 3}, x: {rank: b, size: 1 GiB}, "
        "y: {rank: c, size: 1 GiB, count: 2}, z: {rank: d, size: 1 GiB, count: 6}}}}\nhosts: {h: }\n"
        "workloads: {load: {volumes: [v, y, z], rw: randread, rate_iops: 1}}\n%s",
        loop, more);
    char *notes = notes_of(text);
    free(text);
    return notes;
}

static void check_copies(const char *loop, const char *more, const char *expected)
{
    char *notes = notes_of_copies(loop, more);
    CHECK_STRING(notes, expected);
    free(notes);
}

static void a_rank_that_is_copied_to_itself_is_noted(void)
{
    check_copies("loop: B", "", "");
    check_copies("loop: B", "pairs: [{flashcopy: [v.0, y.0]}]\n", "");
    check_copies("loop: B", "pairs: [{flashcopy: [v, w]}]\n",
                 "server AAAAA: FlashCopy from rank a to itself (3 pairs), advised are different ranks, on different "
                 "loops\n");
    check_copies("loop: B", "pairs: [{flashcopy: [v.0, x]}]\n",
                 "server AAAAA: FlashCopy from rank a to ranks of its own loop, 0 A (1 pair), advised are different loops\n");
    check_copies("loop: A", "pairs: [{flashcopy: [v.0, x]}]\n", ""); /* there is no other */
    check_copies("loop: B", "pairs: [{pprc: [v, w], state: simplex}]\n", "");
}

static void a_target_in_use_is_noted(void)
{
    static const char run[] = "timeline: [{at: 0 s, run: it}]\n";
    static const char *const cases[][2] = {
        {"it: {establish_flashcopy: {from: w.0, to: y.0}}",
         "task it: workload load uses target y.0, so establish_flashcopy will be refused; needed is permit_online, or a "
         "task that quiesces it before\n"},
        {"it: {establish_flashcopy: {from: w.0, to: y.0, permit_online: yes}}", ""},
        {"it: [{quiesce: {workloads: load}}, {establish_flashcopy: {from: w.0, to: y.0}}]", ""},
        {"it: {withdraw_flashcopy: {from: w.0, to: y.0}}", ""},
        {"it: {establish_flashcopy: {from: y.0, to: w.0}}", ""},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char *more = memory_text("%stasks: {%s}\n", run, cases[i][0]);
        check_copies("loop: B", more, cases[i][1]);
        free(more);
    }
}

UNIT_MAIN("notes", {"parts that stay idle are noted", parts_that_stay_idle_are_noted},
          {"a rank without a spare is noted", a_rank_without_spare_is_noted},
          {"ports of one bay are noted", ports_of_one_bay_are_noted},
          {"an uneven load is noted", an_uneven_load_is_noted},
          {"a load is weighed by its rates", a_load_is_weighed_by_its_rates},
          {"a load beyond the drives is noted", a_load_beyond_the_drives_is_noted},
          {"a load beyond the ports is noted", a_load_beyond_the_ports_is_noted},
          {"links that are asked too much are noted", links_that_are_asked_too_much_are_noted},
          {"pairs that depend on one link are noted", pairs_that_depend_on_one_link_are_noted},
          {"a rank that is copied to itself is noted", a_rank_that_is_copied_to_itself_is_noted},
          {"a FlashCopy onto a volume in use is noted", a_target_in_use_is_noted})
