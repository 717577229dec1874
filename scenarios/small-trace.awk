# SPDX-License-Identifier: GPL-3.0-or-later
# Makes small-trace.csv, a made-up recording to try replays with, in the MSR Cambridge format:
#     awk -f small-trace.awk > small-trace.csv
# One 8 GiB disk over five minutes: six requests a second, and sixty for two seconds every half minute;
# 60 % reads; four out of five requests go to a tenth of the disk. The same numbers everywhere: the
# generator is written out, and all numbers stay below 2^53.

# Uniform in (0, 1): the minimal standard generator of Park and Miller, Comm. ACM 31 (1988) 1192.
function draw()
{
    state = (state * 16807) % 2147483647
    return state / 2147483647
}

function draw_size(u)
{
    u = draw()
    return u < 0.50 ? 4096 : u < 0.75 ? 8192 : u < 0.90 ? 16384 : 65536
}

# On 4 KiB, so that the request ends within the disk.
function draw_offset(size, span)
{
    span = draw() < 0.8 ? disk / 10 : disk
    return int(draw() * (span - size) / 4096) * 4096
}

BEGIN {
    state = 2105
    disk = 8 * 1024 * 1024 * 1024
    ticks_per_s = 10000000
    print "Timestamp,Hostname,DiskNumber,Type,Offset,Size,ResponseTime"
    for (time = 0; time < 300; time += -log(draw()) / rate) {
        phase = time % 30
        rate = phase >= 10 && phase < 12 ? 60 : 6.8
        type = draw() < 0.6 ? "Read" : "Write"
        size = draw_size()
        offset = draw_offset(size)
        response = int((type == "Read" ? 4000 + 90000 * draw() : 3000 + 4000 * draw()) + size / 8)
        # FILETIME of 2007-02-22; beyond 2^53, so its upper digits are text.
        printf "12816638%010.0f,app,0,%s,%.0f,%.0f,%.0f\n", 1000000000 + int(time * ticks_per_s), type, offset, size, response
    }
}
