// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/memory.h"
#include "scenarios/tree.h"
#include "tests/unit.h"

/* Reads a text; the diagnostics' lines, one below the other, go to `lines`. */
static struct tree *read_bytes(const char *text, size_t length, char *lines, size_t size)
{
    struct diagnostics *diagnostics = diagnostics_create();
    struct tree *tree = tree_read_text("t", text, length, diagnostics);
    size_t used = 0;
    lines[0] = '\0';
    const char *line;
    for (size_t i = 0; (line = diagnostics_line(diagnostics, i)) != NULL && used < size; i++)
        used += (size_t)snprintf(lines + used, size - used, "%s\n", line);
    diagnostics_destroy(diagnostics);
    return tree;
}

static char found[20000];

static struct tree *read_text(const char *text)
{
    return read_bytes(text, strlen(text), found, sizeof found);
}

/* A text that gives exactly the lines `expected`. */
static void check_lines(const char *text, const char *expected)
{
    tree_destroy(read_text(text));
    CHECK_STRING(found, expected);
}

static void nodes_know_their_places(void)
{
    struct tree *tree = read_text("a:\n  b: [x, {c: y}]\n  d: 'é', \n");
    CHECK(tree == NULL); /* the comma after the quoted text */
    tree = read_text("a:\n  b: [x, {c: y}]\n'é': z\n");
    CHECK_STRING(found, "");
    struct node *a = tree_find(tree, tree_root(tree), "a");
    struct node *list = tree_find(tree, a, "b");
    CHECK(list != NULL && list->kind == NODE_SEQUENCE && list->count == 2);
    CHECK_INT(list->key_place.line, 2);
    CHECK_INT(list->key_place.column, 3);
    CHECK_INT(list->place.column, 6);
    struct node *c = tree_find(tree, list->last, "c");
    CHECK_STRING(c->text, "y");
    CHECK_INT(c->place.column, 14);
    char *path = node_path(c);
    CHECK_STRING(path, "a.b.1.c");
    free(path);
    CHECK_INT(tree_find(tree, tree_root(tree), "é")->place.column, 6);
    tree_destroy(tree);
}

static void scalars_stay_text(void)
{
    struct tree *tree = read_text("a: no\nb: 012\nc: ''\nd:\ne: ~\n");
    struct node *root = tree_root(tree);
    CHECK_STRING(tree_find(tree, root, "a")->text, "no");
    CHECK_STRING(tree_find(tree, root, "b")->text, "012");
    CHECK(!node_is_empty(tree_find(tree, root, "c")));
    CHECK(node_is_empty(tree_find(tree, root, "d")) && node_is_empty(tree_find(tree, root, "e")));
    tree_destroy(tree);
}

static void an_empty_file_is_an_empty_mapping(void)
{
    static const char *const texts[] = {"", "\n", "# comment\n", "---\n", "\xef\xbb\xbf", "~"};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        struct tree *tree = read_text(texts[i]);
        CHECK(tree != NULL && found[0] == '\0' && tree_root(tree)->kind == NODE_MAPPING);
        tree_destroy(tree);
    }
}

static void what_yaml_offers_beyond_the_plain_is_refused(void)
{
    check_lines("a: &x 1\nb: *x\n", "t:1:4: anchors (&name) are not allowed, write the value where it is wanted\n"
                                    "t:2:4: aliases (*name) are not allowed, write the value itself\n");
    check_lines("a: !!str 1\n", "t:1:4: tags (!name) are not allowed, the key decides the type\n");
    check_lines("a: 1\n---\nb: 2\n", "t:2:1: a second document begins here, allowed is one\n");
    check_lines("? [a]\n: 1\n", "t:1:3: a mapping or list stands as a key, allowed is a name\n");
    check_lines("- a\n", "t:1:1: the file is no mapping, allowed are sections, each a key with its values\n");
}

static void every_key_that_stands_twice_is_reported(void)
{
    check_lines("a: {x: 1, x: 2}\nb: 3\na: 4\n",
                "t:1:11: a.x: the key stands here a second time, first in line 1; allowed is once\n"
                "t:3:1: a: the key stands here a second time, first in line 1; allowed is once\n");
}

