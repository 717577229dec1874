// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * The tree's memory is an arena: chunks that are freed together. All members of all mappings share
 * one chained hash table, keyed by the mapping's address and the member's key, because a hostile
 * file may hold one mapping of 200,000 keys as well as 200,000 mappings of one.
 */
#include "scenarios/tree_build.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "sim/memory.h"

enum { CHUNK_BYTES = 64 * 1024, BUCKETS = 1 << 12 };

struct chunk {
    struct chunk *next;
    _Alignas(max_align_t) char bytes[];
};

struct tree {
    struct chunk *chunks;
    char *free_bytes; /* the unused rest of the newest chunk */
    size_t free_count;
    struct node *buckets[BUCKETS]; /* members by hash of (mapping, key) */
    size_t node_count;
    struct node *root;
    const char *name;
    char *text; /* what was read, NUL at its end */
    size_t length;
};

void *tree_memory(struct tree *tree, size_t size)
{
    size = (size + sizeof(max_align_t) - 1) / sizeof(max_align_t) * sizeof(max_align_t);
    if (size > tree->free_count) {
        size_t room = size > CHUNK_BYTES ? size : CHUNK_BYTES;
        struct chunk *chunk = memory_alloc_zeroed(1, sizeof *chunk + room);
        chunk->next = tree->chunks;
        tree->chunks = chunk;
        tree->free_bytes = chunk->bytes;
        tree->free_count = room;
    }
    void *memory = tree->free_bytes;
    tree->free_bytes += size;
    tree->free_count -= size;
    return memory;
}

const char *tree_string(struct tree *tree, const char *text, size_t length)
{
    char *copy = tree_memory(tree, length + 1);
    memcpy(copy, text, length);
    return copy;
}

struct node *tree_node(struct tree *tree, enum node_kind kind, struct place place)
{
    if (tree->node_count == TREE_NODES_MAX)
        return NULL;
    tree->node_count++;
    struct node *node = tree_memory(tree, sizeof *node);
    node->kind = kind;
    node->text = "";
    node->place = node->key_place = place;
    return node;
}

static struct node **bucket_of(struct tree *tree, const struct node *mapping, const char *key)
{
    return &tree->buckets[XXH3_64bits_withSeed(key, strlen(key), (uintptr_t)mapping) % BUCKETS];
}

struct node *tree_find(const struct tree *tree, const struct node *mapping, const char *key)
{
    if (mapping == NULL || mapping->kind != NODE_MAPPING)
        return NULL;
    struct node *node = *bucket_of((struct tree *)tree, mapping, key);
    while (node != NULL && (node->parent != mapping || strcmp(node->key, key) != 0))
        node = node->hash_next;
    return node;
}

void tree_attach(struct tree *tree, struct node *parent, struct node *node)
{
    node->parent = parent;
    node->index = parent->count++;
    if (parent->last != NULL)
        parent->last->next = node;
    else
        parent->first = node;
    parent->last = node;
    if (node->key != NULL) {
        struct node **bucket = bucket_of(tree, parent, node->key);
        node->hash_next = *bucket;
        *bucket = node;
    }
}

void tree_replace(struct tree *tree, struct node *old, struct node *node)
{
    struct node *parent = old->parent;
    node->parent = parent;
    node->index = old->index;
    node->key = old->key;
    node->next = old->next;
    struct node **link = &parent->first;
    while (*link != old)
        link = &(*link)->next;
    *link = node;
    if (parent->last == old)
        parent->last = node;
    if (old->key == NULL)
        return;
    struct node **bucket = bucket_of(tree, parent, old->key);
    while (*bucket != old)
        bucket = &(*bucket)->hash_next;
    *bucket = node;
    node->hash_next = old->hash_next;
}

void tree_set_root(struct tree *tree, struct node *root)
{
    tree->root = root;
}

struct node *tree_root(struct tree *tree)
{
    return tree->root;
}

const char *tree_text(const struct tree *tree)
{
    return tree->text;
}

size_t tree_length(const struct tree *tree)
{
    return tree->length;
}

void tree_destroy(struct tree *tree)
{
    if (tree == NULL)
        return;
    while (tree->chunks != NULL) {
        struct chunk *next = tree->chunks->next;
        free(tree->chunks);
        tree->chunks = next;
    }
    free(tree->text);
    free(tree);
}

