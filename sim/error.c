// SPDX-License-Identifier: GPL-3.0-or-later
#include "sim/error.h"

#include <stdarg.h>
#include <stdio.h>

bool error_set(struct error *error, enum error_kind kind, const char *place, const char *format, ...)
{
    if (error == NULL || error->kind != ERROR_NONE)
        return false;
    error->kind = kind;
    snprintf(error->place, sizeof error->place, "%s", place ? place : "");
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(error->message, sizeof error->message, format, arguments);
    va_end(arguments);
    return false;
}
