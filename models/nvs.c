// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/nvs.h"

#include "models/background_copy.h"

static bool has(const struct store *store, int64_t bytes)
{
    return store != NULL && store_queue(store) == 0 && store_capacity(store) - store_used(store) >= bytes;
}

double nvs_occupancy(const struct cluster *cluster)
{
    int64_t used = store_used(cluster->nvs), capacity = store_capacity(cluster->nvs);
    if (cluster->nvs_apart != NULL) {
        used += store_used(cluster->nvs_apart);
        capacity += store_capacity(cluster->nvs_apart);
    }
    return (double)used / (double)capacity;
}

bool nvs_has_for_copies(const struct cluster *cluster, int64_t bytes)
{
    return has(cluster->nvs, bytes) || has(cluster->nvs_apart, bytes);
}

bool nvs_take_for_copies(struct cluster *cluster, int64_t bytes, bool *apart)
{
    *apart = !has(cluster->nvs, bytes);
    struct store *store = *apart ? cluster->nvs_apart : cluster->nvs;
    return has(store, bytes) && store_take_now(store, bytes);
}

void nvs_give(struct cluster *cluster, int64_t bytes, bool apart)
{
    if (bytes == 0)
        return;
    store_give(apart ? cluster->nvs_apart : cluster->nvs, bytes);
    background_copy_go_on(cluster);
}
