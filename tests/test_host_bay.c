// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * A bay's bus of 100 MB/s: what transfers through it take, worked out by hand.
 */
#include "models/host_bay.h"
#include "tests/unit.h"

enum { KB = 1000 }; /* 10 us on the bus */

static struct host_bay new_bay(void)
{
    return (struct host_bay){.bytes_per_s = 100000000};
}

static void idle_bay_takes_no_time_of_its_own(void)
{
    struct host_bay bay = new_bay();
    CHECK_INT(host_bay_pass(&bay, 0, KB, 50 * SIM_US), 50 * SIM_US);
    CHECK_INT(bay.wait_ns, 0);
    CHECK_INT(bay.transfers, 1);
    CHECK_INT(host_bay_busy_ns(&bay, SIM_S), 10 * SIM_US);
}

static void bay_slower_than_its_port_sets_the_pace(void)
{
    struct host_bay bay = new_bay();
    CHECK_INT(host_bay_pass(&bay, 0, 10 * KB, 40 * SIM_US), 100 * SIM_US);
    CHECK_INT(bay.wait_ns, 60 * SIM_US);
}

/* Two ports begin together: the second one's bytes pass behind the first one's. */
static void bytes_pass_in_the_order_in_which_transfers_begin(void)
{
    struct host_bay bay = new_bay();
    CHECK_INT(host_bay_pass(&bay, 0, 10 * KB, 100 * SIM_US), 100 * SIM_US);
    CHECK_INT(host_bay_pass(&bay, 0, 10 * KB, 100 * SIM_US), 200 * SIM_US);
    CHECK_INT(host_bay_pass(&bay, 50 * SIM_US, 10 * KB, 100 * SIM_US), 250 * SIM_US);
    CHECK_INT(bay.wait_ns, (100 + 150) * SIM_US);
    CHECK_INT(host_bay_pass(&bay, 400 * SIM_US, KB, 5 * SIM_US), 10 * SIM_US);
}

static void bay_without_a_rate_takes_no_time(void)
{
    struct host_bay bay = {0};
    CHECK_INT(host_bay_pass(&bay, 0, 1000 * KB, 7), 7);
    CHECK_INT(host_bay_pass(&bay, 0, 1000 * KB, 7), 7);
    CHECK_INT(host_bay_busy_ns(&bay, SIM_S), 0);
}

/* Busy time counts up to now, and what was ahead at the restart counts after it. */
static void busy_time_is_told_up_to_now(void)
{
    struct host_bay bay = new_bay();
    host_bay_pass(&bay, 0, 10 * KB, 0);
    CHECK_INT(host_bay_busy_ns(&bay, 30 * SIM_US), 30 * SIM_US);
    host_bay_restart(&bay, 30 * SIM_US);
    CHECK_INT(host_bay_busy_ns(&bay, 30 * SIM_US), 0);
    CHECK_INT(host_bay_busy_ns(&bay, 40 * SIM_US), 10 * SIM_US);
    CHECK_INT(host_bay_busy_ns(&bay, SIM_S), 70 * SIM_US);
    CHECK_INT(bay.transfers, 0);
    host_bay_restart(&bay, SIM_S);
    CHECK_INT(host_bay_busy_ns(&bay, 2 * SIM_S), 0);
}

UNIT_MAIN("host_bay",
          {"an idle bay takes no time of its own", idle_bay_takes_no_time_of_its_own},
          {"a bay slower than its port sets the pace", bay_slower_than_its_port_sets_the_pace},
          {"bytes pass in the order in which transfers begin", bytes_pass_in_the_order_in_which_transfers_begin},
          {"a bay without a rate takes no time", bay_without_a_rate_takes_no_time},
          {"busy time is told up to now, over a restart", busy_time_is_told_up_to_now})
