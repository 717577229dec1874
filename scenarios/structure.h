// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * structure: what the parts of a resolved server add up to, by loop and by logical subsystem.
 */
#ifndef SCENARIOS_STRUCTURE_H
#define SCENARIOS_STRUCTURE_H

#include "models/config.h"

enum {
    PAIR_COUNT = 4,           /* device adapter pairs of a server */
    PAIR_LOOPS = 2,           /* loops A and B of a pair */
    RANK_DRIVES = 8,          /* a rank is one eight-pack */
    LSS_FIRST = 16,           /* number of the first fixed-block logical subsystem */
    LSS_COUNT = 16,           /* 16 to 31 */
    LSS_VOLUMES_MAX = 256,    /* in one logical subsystem */
    LSS_VOLUMES_FULL = 192,   /* with 16 defined: ranks added to an LSS with more go to its second */
    LSS_NAME_BYTES = 16,      /* room for "2105:FCA24:16" and its end */
};

struct loop_use {
    int32_t eight_packs; /* ranks on the loop */
    int32_t spares;      /* of all drive sizes: one in each 6+P+S */
    int32_t used;        /* ranks that volumes lie on */
};

struct lss_use {
    int32_t ranks;
    int32_t volumes;
};

struct structure {
    int32_t ranks;                                /* of the server; each has eight drives */
    int32_t subsystems;                           /* logical subsystems that have a rank */
    struct loop_use loops[PAIR_COUNT][PAIR_LOOPS];
    struct lss_use lss[LSS_COUNT];                /* by number, from LSS_FIRST */
};

/* A drive's size, in bytes: drives of one size can stand in for each other, whatever their names. */
int64_t structure_drive_bytes(const struct drive_type *type);

/* Counts the parts of server number `server`. */
struct structure structure_count(const struct config *config, size_t server);

/* Whether a rank on the rank's loop keeps a spare that stands in for its drives: one of their type (models/faults.h). */
bool structure_has_spare(const struct config *config, size_t rank);

/* Writes how a logical subsystem is called: device type, serial number, number. */
void structure_lss_name(const struct config *config, size_t server, int32_t number, char name[LSS_NAME_BYTES]);

#endif
