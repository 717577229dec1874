// SPDX-License-Identifier: GPL-3.0-or-later
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "models/drive_geometry.h"
#include "models/link.h"
#include "scenarios/hardware.h"
#include "sim/memory.h"
#include "tests/unit.h"

#define CATALOG SOURCE_DIR "/models/catalog"

static struct catalog *load(void)
{
    struct diagnostics *diagnostics = diagnostics_create();
    struct catalog *catalog = catalog_load_folder(CATALOG, diagnostics);
    diagnostics_print(diagnostics, stdout);
    CHECK_INT(diagnostics_errors(diagnostics) + diagnostics_warnings(diagnostics), 0);
    diagnostics_destroy(diagnostics);
    return catalog;
}

static struct drive_type read_drive(const struct catalog *catalog, const char *name)
{
    struct diagnostics *diagnostics = diagnostics_create();
    struct drive_type type = {0};
    CHECK(hardware_drive_type(catalog_find(catalog, CATALOG_DRIVES, name), &type, diagnostics));
    diagnostics_destroy(diagnostics);
    return type;
}

static void free_drive(struct drive_type *type)
{
    free(type->name);
    free(type->seek_points);
    free(type->zones);
}

static void every_value_has_source_tag_and_uncertainty(void)
{
    struct catalog *catalog = load();
    size_t entries = 0, values = 0;
    for (int kind = 0; kind < CATALOG_KIND_COUNT; kind++) {
        const struct catalog_entry *entry;
        for (size_t i = 0; (entry = catalog_at(catalog, (enum catalog_kind)kind, i)) != NULL; i++, entries++) {
            for (size_t j = 0; j < entry->count; j++, values++) {
                const struct catalog_value *value = &entry->values[j];
                unit_check(value->source[0] != '\0' && value->tag[0] != '\0' && value->uncertainty[0] != '\0', __FILE__,
                           __LINE__, "%s %s has provenance", entry->name, value->key->name);
            }
        }
    }
    CHECK_INT(entries, 4 + 7 + 3 + 3 + 1);
    CHECK(values > 100);
    catalog_destroy(catalog);
}

static void entries_take_what_they_lack_from_the_entry_they_build_on(void)
{
    struct catalog *catalog = load();
    CHECK_INT(hardware_integer(catalog_find(catalog, CATALOG_SERVERS, "E20"), "cache"), (int64_t)6 << 30);
    CHECK_INT(hardware_integer(catalog_find(catalog, CATALOG_SERVERS, "E10"), "cache"), (int64_t)6 << 30);
    CHECK_INT(hardware_integer(catalog_find(catalog, CATALOG_SERVERS, "E10"), "nvs"), (int64_t)384 << 20);
    CHECK_INT(hardware_integer(catalog_find(catalog, CATALOG_SERVERS, "F10"), "drives"), 128);
    CHECK_INT(hardware_integer(catalog_find(catalog, CATALOG_SERVERS, "F20"), "drives"), 384);
    catalog_destroy(catalog);
}

static void the_36lzx_has_its_published_capacity_and_seek_time(void)
{
    struct catalog *catalog = load();
    struct drive_type type = read_drive(catalog, "ultrastar-36lzx");
    CHECK_INT(type.zone_count, 11);
    CHECK_NEAR((double)drive_type_blocks(&type) * 512 / 1e9, 36.7, 0.367);
    CHECK_NEAR(hardware_mean_seek_ns(&type) / 1e6, 4.9, 0.1);
    CHECK_INT(type.seek_points[0].seek_ns, 500000);
    CHECK_INT(type.seek_points[type.seek_point_count - 1].cylinders, type.cylinders - 1);
    CHECK_INT(type.seek_points[type.seek_point_count - 1].seek_ns, 10500000);
    CHECK_INT(type.revolution_ns, 5988024);
    double random_read_ms = ((double)type.overhead_ns + hardware_mean_seek_ns(&type) + (double)type.revolution_ns / 2 +
                             (double)type.revolution_ns * 8 / 396) /
                            1e6;
    CHECK_NEAR(random_read_ms, 8.3, 0.83);
    free_drive(&type);
    catalog_destroy(catalog);
}

/* Sustained rate over a track and the switch after it, in MB/s. */
static double sustained(const struct drive_type *type, int32_t sectors)
{
    sim_time skew_ns = type->head_switch_ns + type->write_settle_ns; /* tracks are laid out for writes */
    return sectors * 512.0 / (double)(type->revolution_ns + skew_ns) * 1e3;
}

static void the_36lzx_sustains_21_to_36_mb_per_s(void)
{
    struct catalog *catalog = load();
    struct drive_type type = read_drive(catalog, "ultrastar-36lzx");
    CHECK_NEAR(sustained(&type, type.zones[0].sectors_per_track), 36, 1.1);
    CHECK_NEAR(sustained(&type, type.zones[type.zone_count - 1].sectors_per_track), 21, 0.7);
    free_drive(&type);
    catalog_destroy(catalog);
}

