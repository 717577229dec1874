// SPDX-License-Identifier: GPL-3.0-or-later
/* Recorded traces with the mistakes that real ones have: refused with the place, or told with a count. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "analysis/import.h"
#include "analysis/replay.h"
#include "tests/unit.h"

static const char input[] = BUILD_DIR "/test_import.txt";
static const char output[] = BUILD_DIR "/test_import.h5";

/* A line of an MSR trace at the given count of ticks after some instant. */
#define T0 "12816637200306"
#define MSR_LINE T0 "1629,usr,0,Read,7014609920,24576,41286\n"
#define LOAD_HEADER "Some text; anything.\nstart ; sector; length ; op ;  replay_delay=0 ; replay_duration=0\n"
#define LOAD_LINE "  1.500000000 ;  800 ;  16 ; R ; 0.0 ; 0.0\n"

/* What came of the last import. */
static struct import_summary summary;
static struct error error;
static char mistakes[30][1100];
static size_t mistake_count;

static void keep_mistake(const struct error *mistake, void *context)
{
    (void)context;
    if (mistake_count < 30)
        snprintf(mistakes[mistake_count], sizeof mistakes[0], "%s: %s", mistake->place + strlen(input),
                 mistake->message);
    mistake_count++;
}

static bool import_bytes(const char *format, const char *bytes, size_t length)
{
    FILE *file = fopen(input, "wb");
    fwrite(bytes, 1, length, file);
    fclose(file);
    struct import_request request = {.format = format,
                                     .input = input,
                                     .output = output,
                                     .command_line = "essim import",
                                     .essim_version = "test",
                                     .mistake = keep_mistake};
    import_summary_free(&summary);
    error = (struct error){0};
    mistake_count = 0;
    unlink(output);
    bool good = import_trace(&request, &summary, &error);
    CHECK_INT(access(output, F_OK) == 0, good);
    CHECK(access(BUILD_DIR "/test_import.h5.part", F_OK) != 0);
    return good;
}

static bool import_text(const char *format, const char *text)
{
    bool good = import_bytes(format, text, strlen(text));
    CHECK_INT(error.kind != ERROR_NONE, !good);
    return good;
}

/* The import fails at the place after the file's name (":3:20"), with this in the message. */
static void check_refused(const char *format, const char *text, const char *place, const char *message)
{
    CHECK(!import_text(format, text));
    CHECK_INT(error.kind, ERROR_INPUT);
    CHECK_STRING(error.place + strlen(input), place);
    CHECK_CONTAINS(error.message, message);
}

static void check_warned(const char *format, const char *text, enum import_warning warning, int64_t count,
                         int64_t first_line)
{
    if (!CHECK(import_text(format, text)))
        printf("    %s: %s\n", error.place, error.message);
    CHECK_INT(summary.warned[warning].count, count);
    CHECK_INT(summary.warned[warning].first_line, first_line);
    for (int i = 0; i < IMPORT_WARNING_COUNT; i++)
        if (i != (int)warning)
            CHECK_INT(summary.warned[i].count, 0);
}

/* The requests of the last output; returns how many. */
static size_t read_output(struct trace_entry *entries, size_t room)
{
    struct error fault = {0};
    struct trace_source *source = replay_open(output, &fault);
    size_t count = 0;
    while (source && count < room && source->next(source, &entries[count], &fault))
        count++;
    CHECK_STRING(fault.message, "");
    if (source)
        source->destroy(source);
    return count;
}

static void check_entry(const struct trace_entry *entry, sim_time issue_ns, int64_t offset_blocks, int32_t length,
                        int device, enum io_op op)
{
    CHECK_INT(entry->issue_ns, issue_ns);
    CHECK_INT(entry->offset_blocks, offset_blocks);
    CHECK_INT(entry->length_bytes, length);
    CHECK_INT(entry->device, device);
    CHECK_INT(entry->op, op);
}

