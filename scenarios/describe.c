// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/describe.h"

#include <jansson.h>

#include "scenarios/notes.h"

static json_t *texts_json(char *const *texts, size_t count)
{
    json_t *list = json_array();
    for (size_t i = 0; i < count; i++)
        json_array_append_new(list, json_string(texts[i]));
    return list;
}

void describe_json(const struct scenario *scenario, char *const *warnings, size_t warning_count, FILE *stream)
{
    json_t *object = json_loads(scenario_resolved_json(scenario), 0, NULL);
    struct notes notes = notes_create(scenario_config(scenario));
    json_object_set_new(object, "warnings", texts_json(warnings, warning_count));
    json_object_set_new(object, "notes", texts_json(notes.lines, notes.count));
    notes_free(&notes);
    json_dumpf(object, stream, JSON_INDENT(2) | JSON_REAL_PRECISION(15));
    fputc('\n', stream);
    json_decref(object);
}
