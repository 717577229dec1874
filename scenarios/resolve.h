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
    SERVERS_MAX = 1024,
    HOSTS_MAX = 4096,
    WORKLOADS_MAX = 1024,
    PAIRS_MAX = 65536,
    BAY_COUNT = 4,  /* host adapter bays of a server ... */
    SLOT_COUNT = 4, /* ... and slots for adapters in each */
};

/* What is known of a thing beside its config entry. */
struct note {
    const struct node *node;
    bool known; /* its values are good */
};

/* A slot for a host adapter. */
struct slot {
    bool taken;    /* by an adapter ... */
    bool of_links; /* ... that was added for links */
    int32_t type;  /* of its ports: index in config.port_types */
    uint8_t ports; /* in use: a bit each */
};

struct server_note {
    const struct node *node;
    const struct catalog_entry *entry; /* the model with the server's overrides; NULL if unknown */
    bool known;
    size_t first_rank, first_port;  /* indices in the config */
    size_t first_group;             /* index in the resolver's groups */
    int32_t lss_volumes[LSS_COUNT]; /* volumes in each LSS */
    int32_t subsystems[LSS_COUNT];  /* index of each LSS in config.subsystems, -1: it has no ranks */
    struct slot slots[BAY_COUNT][SLOT_COUNT];
    int32_t link_ports;             /* added for links so far */
    int32_t last_link;              /* the newest link from here in config.links, -1: none (see links_before) */
};

/* A host adapter port, beside what its note says: which links use it. */
struct port_use {
    const struct node *sender;   /* the link (in `links`) that sends over it, NULL: none ... */
    const struct node *receiver; /* ... and the first that ends at it */
    bool behind_director;        /* all that end at it come through a director */
};

/* A member of `links`: one link, or `count` of them. */
struct link_group {
    const struct node *node;
    const struct catalog_entry *entry; /* its type with the scenario's overrides; NULL if unknown */
    size_t first, count;               /* in config.links; fewer than written if a limit was broken */
    bool numbered;                     /* `count` was given: members are NAME.0, NAME.1 ... */
    bool known;
};

/* What is known of a pair beside its config entry. */
struct pair_note {
    const struct node *node; /* the item of `pairs` that says how it stands at the start; NULL: only tasks name it */
};

/* Servers that fail together. */
struct site {
    const struct node *node;
    int32_t *servers; /* indices in config.servers */
    size_t count;
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
    size_t written_ports;        /* of config->ports, those that the scenario has; the others were added for links */
    struct port_use *port_uses;  /* as config->ports */
    struct note *hosts;          /* as config->hosts */
    struct volume_group *groups;
    size_t group_count;
    struct link_group *links;        /* as the members of `links` */
    size_t link_group_count;
    int32_t *links_before;           /* as config->links: the one before it from the same server, -1: none */
    const struct node **paths;       /* as config->paths: the item of `paths` */
    bool paths_broken;               /* an item of `paths` has a mistake: whether a pair has a path is not known */
    struct pair_note *pairs;         /* as config->pairs */
    int32_t *pair_table;             /* hash table of their indices by kind, source and target, -1: free */
    size_t pair_room;                /* its size, a power of two or 0 */
    bool pairs_broken;               /* a pair has a mistake somewhere: whether another is one of them is not known */
    struct site *sites;              /* as the members of `sites` */
    size_t site_count;
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
void resolve_subsystems(struct resolver *resolver);
void resolve_link_groups(struct resolver *resolver);
void resolve_hosts(struct resolver *resolver);
void resolve_workloads(struct resolver *resolver);
void resolve_start_paths(struct resolver *resolver);
void resolve_start_pairs(struct resolver *resolver);
void resolve_sites(struct resolver *resolver);
void resolve_tasks(struct resolver *resolver);
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

/* ---- what names mean, wherever they stand: in paths and pairs, in the arguments of tasks, in the timeline ---- */

/* The index in config.subsystems of the logical subsystem SERIAL:NUMBER, or 2105:SERIAL:NUMBER; -1 after a mistake. */
int32_t resolve_lss(struct resolver *resolver, const struct node *at);

/*
 * The links that a name or a list of names means, a group's name all its members: appends their indices to
 * config.links to *links, which the caller frees. They must lead from the server of subsystem `from` to that of `to`
 * (indices in config.subsystems; either -1: not checked), and none may be named twice. False after a mistake.
 */
bool resolve_links(struct resolver *resolver, const struct node *names, int32_t from, int32_t to, int32_t **links,
                   size_t *count);

/* The links that one name means, written at `at`: from *first, *count of them. False after a mistake. */
bool resolve_link_name(struct resolver *resolver, const char *name, const struct node *at, size_t *first,
                       size_t *count);

/*
 * The pairs that the names of a source and a target mean, two volumes or two groups member by member: appends their
 * indices in config.pairs to *pairs, which the caller frees. Pairs that are not there yet are added, simplex or none.
 * False after a mistake: no such volumes, unequal counts, a target smaller than its source, source = target; of a
 * FlashCopy, volumes of two logical subsystems ...
 */
bool resolve_pair(struct resolver *resolver, enum pair_kind kind, const struct node *from, const struct node *to,
                  int32_t **pairs, size_t *count);

/*
 * The same of names in a text, complained about at `at`, but only of pairs that are there: *count is 0 where one of
 * them is not. *pairs is the caller's to free in any case.
 */
bool resolve_known_pairs(struct resolver *resolver, enum pair_kind kind, const char *from, const char *to,
                         const struct node *at, int32_t **pairs, size_t *count);

/* The index in config.ports of a server's port, those added for links included (e.0); -1 if it has none of the name. */
int32_t resolve_port(const struct resolver *resolver, size_t server, const char *name);

/* The site of that name, NULL if there is none. */
const struct site *resolve_site(const struct resolver *resolver, const char *name);

/* ---- parts of the sections ---- */

/* The index of a port type in the config, added if it is new; -1 after a mistake at `at`. */
int32_t resolve_port_type(struct resolver *resolver, const char *name, const struct node *at);

/* Adds a port of type `type` for a link, spread over the server's bays. Its index in the config; -1: no place is left. */
int32_t resolve_link_port(struct resolver *resolver, size_t server, int32_t type, char *name, const struct node *link);

/* Whether a link's cable and what it goes via reach so far; false after a mistake. */
bool resolve_reach(struct resolver *resolver, const struct view *link, const struct link_type *type,
                   int64_t distance_m);

/* Whether it goes via a director. */
bool resolve_has_director(const struct view *link);

/* The group of volumes that a name means, and its members from *first, *count of them. False after a mistake. */
bool resolve_volumes_named(struct resolver *resolver, const char *name, const struct node *at, size_t *first,
                           size_t *count);

/*
 * The volumes that a workload's `volumes` names, on server `server`. Fills the workload; false if
 * something is wrong.
 */
bool resolve_volume_names(struct resolver *resolver, const struct node *names, size_t server,
                          struct workload_config *workload);

#endif