static void the_measured_drives_have_their_size(void)
{
    struct catalog *catalog = load();
    struct drive_type es = read_drive(catalog, "ultrastar-18es");
    struct drive_type cheetah = read_drive(catalog, "cheetah-9lp");
    CHECK_INT(drive_type_blocks(&es), 17916240);
    CHECK_INT(drive_type_blocks(&cheetah), 17783240);
    free_drive(&es);
    free_drive(&cheetah);
    catalog_destroy(catalog);
}

static void the_other_drives_have_their_size_and_seek_time(void)
{
    static const struct {
        const char *name;
        double gb, seek_ms;
    } drives[] = {{"36lzx-9gb", 9.2, 4.9},
                  {"36lzx-18gb", 18.4, 4.9},
                  {"ultrastar-36z15", 36.7, 4.1},
                  {"ultrastar-73lzx", 73.4, 4.9}};
    struct catalog *catalog = load();
    for (size_t i = 0; i < sizeof drives / sizeof drives[0]; i++) {
        struct drive_type type = read_drive(catalog, drives[i].name);
        CHECK_NEAR((double)drive_type_blocks(&type) * 512 / 1e9, drives[i].gb, drives[i].gb * 0.01);
        CHECK_NEAR(hardware_mean_seek_ns(&type) / 1e6, drives[i].seek_ms, 0.05);
        CHECK(type.buffer.segments > 0 && !type.buffer.report_early && type.queue == QUEUE_FCFS);
        free_drive(&type);
    }
    catalog_destroy(catalog);
}

/* What the measured drives' files say (DiskSim's cheetah9LP and ibm18es .model and .diskspecs). */
static void the_measured_drives_have_their_buffers_and_skews(void)
{
    struct catalog *catalog = load();
    struct drive_type es = read_drive(catalog, "ultrastar-18es");
    struct drive_type cheetah = read_drive(catalog, "cheetah-9lp");
    CHECK_INT(cheetah.buffer.segments, 3);
    CHECK_INT(cheetah.buffer.segment_blocks, 561);
    CHECK_INT(cheetah.buffer.ahead, AHEAD_STREAM);
    CHECK(cheetah.buffer.report_early && cheetah.buffer.read_written && cheetah.buffer.combine_writes);
    CHECK_INT(cheetah.buffer.write_segments, 3);
    CHECK_INT(cheetah.overheads_ns[READ_HIT][1], 273000);
    CHECK_INT(cheetah.overheads_ns[WRITE_MISS][0], 906920);
    CHECK_INT(cheetah.zones[10].track_skew, 88);
    CHECK_INT(cheetah.zones[10].cylinder_skew, 80);
    CHECK_INT(cheetah.zones[0].spare_blocks, 1270 + 12 * 254);
    CHECK_INT(es.zone_count, 56);
    CHECK_INT(es.buffer.segments, 7);
    CHECK_INT(es.buffer.segment_blocks, 511);
    CHECK_INT(es.buffer.read_ahead_blocks, 511);
    CHECK(es.buffer.report_early && es.buffer.read_on_arrival && !es.buffer.read_written);
    CHECK_INT(es.head_switch_ns, 62000);
    free_drive(&es);
    free_drive(&cheetah);
    catalog_destroy(catalog);
}

static void mean_seek_is_exact_for_a_straight_line(void)
{
    /* Seek of d cylinders: d ms. Mean distance over random pairs of n cylinders: (n^2 - 1) / 3n. */
    struct seek_point points[] = {{1, 1000000}, {99, 99000000}};
    struct drive_type type = {.cylinders = 100, .seek_points = points, .seek_point_count = 2};
    CHECK_NEAR(hardware_mean_seek_ns(&type) / 1e6, 9999.0 / 300, 1e-9);
}

static void processor_times_give_the_quoted_rates(void)
{
    struct catalog *catalog = load();
    const struct catalog_entry *f20 = catalog_find(catalog, CATALOG_SERVERS, "F20");
    double hit = (double)hardware_integer(f20, "processor_read_hit"),
           miss = (double)hardware_integer(f20, "processor_read_miss");
    double write = (double)hardware_integer(f20, "processor_write"),
           stage = (double)hardware_integer(f20, "processor_stage");
    double destage = (double)hardware_integer(f20, "processor_destage");
    CHECK_NEAR(8e9 / hit, 36000, 1000);
    CHECK_NEAR(8e9 / (0.35 * hit + 0.35 * (miss + stage) + 0.3 * (write + destage)), 19000, 1000);
    catalog_destroy(catalog);
}

