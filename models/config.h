// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * config: a resolved scenario, ready to be simulated.
 *
 * Plain data in SI units: every name looked up, every group expanded to its members, every default
 * filled in and every limit checked by whoever built it (scenarios/). Things refer to each other by
 * index in the config's arrays; those indices are also the numbers that a run file's columns hold.
 * All strings and arrays belong to the config and go with config_free().
 */
#ifndef MODELS_CONFIG_H
#define MODELS_CONFIG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "models/io_record.h"
#include "models/report.h"
#include "sim/time.h"

enum {
    BLOCK_BYTES = 512,
    TRACK_SEGMENTS_MAX = 16, /* the cache's masks are so wide (cache.h) */
};

/* ---- catalogue entries, as used (a scenario may have overridden values) ---- */

struct seek_point {
    int32_t cylinders; /* distance, >= 1, ascending */
    sim_time seek_ns;
};

struct drive_zone {
    int32_t first_cylinder;    /* the first zone's is 0; ascending */
    int32_t sectors_per_track; /* of 512 B */
    int32_t track_skew;        /* sectors by which the next head's track stands back; 0: as a write needs it */
    int32_t cylinder_skew;     /* sectors by which the next cylinder's first track does; 0: as a write needs it */
    int64_t spare_blocks;      /* at the zone's end, kept for defects: they hold no data */
};

/* Commands whose processing takes a time of its own. */
enum drive_command { READ_HIT, READ_MISS, WRITE_HIT, WRITE_MISS, DRIVE_COMMAND_COUNT };

/* How far a drive reads on behind a read. */
enum read_ahead {
    AHEAD_NONE,
    AHEAD_AMOUNT, /* read_ahead_blocks */
    AHEAD_TRACK,  /* to the end of the track */
    AHEAD_STREAM, /* ... and over the next track too once the segment reaches back to the track before */
};

/* A drive's buffer. A zeroed one is none. */
struct drive_buffer_type {
    int32_t segments;          /* 0: the drive has no buffer */
    int32_t segment_blocks;    /* each segment's size */
    enum read_ahead ahead;
    int32_t read_ahead_blocks; /* behind the request, AHEAD_AMOUNT */
    bool read_on_arrival;      /* a read keeps what passes of its track while it waits for its first block */
    bool read_written;         /* reads find what was written last */
    bool report_early;         /* a write is reported when its data is in the buffer */
    int32_t write_segments;    /* so many such writes may wait for the medium, >= 1 */
    bool combine_writes;       /* a write that continues the last one shares its segment */
};

enum drive_queue { QUEUE_FCFS, QUEUE_SPTF };

struct drive_type {
    char *name;
    sim_time revolution_ns;         /* one turn */
    sim_time overhead_ns;           /* command processing before the arm moves ... */
    sim_time overheads_ns[DRIVE_COMMAND_COUNT][2]; /* ... of one command, after a read, after a write; 0: overhead_ns */
    sim_time head_switch_ns;        /* next head, same cylinder */
    sim_time write_settle_ns;       /* added to a seek or switch before a write */
    int64_t interface_bytes_per_s;  /* between buffer and initiator; 0: takes no time */
    int32_t cylinders, heads;
    int64_t blocks;                 /* that can be addressed; 0: all that the zones hold */
    struct seek_point *seek_points; /* at least two; linear in between, constant after the last */
    size_t seek_point_count;
    struct drive_zone *zones;
    size_t zone_count;
    struct drive_buffer_type buffer;
    enum drive_queue queue;         /* which waiting command is next */
    sim_time queue_age_ns;          /* QUEUE_SPTF: one that waited longer goes first */
};

struct port_type {
    char *name;            /* escon, scsi, fc */
    sim_time protocol_ns;  /* per I/O */
    int64_t bytes_per_s;   /* data rate that an I/O's bytes see */
    int32_t ports_per_adapter;
};

