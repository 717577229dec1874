// SPDX-License-Identifier: GPL-3.0-or-later
/* What users name must come out as they wrote it and run nothing; what gnuplot does wrong must be noticed. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/gnuplot.h"
#include "analysis/utf8.h"
#include "tests/unit.h"

enum { LONG_TEXT = 10240 };

/* ---- a folder for each test ---- */

struct place {
    char folder[64];  /* where pictures are drawn */
    char tools[80];   /* a folder for a gnuplot of our own */
    char path[4096];  /* PATH as it was */
    char start[1024]; /* working directory as it was */
};

/* Tests run inside their folder, so that whatever is created by mistake is found there. */
static void place_open(struct place *place)
{
    snprintf(place->folder, sizeof place->folder, "/tmp/essim-gnuplot-XXXXXX");
    CHECK(mkdtemp(place->folder) != NULL);
    snprintf(place->tools, sizeof place->tools, "%s/tools", place->folder);
    snprintf(place->path, sizeof place->path, "%s", getenv("PATH"));
    CHECK(getcwd(place->start, sizeof place->start) != NULL);
    CHECK_INT(chdir(place->folder), 0);
}

static void remove_tree(const char *path)
{
    char command[256];
    snprintf(command, sizeof command, "rm -rf -- '%s'", path);
    CHECK_INT(system(command), 0);
}

static void place_close(struct place *place)
{
    setenv("PATH", place->path, 1);
    CHECK_INT(chdir(place->start), 0);
    remove_tree(place->folder);
}

/* Puts a shell script in gnuplot's place. */
static void fake_gnuplot(struct place *place, const char *body)
{
    char path[128];
    mkdir(place->tools, 0700);
    snprintf(path, sizeof path, "%s/gnuplot", place->tools);
    FILE *file = fopen(path, "w");
    fprintf(file, "#!/bin/sh\n%s\n", body);
    CHECK_INT(fclose(file), 0);
    CHECK_INT(chmod(path, 0700), 0);
    char search[4400];
    snprintf(search, sizeof search, "%s:%s", place->tools, place->path);
    setenv("PATH", search, 1);
}

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "r");
    if (file == NULL)
        return NULL;
    char *text = calloc(1, 4 << 20);
    size_t size = fread(text, 1, (4 << 20) - 1, file);
    text[size] = '\0';
    fclose(file);
    return text;
}

static bool exists(const char *path)
{
    struct stat status;
    return lstat(path, &status) == 0;
}

static size_t entries(const char *folder)
{
    size_t count = 0;
    DIR *stream = opendir(folder);
    for (struct dirent *entry; stream != NULL && (entry = readdir(stream)) != NULL;)
        count += entry->d_name[0] != '.';
    if (stream != NULL)
        closedir(stream);
    return count;
}

/* ---- a small picture with user's text wherever the pictures of a run have it ---- */

static struct gnuplot *picture(const char *text, enum picture_format format, size_t limit)
{
    struct gnuplot *script = gnuplot_create("picture", format, 600, 400, NULL);
    gnuplot_put(script, "set title ");
    gnuplot_text(script, text, limit);
    gnuplot_put(script, "\nset label 1 ");
    gnuplot_text(script, text, limit);
    gnuplot_put(script, ".' reads' at graph 0, graph 0.5\nset ytics (");
    gnuplot_tic_text(script, text, limit);
    gnuplot_put(script, ".' reads' 1, 'two' 2)\n");
    gnuplot_block_begin(script, "points");
    gnuplot_row(script, 2, (double[]){1, 1});
    gnuplot_row(script, 2, (double[]){2, 2});
    gnuplot_block_end(script);
    gnuplot_put(script, "plot $points with lines title ");
    gnuplot_text(script, text, limit);
    gnuplot_put(script, "\n");
    return script;
}

/* Draws the picture into the working directory; the error's message is the caller's to check. */
static bool draw(const char *text, enum picture_format format, struct error *error)
{
    *error = (struct error){0};
    struct gnuplot *script = picture(text, format, 2 * LONG_TEXT);
    gnuplot_limit_time(script, 20000);
    bool saved = gnuplot_save(script, ".", error);
    char *path = saved ? gnuplot_draw(script, ".", error) : NULL;
    bool ok = path != NULL;
    free(path);
    gnuplot_destroy(script);
    return ok;
}

