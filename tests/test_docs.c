// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * LABEL: slow
 *
 * The manual's examples, run as a reader would: each page from its top in a fresh folder that holds the
 * scenarios. Of a page's fenced blocks
 *
 *     console            the lines `$ essim ...` (or `$ build/release/essim ...`) are run, and `$ ncdump`,
 *                        `$ h5dump` where installed
 *     console exit=2     the same, and each must end with that status instead of 0
 *     console exact      the same, and what is shown must be printed, line by line (`...` stands for any lines)
 *     yaml file=X.yaml   is put into the folder, whatever the language
 *     python             is run, where h5py, pandas and xarray are installed
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>

#include "tests/text_file.h"
#include "tests/unit.h"

#define FOLDER BUILD_DIR "/docs-examples"

/* A fenced block of a page. */
struct block {
    char *info;       /* behind the three backquotes: language and what the block is for */
    char *text;       /* its lines */
    const char *rest; /* the page behind the block */
};

/* The next block at or behind `page`; false when there is none. */
static bool next_block(const char *page, struct block *block)
{
    const char *fence = strncmp(page, "```", 3) == 0 ? page : strstr(page, "\n```");
    if (fence == NULL)
        return false;
    fence += fence[0] == '\n';
    const char *body = strchr(fence, '\n');
    const char *end = body != NULL ? strstr(body, "\n```") : NULL;
    if (end == NULL)
        return false;
    block->info = strndup(fence + 3, (size_t)(body - fence - 3));
    block->text = strndup(body + 1, end > body ? (size_t)(end - body) : 0);
    block->rest = end + 4;
    return true;
}