/* Steps that cost cluster processor time. */
enum processor_step {
    STEP_READ_HIT,
    STEP_READ_MISS,
    STEP_WRITE,
    STEP_STAGE,
    STEP_DESTAGE,
    STEP_REMOTE_WRITE,
    STEP_COPY_TRACK,
    STEP_COUNT
};

/* What becomes of a mirrored write that its secondary did not acknowledge. */
enum failed_write {
    FAILED_WRITE_ERROR,    /* an I/O error for the host; the data ages out of NVS, never destaged */
    FAILED_WRITE_COMPLETE, /* it completes unmirrored, unless the pair is critical */
};

/* By what a suspended pair records its changes, and copies them. */
enum change_recording { RECORD_CYLINDERS, RECORD_TRACKS };

/* When the old content of a FlashCopy source's track is copied before the track changes. */
enum copy_on_write {
    COPY_BEFORE_DESTAGE, /* before the new data leaves NVS: the write completes at once */
    COPY_BEFORE_WRITE,   /* before the write completes */
};

/* What a random read that misses brings into the cache. */
enum stage_mode {
    STAGE_RECORD,        /* the segments asked for */
    STAGE_REST_OF_TRACK, /* ... and the rest of their track behind them */
    STAGE_FULL_TRACK,    /* their whole track */
};

/* A storage server's parameters: the catalogue's model entry with the scenario's overrides. */
struct server_model {
    char *name;                          /* E10, E20, F10, F20 */
    int32_t processors_per_cluster;
    int64_t cache_bytes;                 /* both clusters together, split evenly */
    double cache_data_share;             /* 0 to 1: the part of it that holds data */
    int64_t nvs_bytes;                   /* both clusters together, split evenly */
    int64_t segment_bytes;               /* cache and NVS allocation unit, 4 KiB */
    int64_t track_bytes;                 /* fixed-block track, 32 KiB; also the RAID strip's unit */
    int32_t strip_tracks;                /* RAID strip, in tracks */
    sim_time processor_ns[STEP_COUNT];
    int64_t internal_bytes_per_s;        /* per cluster */
    sim_time adapter_command_ns;         /* device adapter, per drive command */
    int64_t adapter_xor_bytes_per_s;
    int64_t loop_link_bytes_per_s;
    int32_t loop_read_links, loop_write_links;
    double destage_low, destage_high;    /* NVS occupancy, 0 to 1: where destaging starts, is full */
    int32_t destage_per_rank;            /* concurrent destages at full rate */
    sim_time destage_age_ns;             /* dirty data older than this drains from idle ranks */
    enum stage_mode stage;               /* of random reads */
    int32_t sequential_tracks;           /* tracks read one after another before staging ahead begins, >= 1 */
    int32_t stage_ahead_tracks;          /* kept staged ahead of a sequential reader; 0: never stage ahead */
    int64_t drive_command_bytes;         /* what one drive command reads or writes at most, of several tracks */
    int64_t rebuild_bytes_per_s;         /* at which a spare is filled, at most; > 0 */
    int64_t bay_bytes_per_s;             /* a host adapter bay's bus; 0: takes no time */
    sim_time pprc_timeout_ns;            /* for a remote write's acknowledgement; > 0 */
    enum failed_write failed_write;
    enum change_recording change_recording;
    int32_t cylinder_tracks;             /* tracks of a cylinder in a change map, >= 1 */
    int32_t pprc_copies;                 /* cylinders (or tracks) that a pair copies at once, >= 1 */
    bool pprc_copies_first;              /* copies stand in line with host writes, instead of behind them */
    sim_time flashcopy_establish_ns;     /* from the start of a task until the relation stands, >= the hold */
    sim_time flashcopy_hold_ns;          /* of that, at its end: I/Os to source and target are held ... */
    sim_time flashcopy_hold_track_ns;    /* ... longer by this for each track of the source */
    enum copy_on_write copy_on_write;
    int32_t flashcopy_step_tracks;       /* that a step of a background copy brings, >= 1 */
    int32_t flashcopy_pair_steps;        /* steps at once for a pair, >= 1 */
    int32_t flashcopy_rank_steps;        /* ... and for a rank, as source and as target, >= 1 */
    int64_t flashcopy_nvs_bytes;         /* of a cluster's NVS, that only copies made before a destage may fill */
};