/* The text as it must stand in XML. */
static void escape(const char *text, char *escaped)
{
    for (; *text != '\0'; text++) {
        const char *entity = *text == '<' ? "&lt;" : *text == '&' ? "&amp;" : NULL;
        if (entity == NULL && strncmp(text, "]]>", 3) == 0) {
            entity = "]]&gt;";
            text += 2;
        }
        if (entity != NULL)
            escaped = stpcpy(escaped, entity);
        else
            *escaped++ = *text;
    }
    *escaped = '\0';
}

static size_t occurrences(const char *text, const char *part)
{
    size_t count = *part == '\0' ? SIZE_MAX : 0;
    for (; *part != '\0' && (text = strstr(text, part)) != NULL; text += strlen(part))
        count++;
    return count;
}

static bool has_xmllint(void)
{
    return system("xmllint --version >/dev/null 2>&1") == 0;
}

/* Draws, and finds `expected` in title, label, tic mark and legend. A text longer than the picture leaves no room
 * for anything but the title. */
static void check_text(const char *text, const char *expected)
{
    size_t places = strlen(expected) < 1000 ? 4 : 1;
    struct error error;
    char *escaped = malloc(8 * strlen(expected) + 1);
    escape(expected, escaped);
    if (!CHECK(draw(text, PICTURE_SVG, &error)))
        printf("    %s, for: %.200s\n", error.message, text);
    char *svg = read_file("picture.svg");
    if (CHECK(svg != NULL) && !CHECK(occurrences(svg, escaped) >= places))
        printf("    not found unharmed: %.200s\n", text);
    if (has_xmllint())
        CHECK_INT(system("xmllint --noout picture.svg 2>&1"), 0);
    CHECK_INT(entries("."), 2);
    free(svg);
    free(escaped);
}

/* ---- user's text ---- */

static void test_hostile_text(void)
{
    static const char *const texts[] = {
        "it's 'quoted' ''twice''",
        "\"double\" \"quotes",
        "`touch canary`",
        "'`touch canary`'",
        "$(touch canary)",
        "'.system('touch canary').'",
        "'; system 'touch canary'; set title '",
        "'\n!touch canary\n",
        "@canary @@ @GPVAL_TERM",
        "%s %n %d %% 100% %c",
        "<2 ms '7 \"10\" $100 #001 >8 &9 `123",
        "\\",
        "trailing backslash \\",
        "\\n \\' \\\" \\x41 \\101",
        "END_OF_BLOCK",
        "EOD",
        "e",
        "<script>alert(1)</script>",
        "]]> --> &amp; & <!--",
        "x << EOD",
        "{ {{ } [ ( ) ] #",
        "# comment",
        "{/Bold enhanced} ^x _y",
        "< touch canary",
        "| touch canary",
        "-e 'x'",
        "~root",
        "Zürich – 東京 – Ω",
        "e\xcc\x81 \xf0\x9f\x92\xbe",
        "title columnheader",
        "   leading and trailing   ",
        "NaN",
        "",
    };
    struct place place;
    place_open(&place);
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        char expected[256], *end = expected;
        for (const char *c = texts[i]; *c != '\0'; c++)
            *end++ = *c == '\n' ? ' ' : *c;
        *end = '\0';
        check_text(texts[i], expected);
    }
    CHECK(!exists("canary"));
    place_close(&place);
}

static void test_controls(void)
{
    struct place place;
    place_open(&place);
    check_text("a\nEND_OF_BLOCK\nplot `touch canary`\n", "a END_OF_BLOCK plot `touch canary` ");
    check_text("tab\tbell\aescape\x1b[31mdelete\x7f.", "tab bell escape [31mdelete .");
    check_text("C1 \xc2\x85 separator \xe2\x80\xa8 \xe2\x80\xa9.", "C1   separator    .");
    place_close(&place);
}

static void test_invalid_utf8(void)
{
    struct place place;
    place_open(&place);
    check_text("latin-1 Z\xfcrich", "latin-1 Z\xef\xbf\xbdrich");
    check_text("overlong \xc0\xaf cut \xe2\x82", "overlong \xef\xbf\xbd\xef\xbf\xbd cut \xef\xbf\xbd\xef\xbf\xbd");
    check_text("surrogate \xed\xa0\x80.", "surrogate \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd.");
    check_text("beyond \xf4\x90\x80\x80 no character \xef\xbf\xbf",
               "beyond \xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd no character \xef\xbf\xbd");
    place_close(&place);
}

