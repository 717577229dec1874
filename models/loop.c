// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/loop.h"

#include <stdlib.h>

#include "sim/memory.h"

static void links_init(struct links *links, struct sim *sim, char *name, int32_t count)
{
    *links = (struct links){.name = name, .link = memory_alloc_zeroed((size_t)count, sizeof *links->link),
                            .count = count};
    for (int32_t i = 0; i < count; i++) {
        char *own = memory_text("%s.%d", name, i);
        links->link[i] = station_create(sim, own, 1);
        free(own);
    }
}

static void links_destroy(struct links *links)
{
    for (int32_t i = 0; i < links->count; i++)
        station_destroy(links->link[i]);
    free(links->link);
    free(links->name);
}

void loop_init(struct loop *loop, struct sim *sim, const char *name, int32_t read_links, int32_t write_links)
{
    loop->next_link = 0;
    links_init(&loop->read, sim, memory_text("%s/read", name), read_links);
    links_init(&loop->write, sim, memory_text("%s/write", name), write_links);
}

void loop_destroy(struct loop *loop)
{
    links_destroy(&loop->read);
    links_destroy(&loop->write);
}

struct station *links_choose(const struct links *links, int32_t link)
{
    struct station *best = links->link[0];
    if (link >= 0)
        return links->link[link % links->count];
    for (int32_t i = 1; i < links->count; i++)
        if (station_queue(links->link[i]) + station_busy(links->link[i]) < station_queue(best) + station_busy(best))
            best = links->link[i];
    return best;
}

void loop_restart(struct loop *loop)
{
    for (int32_t i = 0; i < loop->read.count; i++)
        station_restart(loop->read.link[i]);
    for (int32_t i = 0; i < loop->write.count; i++)
        station_restart(loop->write.link[i]);
}
