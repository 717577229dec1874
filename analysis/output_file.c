// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/output_file.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "analysis/part_file.h"

bool output_file_write(const char *path, const void *bytes, size_t size, struct error *error)
{
    struct part_file file;
    const char *rest = bytes;
    if (!part_file_create(&file, path, error))
        return false;
    while (size > 0) {
        ssize_t written = write(file.fd, rest, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0) {
            error_set(error, ERROR_RUN, path, "cannot be written: %s", strerror(written < 0 ? errno : ENOSPC));
            part_file_discard(&file);
            return false;
        }
        rest += written;
        size -= (size_t)written;
    }
    return part_file_commit(&file, error);
}

/* One level; true when a directory stands under that name afterwards. */
static bool make_level(const char *path)
{
    struct stat status;
    if (mkdir(path, 0777) == 0)
        return true;
    int cause = errno;
    if (stat(path, &status) == 0) {
        errno = ENOTDIR;
        return S_ISDIR(status.st_mode);
    }
    errno = cause;
    return false;
}

bool output_directory_make(const char *path, struct error *error)
{
    if (path[0] == '\0')
        return error_set(error, ERROR_INPUT, NULL, "the directory's name is empty");
    char *copy = strdup(path);
    if (copy == NULL)
        return error_set(error, ERROR_RUN, path, "no memory");
    bool ok = true;
    for (char *slash = copy + 1; ok && slash != NULL && *slash != '\0'; slash++) {
        slash = strchr(slash, '/');
        if (slash == NULL)
            break;
        *slash = '\0';
        ok = make_level(copy);
        *slash = '/';
    }
    ok = ok && make_level(copy);
    if (!ok)
        error_set(error, errno == ENOTDIR ? ERROR_INPUT : ERROR_RUN, path, "cannot make this directory: %s",
                  strerror(errno));
    free(copy);
    return ok;
}