static struct link_type read_link(const struct catalog *catalog, const char *name)
{
    struct diagnostics *diagnostics = diagnostics_create();
    struct link_type type = {0};
    CHECK(hardware_link_type(catalog_find(catalog, CATALOG_LINKS, name), &type, diagnostics));
    diagnostics_destroy(diagnostics);
    return type;
}

/* hardware-facts: 30 us/km with 3 exchanges and 60 with 6; 0.2 ms and 4 KiB at 17 MB/s at no distance. */
static void links_hold_a_write_as_published(void)
{
    struct catalog *catalog = load();
    struct link_type escon = read_link(catalog, "escon"), older = read_link(catalog, "escon-6");
    CHECK_NEAR((double)link_hold_ns(&escon, 0, 4096) / 1e6, 0.2 + 4096 / 17e3, 1e-5);
    CHECK_INT(link_hold_ns(&escon, 1000, 4096) - link_hold_ns(&escon, 0, 4096), 30000);
    CHECK_INT(link_hold_ns(&escon, 103000, 4096) - link_hold_ns(&escon, 0, 4096), 3090000);
    CHECK_INT(link_hold_ns(&older, 1000, 4096) - link_hold_ns(&older, 0, 4096), 60000);
    CHECK_NEAR(link_rate(&escon, 103000), 17e6, 0);
    /* A track a protocol run: 15.4, 9.6 and 6.3 MB/s. */
    CHECK_NEAR(32768e3 / (double)link_hold_ns(&escon, 0, 32768), 15.4, 0.05);
    CHECK_NEAR(32768e3 / (double)link_hold_ns(&escon, 43000, 32768), 9.6, 0.05);
    CHECK_NEAR(32768e3 / (double)link_hold_ns(&escon, 103000, 32768), 6.3, 0.05);
    free(escon.name);
    free(older.name);
    catalog_destroy(catalog);
}

/* Target 4: at least 95 % of 17 MB/s to 9 km, 40 to 60 % of it at 20 km, falling after. */
static void a_hosts_escon_droops_with_the_distance(void)
{
    struct catalog *catalog = load();
    struct link_type host = read_link(catalog, "escon-host");
    for (int64_t km = 0; km <= 9; km++)
        CHECK(link_rate(&host, km * 1000) >= 0.95 * 17e6);
    CHECK_NEAR(link_rate(&host, 20000), 0.5 * 17e6, 0.1 * 17e6);
    CHECK(link_rate(&host, 30000) < link_rate(&host, 20000) && link_rate(&host, 43000) < link_rate(&host, 30000));
    free(host.name);
    catalog_destroy(catalog);
}

/* A tenth of a second of two, and what a volume of 32 GiB, 1,048,576 tracks, adds to it. */
static void check_flashcopy(const struct server_model *model)
{
    CHECK_INT(model->flashcopy_establish_ns, 2 * SIM_S);
    CHECK_INT(model->flashcopy_hold_ns, 100 * SIM_MS);
    CHECK_NEAR((double)(model->flashcopy_hold_track_ns << 20) / 1e9, 0.021, 0.0001);
    CHECK_INT(model->copy_on_write, COPY_BEFORE_DESTAGE);
    CHECK_INT(model->flashcopy_step_tracks, 15);
    CHECK_INT(model->flashcopy_pair_steps, 4);
    CHECK_INT(model->flashcopy_rank_steps, 4);
    CHECK_INT(model->flashcopy_nvs_bytes, 12 << 20);
    CHECK_INT(model->nvs_bytes / 2 / model->flashcopy_nvs_bytes, 16);
}

static void servers_have_what_copies_need(void)
{
    static const char *const names[] = {"F20", "F10", "E20", "E10"};
    struct catalog *catalog = load();
    struct diagnostics *diagnostics = diagnostics_create();
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct server_model model = {0};
        CHECK(hardware_server_model(catalog_find(catalog, CATALOG_SERVERS, names[i]), &model, diagnostics));
        CHECK_INT(model.bay_bytes_per_s, 133000000);
        CHECK_INT(model.pprc_timeout_ns, 5 * SIM_S);
        CHECK_INT(model.failed_write, FAILED_WRITE_ERROR);
        CHECK_INT(model.change_recording, RECORD_CYLINDERS);
        CHECK_INT(model.cylinder_tracks, 15);
        CHECK_INT(model.pprc_copies, 4);
        CHECK(!model.pprc_copies_first);
        check_flashcopy(&model);
        free(model.name);
    }
    diagnostics_destroy(diagnostics);
    catalog_destroy(catalog);
}

/* Loads a folder whose drives.yaml is `text` and whose other files are missing; the lines go to `found`. */
static char found[4000];

