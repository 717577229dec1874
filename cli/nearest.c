// SPDX-License-Identifier: GPL-3.0-or-later
#include "cli/nearest.h"

#include <string.h>

#include "scenarios/nearest.h"

const char *nearest_name(const char *name, const char *const *names, size_t count)
{
    size_t length = strlen(name);
    struct nearest nearest = {.word = name};
    for (size_t i = 0; i < count; i++) {
        if (length >= 2 && strncmp(name, names[i], length) == 0)
            return names[i];
        nearest_offer(&nearest, names[i]);
    }
    return nearest.best;
}
