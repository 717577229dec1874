// SPDX-License-Identifier: GPL-3.0-or-later
/* Pictures of pairs: curves of what is left to copy, bands of states, both kinds of pairs. */
#include "tests/plot_scene.h"

static void test_few_pairs(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){1, "oltp", false, 60000, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .pairs = 3},
         PICTURE_SVG);
    check_files(&scene, all_five, 5);
    check_contains("a/b/pairs.svg", ">db.0>dbr.0<");
    check_contains("a/b/pairs.svg", ">db.1>dbr.1`touch can"); /* cut */
    check_contains("a/b/pairs.svg", ">suspended<");
    check_contains("a/b/pairs.svg", ">duplex pending<");
    check_lacks("a/b/pairs.svg", ">simplex<");
    check_contains("a/b/pairs.svg", "oltp0 writes");
    check_contains("a/b/pairs.svg", "split: task started, and 3 more");
    check_contains("a/b/response_time.svg", "resync: task complete");
    check_contains("a/b/pairs.gp", "set arrow 100 from first 15,");
    strike(&scene);
}

static void test_many_pairs(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){1, "oltp", false, 60000, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .pairs = 600},
         PICTURE_SVG);
    check_files(&scene, all_five, 5);
    check_contains("a/b/pairs.svg", "all 600 pairs together");
    check_contains("a/b/pairs.svg", "% of pairs");
    check_lacks("a/b/pairs.svg", "db.0");
    check_contains("a/b/response_time.svg", "split: task started, and ");
    strike(&scene);
}

static void test_few_flashcopies(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){1, "oltp", false, 60000, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .flashcopies = 3},
         PICTURE_SVG);
    check_files(&scene, all_five, 5);
    check_contains("a/b/pairs.svg", ">Tracks not yet on the target<");
    static const char *const words[] = {">not established<", ">establishing<", ">copying<", ">nocopy<", ">complete<",
                                        ">withdrawn<"};
    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++)
        check_contains("a/b/pairs.svg", words[i]);
    check_lacks("a/b/pairs.svg", "duplex");
    check_contains("a/b/pairs.svg", ">db.0>snap.0<");
    /* A curve begins with the relation and ends with it: at 12.5 s the first alone is established, at 56 s the second
     * is withdrawn, and the third still copies. */
    check_contains("a/b/pairs.gp", "\n11.5 NaN NaN NaN 0 0");
    check_contains("a/b/pairs.gp", "\n12.5 1850 1900 NaN 0 0");
    check_contains("a/b/pairs.gp", "\n56 0 NaN 868 0 0");
    /* A band begins half way between two samples. */
    check_contains("a/b/pairs.gp", "$state_8 << END_OF_BLOCK\n30.75 0 30.75 60.0");
    check_contains("a/b/pairs.gp", "$state_9 << END_OF_BLOCK\n42.25 1 42.25 60.0");
    strike(&scene);
}

static void test_both_kinds_of_pairs(void)
{
    struct scene scene;
    draw(&scene, &(struct plan){1, "oltp", false, 60000, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .pairs = 2,
                                .flashcopies = 2}, PICTURE_SVG);
    check_files(&scene, all_five, 5);
    check_contains("a/b/pairs.svg", ">Tracks out of sync, or not yet on the target<");
    check_contains("a/b/pairs.svg", ">duplex pending<");
    check_contains("a/b/pairs.svg", ">copying<");
    check_contains("a/b/pairs.svg", ">db.0>dbr.0<");
    check_contains("a/b/pairs.svg", ">db.0>snap.0<");
    strike(&scene);
    draw(&scene, &(struct plan){1, "oltp", false, 60000, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .pairs = 600,
                                .flashcopies = 60}, PICTURE_SVG);
    check_files(&scene, all_five, 5);
    check_contains("a/b/pairs.svg", "all 600 PPRC pairs together");
    check_contains("a/b/pairs.svg", "all 60 FlashCopies together");
    check_contains("a/b/pairs.svg", "States of PPRC pairs");
    check_contains("a/b/pairs.svg", "States of FlashCopies");
    check_contains("a/b/pairs.gp", "\n60 0 ");                   /* none is out of sync at the end, 20 copies go on */
    check_contains("a/b/pairs.gp", " 66.6667 66.6667 100\nEND"); /* a third complete, a third withdrawn */
    strike(&scene);
    draw(&scene, &(struct plan){1, "oltp", false, 60000, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .flashcopies = 60},
         PICTURE_SVG);
    check_contains("a/b/pairs.svg", "all 60 FlashCopies together");
    check_lacks("a/b/pairs.svg", "PPRC");
    strike(&scene);
}

static void test_pairs_without_ios(void)
{
    struct scene scene;
    static const char *const two[] = {"a/b/resources.svg", "a/b/pairs.svg"};
    draw(&scene, &(struct plan){1, "oltp", false, 0, SIM_MS, 0, false, RUN_TRACE_PARTS, summary, .pairs = 2},
         PICTURE_SVG);
    check_files(&scene, two, 2);
    check_lacks("a/b/pairs.svg", "Response time");
    strike(&scene);
}

UNIT_MAIN("plot_pairs", {"few pairs have a curve and a band each, with the tasks' lines", test_few_pairs},
          {"many pairs are drawn together", test_many_pairs},
          {"FlashCopies have curves while they last, and bands of their own states", test_few_flashcopies},
          {"PPRC pairs and FlashCopies stand side by side, few and many", test_both_kinds_of_pairs},
          {"a run that only copies has a picture of its pairs", test_pairs_without_ios})