static void unreadable_characters_are_named_with_their_place(void)
{
    tree_destroy(read_bytes("a: b\nc: \0d\n", 11, found, sizeof found));
    CHECK_STRING(found, "t:2:4: there is a NUL character, allowed is text in UTF-8\n");
    check_lines("a: \"x\\0y\"\n", "t:1:4: the text holds a NUL character, which is not allowed\n");
    check_lines("é: \xff\n", "t:1:4: this is not UTF-8 text, which alone is allowed\n");
    check_lines("a: \x01\n",
                "t:1:4: there is a control character, allowed are printable characters, tabs and line ends\n");
    check_lines("\xff\xfe"
                "a\n",
                "t:1:1: this is not UTF-8 text, which alone is allowed\n");
    check_lines("a:\n\tb: 1\n", "t:2:1: a tab begins the value or line here, allowed are spaces\n");
}

/* `count` times `part`. */
static char *repeat(const char *part, size_t count)
{
    size_t length = strlen(part);
    char *text = memory_alloc_zeroed(length * count + 1, 1);
    for (size_t i = 0; i < count; i++)
        memcpy(text + i * length, part, length);
    return text;
}

static void check_repeated(const char *part, size_t count, const char *expected)
{
    char *text = repeat(part, count);
    tree_destroy(read_text(text));
    CHECK_CONTAINS(found, expected);
    free(text);
}

static void limits_bound_what_is_read(void)
{
    check_repeated("[", TREE_BYTES_MAX, "nested deeper than the 32 levels");
    check_repeated("- ", TREE_BYTES_MAX / 2, "nested deeper than the 32 levels");
    check_repeated("{a: ", 1000, "nested deeper than the 32 levels");
    check_repeated("[", 100 << 20, "larger than the 1 MiB");
    check_repeated("- a\n", 250000, "more than the 200,000 values");
    check_repeated("? ", TREE_BYTES_MAX / 2, "a mapping or list stands as a key");
    check_repeated(":", 1000000, "not YAML");
    check_repeated("\"", 1000001, "not YAML");
}

static void depth_32_is_allowed(void)
{
    char text[200] = "a: ";
    memset(text + 3, '[', 31);
    memset(text + 34, ']', 31);
    check_lines(text, "");
    memset(text + 3, '[', 32);
    memset(text + 35, ']', 32);
    tree_destroy(read_text(text));
    CHECK_CONTAINS(found, "nested deeper");
}

static void a_hundred_thousand_keys_are_found_and_compared_quickly(void)
{
    enum { KEYS = 90000 };
    char *text = memory_alloc_zeroed(KEYS * 11 + 1, 1);
    for (size_t i = 0; i < KEYS; i++)
        snprintf(text + i * 11, 12, "k%06zu: 1\n", i);
    struct tree *tree = read_text(text);
    CHECK(tree != NULL && tree_root(tree)->count == KEYS);
    CHECK(tree_find(tree, tree_root(tree), "k089999") != NULL && tree_find(tree, tree_root(tree), "k090000") == NULL);
    tree_destroy(tree);
    free(text);
}

static void an_alias_bomb_stays_small(void)
{
    check_lines("a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
                "t:1:4: anchors (&name) are not allowed, write the value where it is wanted\n"
                "t:2:4: anchors (&name) are not allowed, write the value where it is wanted\n"
                "t:2:8: b: aliases (*name) are not allowed, write the value itself\n"
                "t:2:12: b: aliases (*name) are not allowed, write the value itself\n"
                "t:3:5: c: aliases (*name) are not allowed, write the value itself\n"
                "t:3:9: c: aliases (*name) are not allowed, write the value itself\n");
}

static void check_file(const char *path, const char *expected)
{
    struct diagnostics *diagnostics = diagnostics_create();
    CHECK(tree_read_file(path, diagnostics) == NULL);
    CHECK_INT(diagnostics_errors(diagnostics), 1);
    CHECK_CONTAINS(diagnostics_line(diagnostics, 0), expected);
    diagnostics_destroy(diagnostics);
}

