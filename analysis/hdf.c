// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * hdf: see hdf.h.
 *
 * The bounds V18,V18 are deliberate: under LATEST a full disk loses data while H5Fclose() returns
 * success, and a killed writer's file does not open.
 */
#include "analysis/hdf.h"

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

void hdf_start(void)
{
    H5dont_atexit();
    H5Eset_auto2(H5E_DEFAULT, NULL, NULL);
}

/* The innermost error's text. */
struct reason {
    char text[300];
};

static herr_t take_innermost(unsigned n, const H5E_error2_t *entry, void *data)
{
    struct reason *reason = data;
    static const char marker[] = "error message = '";
    (void)n;
    const char *from = entry->desc ? entry->desc : "";
    const char *system = strstr(from, marker);
    size_t length = strlen(from);
    if (system) {
        from = system + sizeof marker - 1;
        length = strcspn(from, "'");
    }
    if (length >= sizeof reason->text) {
        length = sizeof reason->text - 1;
    }
    memcpy(reason->text, from, length);
    reason->text[length] = 0;
    for (char *p = reason->text; *p; p++) {
        if (*p == '\n' || *p == '\r') {
            *p = ' ';
        }
    }
    return 1; /* ends the walk */
}

bool hdf_fail(struct error *error, enum error_kind kind, const char *place, const char *doing)
{
    struct reason reason = {""};
    H5Ewalk2(H5E_DEFAULT, H5E_WALK_UPWARD, take_innermost, &reason);
    H5Eclear2(H5E_DEFAULT);
    return error_set(error, kind, place, "cannot %s: %s", doing, reason.text[0] ? reason.text : "no reason given");
}

hid_t hdf_file_access(bool writing)
{
    hid_t access = H5Pcreate(H5P_FILE_ACCESS);
    if (access < 0) {
        return access;
    }
    bool ok = H5Pset_fclose_degree(access, H5F_CLOSE_STRONG) >= 0;
    if (writing) {
        ok = ok && H5Pset_libver_bounds(access, H5F_LIBVER_V18, H5F_LIBVER_V18) >= 0 &&
             H5Pset_cache(access, 0, 0, 0, 0.75) >= 0 && H5Pset_file_locking(access, false, true) >= 0;
    }
    if (!ok) {
        H5Pclose(access);
        return H5I_INVALID_HID;
    }
    return access;
}

hid_t hdf_text_type(void)
{
    hid_t type = H5Tcopy(H5T_C_S1);
    if (type >= 0 && (H5Tset_size(type, H5T_VARIABLE) < 0 || H5Tset_cset(type, H5T_CSET_UTF8) < 0)) {
        H5Tclose(type);
        return H5I_INVALID_HID;
    }
    return type;
}

/* Length of the UTF-8 sequence of two or more bytes at `text` (RFC 3629: shortest forms, no surrogates, up to U+10FFFF); 0: none. */
static size_t sequence_length(const unsigned char *text)
{
    unsigned char first = text[0];
    size_t length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
    if (first < 0xc2 || first > 0xf4) {
        return 0;
    }
    for (size_t i = 1; i < length; i++) {
        if ((text[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    bool overlong = (first == 0xe0 && text[1] < 0xa0) || (first == 0xf0 && text[1] < 0x90);
    bool surrogate = first == 0xed && text[1] > 0x9f;
    bool beyond = first == 0xf4 && text[1] > 0x8f;
    return overlong || surrogate || beyond ? 0 : length;
}

char *hdf_clean_text(const char *text)
{
    const unsigned char *from = (const unsigned char *)(text ? text : "");
    char *clean = malloc(3 * strlen((const char *)from) + 1);
    if (!clean) {
        return NULL;
    }
    char *to = clean;
    for (;;) {
        while (*from != 0 && *from < 0x80) {
            *to++ = (char)*from++;
        }
        if (*from == 0) {
            break;
        }
        size_t length = sequence_length(from);
        if (length == 0) {
            memcpy(to, "\xef\xbf\xbd", 3);
            to += 3;
            from++;
        } else {
            memcpy(to, from, length);
            to += length;
            from += length;
        }
    }
    *to = 0;
    return clean;
}

/* Creates the attribute anew and writes it. */
static bool write_attribute(hid_t object, const char *name, hid_t type, hid_t space, const void *values)
{
    htri_t exists = H5Aexists(object, name);
    if (exists < 0 || (exists > 0 && H5Adelete(object, name) < 0)) {
        return false;
    }
    hid_t attribute = H5Acreate2(object, name, type, space, H5P_DEFAULT, H5P_DEFAULT);
    return attribute >= 0 && H5Awrite(attribute, type, values) >= 0 && H5Aclose(attribute) >= 0;
}

bool hdf_set_text(hid_t object, const char *name, const char *text)
{
    char *clean = hdf_clean_text(text);
    hid_t type = hdf_text_type(), space = H5Screate(H5S_SCALAR);
    bool ok = clean && type >= 0 && space >= 0 && write_attribute(object, name, type, space, &clean);
    free(clean);
    if (ok) {
        H5Tclose(type);
        H5Sclose(space);
    }
    return ok;
}

bool hdf_set_numbers(hid_t object, const char *name, hid_t type, const void *values, size_t count)
{
    hsize_t length = count;
    hid_t space = count ? H5Screate_simple(1, &length, NULL) : H5Screate(H5S_SCALAR);
    bool ok = space >= 0 && write_attribute(object, name, type, space, values);
    if (ok) {
        H5Sclose(space);
    }
    return ok;
}
