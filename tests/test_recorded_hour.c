// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A recorded hour of a web server, imported and counted once more by others: the file's own lines with
 * zcat and awk, independently of essim. The recording is no part of the project; where it is absent the
 * tests say so. The small trace that comes with the project is made anew and compared.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/import.h"
#include "analysis/replay.h"
#include "tests/unit.h"

#define RECORDING SOURCE_DIR "/../shared/traces/linux-webserver-2.load.gz"

static const char output[] = BUILD_DIR "/test_recorded_hour.h5";

/* What a shell command prints, up to the buffer's end. */
static void read_command(const char *command, char *text, size_t size)
{
    FILE *stream = popen(command, "r");
    size_t length = stream ? fread(text, 1, size - 1, stream) : 0;
    text[length] = '\0';
    if (stream)
        pclose(stream);
}

static bool import_recording(struct import_summary *summary)
{
    struct error error = {0};
    struct import_request request = {
        .format = "blkreplay", .input = RECORDING, .output = output, .command_line = "", .essim_version = ""};
    bool good = import_trace(&request, summary, &error);
    CHECK_STRING(error.message, "");
    return good;
}

static void test_counts(void)
{
    if (access(RECORDING, R_OK) != 0) {
        unit_skip(RECORDING " is absent");
        return;
    }
    char counted[400], expected[400], expected_sha[100];
    read_command("zcat '" RECORDING "' | awk -F';' '/^start ;/ {data = 1; next} data {"
                 "gsub(/ /, \"\", $4); n++; if ($4 ~ /^R/) {r++; rb += $3 * 512} else {w++; wb += $3 * 512};"
                 "ra += $4 == \"RA\"; e = $2 + $3; if (e > end) end = e; last = $1 }"
                 "END {printf \"%d %d %d %.0f %.0f %d %.0f %.0f\", n, r, w, rb, wb, ra, end, last * 1e6}'",
                 expected, sizeof expected);
    read_command("sha256sum < '" RECORDING "'", expected_sha, sizeof expected_sha);
    struct import_summary summary;
    if (import_recording(&summary)) {
        snprintf(counted, sizeof counted,
                 "%" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64,
                 summary.requests, summary.reads, summary.writes, summary.read_bytes, summary.write_bytes,
                 summary.warned[IMPORT_READ_AHEAD].count, summary.devices[0].end_block, summary.span_ns / 1000);
        CHECK_STRING(counted, expected);
        CHECK(strncmp(expected_sha, summary.sha256, 64) == 0);
    }
    CHECK_INT(summary.requests, 269007);
    CHECK_NEAR((double)summary.reads / (double)summary.requests, 0.55, 0.005);
    import_summary_free(&summary);
    unlink(output);
}

/* The replayed requests as text, through a checksum, against the file's own columns rewritten by awk. */
static void test_every_request(void)
{
    if (access(RECORDING, R_OK) != 0) {
        unit_skip(RECORDING " is absent");
        return;
    }
    char expected[100], actual[100];
    read_command("zcat '" RECORDING "' | awk -F';' '/^start ;/ {data = 1; next} data {gsub(/[ .]/, \"\", $1);"
                 "sub(/^0+/, \"\", $1); printf \"%s %d %d %s\\n\", $1 == \"\" ? \"0\" : $1, $2, $3 * 512,"
                 "$4 ~ /R/ ? \"R\" : \"W\"}' | sha256sum",
                 expected, sizeof expected);
    struct import_summary summary;
    struct error error = {0};
    struct trace_entry entry;
    struct trace_source *source = import_recording(&summary) ? replay_open(output, &error) : NULL;
    FILE *stream = popen("sha256sum > '" BUILD_DIR "/test_recorded_hour.sum'", "w");
    if (CHECK(source && stream)) {
        while (source->next(source, &entry, &error))
            fprintf(stream, "%" PRId64 " %" PRId64 " %d %c\n", entry.issue_ns, entry.offset_blocks, entry.length_bytes,
                    entry.op == IO_READ ? 'R' : 'W');
        source->destroy(source);
        pclose(stream);
    }
    CHECK_STRING(error.message, "");
    read_command("cat '" BUILD_DIR "/test_recorded_hour.sum'; rm '" BUILD_DIR "/test_recorded_hour.sum'", actual,
                 sizeof actual);
    CHECK_STRING(actual, expected);
    import_summary_free(&summary);
    unlink(output);
}

static void test_small_trace(void)
{
    char made[100], committed[100];
    read_command("cd '" SOURCE_DIR "/scenarios' && awk -f small-trace.awk | sha256sum", made, sizeof made);
    read_command("cd '" SOURCE_DIR "/scenarios' && sha256sum < small-trace.csv", committed, sizeof committed);
    CHECK_STRING(made, committed);
    struct import_summary summary;
    struct error error = {0};
    struct import_request request = {.format = "msr",
                                     .input = SOURCE_DIR "/scenarios/small-trace.csv",
                                     .output = output,
                                     .command_line = "",
                                     .essim_version = ""};
    CHECK(import_trace(&request, &summary, &error));
    CHECK_NEAR((double)summary.requests, 3000, 100);
    CHECK_NEAR((double)summary.reads / (double)summary.requests, 0.6, 0.02);
    CHECK_NEAR((double)summary.span_ns / 1e9, 300, 1);
    CHECK(summary.device_count == 1 && summary.devices[0].end_block <= (int64_t)8 << 21);
    for (int i = 0; i < IMPORT_WARNING_COUNT; i++)
        CHECK_INT(summary.warned[i].count, 0);
    import_summary_free(&summary);
    unlink(output);
}

UNIT_MAIN("recorded_hour", {"the hour's counts, bytes and addresses are those that awk finds", test_counts},
          {"every request of the hour comes back as it was recorded", test_every_request},
          {"the project's small trace is what its script makes", test_small_trace})