/*
 * The kind of a link between servers, and the protocol on it: a write holds its link for
 *     exchanges x 2 x distance x propagation + overhead + frames x frame_ns + data at the rate,
 * where the rate is at most window / (2 x distance x propagation + turnaround) (link.h).
 */
struct link_type {
    char *name;
    int64_t bytes_per_s;         /* of data */
    int32_t exchanges;           /* round trips of a write */
    sim_time overhead_ns;        /* of a write */
    sim_time propagation_ns;     /* over a km, one way */
    int64_t frame_bytes;         /* data in a frame; 0: all of a write's */
    sim_time frame_ns;           /* overhead of a frame */
    int64_t window_bytes;        /* under way before the sender waits; 0: never waits */
    sim_time turnaround_ns;      /* with a window: from its last byte to the next one's first, at no distance */
    int64_t distance_max_m;
};

/* ---- the machine ---- */

enum rank_format { RANK_6PS, RANK_7P };

struct server_config {
    char *serial;        /* FCA24 */
    struct server_model model;
    int32_t fb_lss;      /* fixed-block logical subsystems defined: 0, 8 or 16 */
    int32_t loop_drives; /* that fit an SSA loop */
    int32_t drives;      /* that fit the server */
};

struct rank_config {
    char *name;
    int32_t server;          /* index in config.servers */
    int32_t pair;            /* device adapter pair, 0-3 */
    int32_t cluster;         /* 0-1, owns the rank */
    int32_t loop;            /* 0 = A, 1 = B */
    int32_t lss;             /* logical subsystem number, from 16 */
    enum rank_format format;
    int32_t drive_type;      /* index in config.drive_types */
    int32_t data_drives;     /* 6 or 7: data strips in a stripe */
    int32_t active_drives;   /* 7 or 8: with the parity strip, without the spare */
    int64_t capacity_tracks; /* data tracks that fit */
    int64_t used_tracks;
    int32_t volumes;         /* that lie on it */
};

struct port_config {
    char *name;
    int32_t server;
    int32_t bay, slot, port; /* 0-3, 0-3, 0-1 */
    int32_t type;            /* index in config.port_types */
};

struct volume_config {
    char *name;           /* db.2, unqualified */
    char *label;          /* as printed: NAME, or SERIAL/NAME where two servers use the name */
    char id[9];           /* 8 characters: 108FCA31 */
    int32_t server, rank; /* indices */
    int64_t size_bytes;
    int64_t tracks;       /* size rounded up to whole tracks */
    int64_t first_track;  /* data track of the rank where it begins */
};

/* A logical subsystem that has ranks. */
struct subsystem_config {
    int32_t server;                   /* index in config.servers */
    int32_t number;                   /* from 16 */
    char name[24];                    /* SERIAL:NUMBER */
    bool critical_heavy;              /* with a pair's critical mode: no writes once the secondary cannot be updated */
    bool consistency_group;           /* a pair that fails holds its writes until a thaw or the timeout */
    sim_time consistency_timeout_ns;  /* >= 0 */
};

/* ---- remote copy ---- */

enum { LINK_PATHS_MAX = 64, SERVER_LINKS_MAX = 8, SECONDARY_SERVERS_MAX = 4 };

/* One link, from a server to another or to itself, in one direction. */
struct link_config {
    char *name;            /* e.2 */
    int32_t from, to;      /* indices in config.servers */
    int32_t from_port;     /* index in config.ports: this link's alone */
    int32_t to_port;       /* may be several links', behind a director */
    int64_t distance_m;
    struct link_type type; /* its catalogue entry with the scenario's overrides */
};

/* A logical path that stands at the start. */
struct path_config {
    int32_t from, to; /* indices in config.subsystems */
    int32_t link;     /* index in config.links */
};

