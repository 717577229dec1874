// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * schema: every key of the scenario language and of the catalogue, in one table.
 *
 * The table says where a key stands, what type and range its value has, whether it must be there,
 * what holds where it is not, and in one line what it means. Checking, messages, the nearest key
 * proposed, `--set` and the reference manual all follow from it.
 */
#ifndef SCENARIOS_SCHEMA_H
#define SCENARIOS_SCHEMA_H

#include "scenarios/tree.h"
#include "scenarios/units.h"

/* A kind of mapping: which keys may stand in it. */
enum section {
    SECTION_SCENARIO, /* the whole file */
    SECTION_RUN,
    SECTION_SERVER, /* servers.SERIAL; also takes all keys of SECTION_MODEL */
    SECTION_RANK,
    SECTION_PORT,
    SECTION_VOLUME,
    SECTION_HOST,
    SECTION_WORKLOAD,
    SECTION_RATE, /* workloads.NAME.rate_iops, where it is a mapping */
    SECTION_TRACE,
    SECTION_EVENT,  /* an item of timeline */
    SECTION_ACTION, /* an item of a task */
    SECTION_ESTABLISH_PATHS,
    SECTION_BETWEEN, /* an action between two logical subsystems: remove_paths, freeze, thaw */
    SECTION_ESTABLISH_PPRC,
    SECTION_SUSPEND_PPRC, /* an action on pairs, nothing else to say: suspend_pprc, withdraw_flashcopy */
    SECTION_TERMINATE_PPRC,
    SECTION_ESTABLISH_FLASHCOPY,
    SECTION_LOADS, /* an action on workloads: quiesce, resume */
    SECTION_LSS,   /* servers.SERIAL.lss.NUMBER */
    SECTION_LINK,  /* links.NAME; also takes all keys of SECTION_LINK_TYPE */
    SECTION_PATH,  /* an item of paths */
    SECTION_PAIR,  /* an item of pairs */
    SECTION_CATALOG,
    SECTION_MODEL,     /* catalogue entry of a storage server */
    SECTION_DRIVE,     /* catalogue entry of a disk drive */
    SECTION_PORT_TYPE, /* catalogue entry of a host adapter type */
    SECTION_LINK_TYPE, /* catalogue entry of a kind of link between servers */
    SECTION_ADVICE,    /* catalogue entry of advised utilisations */
    SECTION_COUNT
};

enum value_type {
    VALUE_TEXT, /* any text */
    VALUE_BOOLEAN,
    VALUE_CHOICE,   /* one of `choices` */
    VALUE_QUANTITY, /* of class `unit` */
    VALUE_NAMES,    /* a name, or a list of names */
    VALUE_LIST,     /* a list of quantities of class `unit` */
    VALUE_PAIRS,    /* a list of [quantity of class `first`, quantity of class `unit`] */
    VALUE_SECTION,  /* a mapping with the keys of `section` */
    VALUE_MAP,      /* a mapping from the user's names to mappings with the keys of `section` */
    VALUE_SECTIONS, /* a list of mappings with the keys of `section` */
    VALUE_SECTION_LISTS, /* a mapping from the user's names to such lists, or to one such mapping each */
    VALUE_NAME_LISTS, /* a mapping from the user's names to a name or a list of names each */
    VALUE_SWEEP,    /* the sweep section: a mapping, looked at by `essim sweep` */
};

struct key {
    enum section in; /* where it stands */
    const char *name;
    enum value_type type;
    enum unit_class unit;    /* of quantities */
    double minimum, maximum; /* of quantities, in base units */
    const char *standard;    /* what holds where the key is absent, as one would write it; NULL: nothing */
    const char *choices;     /* "read|write": the words; their numbers count from 0 */
    const char *later;       /* of choices: "JBOD": words that are known, but not modelled in this version */
    enum section section;    /* of sections, maps and lists of sections, and of a quantity that may be a mapping instead */
    enum unit_class first;   /* of pairs */
    bool required;           /* must be there */
    bool bare;               /* a share that may lack its % */
    bool or_section;         /* a quantity that may be a mapping of `section` instead */
    bool open;               /* a map in which --set may make new members */
    const char *description; /* one line */
};

/* The table, in the order in which a manual lists it. */
const struct key *schema_keys(size_t *count);

/* The key of that name in a section (or in those it takes over), or NULL. */
const struct key *schema_find(enum section section, const char *name);

/* The key whose name is nearest to `name`, or NULL if none is near. */
const struct key *schema_nearest(enum section section, const char *name);

/* How a section is called in a manual: "servers.SERIAL.ranks.NAME". */
const char *schema_section_name(enum section section);

/* What is allowed as this key's value, in words: "a size from 1 MiB to 1 TiB". To be freed. */
char *schema_allowed(const struct key *key);

/* The section's keys, where `what` is "a mapping": "a mapping with the keys at, fail". To be freed. */
char *schema_allowed_keys(enum section section, const char *what);

/*
 * Checks a mapping against a section, and all below it: adds every mistake, and sets the nodes'
 * `valid`, `integer` and `number`.
 */
void schema_check(const struct tree *tree, struct node *mapping, enum section section, struct diagnostics *diagnostics);

/* The same for one key's value. Returns node->valid. */
bool schema_check_value(const struct key *key, const struct tree *tree, struct node *node,
                        struct diagnostics *diagnostics);

/* Whether a user's name is allowed; NULL, or what is wrong with it. */
const char *schema_name_problem(const char *name);

/*
 * Reading a checked mapping. A view is one mapping seen as a section; a function that finds its
 * value invalid or missing clears `known` (never sets it) and returns the default, or 0.
 */
struct view {
    const struct tree *tree;
    const struct node *node; /* may be NULL: everything is absent */
    enum section section;
    bool known; /* everything asked for so far was valid or had a default */
};

/* The value's node, if it is written and not empty. */
const struct node *view_node(const struct view *view, const char *key);

int64_t view_integer(struct view *view, const char *key);  /* quantities with whole values; choices; booleans 0, 1 */
double view_number(struct view *view, const char *key);    /* quantities */
const char *view_text(struct view *view, const char *key); /* texts and choices; "" if there is nothing */

#endif