static void test_long_text(void)
{
    struct place place;
    place_open(&place);
    char *text = malloc(LONG_TEXT + 1);
    for (size_t i = 0; i < LONG_TEXT; i++)
        text[i] = "abc'`%\\@{$"[i % 10];
    text[LONG_TEXT] = '\0';
    check_text(text, text);
    CHECK(!exists("canary"));
    free(text);
    place_close(&place);
}

static void test_limit(void)
{
    struct place place;
    struct error error = {0};
    place_open(&place);
    const char *const texts[] = {"exactly 10", "eleven long", "東京東京東", "東京東京東京", "ééééé ééééé"};
    const char *const expected[] = {"\"exactly 10\"", "\"eleven lo\xe2\x80\xa6\"", "\"東京東京東\"",
                                    "\"東京東京\xe2\x80\xa6\"", "\"ééééé ééé\xe2\x80\xa6\""};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct gnuplot *script = picture(texts[i], PICTURE_SVG, 10);
        CHECK(gnuplot_save(script, ".", &error));
        gnuplot_destroy(script);
        char *text = read_file("picture.gp");
        CHECK_CONTAINS(text, expected[i]);
        free(text);
    }
    place_close(&place);
}

static void test_folder_names(void)
{
    static const char *const names[] = {"-persist", "< touch canary; cat", "|touch canary",
                                        "~root",    "it's `touch canary`", "$(touch canary)",
                                        "-e",       "with blank"};
    struct place place;
    place_open(&place);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct error error = {0};
        CHECK_INT(mkdir(names[i], 0700), 0);
        struct gnuplot *script = picture("title", PICTURE_SVG, 80);
        CHECK(gnuplot_save(script, names[i], &error));
        char *path = gnuplot_draw(script, names[i], &error);
        CHECK_STRING(error.message, "");
        CHECK(path != NULL && exists(path));
        CHECK_INT(entries(names[i]), 2);
        free(path);
        gnuplot_destroy(script);
    }
    CHECK(!exists("canary"));
    place_close(&place);
}

static void test_start_up_file(void)
{
    struct place place;
    struct error error;
    place_open(&place);
    char *home = strdup(getenv("HOME") ? getenv("HOME") : "/");
    FILE *file = fopen(".gnuplot", "w");
    fputs("system 'touch canary'\n", file);
    fclose(file);
    setenv("HOME", place.folder, 1);
    CHECK(draw("title", PICTURE_SVG, &error));
    CHECK(!exists("canary"));
    setenv("HOME", home, 1);
    free(home);
    place_close(&place);
}

/* ---- numbers ---- */

static void test_numbers(void)
{
    struct place place;
    struct error error = {0};
    place_open(&place);
    struct gnuplot *script = gnuplot_create("numbers", PICTURE_SVG, 600, 400, &error);
    gnuplot_block_begin(script, "points");
    gnuplot_row(script, 3, (double[]){1.5, -0.0000012345678, 12345678});
    gnuplot_row(script, 0, NULL);
    gnuplot_row(script, 2, (double[]){strtod("nan", NULL), strtod("-inf", NULL)});
    gnuplot_block_end(script);
    CHECK(gnuplot_save(script, ".", &error));
    char *text = read_file("numbers.gp");
    CHECK_CONTAINS(text, "$points << END_OF_BLOCK\n1.5 -1.23457e-06 1.23457e+07\n\nNaN NaN\nEND_OF_BLOCK\n");
    free(text);
    gnuplot_destroy(script);
    place_close(&place);
}

/* ---- what gnuplot can do wrong ---- */

/* gnuplot replaced by a shell script; nothing may stand under the picture's name, and the message tells. */
static void check_fault(const char *body, int limit_ms, enum picture_format format, const char *message)
{
    struct place place;
    struct error error = {0};
    place_open(&place);
    fake_gnuplot(&place, body);
    struct gnuplot *script = picture("title", format, 80);
    gnuplot_limit_time(script, limit_ms);
    CHECK(gnuplot_save(script, ".", &error));
    char *path = gnuplot_draw(script, ".", &error);
    CHECK(path == NULL);
    CHECK_INT(error.kind, ERROR_RUN);
    CHECK_STRING(error.place, "gnuplot");
    CHECK_CONTAINS(error.message, message);
    CHECK(strchr(error.message, '\n') == NULL);
    CHECK(exists("picture.gp"));
    CHECK_INT(entries("."), 2); /* the script, and the folder with the false gnuplot */
    free(path);
    gnuplot_destroy(script);
    place_close(&place);
}

