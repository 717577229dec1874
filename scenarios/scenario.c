// SPDX-License-Identifier: GPL-3.0-or-later
#include "scenarios/scenario.h"

#include <nettle/sha2.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"
#include "scenarios/override.h"
#include "scenarios/scenario_json.h"

struct scenario {
    char *path;
    struct tree *tree;
    struct catalog *catalog;
    struct config config;
    char sha256[2 * SHA256_DIGEST_SIZE + 1];
    char *resolved_json;
    char *catalog_json;
};

static void hash_text(struct scenario *scenario)
{
    struct sha256_ctx context;
    uint8_t digest[SHA256_DIGEST_SIZE];
    sha256_init(&context);
    sha256_update(&context, tree_length(scenario->tree), (const uint8_t *)tree_text(scenario->tree));
    sha256_digest(&context, sizeof digest, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        snprintf(scenario->sha256 + 2 * i, 3, "%02x", digest[i]);
}

/* Checks the tree and resolves it; the JSON texts are made only of a scenario without mistakes. */
static void resolve(struct scenario *scenario, struct diagnostics *diagnostics, size_t errors_before)
{
    struct resolver resolver = {
        .path = scenario->path,
        .tree = scenario->tree,
        .catalog = scenario->catalog,
        .diagnostics = diagnostics,
        .config = &scenario->config,
    };
    schema_check(scenario->tree, tree_root(scenario->tree), SECTION_SCENARIO, diagnostics);
    resolve_scenario(&resolver);
    if (diagnostics_errors(diagnostics) == errors_before) {
        scenario->resolved_json = scenario_json_resolved(&resolver);
        scenario->catalog_json = scenario_json_catalog(&resolver);
    }
    resolver_free(&resolver);
}

bool scenario_load(const char *path, const char *const *sets, size_t count, struct scenario **out,
                   struct diagnostics *diagnostics)
{
    size_t errors_before = diagnostics_errors(diagnostics);
    struct scenario *scenario = memory_alloc_zeroed(1, sizeof *scenario);
    scenario->path = memory_text("%s", path);
    scenario->tree = tree_read_file(path, diagnostics);
    *out = NULL;
    if (scenario->tree != NULL) {
        hash_text(scenario);
        for (size_t i = 0; i < count; i++)
            override_apply(scenario->tree, sets[i], diagnostics);
        scenario->catalog = catalog_load(diagnostics);
        resolve(scenario, diagnostics, errors_before);
    }
    if (diagnostics_errors(diagnostics) == errors_before)
        *out = scenario;
    else
        scenario_destroy(scenario);
    return *out != NULL;
}

void scenario_destroy(struct scenario *scenario)
{
    if (scenario == NULL)
        return;
    config_free(&scenario->config);
    catalog_destroy(scenario->catalog);
    tree_destroy(scenario->tree);
    free(scenario->resolved_json);
    free(scenario->catalog_json);
    free(scenario->path);
    free(scenario);
}

const struct config *scenario_config(const struct scenario *scenario)
{
    return &scenario->config;
}

const char *scenario_path(const struct scenario *scenario)
{
    return scenario->path;
}

const char *scenario_text(const struct scenario *scenario)
{
    return tree_text(scenario->tree);
}

const char *scenario_sha256(const struct scenario *scenario)
{
    return scenario->sha256;
}

const char *scenario_resolved_json(const struct scenario *scenario)
{
    return scenario->resolved_json;
}

const char *scenario_catalog_json(const struct scenario *scenario)
{
    return scenario->catalog_json;
}
