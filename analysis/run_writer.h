// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * run_writer: writes a run file (RUN.h5) while the simulation runs.
 *
 * The simulation's thread only copies records into a batch; full batches go to one thread of the
 * writer's own, which compresses and appends them, and which alone touches HDF5 meanwhile. The file
 * grows as PATH.part and gets its name when it is complete and on disk (columns.h has the rules for
 * links, folders and two runs with one name). A killed run leaves PATH.part, which run_reader opens up
 * to its last flush. On a full disk or another write error the writer fails for good, nothing stands
 * under the name, and PATH.part is removed.
 *
 * Any one function of a writer may be called by one thread at a time only. SIGXFSZ should be ignored.
 */
#ifndef ANALYSIS_RUN_WRITER_H
#define ANALYSIS_RUN_WRITER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/config.h"
#include "models/io_record.h"
#include "sim/error.h"

enum { RUN_SCHEMA_VERSION = 1 };

/* What of each I/O is recorded in /io. */
enum run_trace {
    RUN_TRACE_NONE,  /* nothing: /io is there, with no rows */
    RUN_TRACE_TIMES, /* all columns but the parts */
    RUN_TRACE_PARTS, /* also one column a part that the config's I/Os can have (io_parts.h) */
};

/* Where a run comes from; becomes root attributes. Texts are UTF-8 (other bytes become U+FFFD), any length;
 * NULL counts as empty. The title is the config's. */
struct run_identity {
    const char *essim_version;
    const char *command_line;  /* attribute history */
    const char *scenario_file; /* as given on the command line */
    const char *scenario_text; /* the file's text */
    const char *scenario_sha256;
    const char *resolved_json; /* the scenario after defaults and --set */
    const char *catalog_json;  /* catalogue values used */
    uint64_t seed;
};

/* Response times of one workload's reads or writes, counted by bins; merges with others of the same
 * binning by adding counts. Only bins with a count need be given. */
struct run_histogram {
    int32_t workload;      /* index in the config's list */
    uint8_t op;            /* enum io_op */
    size_t bin_count;
    const int64_t *low_ns; /* the bin's lowest response time, ascending, ns */
    const int64_t *count;  /* I/Os in the bin */
};

/* What a run ends with. Texts may be NULL (then left out). */
struct run_ending {
    bool complete;                          /* false: interrupted */
    const char *trace_digest;
    const char *summary_json;
    const struct run_histogram *histograms;
    size_t histogram_count;
};

struct run_writer;

/* Creates PATH.part with all its groups, columns and names, and starts the thread. Config and identity are
 * copied as needed. NULL with an error: ERROR_INPUT when `path` cannot be an output (no such folder, a folder
 * itself, no regular file, being written by another run), ERROR_RUN for anything else. */
struct run_writer *run_writer_create(const char *path, const struct config *config,
                                     const struct run_identity *identity, enum run_trace trace,
                                     struct error *error);

/* Records a completed I/O; to be called in order of completion. Waits when the disk is several batches behind.
 * false once the writer has failed: the simulation can stop, run_writer_finish() says why. */
bool run_writer_io(struct run_writer *writer, const struct io_record *record);

/* Records an event (task step, state change, failure) at a simulated time; texts are copied. false as above. */
bool run_writer_event(struct run_writer *writer, sim_time time_ns, const char *subject, const char *detail);

/* Names the resources that samples are about; at most once, and before the first record, event or sample. `kinds`
 * are resource_kind_name()s. Creates /names/resources and /series. false with an error when that fails. */
bool run_writer_resources(struct run_writer *writer, const char *const *names, const char *const *kinds,
                          size_t count, struct error *error);

/* Records a sampling step: for each resource its utilisation (0 to 1) over the step that ends at `time_ns` and
 * the mean number waiting in it. NaN where it was not measured. false as above. */
bool run_writer_sample(struct run_writer *writer, sim_time time_ns, const float *utilization, const float *queue);

/* Adds to the sampling step recorded last, by pair of the config: the source's state (enum pair_state) and the tracks
 * that the target lacks at its end. Does nothing in a run without pairs or before the first sample. false as above. */
bool run_writer_sample_pairs(struct run_writer *writer, const uint8_t *states, const int64_t *tracks_left);

/* Writes what is left and the ending, syncs the file, gives it its name, and destroys the writer in any case.
 * false with an ERROR_RUN when that or an earlier write failed; then nothing new stands under the name. */
bool run_writer_finish(struct run_writer *writer, const struct run_ending *ending, struct error *error);

/* Gives up: removes PATH.part and destroys the writer. NULL is fine. */
void run_writer_abandon(struct run_writer *writer);

#endif
