// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/address.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "sim/memory.h"
#include "tests/chi_square.h"
#include "tests/small_config.h"
#include "tests/unit.h"

enum { DRAWS = 200000 };

/* A config of three volumes (the second ten times smaller) and a workload on all of them. */
static struct config *three_volumes(void)
{
    struct config *config = small_config_create(3, 10000);
    config->volumes[1].tracks = 1000;
    small_config_lay_out(config);
    small_config_add_open(config, 100);
    return config;
}

static int64_t places_of(const struct config *config, uint32_t volume)
{
    return config->volumes[volume].size_bytes / config->workloads[0].block_bytes;
}

/* The place, in blocks of the workload's size, after checking that the record is sound. */
static int64_t place_of(const struct config *config, const struct io_record *record, int64_t *wrong)
{
    int32_t bytes = config->workloads[0].block_bytes;
    int64_t offset = record->offset_blocks * 512;
    *wrong += record->length_bytes != bytes || offset % bytes != 0 || offset < 0;
    *wrong += offset + bytes > config->volumes[record->volume].size_bytes;
    return offset / bytes;
}

static void test_uniform(void)
{
    struct config *config = three_volumes();
    struct address_stream *stream = address_create(config, 0, 1, "run");
    uint64_t volumes[3] = {0}, cells[3][50] = {{0}};
    double third[3] = {1.0 / 3, 1.0 / 3, 1.0 / 3}, even[50];
    int64_t wrong = 0;
    for (int i = 0; i < DRAWS; i++) {
        struct io_record record = {0};
        address_next(stream, &record);
        int64_t place = place_of(config, &record, &wrong);
        volumes[record.volume]++;
        cells[record.volume][place * 50 / places_of(config, record.volume)]++;
        wrong += record.op != IO_READ;
    }
    for (int i = 0; i < 50; i++)
        even[i] = 1.0 / 50;
    CHECK_INT(wrong, 0);
    CHECK_CHI_SQUARE(volumes, third, 3);
    for (int i = 0; i < 3; i++)
        CHECK_CHI_SQUARE(cells[i], even, 50);
    address_destroy(stream);
    small_config_destroy(config);
}

static int descending(const void *a, const void *b)
{
    uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;
    return x < y ? 1 : x > y ? -1 : 0;
}

static void test_zipf(void)
{
    /* 100 places a volume, so that each can be counted. */
    enum { PLACES = 100 };
    struct config *config = small_config_create(3, 400);
    config->volumes[1].size_bytes = PLACES * 131072 + 4096; /* a rest that no block fits */
    struct workload_config *workload = small_config_add_open(config, 100);
    workload->block_bytes = 131072;
    workload->distribution = ADDRESS_ZIPF;
    workload->zipf_theta = 0.9;
    struct address_stream *stream = address_create(config, 0, 1, "run");
    uint64_t counts[3][PLACES] = {{0}}, sorted[PLACES];
    double law[PLACES], sum = 0;
    int64_t wrong = 0;
    for (int i = 0; i < DRAWS; i++) {
        struct io_record record = {0};
        address_next(stream, &record);
        counts[record.volume][place_of(config, &record, &wrong)]++;
    }
    CHECK_INT(wrong, 0);
    for (int i = 0; i < PLACES; i++)
        sum += law[i] = 1 / pow(i + 1, 0.9);
    for (int volume = 0; volume < 3; volume++) {
        uint64_t total = 0, best = 0;
        memcpy(sorted, counts[volume], sizeof sorted);
        qsort(sorted, PLACES, sizeof sorted[0], descending);
        for (int i = 0; i < PLACES; i++)
            total += sorted[i];
        for (int i = 0; i < 10; i++)
            CHECK_NEAR((double)sorted[i] / (double)total, law[i] / sum, 5 * sqrt(law[i] / sum / (double)total));
        while (counts[volume][best] != sorted[0])
            best++;
        /* The hot places are scattered: the second is not beside the first. */
        CHECK(counts[volume][(best + 1) % PLACES] != sorted[1]);
    }
    CHECK(memcmp(counts[0], counts[2], sizeof counts[0]) != 0);
    address_destroy(stream);
    small_config_destroy(config);
}

static void test_sequential(void)
{
    struct config *config = three_volumes();
    config->workloads[0].sequential = true;
    config->workloads[0].block_bytes = 3 * 32768; /* 3333 places and a rest of one track; 333 and one */
    struct address_stream *stream = address_create(config, 0, 1, "run");
    int64_t wrong = 0;
    for (int64_t i = 0; i < 3 * 5000; i++) {
        struct io_record record = {0};
        address_next(stream, &record);
        wrong += record.volume != i % 3;
        wrong += place_of(config, &record, &wrong) != i / 3 % places_of(config, record.volume);
    }
    CHECK_INT(places_of(config, 0), 3333);
    CHECK_INT(wrong, 0);
    address_destroy(stream);
    small_config_destroy(config);
}

