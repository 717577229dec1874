// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * import_parser: what a trace format must provide to be importable, and what formats share.
 *
 * A parser is given a file line by line and makes of each an import_row or nothing. It trusts no
 * number: each has a range, each mistake a column. What it can repair without changing the load (an odd
 * length rounded out to blocks) it counts as a warning; anything else is a mistake.
 */
#ifndef ANALYSIS_IMPORT_PARSER_H
#define ANALYSIS_IMPORT_PARSER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/import.h"
#include "analysis/text_input.h"
#include "models/trace_source.h"

enum {
    IMPORT_FIELDS = 16,   /* fields of a line that are told apart */
    IMPORT_DEVICES = 1024 /* devices that a file may name */
};

#define IMPORT_ADDRESS_MAX ((uint64_t)1 << 60) /* bytes: an exbibyte */
#define IMPORT_LENGTH_MAX ((uint64_t)1 << 30)  /* bytes of one request */

/* A recorded request; entry.issue_ns counts from an instant of the format's own and may run backwards. */
struct import_row {
    struct trace_entry entry;
    int64_t response_ns; /* recorded response time, -1 where it is unknown */
    int64_t line;        /* number of the line it stood in */
};

/* What a parser knows besides the line. One per imported file. */
struct import_context {
    const char *file;               /* the file's name, for messages */
    struct import_summary *summary; /* gains devices and warnings */
    bool header_seen;               /* a line that names the columns was there */
    size_t last_device;             /* where the last lookup ended, tried first */
    int64_t rows;                   /* delivered so far */
    int64_t first_row;              /* line of the first one */
    int64_t plausible_sizes;        /* rows whose offset or size is as its unit makes likely, see the parser */
    int64_t plausible_times;        /* rows whose time is */
};

enum import_verdict {
    IMPORT_ROW,     /* *row is set */
    IMPORT_NOTHING, /* the line holds no request */
    IMPORT_MISTAKE, /* *error is set, the next line can be tried */
    IMPORT_REFUSED, /* *error is set, the file is not of this format */
};

struct import_parser {
    const char *name;        /* as on the command line */
    const char *description; /* a phrase for the help */
    bool has_response;       /* response times are recorded */
    int64_t epoch_unix_ns;   /* the instant that times count from, ns since 1970 UTC; INT64_MIN: unknown */
    /* Makes a row of a line that is not blank. */
    enum import_verdict (*parse)(struct import_context *context, const struct text_line *line, struct import_row *row,
                                 struct error *error);
    /* Checks at the end of the file, or NULL. */
    bool (*finish)(struct import_context *context, struct error *error);
};

extern const struct import_parser import_parser_msr;
extern const struct import_parser import_parser_blkreplay;

/* ---- shared by the formats ---- */

/* A field of a line without blanks around it. */
struct import_field {
    const char *text; /* not terminated */
    size_t length;
    size_t column;    /* of its first byte, from 1 */
};

/* Cuts the line at each separator. Returns the number of fields, of which at most IMPORT_FIELDS are stored. */
size_t import_split(const struct text_line *line, char separator, struct import_field fields[IMPORT_FIELDS]);

/* Whether the field is the word, upper or lower case. */
bool import_field_is(const struct import_field *field, const char *word);

/* Sets an ERROR_INPUT at FILE:LINE:COLUMN; column 0: the line as a whole. Returns false. */
bool import_mistake(const struct import_context *context, const struct text_line *line, size_t column,
                    struct error *error, const char *format, ...) __attribute__((format(printf, 5, 6)));

/* Reads a whole number in [0, maximum]; `name` and `unit` are for the message. */
bool import_number(const struct import_context *context, const struct text_line *line,
                   const struct import_field *field, const char *name, const char *unit, uint64_t maximum,
                   uint64_t *value, struct error *error);

/* Counts a warning that first occurred in this line. */
void import_warn(struct import_context *context, enum import_warning warning, int64_t line);

/* The number of the device with this name, which is entered when it is new. False when there are too many or
 * memory ran out. */
bool import_device(struct import_context *context, const struct text_line *line, const char *name, uint16_t *device,
                   struct error *error);

#endif
