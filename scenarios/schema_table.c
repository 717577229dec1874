// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The table of keys. Ranges are what the simulator can carry, not what was sold; the machine's own
 * limits are rules between values and stand with the resolving code.
 */
#include "scenarios/schema.h"

#define KIB 1024.0
#define MIB (1024 * KIB)
#define GIB (1024 * MIB)
#define TIB (1024 * GIB)
#define US 1e3
#define MS 1e6
#define S 1e9
#define DAY (86400 * S)

#define QUANTITY(class, low, high) .type = VALUE_QUANTITY, .unit = (class), .minimum = (low), .maximum = (high)
#define COUNT(low, high) QUANTITY(UNIT_COUNT, low, high)
#define TIME(low, high) QUANTITY(UNIT_TIME, low, high)
#define SIZE(low, high) QUANTITY(UNIT_SIZE, low, high)
#define RATE QUANTITY(UNIT_RATE, 1e3, 1e12)
#define SHARE(low) QUANTITY(UNIT_SHARE, low, 1)
#define STEP_TIME TIME(0, S)

static const struct key keys[] = {
    {SECTION_SCENARIO, "title", .type = VALUE_TEXT, .description = "what the scenario asks; default: the file's name"},
    {SECTION_SCENARIO, "run", .type = VALUE_SECTION, .section = SECTION_RUN, .description = "how long and how often"},
    {SECTION_SCENARIO, "catalog", .type = VALUE_SECTION, .section = SECTION_CATALOG,
     .description = "hardware of one's own, or other values for known hardware"},
    {SECTION_SCENARIO, "servers", .type = VALUE_MAP, .section = SECTION_SERVER,
     .description = "storage servers by serial number: 5 characters A-Z 0-9"},
    {SECTION_SCENARIO, "hosts", .type = VALUE_MAP, .section = SECTION_HOST, .description = "hosts that do I/O"},
    {SECTION_SCENARIO, "workloads", .type = VALUE_MAP, .section = SECTION_WORKLOAD,
     .description = "streams of I/O, in fio's words"},
    {SECTION_SCENARIO, "links", .type = VALUE_LATER, .description = "ESCON links between servers"},
    {SECTION_SCENARIO, "paths", .type = VALUE_LATER, .description = "logical paths that stand at the start"},
    {SECTION_SCENARIO, "pairs", .type = VALUE_LATER, .description = "copy relations that stand at the start"},
    {SECTION_SCENARIO, "tasks", .type = VALUE_LATER, .description = "saved Copy Services tasks"},
    {SECTION_SCENARIO, "timeline", .type = VALUE_LATER, .description = "when tasks, failures and repairs happen"},
    {SECTION_SCENARIO, "sites", .type = VALUE_LATER, .description = "servers that fail together"},
    {SECTION_SCENARIO, "sweep", .type = VALUE_SWEEP, .description = "values to vary, for `essim sweep` only"},

    {SECTION_RUN, "warmup", TIME(0, 10000 * DAY), .standard = "0 s",
     .description = "simulated time before measuring begins"},
    {SECTION_RUN, "duration", TIME(0, 3000 * DAY), .standard = "0 s",
     .description = "measured time after the warm-up; 0 s: until all traces have ended"},
    {SECTION_RUN, "seed", COUNT(0, 9223372036854775807.0), .standard = "1",
     .description = "start of all random streams"},
    {SECTION_RUN, "replications", COUNT(1, 10000), .standard = "1", .description = "independent repetitions"},
    {SECTION_RUN, "start", .type = VALUE_CHOICE, .choices = "cold|warm", .standard = "warm",
     .description = "caches and NVS filled from the workloads' own addresses, or empty"},

    {SECTION_SERVER, "model", .type = VALUE_TEXT, .standard = "F20",
     .description = "a server of the catalogue; each of its values may be given beside it instead"},
    {SECTION_SERVER, "ranks", .type = VALUE_MAP, .section = SECTION_RANK, .description = "RAID-5 arrays"},
    {SECTION_SERVER, "ports", .type = VALUE_MAP, .section = SECTION_PORT, .description = "host adapter ports"},
    {SECTION_SERVER, "fb_lss", .type = VALUE_CHOICE, .choices = "8|16", .standard = "8",
     .description = "how many fixed-block logical subsystems are defined"},
    {SECTION_SERVER, "volumes", .type = VALUE_MAP, .section = SECTION_VOLUME, .description = "fixed-block volumes"},
    {SECTION_SERVER, "lss", .type = VALUE_LATER, .description = "properties of logical subsystems"},

    {SECTION_RANK, "pair", COUNT(0, 3), .standard = "0", .description = "device adapter pair"},
    {SECTION_RANK, "cluster", COUNT(0, 1), .standard = "0", .description = "cluster that owns the rank"},
    {SECTION_RANK, "loop", .type = VALUE_CHOICE, .choices = "A|B", .standard = "A",
     .description = "SSA loop of the pair"},
    {SECTION_RANK, "format", .type = VALUE_CHOICE, .choices = "6+P+S|7+P",
     .description = "RAID-5 array; default: 6+P+S for the first two of a drive on a loop, then 7+P"},
    {SECTION_RANK, "drive", .type = VALUE_TEXT, .standard = "ultrastar-36lzx",
     .description = "a drive of the catalogue, eight to a rank"},

    {SECTION_PORT, "bay", COUNT(0, 3), .standard = "0", .description = "host adapter bay"},
    {SECTION_PORT, "slot", COUNT(0, 3), .standard = "0", .description = "adapter's slot in the bay"},
    {SECTION_PORT, "type", .type = VALUE_TEXT, .standard = "fc", .description = "escon, scsi or fc"},
    {SECTION_PORT, "port", COUNT(0, 1), .standard = "0", .description = "port of the adapter"},

    {SECTION_VOLUME, "rank", .type = VALUE_TEXT,
     .description = "the rank it lies on; may be left out where the server has one"},
    {SECTION_VOLUME, "size", SIZE(512, 16 * TIB), .required = true, .description = "a multiple of 512 B"},
    {SECTION_VOLUME, "count", COUNT(1, 8192), .description = "so many volumes NAME.0, NAME.1 ...; default: one, NAME"},

    {SECTION_HOST, "server", .type = VALUE_TEXT,
     .description = "the server it is attached to; may be left out where there is one"},
    {SECTION_HOST, "ports", .type = VALUE_NAMES, .description = "ports of that server; default: all"},
    {SECTION_HOST, "path_policy", .type = VALUE_CHOICE, .choices = "round_robin|least_busy|failover",
     .standard = "round_robin", .description = "which port the next I/O takes"},

    {SECTION_WORKLOAD, "host", .type = VALUE_TEXT,
     .description = "the host that does the I/O; may be left out where there is one"},
    {SECTION_WORKLOAD, "volumes", .type = VALUE_NAMES, .required = true,
     .description = "volumes of the host's server; a group's name means all its members"},
    {SECTION_WORKLOAD, "rw", .type = VALUE_CHOICE, .choices = "read|write|rw|randread|randwrite|randrw",
     .standard = "read", .description = "direction, and sequential or random"},
    {SECTION_WORKLOAD, "rwmixread", SHARE(0), .bare = true, .standard = "50",
     .description = "share of reads in rw and randrw"},
    {SECTION_WORKLOAD, "bs", SIZE(512, 64 * MIB), .standard = "4 KiB",
     .description = "block size, a multiple of 512 B"},
    {SECTION_WORKLOAD, "rate_iops", QUANTITY(UNIT_PER_S, 1e-6, 1e7), .or_section = true, .section = SECTION_RATE,
     .description = "open arrivals per second; or a profile over time"},
    {SECTION_WORKLOAD, "arrival", .type = VALUE_CHOICE, .choices = "poisson|constant", .standard = "poisson",
     .description = "distances between open arrivals"},
    {SECTION_WORKLOAD, "iodepth", COUNT(1, 65536), .description = "closed loop: I/Os kept in flight"},
    {SECTION_WORKLOAD, "thinktime", TIME(0, DAY), .standard = "0 s",
     .description = "closed loop: from a completion to the next issue"},
    {SECTION_WORKLOAD, "random_distribution", .type = VALUE_TEXT, .standard = "random",
     .description = "random, or zipf:THETA over the blocks of each volume"},
    {SECTION_WORKLOAD, "read_hit", SHARE(0),
     .description = "draw cache hits with this probability; default: simulate the cache's content"},
    {SECTION_WORKLOAD, "trace", .type = VALUE_SECTION, .section = SECTION_TRACE,
     .description = "replay an imported trace"},

    {SECTION_RATE, "profile", .type = VALUE_PAIRS, .first = UNIT_TIME, .unit = UNIT_PER_S, .maximum = 1e7,
     .required = true,
     .description = "[time, arrivals per second] corners, linear in between; two at one time are a step"},

    {SECTION_TRACE, "file", .type = VALUE_TEXT, .required = true,
     .description = "made by `essim import`; relative to the scenario's folder"},
    {SECTION_TRACE, "speed", QUANTITY(UNIT_NUMBER, 1e-6, 1e6), .standard = "1",
     .description = "2 replays in half the time"},

    {SECTION_CATALOG, "servers", .type = VALUE_MAP, .open = true, .section = SECTION_MODEL,
     .description = "storage server models"},
    {SECTION_CATALOG, "drives", .type = VALUE_MAP, .open = true, .section = SECTION_DRIVE,
     .description = "disk drives"},
    {SECTION_CATALOG, "ports", .type = VALUE_MAP, .open = true, .section = SECTION_PORT_TYPE,
     .description = "host adapter types"},
    {SECTION_CATALOG, "advice", .type = VALUE_MAP, .open = true, .section = SECTION_ADVICE,
     .description = "advised highest utilisations; the entry used is `utilization`"},

    {SECTION_MODEL, "like", .type = VALUE_TEXT, .description = "the entry whose values hold where none is given"},
    {SECTION_MODEL, "processors", COUNT(1, 64), .required = true, .description = "processors in each cluster"},
    {SECTION_MODEL, "cache", SIZE(MIB, TIB), .required = true, .description = "cache of both clusters together"},
    {SECTION_MODEL, "cache_options", .type = VALUE_LIST, .unit = UNIT_SIZE, .minimum = MIB, .maximum = TIB,
     .required = true, .description = "cache sizes that were sold"},
    {SECTION_MODEL, "cache_data_share", SHARE(0.01), .required = true,
     .description = "part of the cache that holds data"},
    {SECTION_MODEL, "nvs", SIZE(MIB, TIB), .required = true,
     .description = "non-volatile store of both clusters together"},
    {SECTION_MODEL, "segment", SIZE(512, MIB), .required = true, .description = "allocation unit of cache and NVS"},
    {SECTION_MODEL, "track", SIZE(512, MIB), .required = true, .description = "fixed-block track"},
    {SECTION_MODEL, "strip_tracks", COUNT(1, 64), .required = true, .description = "tracks in a RAID strip"},
    {SECTION_MODEL, "processor_read_hit", STEP_TIME, .required = true, .description = "processor time of a read hit"},
    {SECTION_MODEL, "processor_read_miss", STEP_TIME, .required = true, .description = "processor time of a read miss"},
    {SECTION_MODEL, "processor_write", STEP_TIME, .required = true, .description = "processor time of a write"},
    {SECTION_MODEL, "processor_stage", STEP_TIME, .required = true, .description = "processor time of a stage"},
    {SECTION_MODEL, "processor_destage", STEP_TIME, .required = true, .description = "processor time of a destage"},
    {SECTION_MODEL, "processor_remote_write", STEP_TIME, .required = true,
     .description = "processor time of a remote write, at each end"},
    {SECTION_MODEL, "processor_copy_track", STEP_TIME, .required = true,
     .description = "processor time to copy a track"},
    {SECTION_MODEL, "internal_rate", RATE, .required = true, .description = "internal bandwidth of each cluster"},
    {SECTION_MODEL, "adapter_command_time", STEP_TIME, .required = true,
     .description = "device adapter's time for a drive command"},
    {SECTION_MODEL, "adapter_xor_rate", RATE, .required = true, .description = "device adapter's parity computation"},
    {SECTION_MODEL, "loop_link_rate", RATE, .required = true, .description = "one SSA link"},
    {SECTION_MODEL, "loop_read_links", COUNT(1, 16), .required = true, .description = "SSA links of a loop for reads"},
    {SECTION_MODEL, "loop_write_links", COUNT(1, 16), .required = true,
     .description = "SSA links of a loop for writes"},
    {SECTION_MODEL, "destage_low", SHARE(0), .required = true, .description = "NVS occupancy where destaging begins"},
    {SECTION_MODEL, "destage_high", SHARE(0.001), .required = true, .description = "NVS occupancy where it runs fully"},
    {SECTION_MODEL, "destage_per_rank", COUNT(1, 1000), .required = true,
     .description = "destages at once on a rank when destaging runs fully"},
    {SECTION_MODEL, "destage_age", TIME(0, DAY), .required = true,
     .description = "dirty data older than this leaves while its rank is idle"},
    {SECTION_MODEL, "stage", .type = VALUE_CHOICE, .choices = "record|rest_of_track|full_track", .required = true,
     .description = "what a random read that misses brings into the cache"},
    {SECTION_MODEL, "sequential_tracks", COUNT(1, 250), .required = true,
     .description = "tracks read one after another before staging ahead begins"},
    {SECTION_MODEL, "stage_ahead_tracks", COUNT(0, 1000), .required = true,
     .description = "tracks kept staged ahead of a sequential reader"},
    {SECTION_MODEL, "drive_command", SIZE(512, 16 * MIB), .required = true,
     .description = "read or written by one drive command at most, of several tracks"},
    {SECTION_MODEL, "rebuild_rate", RATE, .required = true,
     .description = "at which a spare is filled with a failed drive's data, at most"},
    {SECTION_MODEL, "drives_per_loop", COUNT(8, 1024), .required = true, .description = "drives that fit an SSA loop"},
    {SECTION_MODEL, "drives", COUNT(8, 8192), .required = true, .description = "drives that fit the server"},

    {SECTION_DRIVE, "like", .type = VALUE_TEXT, .description = "the entry whose values hold where none is given"},
    {SECTION_DRIVE, "rpm", QUANTITY(UNIT_NUMBER, 100, 1e6), .required = true, .description = "revolutions per minute"},
    {SECTION_DRIVE, "overhead", STEP_TIME, .required = true, .description = "command processing before the arm moves"},
    {SECTION_DRIVE, "head_switch", STEP_TIME, .required = true, .description = "to the next head on a cylinder"},
    {SECTION_DRIVE, "write_settle", STEP_TIME, .required = true,
     .description = "added to a seek or switch before a write"},
    {SECTION_DRIVE, "cylinders", COUNT(2, 10000000), .required = true, .description = "cylinders"},
    {SECTION_DRIVE, "heads", COUNT(1, 1000), .required = true, .description = "data surfaces"},
    {SECTION_DRIVE, "seek", .type = VALUE_PAIRS, .first = UNIT_COUNT, .unit = UNIT_TIME, .maximum = S, .required = true,
     .description = "[cylinders, time] points of the seek curve, linear in between"},
    {SECTION_DRIVE, "zones", .type = VALUE_PAIRS, .first = UNIT_COUNT, .unit = UNIT_COUNT, .minimum = 1,
     .maximum = 1000000, .required = true, .description = "[first cylinder, sectors of 512 B on a track] of each zone"},

    {SECTION_PORT_TYPE, "like", .type = VALUE_TEXT, .description = "the entry whose values hold where none is given"},
    {SECTION_PORT_TYPE, "protocol_time", STEP_TIME, .required = true, .description = "protocol time of an I/O"},
    {SECTION_PORT_TYPE, "rate", RATE, .required = true, .description = "data rate that an I/O's bytes see"},
    {SECTION_PORT_TYPE, "ports_per_adapter", COUNT(1, 2), .required = true, .description = "ports on one adapter"},

    {SECTION_ADVICE, "like", .type = VALUE_TEXT, .description = "the entry whose values hold where none is given"},
    {SECTION_ADVICE, "port", SHARE(0.01), .required = true, .description = "host adapter ports"},
    {SECTION_ADVICE, "processor", SHARE(0.01), .required = true, .description = "cluster processors"},
    {SECTION_ADVICE, "cache", SHARE(0.01), .required = true, .description = "cache space"},
    {SECTION_ADVICE, "nvs", SHARE(0.01), .required = true, .description = "NVS space"},
    {SECTION_ADVICE, "device_adapter", SHARE(0.01), .required = true, .description = "device adapters"},
    {SECTION_ADVICE, "loop", SHARE(0.01), .required = true, .description = "SSA loops"},
    {SECTION_ADVICE, "rank", SHARE(0.01), .required = true, .description = "ranks"},
    {SECTION_ADVICE, "drive", SHARE(0.01), .required = true, .description = "disk drives"},
    {SECTION_ADVICE, "link", SHARE(0.01), .required = true, .description = "ESCON links between servers"},
    {SECTION_ADVICE, "bus", SHARE(0.01), .required = true, .description = "clusters' internal bandwidth"},
};

const struct key *schema_keys(size_t *count)
{
    *count = sizeof keys / sizeof keys[0];
    return keys;
}

const char *schema_section_name(enum section section)
{
    static const char *const names[SECTION_COUNT] = {
        [SECTION_SCENARIO] = "",
        [SECTION_RUN] = "run",
        [SECTION_SERVER] = "servers.SERIAL",
        [SECTION_RANK] = "servers.SERIAL.ranks.NAME",
        [SECTION_PORT] = "servers.SERIAL.ports.NAME",
        [SECTION_VOLUME] = "servers.SERIAL.volumes.NAME",
        [SECTION_HOST] = "hosts.NAME",
        [SECTION_WORKLOAD] = "workloads.NAME",
        [SECTION_RATE] = "workloads.NAME.rate_iops",
        [SECTION_TRACE] = "workloads.NAME.trace",
        [SECTION_CATALOG] = "catalog",
        [SECTION_MODEL] = "catalog.servers.NAME",
        [SECTION_DRIVE] = "catalog.drives.NAME",
        [SECTION_PORT_TYPE] = "catalog.ports.NAME",
        [SECTION_ADVICE] = "catalog.advice.NAME",
    };
    return names[section];
}