/* Runs a shell line in the folder with essim on the PATH; *output gets what it printed and is the caller's. */
static int run_line(const char *line, char **output)
{
    char *command = NULL;
    size_t size = 0;
    *output = NULL;
    if (asprintf(&command, "cd '%s' && PATH='%s':$PATH && { %s\n} 2>&1", FOLDER, BUILD_DIR, line) < 0)
        return -1;
    FILE *stream = popen(command, "r");
    if (stream != NULL && getdelim(output, &size, '\0', stream) < 0) {
        free(*output);
        *output = strdup("");
    }
    int status = stream != NULL ? pclose(stream) : -1;
    free(command);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

static bool succeeds(const char *line)
{
    char *output;
    int status = run_line(line, &output);
    free(output);
    return status == 0;
}

/* Where `line` stands as a whole line at or behind `text`; NULL when it does not. */
static const char *find_line(const char *text, const char *line)
{
    size_t length = strlen(line);
    for (; text != NULL && *text != '\0'; text = strchr(text, '\n'), text += text != NULL)
        if (strncmp(text, line, length) == 0 && (text[length] == '\n' || text[length] == '\0'))
            return text;
    return NULL;
}

/* Whether all of the shown lines, up to the next command, are printed, in order. */
static void check_shown(const char *shown, const char *output, const char *command)
{
    char *lines = strdup(shown), *rest = lines;
    for (char *line; (line = strsep(&rest, "\n")) != NULL && strncmp(line, "$ ", 2) != 0;) {
        if (line[0] == '\0' || strcmp(line, "...") == 0)
            continue;
        const char *found = find_line(output, line);
        unit_check(found != NULL, __FILE__, __LINE__, "`%s` prints\n%s\nand not\n%s", command, line, output);
        output = found != NULL ? found + strlen(line) : output;
    }
    free(lines);
}

/* Runs one command of a console block; `shown` is what stands below it. */
static void check_command(const char *command, const char *info, const char *shown)
{
    const char *exit = strstr(info, "exit=");
    int expected = exit != NULL ? atoi(exit + strlen("exit=")) : 0;
    char *output;
    int status = run_line(command, &output);
    unit_check(status == expected, __FILE__, __LINE__, "`%s` ends with %d, not %d:\n%s", command, expected, status,
               output);
    if (strstr(info, "exact") != NULL && output != NULL)
        check_shown(shown, output, command);
    free(output);
}

static bool is_run(const char *command)
{
    if (strncmp(command, "essim ", 6) == 0 || strncmp(command, "build/release/essim ", 20) == 0)
        return true;
    return (strncmp(command, "ncdump ", 7) == 0 && succeeds("command -v ncdump")) ||
           (strncmp(command, "h5dump ", 7) == 0 && succeeds("command -v h5dump"));
}

static void check_console(const struct block *block)
{
    char *lines = strdup(block->text), *rest = lines;
    for (char *line; (line = strsep(&rest, "\n")) != NULL;) {
        const char *shown = block->text + (rest != NULL ? (size_t)(rest - lines) : strlen(block->text));
        if (strncmp(line, "$ ", 2) == 0 && is_run(line + 2))
            check_command(line + 2, block->info, shown);
    }
    free(lines);
}

static void put_file(const char *name, const char *text)
{
    char *path = NULL;
    FILE *file = asprintf(&path, "%s/%s", FOLDER, name) >= 0 ? fopen(path, "w") : NULL;
    bool written = file != NULL && fputs(text, file) >= 0;
    if (file != NULL)
        written = fclose(file) == 0 && written;
    CHECK(written);
    free(path);
}

static void check_python(const struct block *block)
{
    if (!succeeds("/usr/bin/python3 -c 'import h5py, pandas, xarray'"))
        return;
    put_file("block.py", block->text);
    check_command("/usr/bin/python3 -B -W ignore block.py", "", "");
}

static void check_block(const struct block *block)
{
    char name[100];
    const char *file = strstr(block->info, "file=");
    if (file != NULL && sscanf(file, "file=%99s", name) == 1)
        put_file(name, block->text);
    else if (strncmp(block->info, "console", strlen("console")) == 0)
        check_console(block);
    else if (strcmp(block->info, "python") == 0)
        check_python(block);
}

static void check_page(const char *path)
{
    char *page = text_file_read(path);
    struct block block;
    char *output;
    if (page == NULL) {
        unit_check(false, __FILE__, __LINE__, "%s can be read", path);
        return;
    }
    int made = system("rm -rf '" FOLDER "' && mkdir -p '" FOLDER "/scenarios' '" FOLDER "/build' && ln -s '" BUILD_DIR
                      "' '" FOLDER "/build/release' && cp '" SOURCE_DIR "/scenarios/'*.yaml '" SOURCE_DIR
                      "/scenarios/'*.csv '" FOLDER "/scenarios'");
    CHECK_INT(made, 0);
    for (const char *rest = page; next_block(rest, &block); rest = block.rest) {
        check_block(&block);
        free(block.info);
        free(block.text);
    }
    free(page);
    run_line("rm -rf '" FOLDER "'", &output);
    free(output);
}

static void front_door(void)
{
    check_page(SOURCE_DIR "/README.md");
}

static void tour(void)
{
    check_page(SOURCE_DIR "/docs/manual.md");
}

static void scenario_reference(void)
{
    check_page(SOURCE_DIR "/docs/scenario.md");
}

static void results(void)
{
    check_page(SOURCE_DIR "/docs/results.md");
}

static void traces(void)
{
    check_page(SOURCE_DIR "/docs/traces.md");
}

static void models(void)
{
    check_page(SOURCE_DIR "/docs/models.md");
}

static void mirrors(void)
{
    check_page(SOURCE_DIR "/docs/pprc.md");
}

static void copies(void)
{
    check_page(SOURCE_DIR "/docs/flashcopy.md");
}

static void validation(void)
{
    check_page(SOURCE_DIR "/docs/validation.md");
}

UNIT_MAIN("docs", {"what the README shows works", front_door}, {"the guided tour can be followed", tour},
          {"the examples of the scenario language do what the page says", scenario_reference},
          {"the examples of reading a run file work", results}, {"the examples of importing traces work", traces},
          {"the examples of the models' page work", models}, {"the studies of mirrors can be followed", mirrors},
          {"the studies of FlashCopy can be followed", copies},
          {"the examples of the validation's page work", validation})