/* What is copied when a pair is established. */
enum pprc_copy { PPRC_COPY_ENTIRE, PPRC_COPY_OUT_OF_SYNC, PPRC_COPY_NONE };

/* A source and a target that are a pair of that kind at the start, or become one by a task. */
struct pair_config {
    char *name;              /* SOURCE>TARGET, by their labels */
    enum pair_kind kind;
    int32_t source, target;  /* indices in config.volumes; of a FlashCopy, in the same logical subsystem */
    enum pair_state state;   /* at the start: simplex, duplex or suspended with nothing changed; of a FlashCopy none,
                                copying or nocopy, with T0 at the start */
    bool critical;           /* PPRC: critical volume mode, where it stands at the start */
    bool accelerate_destage; /* FlashCopy, where it stands at the start: its copying goes before other I/O */
};

/* ---- Copy Services tasks and the timeline ---- */

enum task_verb {
    TASK_ESTABLISH_PATHS,
    TASK_REMOVE_PATHS,
    TASK_ESTABLISH_PPRC,
    TASK_SUSPEND_PPRC,
    TASK_TERMINATE_PPRC,
    TASK_FREEZE,
    TASK_THAW,
    TASK_ESTABLISH_FLASHCOPY,
    TASK_WITHDRAW_FLASHCOPY,
    TASK_QUIESCE,
    TASK_RESUME,
    TASK_VERB_COUNT
};

/* The verb as scenarios write it: "establish_pprc". */
const char *task_verb_name(enum task_verb verb);

/* One action of a task. All actions of a task start together. */
struct action_config {
    enum task_verb verb;
    int32_t from, to;     /* paths, freeze, thaw: indices in config.subsystems */
    int32_t *links;       /* establish_paths: indices in config.links */
    size_t link_count;
    bool replace;         /* establish_paths, where some exist: replace them; else leave them and do nothing */
    int32_t *pairs;       /* of the PPRC and FlashCopy verbs: indices in config.pairs */
    size_t pair_count;
    enum pprc_copy copy;  /* establish_pprc */
    bool critical;        /* establish_pprc: critical volume mode */
    bool permit_online;   /* establish_pprc, establish_flashcopy: also while a host uses the target */
    bool background_copy; /* establish_flashcopy: all tracks are copied */
    bool accelerate_destage; /* establish_flashcopy: copying goes before other I/O */
    bool at_target;       /* terminate_pprc: at the target's server */
    int32_t *workloads;   /* quiesce, resume: indices in config.workloads */
    size_t workload_count;
};

struct task_config {
    char *name;
    struct action_config *actions;
    size_t action_count;
};

enum fault_kind { FAULT_DRIVE, FAULT_LINK, FAULT_PORT, FAULT_SERVER };

/* What fails or is repaired. */
struct fault_target {
    enum fault_kind kind;
    int32_t index;  /* in config.ranks, links, ports, servers */
    int32_t drive;  /* FAULT_DRIVE: of the rank's eight-pack, 0 to 7; a 6+P+S rank's spare is 7 */
    char *name;     /* as printed: SERIAL/RANK.DRIVE, e.0, SERIAL/PORT, SERIAL */
};

enum trigger {
    TRIGGER_AT,   /* at a set time, once */
    TRIGGER_TASK, /* whenever a task has come so far */
    TRIGGER_PAIR, /* whenever one of the pairs enters a state */
};

/* An entry of the timeline: when, and what. */
struct timeline_config {
    enum trigger trigger;
    sim_time at_ns;               /* TRIGGER_AT */
    int32_t task;                 /* TRIGGER_TASK: index in config.tasks ... */
    double share;                 /* ... and how far it has come, > 0 to 1; 1: complete */
    int32_t *pairs;               /* TRIGGER_PAIR: indices in config.pairs ... */
    size_t pair_count;
    enum pair_state state;        /* ... and the state, of the source */
    int32_t *tasks;               /* to run together: indices in config.tasks */
    size_t task_count;
    struct fault_target *targets; /* that fail, or are repaired */
    size_t target_count;
    bool repair;
};

