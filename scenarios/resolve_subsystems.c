// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Logical subsystems: which there are, their properties, and what SERIAL:NUMBER means.
 */
#include <stdlib.h>
#include <string.h>

#include "scenarios/resolve.h"
#include "scenarios/units.h"
#include "sim/memory.h"

#define DEVICE_TYPE "2105:"

/* The numbers of a server's logical subsystems, for messages: "16, 17". To be freed. */
static char *numbers_text(const struct server_note *server)
{
    char *text = memory_text("%s", "");
    for (int i = 0; i < LSS_COUNT; i++) {
        if (server->subsystems[i] < 0)
            continue;
        char *longer = memory_text("%s%s%d", text, text[0] != '\0' ? ", " : "", LSS_FIRST + i);
        free(text);
        text = longer;
    }
    return text;
}

/* The index in config.subsystems of a server's subsystem `number`; -1 after a mistake at `at` (at its key if `key`). */
static int32_t find_number(const struct resolver *resolver, size_t server, const char *number, const struct node *at,
                           bool key)
{
    const struct server_note *note = &resolver->servers[server];
    struct quantity value;
    char why[200];
    if (quantity_parse(number, UNIT_COUNT, false, LSS_FIRST, LSS_FIRST + LSS_COUNT - 1, &value, why, sizeof why) &&
        note->subsystems[value.integer - LSS_FIRST] >= 0)
        return note->subsystems[value.integer - LSS_FIRST];
    char *numbers = numbers_text(note);
    (key ? node_key_error : node_error)(at, resolver->diagnostics,
                                        "server %.40s has no logical subsystem \"%.20s\" with ranks, %s%s",
                                        note->node->key, number, numbers[0] != '\0' ? "allowed are " : "it has no ranks",
                                        numbers);
    free(numbers);
    return -1;
}

int32_t resolve_lss(struct resolver *resolver, const struct node *at)
{
    bool typed = strncmp(at->text, DEVICE_TYPE, strlen(DEVICE_TYPE)) == 0 &&
                 strchr(at->text + strlen(DEVICE_TYPE), ':') != NULL;
    char *serial = memory_text("%s", at->text + (typed ? strlen(DEVICE_TYPE) : 0));
    char *colon = strchr(serial, ':');
    int32_t found = -1;
    if (colon == NULL) {
        node_error(at, resolver->diagnostics,
                   "\"%.60s\" is no logical subsystem, allowed is SERIAL:NUMBER such as FCA24:16", at->text);
    } else {
        *colon = '\0';
        const struct node *servers = resolve_section(resolver, tree_root(resolver->tree), "servers");
        const struct node *server = resolve_name(resolver, servers, serial, at, "server");
        if (server != NULL && server->index < resolver->config->server_count)
            found = find_number(resolver, server->index, colon + 1, at, false);
    }
    free(serial);
    return found;
}

static void read_properties(struct resolver *resolver, size_t server)
{
    const struct node *lss = resolve_section(resolver, resolver->servers[server].node, "lss");
    for (const struct node *node = lss != NULL ? lss->first : NULL; node != NULL; node = node->next) {
        struct view view = {resolver->tree, node, SECTION_LSS, true};
        int32_t index = find_number(resolver, server, node->key, node, true);
        if (index < 0)
            continue;
        struct subsystem_config *subsystem = &resolver->config->subsystems[index];
        subsystem->critical_heavy = view_integer(&view, "critical_heavy") != 0;
        subsystem->consistency_group = view_integer(&view, "consistency_group") != 0;
        subsystem->consistency_timeout_ns = view_integer(&view, "consistency_timeout");
    }
}

void resolve_subsystems(struct resolver *resolver)
{
    struct config *config = resolver->config;
    config_list_subsystems(config);
    for (size_t server = 0; server < config->server_count; server++)
        for (int i = 0; i < LSS_COUNT; i++)
            resolver->servers[server].subsystems[i] = -1;
    for (size_t i = 0; i < config->subsystem_count; i++) {
        const struct subsystem_config *subsystem = &config->subsystems[i];
        resolver->servers[subsystem->server].subsystems[subsystem->number - LSS_FIRST] = (int32_t)i;
    }
    for (size_t server = 0; server < config->server_count; server++)
        read_properties(resolver, server);
}
