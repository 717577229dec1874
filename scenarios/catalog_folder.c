// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * Where the catalogue's files are: named by the user, beside the executable (an installed program reads
 * what was installed with it), in the source tree it was built from, or where it was to be installed.
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
    char *beside = beside_executable();
    if (beside != NULL && is_folder(beside))
        return beside;
    free(beside);
    return memory_text("%s", is_folder(ESSIM_SOURCE_CATALOG) ? ESSIM_SOURCE_CATALOG : ESSIM_INSTALLED_CATALOG);
}

struct catalog *catalog_load(struct diagnostics *diagnostics)
{
    char *folder = find_folder();
    struct catalog *catalog = catalog_load_folder(folder, diagnostics);
    free(folder);
    return catalog;
}