static void test_failure(void)
{
    check_fault("printf '\\n\\t^\\n\"x.gp\", line 3: unknown\\ncommand\\033[1m\\n' >&2; exit 3", 20000, PICTURE_SVG,
                "exit status 3: \"x.gp\", line 3: unknown command [1m");
    check_fault("exit 1", 20000, PICTURE_SVG, "exit status 1: without a message");
    check_fault("kill -SEGV $$", 20000, PICTURE_SVG, "ended by signal 11");
    check_fault("yes complaint | head -c 200000 >&2; exit 1", 20000, PICTURE_SVG, "exit status 1: complaint complaint");
}

static void test_real_mistake(void)
{
    struct place place;
    struct error error = {0};
    place_open(&place);
    struct gnuplot *script = gnuplot_create("wrong", PICTURE_SVG, 600, 400, &error);
    gnuplot_put(script, "plot $missing\n");
    CHECK(gnuplot_save(script, ".", &error));
    CHECK(gnuplot_draw(script, ".", &error) == NULL);
    CHECK_CONTAINS(error.message, "missing");
    CHECK(!exists("wrong.svg"));
    gnuplot_destroy(script);
    place_close(&place);
}

static void test_incomplete(void)
{
    check_fault("printf '<?xml version=\"1.0\"?><svg xmlns=\"x\"><text>half'", 20000, PICTURE_SVG,
                "incomplete picture (46 bytes)");
    check_fault("exit 0", 20000, PICTURE_SVG, "incomplete picture (0 bytes)");
    check_fault("echo '</svg>'", 20000, PICTURE_SVG, "incomplete picture");
    check_fault("exit 0", 20000, PICTURE_PNG, "incomplete picture");
    check_fault("printf '\\211PNG\\r\\n\\032\\nhalf'", 20000, PICTURE_PNG, "incomplete picture");
    check_fault("yes '<svg>' | head -c 70000000; echo '</svg>'", 60000, PICTURE_SVG, "incomplete picture");
}

static void test_hang(void)
{
    check_fault("sleep 600", 1000, PICTURE_SVG, "did not finish within 1 s");
    /* Closed streams are no end; nor is the end one while a child holds the streams. */
    check_fault("exec >&- 2>&-; sleep 600", 1000, PICTURE_SVG, "did not finish within 1 s");
    check_fault("sleep 600 & exit 0", 1000, PICTURE_SVG, "did not finish within 1 s");
}

/* Whether the process is gone, or a zombie that nobody has waited for, which has an empty command line. */
static bool is_dead(int process)
{
    char path[64], command_line[64];
    snprintf(path, sizeof path, "/proc/%d/cmdline", process);
    FILE *file = fopen(path, "r");
    bool dead = file == NULL || fread(command_line, 1, sizeof command_line, file) == 0;
    if (file != NULL)
        fclose(file);
    return dead;
}

/* A killed process takes its time to die on a busy machine: up to 10 s are granted. */
static bool dies(int process)
{
    for (int i = 0; i < 1000 && !is_dead(process); i++)
        nanosleep(&(struct timespec){.tv_nsec = 10000000}, NULL);
    return is_dead(process);
}

static void test_no_survivors(void)
{
    struct place place;
    struct error error = {0};
    place_open(&place);
    fake_gnuplot(&place, "sleep 600 & echo $! > pid; wait");
    struct gnuplot *script = picture("title", PICTURE_SVG, 80);
    gnuplot_limit_time(script, 1000);
    CHECK(gnuplot_save(script, ".", &error));
    CHECK(gnuplot_draw(script, ".", &error) == NULL);
    char *child = read_file("pid");
    if (CHECK(child != NULL && atoi(child) > 0))
        CHECK(dies(atoi(child)));
    free(child);
    gnuplot_destroy(script);
    place_close(&place);
}

static void test_missing(void)
{
    struct place place;
    struct error error;
    place_open(&place);
    setenv("PATH", "/nonexistent", 1);
    CHECK(!draw("title", PICTURE_SVG, &error));
    CHECK_INT(error.kind, ERROR_RUN);
    CHECK_CONTAINS(error.message, "install the package gnuplot-nox");
    CHECK(exists("picture.gp"));
    CHECK(!exists("picture.svg"));
    place_close(&place);
}

