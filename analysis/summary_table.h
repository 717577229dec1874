// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * summary_table: one full table out of a summary: every volume, host, resource, link or pair.
 *
 * Renders the JSON object like summary_text does, with the same care for names and missing values.
 */
#ifndef ANALYSIS_SUMMARY_TABLE_H
#define ANALYSIS_SUMMARY_TABLE_H

#include <jansson.h>
#include <stdio.h>

enum summary_table {
    SUMMARY_BY_VOLUME,
    SUMMARY_BY_HOST,
    SUMMARY_BY_RANK,
    SUMMARY_BY_RESOURCE, /* every resource of every kind */
    SUMMARY_BY_LINK,
    SUMMARY_BY_PAIR,
};

/* Writes the table in the summary's order, or a sentence when the run has none of that. Volumes and hosts
 * without any I/O are counted below it. The caller checks ferror(). */
void summary_table_write(const json_t *summary, enum summary_table table, FILE *out);

/* The objects that the table is made of, all of them, by name, as a new reference. NULL without memory. */
json_t *summary_table_json(const json_t *summary, enum summary_table table);

#endif
