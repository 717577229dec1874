// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/host_bay.h"

sim_time host_bay_pass(struct host_bay *bay, sim_time now, int64_t bytes, sim_time own_ns)
{
    if (bay->bytes_per_s == 0)
        return own_ns;
    sim_time pass_ns = sim_transfer_ns(bytes, bay->bytes_per_s);
    sim_time begin = bay->free_ns > now ? bay->free_ns : now;
    bay->free_ns = begin + pass_ns;
    bay->busy_ns += pass_ns;
    bay->transfers++;
    if (bay->free_ns <= now + own_ns)
        return own_ns;
    bay->wait_ns += bay->free_ns - now - own_ns;
    return bay->free_ns - now;
}

sim_time host_bay_busy_ns(const struct host_bay *bay, sim_time now)
{
    sim_time ahead = bay->free_ns > now ? bay->free_ns - now : 0;
    return bay->busy_ns - ahead;
}

void host_bay_restart(struct host_bay *bay, sim_time now)
{
    bay->busy_ns = bay->free_ns > now ? bay->free_ns - now : 0;
    bay->wait_ns = bay->transfers = 0;
}