static void test_full_disk(void)
{
    struct place place;
    struct error error = {0};
    struct rlimit before;
    place_open(&place);
    signal(SIGXFSZ, SIG_IGN);
    struct gnuplot *script = picture("title", PICTURE_SVG, 80);
    CHECK(gnuplot_save(script, ".", &error));
    getrlimit(RLIMIT_FSIZE, &before);
    setrlimit(RLIMIT_FSIZE, &(struct rlimit){2000, before.rlim_max});
    char *path = gnuplot_draw(script, ".", &error);
    setrlimit(RLIMIT_FSIZE, &before);
    CHECK(path == NULL);
    CHECK_INT(error.kind, ERROR_RUN);
    CHECK_CONTAINS(error.place, "picture.svg");
    CHECK_INT(entries("."), 1);
    gnuplot_destroy(script);
    place_close(&place);
}

static void test_replaced_whole(void)
{
    struct place place;
    struct error error;
    place_open(&place);
    CHECK(draw("first", PICTURE_SVG, &error));
    char *path = getenv("PATH") ? strdup(getenv("PATH")) : NULL;
    fake_gnuplot(&place, "printf '<svg>half'");
    CHECK(!draw("second", PICTURE_SVG, &error));
    char *svg = read_file("picture.svg");
    CHECK_CONTAINS(svg, "first");
    free(svg);
    setenv("PATH", path, 1);
    CHECK(draw("third", PICTURE_SVG, &error));
    svg = read_file("picture.svg");
    CHECK_CONTAINS(svg, "third");
    free(svg);
    free(path);
    place_close(&place);
}

static void test_png(void)
{
    struct place place;
    struct error error;
    unsigned char head[24] = {0};
    place_open(&place);
    CHECK(draw("title", PICTURE_PNG, &error));
    FILE *file = fopen("picture.png", "r");
    if (CHECK(file != NULL)) {
        CHECK_INT(fread(head, 1, sizeof head, file), sizeof head);
        fclose(file);
    }
    CHECK_INT(head[16] << 24 | head[17] << 16 | head[18] << 8 | head[19], 600 * PICTURE_PNG_SCALE);
    CHECK_INT(head[20] << 24 | head[21] << 16 | head[22] << 8 | head[23], 400 * PICTURE_PNG_SCALE);
    place_close(&place);
}

/* ---- UTF-8 ---- */

static void test_utf8_round_trip(void)
{
    static const uint32_t characters[] = {1, 0x7f, 0x80, 0x7ff, 0x800, 0xd7ff, 0xe000, 0xffff, 0x10000, 0x10ffff};
    static const size_t sizes[] = {1, 1, 2, 2, 3, 3, 3, 3, 4, 4};
    for (size_t i = 0; i < sizeof characters / sizeof characters[0]; i++) {
        char bytes[UTF8_MAX + 1] = {0};
        uint32_t character = 0;
        CHECK_INT(utf8_encode(characters[i], bytes), sizes[i]);
        CHECK_INT(utf8_decode(bytes, &character), sizes[i]);
        CHECK_INT(character, characters[i]);
    }
}

UNIT_MAIN("gnuplot", {"a user's text comes out unharmed and runs nothing", test_hostile_text},
          {"control characters become blanks", test_controls},
          {"bytes that are no UTF-8 become U+FFFD", test_invalid_utf8},
          {"a text of 10 kB is drawn whole where the limit allows it", test_long_text},
          {"a text beyond its limit is cut between characters, with an ellipsis", test_limit},
          {"a folder's name is never an option, a command or a home", test_folder_names},
          {"~/.gnuplot is not read", test_start_up_file},
          {"a row holds numbers only, and a block ends where it should", test_numbers},
          {"a gnuplot that fails is reported in one line with its words", test_failure},
          {"a mistake in a script is an error", test_real_mistake},
          {"an incomplete picture gets no name", test_incomplete}, {"a gnuplot that hangs is reported", test_hang},
          {"a gnuplot that hangs is ended with all its children", test_no_survivors},
          {"without gnuplot the message names the package, and the script stays", test_missing},
          {"a full disk leaves nothing under the picture's name", test_full_disk},
          {"a picture is replaced whole or not at all", test_replaced_whole},
          {"a PNG has the size asked for", test_png},
          {"every character survives encoding and decoding", test_utf8_round_trip})