static void test_msr(void)
{
    static const char text[] = T0 "1629,usr,0,Read,7014609920,24576,41286\n" T0 "1729,usr,1,Write,1024,512,10\n" T0
                                  "9629,web,0,READ,512,1024,0\n";
    struct trace_entry entries[4];
    CHECK(import_text("msr", text));
    CHECK_INT(read_output(entries, 4), 3);
    check_entry(&entries[0], 0, 7014609920 / 512, 24576, 0, IO_READ);
    check_entry(&entries[1], 100 * 100, 2, 512, 1, IO_WRITE);
    check_entry(&entries[2], 8000 * 100, 1, 1024, 2, IO_READ);
    CHECK_INT(summary.requests, 3);
    CHECK_INT(summary.read_bytes, 24576 + 1024);
    CHECK_INT(summary.write_bytes, 512);
    CHECK_INT(summary.span_ns, 800000);
    CHECK_INT(summary.device_count, 3);
    CHECK_STRING(summary.devices[1].name, "usr_1");
    CHECK_INT(summary.devices[1].end_block, 3);
    /* 128166372003061629 ticks since 1601 are this many ns since 1970 */
    CHECK_INT(summary.start_unix_ns, 1172163600306162900);
}

static void test_blkreplay(void)
{
    struct trace_entry entries[4];
    CHECK(import_text("blkreplay", LOAD_HEADER LOAD_LINE "1.5000000019;0;1;W\n2;5;1;w;;\n"));
    CHECK_INT(read_output(entries, 4), 3);
    check_entry(&entries[0], 0, 800, 8192, 0, IO_READ);
    check_entry(&entries[1], 1, 0, 512, 0, IO_WRITE);
    check_entry(&entries[2], 500000000, 5, 512, 0, IO_WRITE);
    CHECK_INT(summary.start_unix_ns, INT64_MIN);
}

static void test_line_ends(void)
{
    CHECK(import_text("msr", T0 "1629,usr,0,Read,512,512,4\r\n" T0 "1630,usr,0,Read,512,512,5\r\n"));
    CHECK_INT(summary.requests, 2);
    CHECK(import_text("blkreplay", "x\r\nstart ; sector; length ; op\r\n1.5;8;8;R\r\n"));
    CHECK_INT(summary.requests, 1);
}

static void test_header(void)
{
    CHECK(import_text("msr", "Timestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime\n" MSR_LINE));
    CHECK_INT(summary.requests, 1);
    check_refused("msr", "Timestamp,Hostname,DiskNumber,Type,Size,Offset,ResponseTime\n" MSR_LINE, ":1:36",
                  "column 5 of the header must be Offset");
    check_refused("msr", "Timestamp,Hostname\n" MSR_LINE, ":1", "column 3 of the header must be DiskNumber");
    check_refused("blkreplay", "start ; length ; sector ; op\n" LOAD_LINE, ":1:9", "column 2 must be sector");
    check_refused("blkreplay", "some text\n" LOAD_LINE, "", "no column line");
    char text[3000];
    memset(text, '\n', sizeof text);
    for (size_t i = 0; i < sizeof text - 1; i += 2)
        text[i] = 'x';
    text[sizeof text - 1] = '\0';
    check_refused("blkreplay", text, ":1001", "no column line");
}

static void test_columns(void)
{
    check_refused("msr", T0 "1629,usr,0,Read,512,512\n", ":1", "6 columns instead of 7");
    check_refused("msr", T0 "1629;usr;0;Read;512;512;4\n", ":1",
                  "1 column instead of 7 separated by ',' (the line has ';')");
    check_refused("msr", T0 "1629\tusr\t0\tRead\t512\t512\t4\n", ":1", "the line has tabs");
    check_refused("msr", LOAD_HEADER LOAD_LINE, ":1", "1 column");
    check_refused("blkreplay", LOAD_HEADER "1.5 ; 800 ; 16\n", ":3", "3 columns instead of 4 to 6");
    check_refused("blkreplay", LOAD_HEADER "1.5,800,16,R\n", ":3", "1 column instead of 4 to 6 separated by ';'");
    check_refused("blkreplay", LOAD_HEADER "1.5;8;8;R;0;0;0\n", ":3", "7 columns");
    check_refused("blkreplay", LOAD_HEADER "1.5;8;8;R;0;x\n", ":3:13", "replay_duration is 'x'");
}