static void test_go_on(void)
{
    struct config *config = three_volumes();
    config->workloads[0].sequential = true;
    struct address_stream *warm = address_create(config, 0, 1, "warm"), *run = address_create(config, 0, 1, "run");
    struct io_record a = {0}, b = {0};
    for (int i = 0; i < 1000; i++)
        address_next(warm, &a);
    address_go_on(run, warm);
    for (int i = 0; i < 10; i++) {
        address_next(warm, &a);
        address_next(run, &b);
        CHECK(a.volume == b.volume && a.offset_blocks == b.offset_blocks);
    }
    address_destroy(warm);
    address_destroy(run);
    small_config_destroy(config);
}

static void check_read_share(double share, int64_t least, int64_t most)
{
    struct config *config = three_volumes();
    config->workloads[0].read_share = share;
    struct address_stream *stream = address_create(config, 0, 1, "run");
    int64_t reads = 0;
    for (int i = 0; i < DRAWS; i++) {
        struct io_record record = {0};
        address_next(stream, &record);
        reads += record.op == IO_READ;
    }
    CHECK(reads >= least && reads <= most);
    address_destroy(stream);
    small_config_destroy(config);
}

static void test_read_share(void)
{
    check_read_share(0, 0, 0);
    check_read_share(1, DRAWS, DRAWS);
    check_read_share(0.7, 139180, 140820); /* four standard deviations */
}

/* Whether the first hundred volumes and offsets (or directions) of two streams agree. */
static bool same(struct address_stream *one, struct address_stream *other, bool ops)
{
    bool equal = true;
    for (int i = 0; i < 100; i++) {
        struct io_record a = {0}, b = {0};
        address_next(one, &a);
        address_next(other, &b);
        equal = equal && (ops ? a.op == b.op : a.volume == b.volume && a.offset_blocks == b.offset_blocks);
    }
    address_destroy(one);
    address_destroy(other);
    return equal;
}

static void test_streams_are_apart(void)
{
    struct config *config = three_volumes(), *changed = three_volumes();
    changed->workloads[0].rate[0].per_s = 7;
    changed->workloads[0].read_share = 0.5;
    small_config_add_open(changed, 1);
    /* Another rate, mix or neighbour moves no address; another mix moves no other one's direction. */
    CHECK(same(address_create(config, 0, 1, "run"), address_create(changed, 0, 1, "run"), false));
    CHECK(!same(address_create(config, 0, 1, "run"), address_create(config, 0, 2, "run"), false));
    CHECK(!same(address_create(config, 0, 1, "run"), address_create(config, 0, 1, "warm"), false));
    CHECK(!same(address_create(changed, 0, 1, "run"), address_create(changed, 1, 1, "run"), false));
    config->workloads[0].read_share = 0.5;
    config->workloads[0].block_bytes = 65536;
    CHECK(same(address_create(config, 0, 1, "run"), address_create(changed, 0, 1, "run"), true));
    small_config_destroy(config);
    small_config_destroy(changed);
}

static void test_one_place(void)
{
    struct config *config = small_config_create(1, 1);
    struct workload_config *workload = small_config_add_open(config, 100);
    workload->block_bytes = 32768;
    for (int kind = 0; kind < 3; kind++) {
        workload->sequential = kind == 0;
        workload->distribution = kind == 1 ? ADDRESS_ZIPF : ADDRESS_UNIFORM;
        workload->zipf_theta = 1.1;
        struct address_stream *stream = address_create(config, 0, 1, "run");
        for (int i = 0; i < 10; i++) {
            struct io_record record = {.offset_blocks = 9};
            address_next(stream, &record);
            CHECK_INT(record.offset_blocks, 0);
        }
        address_destroy(stream);
    }
    small_config_destroy(config);
}

UNIT_MAIN("address",
          {"random I/O spreads evenly over volumes and over each volume's aligned blocks", test_uniform},
          {"zipf's law holds for each volume's blocks, whose hot ones are scattered differently", test_zipf},
          {"sequential I/O goes round the volumes, and round each of them", test_sequential},
          {"a sequential workload goes on where the warm start ended", test_go_on},
          {"reads have their share", test_read_share},
          {"streams follow seed, workload and purpose, not rates, mixes or other workloads", test_streams_are_apart},
          {"a volume of one block is always hit there", test_one_place})