/* Takes over `text`, which has a NUL behind its `length` bytes. */
static struct tree *tree_create(const char *name, char *text, size_t length, struct diagnostics *diagnostics)
{
    struct tree *tree = memory_alloc_zeroed(1, sizeof *tree);
    tree->text = text;
    tree->length = length;
    tree->name = tree_string(tree, name, strlen(name));
    if (tree_build(tree, tree->name, text, length, diagnostics))
        return tree;
    tree_destroy(tree);
    return NULL;
}

struct tree *tree_read_text(const char *name, const char *text, size_t length, struct diagnostics *diagnostics)
{
    if (length > TREE_BYTES_MAX) {
        diagnostics_add(diagnostics, (struct place){name, 0, 0}, NULL, "is larger than the 1 MiB that is allowed");
        return NULL;
    }
    char *copy = memory_alloc_zeroed(length + 1, 1);
    memcpy(copy, text, length);
    return tree_create(name, copy, length, diagnostics);
}

/* Reads all of a small regular file. Never waits, whatever `path` is. NULL: *why says why. */
static char *read_all(const char *path, size_t *length, const char **why)
{
    char *text = NULL;
    int file = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
    struct stat status;
    if (file < 0 || fstat(file, &status) != 0) {
        *why = strerror(errno);
        goto done;
    }
    if (!S_ISREG(status.st_mode)) {
        *why = S_ISDIR(status.st_mode) ? "it is a directory, allowed is a regular file"
                                       : "it is no regular file, which alone is allowed";
        goto done;
    }
    size_t room = 0;
    ssize_t got = 1;
    *length = 0;
    while (got > 0 && *length <= TREE_BYTES_MAX) {
        if (room - *length < 2) { /* one for the NUL */
            room = room > 0 ? 2 * room : 4096;
            text = memory_resize(text, room);
        }
        got = read(file, text + *length, room - *length - 1);
        *length += got > 0 ? (size_t)got : 0;
    }
    text[*length] = '\0';
    *why = got < 0 ? strerror(errno) : *length > TREE_BYTES_MAX ? "it is larger than the 1 MiB that is allowed" : NULL;
    if (*why != NULL) {
        free(text);
        text = NULL;
    }
done:
    if (file >= 0)
        close(file);
    return text;
}

struct tree *tree_read_file(const char *path, struct diagnostics *diagnostics)
{
    size_t length = 0;
    const char *why = NULL;
    char *text = read_all(path, &length, &why);
    if (text != NULL)
        return tree_create(path, text, length, diagnostics);
    diagnostics_add(diagnostics, (struct place){path, 0, 0}, NULL, "cannot be read: %s", why);
    return NULL;
}

bool node_is_empty(const struct node *node)
{
    if (node->kind != NODE_SCALAR)
        return node->count == 0;
    return node->plain && (node->text[0] == '\0' || strcmp(node->text, "~") == 0 || strcmp(node->text, "null") == 0);
}

char *node_path(const struct node *node)
{
    if (node == NULL || node->parent == NULL)
        return memory_text("%s", "");
    char *above = node_path(node->parent);
    const char *dot = above[0] != '\0' ? "." : "";
    char *path = node->key != NULL ? memory_text("%s%s%s", above, dot, node->key)
                                   : memory_text("%s%s%zu", above, dot, node->index);
    free(above);
    return path;
}

static struct place place_to_show(const struct node *node)
{
    return node->kind == NODE_SCALAR && node->text[0] != '\0' ? node->place : node->key_place;
}

typedef void reporter(struct diagnostics *, struct place, const char *, const char *, ...);

__attribute__((format(printf, 5, 0))) static void report(const struct node *node, struct place place,
                                                         struct diagnostics *diagnostics, reporter *add,
                                                         const char *format, va_list arguments)
{
    char *path = node_path(node);
    char *message = memory_vtext(format, arguments);
    add(diagnostics, place, path, "%s", message);
    free(message);
    free(path);
}

void node_error(const struct node *node, struct diagnostics *diagnostics, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(node, place_to_show(node), diagnostics, diagnostics_add, format, arguments);
    va_end(arguments);
}

void node_key_error(const struct node *node, struct diagnostics *diagnostics, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(node, node->key_place, diagnostics, diagnostics_add, format, arguments);
    va_end(arguments);
}

void node_warn(const struct node *node, struct diagnostics *diagnostics, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    report(node, place_to_show(node), diagnostics, diagnostics_warn, format, arguments);
    va_end(arguments);
}
