// SPDX-License-Identifier: GPL-3.0-or-later
#include "analysis/output_file.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool write_all(int descriptor, const char *bytes, size_t size)
{
    while (size > 0) {
        ssize_t written = write(descriptor, bytes, size);
        if (written < 0 && errno == EINTR)
            continue;
        if (written <= 0)
            return false;
        bytes += written;
        size -= (size_t)written;
    }
    return true;
}

/* Makes a rename survive a power cut. Some file systems refuse to synchronise a folder: no harm. */
static void synchronise_folder(const char *path)
{
    char *copy = strdup(path);
    if (copy == NULL)
        return;
    int folder = open(dirname(copy), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder >= 0) {
        fsync(folder);
        close(folder);
    }
    free(copy);
}

bool output_file_write(const char *path, const void *bytes, size_t size, struct error *error)
{
    char *part = NULL;
    if (asprintf(&part, "%s.part", path) < 0)
        return error_set(error, ERROR_RUN, path, "no memory");
    /* A link under that name could lead anywhere: it is removed, not followed. */
    unlink(part);
    int descriptor = open(part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
    bool ok = descriptor >= 0 && write_all(descriptor, bytes, size) && fsync(descriptor) == 0;
    int cause = ok ? 0 : errno;
    if (descriptor >= 0 && close(descriptor) != 0 && ok) {
        cause = errno;
        ok = false;
    }
    if (ok && rename(part, path) != 0) {
        cause = errno;
        ok = false;
    }
    if (ok) {
        synchronise_folder(path);
    } else {
        if (descriptor >= 0)
            unlink(part);
        error_set(error, ERROR_RUN, path, "cannot be written: %s", strerror(cause));
    }
    free(part);
    return ok;
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
        return error_set(error, ERROR_RUN, NULL, "the directory's name is empty");
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
        error_set(error, ERROR_RUN, path, "cannot make this directory: %s", strerror(errno));
    free(copy);
    return ok;
}