static void test_units_of_time(void)
{
    check_refused("msr", "1172163600,usr,0,Read,512,512,4\n", ":1:1", "it looks like Unix seconds");
    check_refused("msr", "1172163600306,usr,0,Read,512,512,4\n", ":1:1", "it looks like Unix milliseconds");
    check_refused("msr", "1172163600306000,usr,0,Read,512,512,4\n", ":1:1", "it looks like Unix microseconds");
    check_refused("msr", "1172163600306000000,usr,0,Read,512,512,4\n", ":1:1", "it looks like Unix nanoseconds");
    check_refused("msr", "0,usr,0,Read,512,512,4\n", ":1:1", "since the trace's start");
    check_refused("msr", "1.28E+17,usr,0,Read,512,512,4\n", ":1:1", "must be a whole number of 100 ns ticks");
    check_refused("blkreplay", LOAD_HEADER "15e-1;8;8;R\n", ":3:1", "must be seconds, as in");
    char text[1000] = LOAD_HEADER;
    for (int i = 0; i < 9; i++)
        sprintf(text + strlen(text), "%d000;9;9;R\n", i);
    check_warned("blkreplay", text, IMPORT_WHOLE_SECONDS, 9, 3);
}

static void test_units_of_size(void)
{
    char text[3000] = "";
    for (int i = 0; i < 8; i++)
        sprintf(text + strlen(text), T0 "%d,usr,0,Read,%d,8,4\n", 1000 + i, 8 * i);
    check_refused("msr", text, "", "of the first 8 sizes only 0 are multiples of 512");
    text[0] = '\0';
    for (int i = 0; i < 20; i++)
        sprintf(text + strlen(text), T0 "%d,usr,0,Read,%d,%d,4\n", 1000 + i, 512 * i, i % 4 ? 512 : 513);
    check_warned("msr", text, IMPORT_UNALIGNED, 5, 1);
    strcpy(text, LOAD_HEADER);
    for (int i = 0; i < 8; i++)
        sprintf(text + strlen(text), "%d.5;%d;4096;R\n", i, 8192 * i);
    check_warned("blkreplay", text, IMPORT_BYTES, 8, 3);
    check_warned("msr", MSR_LINE T0 "1700,usr,0,Read,0,33554944,4\n", IMPORT_LARGE, 1, 2);
}

static void test_late_judgement(void)
{
    char *text = malloc(1200 * 60);
    size_t length = 0;
    for (int i = 0; i < 1200; i++)
        length += (size_t)sprintf(text + length, T0 "%d,usr,0,Read,%d,8,4\n", 1000 + i, 8 * i);
    check_refused("msr", text, "", "of the first 1000 sizes only 0");
    free(text);
}

static void test_rounding(void)
{
    struct trace_entry entries[4];
    check_warned("msr", MSR_LINE T0 "1700,usr,0,Read,1000,100,4\n" T0 "1701,usr,0,Write,512,1,4\n", IMPORT_UNALIGNED, 2,
                 2);
    CHECK_INT(read_output(entries, 4), 3);
    check_entry(&entries[1], 7100, 1, 1024, 0, IO_READ); /* bytes 1000 to 1100 touch blocks 1 and 2 */
    check_entry(&entries[2], 7200, 1, 512, 0, IO_WRITE);
}

static void test_empty_requests(void)
{
    check_warned("msr", MSR_LINE T0 "1700,usr,0,Write,512,0,4\n" MSR_LINE, IMPORT_EMPTY_REQUEST, 1, 2);
    CHECK_INT(summary.requests, 2);
    check_warned("blkreplay", LOAD_HEADER "1.1;0;0;W\n" LOAD_LINE, IMPORT_EMPTY_REQUEST, 1, 3);
    check_refused("msr", T0 "1700,usr,0,Write,512,0,4\n", "", "no requests");
}

