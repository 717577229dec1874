// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * resolve: from a checked tree to a config, section by section (the inside of scenario.h).
 *
 * Every thing in the file gets its entry in the config's arrays even if it is wrong, so that what
 * refers to it can still be looked up and checked; its note says whether its values can be trusted.
 * Names are looked up in the tree, which takes constant time: a member's number in its mapping plus
 * the first index of that mapping is its index in the config.
 */
#ifndef SCENARIOS_RESOLVE_H
#define SCENARIOS_RESOLVE_H

#include "models/config.h"
#include "scenarios/catalog.h"
#include "scenarios/structure.h"

enum {
    SERVERS_MAX = 64,
    HOSTS_MAX = 4096,
    WORKLOADS_MAX = 1024,
};

/* What is known of a thing beside its config entry. */
struct note {
    const struct node *node;
    bool known; /* its values are good */
};

struct server_note {
    const struct node *node;
    const struct catalog_entry *entry; /* the model with the server's overrides; NULL if unknown */
    bool known;
    size_t first_rank, first_port;  /* indices in the config */
    size_t first_group;             /* index in the resolver's groups */
    int32_t lss_volumes[LSS_COUNT]; /* volumes in each LSS */
};

/* A member of a server's `volumes`: one volume, or `count` of them. */
struct volume_group {
    const struct node *node;
    size_t server;
    size_t first;  /* index of its first volume in the config */
    size_t count;  /* volumes in the config; fewer than written if a limit was broken */
    bool numbered; /* `count` was given: members are NAME.0, NAME.1 ... */
    bool known;
};

struct resolver {
    const char *path; /* the scenario's file */
    struct tree *tree;
    struct catalog *catalog;
    struct diagnostics *diagnostics;
    struct config *config;
    struct server_note *servers; /* as config->servers */
    struct note *ranks;          /* as config->ranks */
    struct note *ports;          /* as config->ports */
    struct note *hosts;          /* as config->hosts */
    struct volume_group *groups;
    size_t group_count;
    const struct catalog_entry **drive_entries; /* as config->drive_types */
    const struct catalog_entry **port_entries;  /* as config->port_types */
    const struct catalog_entry *advice;
};

/* Resolves everything; mistakes go to the diagnostics. Free what it holds with resolver_free(). */
void resolve_scenario(struct resolver *resolver);
void resolver_free(struct resolver *resolver);

/* The sections, in the order in which they build on each other. */
void resolve_servers(struct resolver *resolver);
void resolve_ranks(struct resolver *resolver, size_t server);
void resolve_ports(struct resolver *resolver, size_t server);
void resolve_volumes(struct resolver *resolver, size_t server);
void resolve_hosts(struct resolver *resolver);
void resolve_workloads(struct resolver *resolver);
void resolve_timeline(struct resolver *resolver);

/* A mapping's mapping member, or NULL if it is not there or is none. */
const struct node *resolve_section(const struct resolver *resolver, const struct node *node, const char *key);

/*
 * The member of `map` that the text in `at` names; or NULL after adding a mistake that proposes the
 * nearest. `what` names the kind of thing: "rank of FCA24".
 */
const struct node *resolve_name(const struct resolver *resolver, const struct node *map, const char *name,
                                const struct node *at, const char *what);

/* A name taken apart: [SERIAL/]NAME[.MEMBER]. Free it with member_name_free(). */
struct member_name {
    char *text;         /* cut into the parts below */
    const char *serial; /* NULL: not given */
    const char *name;
    const char *member; /* NULL: all of it */
};

struct member_name member_name_split(const char *text);
void member_name_free(struct member_name *name);

/*
 * The server that a name means: that of its serial, else the only one with such a member in
 * `section`, else `standard` (where none has one). SIZE_MAX after a mistake: the serial is unknown,
 * or two servers use the name.
 */
size_t resolve_owner(const struct resolver *resolver, const struct member_name *name, const char *section,
                     size_t standard, const struct node *at);

/*
 * The volumes that a workload's `volumes` names, on server `server`. Fills the workload; false if
 * something is wrong.
 */
bool resolve_volume_names(struct resolver *resolver, const struct node *names, size_t server,
                          struct workload_config *workload);

#endif
