// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where the catalogue's files are: named by the user, in the source tree the program was built from,
 * where it was installed, or beside the executable, in this order.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "scenarios/catalog.h"
#include "sim/memory.h"

static bool is_folder(const char *path)
{
    struct stat status;
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* PREFIX/bin/essim reads PREFIX/share/essim/catalog. NULL if the executable cannot be found. */
static char *beside_executable(void)
{
    char path[PATH_MAX];
    ssize_t length = readlink("/proc/self/exe", path, sizeof path - 1);
    if (length <= 0)
        return NULL;
    path[length] = '\0';
    for (int up = 0; up < 2; up++) {
        char *slash = strrchr(path, '/');
        if (slash == NULL)
            return NULL;
        *slash = '\0';
    }
    return memory_text("%s/share/essim/catalog", path);
}

static char *find_folder(void)
{
    const char *named = getenv("ESSIM_CATALOG");
    if (named != NULL && named[0] != '\0')
        return memory_text("%s", named);
    if (is_folder(ESSIM_SOURCE_CATALOG))
        return memory_text("%s", ESSIM_SOURCE_CATALOG);
    char *beside = is_folder(ESSIM_INSTALLED_CATALOG) ? NULL : beside_executable();
    return beside != NULL ? beside : memory_text("%s", ESSIM_INSTALLED_CATALOG);
}

struct catalog *catalog_load(struct diagnostics *diagnostics)
{
    char *folder = find_folder();
    struct catalog *catalog = catalog_load_folder(folder, diagnostics);
    free(folder);
    return catalog;
}