static void test_operations(void)
{
    check_refused("msr", T0 "1629,usr,0,Trim,512,512,4\n", ":1:26", "Type is 'Trim'; it must be Read or Write");
    check_refused("blkreplay", LOAD_HEADER "1.5 ; 8 ; 8 ; D\n", ":3:15", "op is 'D'; it must be R or W");
    check_refused("blkreplay", LOAD_HEADER "1.5 ; 8 ; 8 ; \n", ":3:15", "op is ''");
    check_refused("blkreplay", LOAD_HEADER "1.5;8;8;F\n", ":3:9", "op is 'F'");
    check_warned("blkreplay", LOAD_HEADER LOAD_LINE "2.5;8;8;RA\n3.5;8;8;RA\n", IMPORT_READ_AHEAD, 2, 4);
    CHECK_INT(summary.reads, 3);
    check_warned("blkreplay", LOAD_HEADER LOAD_LINE "2.5;8;8;FWS\n3.5;8;8;RM\n", IMPORT_FLAGGED, 2, 4);
    CHECK_INT(summary.writes, 1);
}

static void test_numbers(void)
{
    check_refused("msr", T0 "1629,usr,0,Read,-512,512,4\n", ":1:31", "Offset is '-512'");
    check_refused("msr", T0 "1629,usr,0,Read,512,-512,4\n", ":1:35", "Size is '-512'");
    check_refused("msr", T0 "1629,usr,0,Read,+512,512,4\n", ":1:31", "Offset is '+512'");
    check_refused("msr", T0 "1629,usr,0,Read,512,512,-4\n", ":1:39", "ResponseTime is '-4'");
    check_refused("msr", T0 "1629,usr,0,Read,512,,4\n", ":1:35", "Size is ''");
    check_refused("msr", T0 "1629,usr,0,Read,512,1000000000000000000000000000000,4\n", ":1:35", "from 0 to 1073741824");
    check_refused("msr", T0 "1629,usr,0,Read,1152921504606846977,512,4\n", ":1:31", "from 0 to 1152921504606846976");
    check_refused("msr", "1000000000000000000000000000000,usr,0,Read,512,512,4\n", ":1:1", "Timestamp is");
    check_refused("msr", T0 "1629,usr,65536,Read,512,512,4\n", ":1:24", "DiskNumber is '65536'");
    check_refused("msr", T0 "1629,us r,0,Read,512,512,4\n", ":1:20", "Hostname is 'us r'");
    check_refused("msr", T0 "1629,,0,Read,512,512,4\n", ":1:20", "Hostname is ''");
    check_refused("blkreplay", LOAD_HEADER "-1.5;8;8;R\n", ":3:1", "start is '-1.5'");
    check_refused("blkreplay", LOAD_HEADER "1.0000000000x;8;8;R\n", ":3:1", "start is '1.0000000000x'");
    check_refused("blkreplay", LOAD_HEADER "1.5.5;8;8;R\n", ":3:1", "start is '1.5.5'");
    check_refused("blkreplay", LOAD_HEADER "99999999999.5;8;8;R\n", ":3:1", "from 0 to 9000000000");
    check_refused("blkreplay", LOAD_HEADER "1.5;8.5;8;R\n", ":3:5", "sector is '8.5'");
    check_refused("blkreplay", LOAD_HEADER "1.5;8;2097153;R\n", ":3:7", "from 0 to 2097152");
    check_refused("blkreplay", LOAD_HEADER "0.5;8;8;R\n2000000000.5;8;8;R\n", ":4", "36 years");
}

static void test_response_times(void)
{
    check_warned("msr",
                 MSR_LINE T0 "1700,usr,0,Read,0,512,36000000001\n" T0 "1701,usr,0,Read,0,512,18446744073709551615\n",
                 IMPORT_RESPONSE, 2, 2);
}

static void test_reordering(void)
{
    struct trace_entry entries[4];
    check_warned("msr",
                 T0 "1700,usr,0,Read,512,512,4\n" T0 "1629,usr,0,Read,1024,512,4\n" T0 "1650,usr,0,Read,0,512,4\n",
                 IMPORT_REORDERED, 2, 2);
    CHECK_INT(summary.furthest_back_ns, 7100);
    CHECK_INT(read_output(entries, 4), 3);
    check_entry(&entries[0], 0, 2, 512, 0, IO_READ);
    check_entry(&entries[1], 2100, 0, 512, 0, IO_READ);
    check_entry(&entries[2], 7100, 1, 512, 0, IO_READ);
}

