// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/rank.h"

int32_t rank_missing_at(const struct rank *rank, int64_t row)
{
    if (rank->missing == POSITION_NONE || rank->state == RANK_LOST || row < rank->rebuilt_rows)
        return POSITION_NONE;
    return rank->missing;
}

void rank_command_joins(struct rank *rank, sim_time now)
{
    level_add(&rank->account.waiting, now, +1);
}

void rank_command_begins(struct rank *rank, sim_time now, sim_time waited_ns)
{
    level_add(&rank->account.waiting, now, -1);
    level_add(&rank->account.working, now, +1);
    rank->account.wait_sum_ns += waited_ns;
    rank->account.started++;
}

void rank_command_ends(struct rank *rank, sim_time now)
{
    level_add(&rank->account.working, now, -1);
    rank->account.completed++;
}

void rank_restart(struct rank *rank, sim_time now)
{
    struct rank_account *account = &rank->account;
    level_restart(&account->waiting, now);
    level_restart(&account->working, now);
    account->wait_sum_ns = 0;
    account->started = account->completed = 0;
    rank->raid = (struct raid_counts){0};
}
