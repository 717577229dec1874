// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * import: makes a recorded block trace, in a format that others define, a trace file (TRACE.h5) that
 * replay.h reads.
 *
 * The file is read once, line by line; memory does not follow its length. A trace that is wrong is
 * refused with FILE:LINE:COLUMN and nothing is written; what was changed on the way is counted and told,
 * so that what is replayed is never silently another load than the recorded one.
 *
 * TRACE.h5 holds /io (columns issue_time, offset, length, device, op and, where the format records it,
 * recorded_response_time), /names/devices, and counts as root attributes that its reader checks.
 */
#ifndef ANALYSIS_IMPORT_H
#define ANALYSIS_IMPORT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "analysis/text_input.h"
#include "sim/error.h"
#include "sim/time.h"

enum { TRACE_SCHEMA_VERSION = 1 };

/* The root attribute `content` of a trace file, by which readers know it. */
#define TRACE_CONTENT "essim block trace"

/* Things about a trace that its user should know. */
enum import_warning {
    IMPORT_UNALIGNED,     /* offset or size not a multiple of 512 bytes: rounded out to whole blocks */
    IMPORT_EMPTY_REQUEST, /* length 0: left out */
    IMPORT_REORDERED,     /* recorded after later requests: put back in order of time */
    IMPORT_READ_AHEAD,    /* taken as a plain read */
    IMPORT_FLAGGED,       /* synchronous, metadata and the like: the flag is not kept */
    IMPORT_LARGE,         /* above 32 MiB: is the unit right? */
    IMPORT_RESPONSE,      /* response time above an hour: taken as unknown */
    IMPORT_GAP,           /* more than a day without a request: two recordings in one file? */
    IMPORT_REPEATED,      /* a large share repeats the request just before: two layers recorded? */
    IMPORT_WHOLE_SECONDS, /* no time has a fraction: is the unit right? */
    IMPORT_BYTES,         /* all addresses and lengths are multiples of 512 sectors: are they bytes? */
    IMPORT_BLANK_LINE,    /* skipped */
    IMPORT_UNENDED,       /* the last line has no newline: was the file cut? */
    IMPORT_WARNING_COUNT
};

struct import_warned {
    int64_t count;      /* requests or lines concerned; 0: nothing to tell */
    int64_t first_line; /* where it occurred first, from 1 */
};

/* A recorded device. */
struct import_device {
    char *name;
    int64_t requests;
    int64_t reads;
    int64_t first_block;  /* lowest block touched, of 512 B */
    int64_t end_block;    /* one past the highest */
};

/* What an import found. Bytes and requests are as written, that is after rounding. */
struct import_summary {
    int64_t requests, reads, writes;
    int64_t read_bytes, write_bytes;
    sim_time span_ns;              /* from the first to the last request */
    sim_time furthest_back_ns;     /* of what was reordered, the longest way back in time */
    int64_t start_unix_ns;         /* when recorded, ns since 1970 UTC; INT64_MIN: unknown */
    struct import_device *devices; /* numbered as in the file's column `device` */
    size_t device_count;
    struct import_warned warned[IMPORT_WARNING_COUNT];
    char sha256[TEXT_SHA256_CHARS]; /* of the file read */
};

struct import_request {
    const char *format;        /* "msr" or "blkreplay" */
    const char *input;         /* path, or "-" */
    const char *output;        /* TRACE.h5 */
    const char *command_line;  /* attribute history */
    const char *essim_version;
    /* Told of each mistake in the file as it is found, at most 20; may be NULL. */
    void (*mistake)(const struct error *mistake, void *context);
    void *context;
    const volatile sig_atomic_t *stop; /* when this becomes true the import fails soon; may be NULL */
};

/*
 * Imports. True: the output stands under its name. False with an error, and nothing new stands there:
 * ERROR_INPUT for a file that is no such trace (when mistakes were told, the error sums them up), ERROR_RUN
 * when reading or writing failed. In both cases the caller frees the summary.
 */
bool import_trace(const struct import_request *request, struct import_summary *summary, struct error *error);

void import_summary_free(struct import_summary *summary);

/* What a warning means, a phrase that follows the count: "requests were ...". */
const char *import_warning_text(enum import_warning warning);

/* A warning's name for JSON: "unaligned". */
const char *import_warning_name(enum import_warning warning);

/* The formats in order: name and description, or NULL after the last. */
const char *import_format_name(size_t index);
const char *import_format_description(size_t index);

#endif