/* `count` requests in order, then one at the time of the first. */
static char *make_late(int count)
{
    char *text = malloc((size_t)count * 60 + 100);
    size_t length = (size_t)sprintf(text, "%s", LOAD_HEADER);
    for (int i = 0; i < count; i++)
        length += (size_t)sprintf(text + length, "%d.5;%d;8;R\n", i + 1, i);
    sprintf(text + length, "0.5;8;8;R\n");
    return text;
}

static void test_too_late(void)
{
    char *text = make_late(16384);
    check_refused("blkreplay", text, ":16387", "time runs back by 16384.000000 s, past more than 16384 requests");
    free(text);
    text = make_late(16383);
    check_warned("blkreplay", text, IMPORT_REORDERED, 1, 16386);
    free(text);
}

static void test_equal_times(void)
{
    struct trace_entry entries[4];
    CHECK(import_text("blkreplay", LOAD_HEADER "1.5;3;8;R\n1.5;2;8;R\n1.5;1;8;R\n"));
    CHECK_INT(read_output(entries, 4), 3);
    CHECK_INT(entries[0].offset_blocks, 3);
    CHECK_INT(entries[1].offset_blocks, 2);
    CHECK_INT(entries[2].offset_blocks, 1);
}

static void test_gap(void)
{
    check_warned("blkreplay", LOAD_HEADER "1.5;3;8;R\n86401.6;2;8;R\n172801.6;1;8;R\n", IMPORT_GAP, 1, 4);
}

static void test_repeats(void)
{
    char *text = malloc(1000 * 40);
    size_t length = (size_t)sprintf(text, "%s", LOAD_HEADER);
    for (int i = 0; i < 200; i++)
        length += (size_t)sprintf(text + length, "%d.500;%d;8;R\n%d.50%d;%d;8;R\n", i, i * 8, i, i % 10, i * 8);
    check_warned("blkreplay", text, IMPORT_REPEATED, 200, 4);
    length = (size_t)sprintf(text, "%s", LOAD_HEADER);
    for (int i = 0; i < 400; i++) /* each the repetition of one other, and not the next one's original too */
        length += (size_t)sprintf(text + length, "0.%03d;8;8;R\n", i);
    check_warned("blkreplay", text, IMPORT_REPEATED, 200, 4);
    free(text);
}

static void test_ends(void)
{
    check_refused("msr", "", "", "no requests");
    check_refused("msr", "\n\n", "", "no requests");
    check_refused("blkreplay", LOAD_HEADER, "", "no requests");
    check_warned("msr", MSR_LINE T0 "1700,usr,0,Read,512,512,4", IMPORT_UNENDED, 1, 2);
    check_warned("msr", "\n" MSR_LINE "\n  \n" MSR_LINE, IMPORT_BLANK_LINE, 2, 3);
    CHECK(!import_text("msr", MSR_LINE T0 "1700,usr,0,Re"));
    CHECK_STRING(mistakes[0],
                 ":2: 4 columns instead of 7: Timestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime");
}

static void test_many_mistakes(void)
{
    CHECK(!import_text("msr", MSR_LINE "1,usr,0,Read,512,512,4\n" MSR_LINE T0 "1700,usr,0,Trim,512,512,4\n" MSR_LINE));
    CHECK_INT(mistake_count, 2);
    CHECK_CONTAINS(mistakes[0], ":2:1: Timestamp 1 is no FILETIME");
    CHECK_CONTAINS(mistakes[1], ":4:26: Type is 'Trim'");
    CHECK_CONTAINS(error.message, "2 wrong lines; nothing was imported");
    char text[4000] = MSR_LINE;
    for (int i = 0; i < 40; i++)
        strcat(text, "rubbish\n");
    CHECK(!import_text("msr", text));
    CHECK_INT(mistake_count, 20);
    CHECK_CONTAINS(error.message, "20 wrong lines, the rest was not read");
}

