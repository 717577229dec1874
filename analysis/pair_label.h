// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pair_label: by which name a pair stands in summaries, run files and pictures.
 */
#ifndef ANALYSIS_PAIR_LABEL_H
#define ANALYSIS_PAIR_LABEL_H

#include <stddef.h>

#include "models/config.h"

/* The name of pair number `index` of the config, SOURCE>TARGET. Two volumes may be a PPRC pair and a FlashCopy: the
 * latter is then "SOURCE>TARGET (flashcopy)", so that no two pairs share a name. To be freed. */
char *pair_label(const struct config *config, size_t index);

#endif
