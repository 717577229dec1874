// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * pprc: Peer-to-Peer Remote Copy pairs - their states, and what tasks and failures do to them.
 *
 *                    establish: entire, none             suspend, failure
 *          simplex ---------------------> duplex pending ----------------> suspended
 *             ^                            |         ^                      |  ^
 *             | terminate           copied |         | establish:           |  | suspend, failure
 *             +------------- all --+       v         | out of sync          |  |
 *                                  |      duplex ----|----------------------|--+
 *                                  +-----------------+----------------------+
 *
 * Each side has its state: terminated at the target, the target is simplex and the source suspended. Only a simplex
 * target takes host I/O. A suspended source records what is written to it in a change map, by cylinder or track; a
 * pending pair's copies walk that map (pprc_copy.h), and writes to what is copied already are mirrored (host_io.c).
 *
 * When a write cannot be mirrored the pair suspends. Then (SG24-5757 table 1) a volume that is not critical takes
 * writes, and records them; a critical one is write-inhibited: with critical heavy at once, both volumes of it, and
 * else once the last path is gone. In a consistency group the source's writes are held meanwhile (consistency.h).
 *
 * Verbs return false, with the reason, where the present state does not allow them; nothing has changed then.
 */
#ifndef MODELS_PPRC_H
#define MODELS_PPRC_H

#include "models/machine.h"
#include "models/pairs.h"

struct pair;

enum { PPRC_WHY_BYTES = PAIRS_WHY_BYTES };

/* Builds the config's PPRC pairs, in their states at the start. Paths are built already. */
void pprc_build(struct machine *machine);
void pprc_destroy(struct machine *machine);
void pprc_restart(struct machine *machine);

/* ---- tasks ---- */

/* Needs a path that works; a target at least as large, and in use by no other pair nor by a host, unless that is
 * permitted; for PPRC_COPY_OUT_OF_SYNC a suspended source. */
bool pprc_establish(struct machine *machine, int32_t pair, enum pprc_copy copy, bool critical, bool permit_online,
                    char why[PPRC_WHY_BYTES]);

/* Needs a duplex or pending pair. Writes in flight complete unmirrored, and are recorded as changes. */
bool pprc_suspend(struct machine *machine, int32_t pair, char why[PPRC_WHY_BYTES]);

/* Needs a pair that is not simplex; at the source, both sides are simplex then, at the target only the target. */
bool pprc_terminate(struct machine *machine, int32_t pair, bool at_target, char why[PPRC_WHY_BYTES]);

/* ---- asked by tasks, hosts and reports ---- */

/* The share of what the last establish had to copy that is copied, 0 to 1; 1 for a duplex pair. */
double pprc_progress(const struct machine *machine, int32_t pair);

/* The state of its source, and of its target. */
enum pair_state pprc_source_state(const struct machine *machine, int32_t pair);
enum pair_state pprc_target_state(const struct machine *machine, int32_t pair);

/* The target volume that writes to this volume are mirrored to, as long as its pair is duplex; -1 for none. */
int32_t pprc_mirror(const struct machine *machine, uint32_t volume);

/* Tracks out of sync, as its map tells them. */
int64_t pprc_tracks_left(const struct machine *machine, int32_t pair);

/* The pair over the measured interval. */
void pprc_report(const struct machine *machine, int32_t pair, struct pair_report *report);

/* ---- asked and told by writes (host_io.h, remote_write.h) ---- */

/* Whether the volume of the config is the pair's target, or else its source; what the table says of the source. */
bool pprc_is_target(const struct pair *pair, uint32_t volume);
bool pprc_is_inhibited(const struct pair *pair);
bool pprc_is_critical(const struct pair *pair);

/* Whether a write to the source's tracks [track, end), from the volume's first, goes to the secondary now: the pair is
 * duplex, or it is pending and has copied one of them already. */
bool pprc_mirrors(const struct pair *pair, int64_t track, int64_t end);

/* The tracks were written without mirroring. */
void pprc_record(struct pair *pair, int64_t track, int64_t end);

/* The pair can be served no longer: it is suspended, and its writes on their way have failed. Nothing happens to one
 * that is not duplex or pending. */
void pprc_failed(struct pair *pair, const char *reason);

/* Paths between the subsystems were lost or removed, or work again. */
void pprc_paths_changed(struct machine *machine, int32_t from, int32_t to);

#endif