enum path_policy { PATH_ROUND_ROBIN, PATH_LEAST_BUSY, PATH_FAILOVER };

struct host_config {
    char *name;
    int32_t server;
    int32_t *ports; /* indices in config.ports, all on `server` */
    size_t port_count;
    enum path_policy policy;
    sim_time io_timeout_ns; /* until an I/O that finds no working port ends with an error; > 0 */
};

/* ---- workloads ---- */

enum arrival_kind { ARRIVAL_POISSON, ARRIVAL_CONSTANT };
enum load_kind { LOAD_OPEN, LOAD_CLOSED, LOAD_TRACE };
enum address_distribution { ADDRESS_UNIFORM, ADDRESS_ZIPF };

/* A corner of an offered-rate profile; linear in between, two corners at one time are a step. */
struct rate_point {
    sim_time at_ns;
    double per_s; /* >= 0 */
};

struct workload_config {
    char *name;
    int32_t host;
    int32_t *volumes; /* indices in config.volumes */
    size_t volume_count;
    enum load_kind kind;

    bool sequential;       /* rw: read, write, rw; each volume has its own position */
    double read_share;     /* 0 to 1: the share of reads */
    int32_t block_bytes;   /* multiple of 512 */
    enum address_distribution distribution;
    double zipf_theta;
    double read_hit;       /* 0 to 1: drawn cache hit ratio; negative: simulate cache content */

    enum arrival_kind arrival; /* open */
    struct rate_point *rate;   /* open: at least one point; a constant rate is one point at 0 */
    size_t rate_count;

    int32_t iodepth;       /* closed: I/Os kept in flight, >= 1 */
    sim_time thinktime_ns; /* closed: from completion to the next issue */

    char *trace_file;      /* replay: as written in the scenario, resolved against its folder */
    char *trace_place;     /* FILE:LINE:COLUMN: PATH of that key, for messages */
    double trace_speed;    /* > 0; 2 replays in half the time */
};

struct run_config {
    sim_time warmup_ns;
    sim_time duration_ns; /* 0: until traces and tasks have ended and every I/O is complete */
    uint64_t seed;
    int32_t replications; /* >= 1 */
    bool warm;            /* start: warm */
};

struct config {
    char *title;
    struct run_config run;
    struct drive_type *drive_types;
    size_t drive_type_count;
    struct port_type *port_types;
    size_t port_type_count;
    struct server_config *servers;
    size_t server_count;
    struct rank_config *ranks;
    size_t rank_count;
    struct port_config *ports;
    size_t port_count;
    struct volume_config *volumes;
    size_t volume_count;
    struct host_config *hosts;
    size_t host_count;
    struct workload_config *workloads;
    size_t workload_count;
    struct subsystem_config *subsystems; /* by server, then by number */
    size_t subsystem_count;
    struct link_config *links;
    size_t link_count;
    struct path_config *paths;
    size_t path_count;
    struct pair_config *pairs;
    size_t pair_count;
    struct task_config *tasks;
    size_t task_count;
    struct timeline_config *timeline; /* as in the scenario */
    size_t timeline_count;
    double thresholds[RESOURCE_KIND_COUNT]; /* advised highest utilisation by kind of resource, 0 to 1 */
};

/* The index of a server's logical subsystem, -1 where it has no ranks there; and of a volume's. */
int32_t config_subsystem(const struct config *config, int32_t server, int32_t number);
int32_t config_volume_subsystem(const struct config *config, int32_t volume);

/* Lists the logical subsystems that the ranks stand in, in their order, with standard properties. */
void config_list_subsystems(struct config *config);

/* Whether a pair is being copied at the start. */
bool config_copies_at_start(const struct config *config);

/* Whether the timeline runs any task; whether it lets something of this kind fail. */
bool config_runs_tasks(const struct config *config);
bool config_may_fail(const struct config *config, enum fault_kind kind);

/* Frees everything the config owns and zeroes it. A zeroed config is fine. */
void config_free(struct config *config);

#endif