static void only_regular_files_are_read(void)
{
    char fifo[] = "/tmp/essim-tree-XXXXXX";
    CHECK(mkdtemp(fifo) != NULL);
    char *path = memory_text("%s/fifo", fifo);
    CHECK_INT(mkfifo(path, 0600), 0);
    check_file(path, "no regular file");
    check_file(fifo, "it is a directory");
    check_file("/dev/zero", "no regular file");
    check_file("/nonexistent/x.yaml", "No such file");
    unlink(path);
    rmdir(fifo);
    free(path);
}

static void a_value_can_be_put_in_place_of_another(void)
{
    struct diagnostics *diagnostics = diagnostics_create();
    struct tree *tree = read_text("a: {b: 1, c: 2}\nd: [x, y]\n");
    struct node *a = tree_find(tree, tree_root(tree), "a");
    CHECK(tree_put(tree, a, "b", 0, "3", diagnostics) == a->first);
    CHECK_STRING(tree_find(tree, a, "b")->text, "3");
    CHECK_INT(a->count, 2);
    tree_put(tree, a, "e", 0, "[1, {f: 2}]", diagnostics);
    char *path = node_path(tree_find(tree, tree_find(tree, a, "e")->last, "f"));
    CHECK_STRING(path, "a.e.1.f");
    free(path);
    struct node *d = tree_find(tree, tree_root(tree), "d");
    tree_put(tree, d, NULL, 1, "z", diagnostics);
    CHECK_STRING(d->last->text, "z");
    CHECK(tree_put(tree, a, "c", 0, "[1, ", diagnostics) == NULL);
    CHECK_CONTAINS(diagnostics_line(diagnostics, 0), "--set a.c: not YAML");
    tree_destroy(tree);
    diagnostics_destroy(diagnostics);
}

static void mistakes_are_sorted_capped_and_safe_to_print(void)
{
    struct diagnostics *diagnostics = diagnostics_create();
    for (int line = 150; line > 0; line--)
        diagnostics_add(diagnostics, (struct place){"f", line, 1}, "p\x1b[31m", "bad %s", "\xc3");
    diagnostics_warn(diagnostics, (struct place){"f", 1, 1}, NULL, "odd");
    CHECK_INT(diagnostics_errors(diagnostics), 150);
    CHECK_STRING(diagnostics_line(diagnostics, 0), "f:51:1: p?[31m: bad ?");
    CHECK_STRING(diagnostics_line(diagnostics, 100), "... and 50 more");
    CHECK_STRING(diagnostics_line(diagnostics, 101), "f:1:1: warning: odd");
    CHECK(diagnostics_line(diagnostics, 102) == NULL);
    CHECK_STRING(diagnostics_warning(diagnostics, 0), "f:1:1: odd");
    CHECK(diagnostics_warning(diagnostics, 1) == NULL);
    diagnostics_destroy(diagnostics);
}

UNIT_MAIN("tree", {"nodes know their places", nodes_know_their_places}, {"scalars stay text", scalars_stay_text},
          {"an empty file is an empty mapping", an_empty_file_is_an_empty_mapping},
          {"what YAML offers beyond the plain is refused", what_yaml_offers_beyond_the_plain_is_refused},
          {"every key that stands twice is reported", every_key_that_stands_twice_is_reported},
          {"unreadable characters are named with their place", unreadable_characters_are_named_with_their_place},
          {"limits bound what is read", limits_bound_what_is_read}, {"32 levels are allowed", depth_32_is_allowed},
          {"90,000 keys are found and compared quickly", a_hundred_thousand_keys_are_found_and_compared_quickly},
          {"an alias bomb stays small", an_alias_bomb_stays_small},
          {"only regular files are read", only_regular_files_are_read},
          {"a value can be put in place of another", a_value_can_be_put_in_place_of_another},
          {"mistakes are sorted, capped and safe to print", mistakes_are_sorted_capped_and_safe_to_print})