static void test_devices(void)
{
    char *text = malloc(1025 * 50);
    size_t length = 0;
    for (int i = 0; i < 1025; i++)
        length += (size_t)sprintf(text + length, T0 "1700,h,%d,Read,512,512,4\n", i);
    CHECK(!import_bytes("msr", text, length));
    CHECK_CONTAINS(mistakes[0], ":1025: 'h_1024' is the file's device number 1025; at most 1024");
    char *last = strstr(text, "h,1024");
    CHECK(import_bytes("msr", text, (size_t)(last - text) - 19));
    CHECK_INT(summary.device_count, 1024);
    free(text);
}

/* Random bytes, and random changes to good lines: any end is right but a crash, and what is accepted reads back. */
static void test_random(void)
{
    static const char good[] = MSR_LINE T0 "1700,web,1,Write,512,512,4\n" LOAD_HEADER LOAD_LINE;
    static const char *const formats[] = {"msr", "blkreplay"};
    uint64_t state = 1;
    for (int round = 0; round < 400; round++) {
        char bytes[sizeof good];
        memcpy(bytes, good, sizeof good);
        int changes = round % 4 ? round % 7 + 1 : (int)sizeof good;
        for (int i = 0; i < changes; i++) {
            state = state * 6364136223846793005u + 1442695040888963407u;
            bytes[(state >> 33) % sizeof good] = (char)(state >> 56);
        }
        size_t from = round % 2 ? strlen(MSR_LINE) * 2 : 0;
        struct trace_entry entries[8];
        if (import_bytes(formats[round % 2], bytes + from, sizeof good - 1 - from))
            CHECK_INT(read_output(entries, 8), summary.requests);
        else
            CHECK_INT(error.kind, ERROR_INPUT);
    }
}

static void test_output(void)
{
    CHECK(import_text("msr", MSR_LINE));
    struct import_request request = {
        .format = "msr", .input = input, .output = input, .command_line = "", .essim_version = ""};
    error = (struct error){0};
    import_summary_free(&summary);
    CHECK(!import_trace(&request, &summary, &error));
    CHECK_CONTAINS(error.message, "the output is the input file");
    request.output = BUILD_DIR "/no/such/folder.h5";
    error = (struct error){0};
    CHECK(!import_trace(&request, &summary, &error));
    CHECK_INT(error.kind, ERROR_INPUT);
    import_summary_free(&summary);
    unlink(input);
    unlink(output);
}

UNIT_MAIN("import", {"an MSR trace becomes requests, its devices numbered", test_msr},
          {"a blkreplay trace becomes requests, times exact to the ns", test_blkreplay},
          {"Windows line ends make no difference", test_line_ends}, {"a header must name the columns", test_header},
          {"a line with other columns or separators is refused", test_columns},
          {"times in another unit are refused or warned of", test_units_of_time},
          {"sizes in another unit are refused or warned of", test_units_of_size},
          {"sizes are judged by the first thousand", test_late_judgement},
          {"odd extents are rounded out to whole blocks and counted", test_rounding},
          {"requests of no bytes are left out and counted", test_empty_requests},
          {"unknown operations are refused, flagged ones counted", test_operations},
          {"a number that is negative, too large or none is refused at its column", test_numbers},
          {"an impossible response time is unknown and counted", test_response_times},
          {"requests out of order are put in order and counted", test_reordering},
          {"time may run back over 16383 requests and not over more", test_too_late},
          {"requests of one time keep the file's order", test_equal_times},
          {"more than a day without requests is told", test_gap},
          {"a recording that holds everything twice is told", test_repeats},
          {"an empty file is refused, a cut one refused or told", test_ends},
          {"all wrong lines are told, but no more than twenty", test_many_mistakes},
          {"a file may name 1024 devices", test_devices},
          {"random bytes are refused or imported, never more", test_random},
          {"an output that cannot be is refused, the input above all", test_output})