static void load_drives(const char *text)
{
    char folder[] = "/tmp/essim-catalog-XXXXXX";
    CHECK(mkdtemp(folder) != NULL);
    char *path = memory_text("%s/drives.yaml", folder);
    FILE *file = fopen(path, "w");
    fputs(text, file);
    fclose(file);
    struct diagnostics *diagnostics = diagnostics_create();
    catalog_destroy(catalog_load_folder(folder, diagnostics));
    FILE *lines = fmemopen(found, sizeof found, "w");
    diagnostics_print(diagnostics, lines);
    fclose(lines);
    diagnostics_destroy(diagnostics);
    unlink(path);
    rmdir(folder);
    free(path);
}

static void a_broken_catalogue_is_reported_like_a_scenario(void)
{
    load_drives("drives:\n  d:\n    rpm: 10000\n    heads: {value: x, source: y, tag: guessed, uncertainty: none}\n    "
                "hats: 1\n");
    CHECK_CONTAINS(found, "servers.yaml: cannot be read");
    CHECK_CONTAINS(found, "drives.yaml:3:10: drives.d.rpm: value is missing");
    CHECK_CONTAINS(found, "drives.yaml:4:20: drives.d.heads.value: \"x\" is no whole number");
    CHECK_CONTAINS(found, "drives.yaml:4:39: drives.d.heads.tag: \"guessed\" is not known");
    CHECK_CONTAINS(found, "drives.yaml:5:5: drives.d.hats: the key is not known");
    CHECK_CONTAINS(found, "drives.yaml:2:3: drives.d: lacks overhead");
    load_drives("discs: {}\n");
    CHECK_CONTAINS(found, "drives.yaml:1:1: the file does not hold what it must: one key, drives");
    load_drives("drives: {a: {like: b}, b: {like: a}}\n");
    CHECK_CONTAINS(found, "drives.a.like: the entry builds on itself");
}

static char *print(const struct catalog *catalog, const char *kind, const char *name, struct diagnostics *diagnostics)
{
    char *text = NULL;
    size_t length;
    FILE *stream = open_memstream(&text, &length);
    catalog_print(catalog, kind, name, stream, diagnostics);
    fclose(stream);
    return text;
}

static void the_catalogue_prints_every_value_with_its_provenance(void)
{
    struct catalog *catalog = load();
    struct diagnostics *diagnostics = diagnostics_create();
    char *all = print(catalog, NULL, NULL, diagnostics);
    CHECK_CONTAINS(all, "ultrastar-36lzx");
    CHECK_CONTAINS(all, "escon");
    char *one = print(catalog, "ports", "escon", diagnostics);
    CHECK_CONTAINS(one, "rate: 17 MB/s");
    CHECK_CONTAINS(one, "tag: published; uncertainty: ±3 %");
    char *link = print(catalog, "links", "escon", diagnostics);
    CHECK_CONTAINS(link, "exchanges: 3\n    exchanges of a write");
    CHECK_CONTAINS(link, "max_distance: 103 km");
    free(link);
    char *none = print(catalog, "drivs", NULL, diagnostics);
    char *nobody = print(catalog, "drives", "ultrastar", diagnostics);
    CHECK_CONTAINS(diagnostics_line(diagnostics, 0), "did you mean drives?");
    CHECK_CONTAINS(diagnostics_line(diagnostics, 1), "\"ultrastar\" is not in the catalogue of drives");
    free(all);
    free(one);
    free(none);
    free(nobody);
    diagnostics_destroy(diagnostics);
    catalog_destroy(catalog);
}

UNIT_MAIN("catalog", {"every value has source, tag and uncertainty", every_value_has_source_tag_and_uncertainty},
          {"entries take what they lack from the entry they build on",
           entries_take_what_they_lack_from_the_entry_they_build_on},
          {"the 36LZX has its published capacity and seek time", the_36lzx_has_its_published_capacity_and_seek_time},
          {"the 36LZX sustains 21 to 36 MB/s", the_36lzx_sustains_21_to_36_mb_per_s},
          {"the measured drives have their size", the_measured_drives_have_their_size},
          {"the other drives have their size and mean seek time", the_other_drives_have_their_size_and_seek_time},
          {"the measured drives have the buffers, overheads and skews of their files",
           the_measured_drives_have_their_buffers_and_skews},
          {"the mean seek is exact for a straight line", mean_seek_is_exact_for_a_straight_line},
          {"processor times give the quoted rates", processor_times_give_the_quoted_rates},
          {"links hold a write as long as published", links_hold_a_write_as_published},
          {"a host's ESCON droops with the distance", a_hosts_escon_droops_with_the_distance},
          {"servers have what PPRC and FlashCopy need", servers_have_what_copies_need},
          {"a broken catalogue is reported like a scenario", a_broken_catalogue_is_reported_like_a_scenario},
          {"the catalogue prints every value with its provenance",
           the_catalogue_prints_every_value_with_its_provenance})
