// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * json_value: values for a JSON object that are always valid JSON, built without checking each step.
 *
 * Every function takes NULL for what could not be allocated and passes the failure on, so that a
 * builder checks once at its end.
 */
#ifndef ANALYSIS_JSON_VALUE_H
#define ANALYSIS_JSON_VALUE_H

#include <jansson.h>
#include <stdbool.h>

/* A number; null for NaN and infinities. */
json_t *json_value_number(double number);

/* A text; null for NULL. When it is not UTF-8, each of its bytes beyond ASCII becomes `?`. */
json_t *json_value_text(const char *text);

/* Sets a member, taking the reference to `value`. False, and `value` released, when either is NULL or there
 * is no memory. A key that is not UTF-8 is treated like such a text. */
bool json_value_set(json_t *object, const char *key, json_t *value);

#endif
