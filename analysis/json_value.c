// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/json_value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

json_t *json_value_number(double number)
{
    return isfinite(number) ? json_real(number) : json_null();
}

/* A copy with every byte beyond ASCII replaced, for text that is not valid UTF-8 somewhere. */
static char *copy_ascii(const char *text)
{
    char *copy = strdup(text);
    for (char *c = copy; c && *c; c++)
        if ((unsigned char)*c >= 0x80)
            *c = '?';
    return copy;
}

json_t *json_value_text(const char *text)
{
    if (text == NULL)
        return json_null();
    json_t *value = json_string(text);
    if (value)
        return value;
    char *copy = copy_ascii(text);
    value = copy ? json_string(copy) : NULL;
    free(copy);
    return value;
}

bool json_value_set(json_t *object, const char *key, json_t *value)
{
    if (object == NULL || value == NULL) {
        json_decref(value);
        return false;
    }
    if (json_object_set(object, key, value) == 0) {
        json_decref(value);
        return true;
    }
    char *copy = copy_ascii(key);
    bool done = copy && json_object_set(object, copy, value) == 0;
    free(copy);
    json_decref(value);
    return done;
}
