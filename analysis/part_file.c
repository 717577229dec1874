// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * part_file: see part_file.h.
 *
 * Between opening PATH.part and locking it, its former owner can have renamed it to PATH; so after
 * locking, name and descriptor are compared, and on a difference the name is opened anew.
 */
#include "analysis/part_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { LINK_LIMIT = 40, OPEN_TRIES = 10 };

/* Faults of the system, as against a name that cannot be written to. */
static enum error_kind kind_of(int code)
{
    switch (code) {
    case ENOSPC:
    case EDQUOT:
    case EIO:
    case EMFILE:
    case ENFILE:
    case ENOMEM:
        return ERROR_RUN;
    default:
        return ERROR_INPUT;
    }
}

/* The part before the last slash, with it: "a/b" -> "a/", "b" -> "". Returns its length. */
static size_t folder_length(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

/* Where a link at `path` leads, allocated; NULL with errno when it is none (EINVAL) or on a fault. */
static char *link_target(const char *path)
{
    char target[PATH_MAX];
    ssize_t length = readlink(path, target, sizeof target - 1);
    if (length < 0) {
        return NULL;
    }
    target[length] = 0;
    size_t folder = target[0] == '/' ? 0 : folder_length(path);
    char *joined = malloc(folder + (size_t)length + 1);
    if (joined) {
        memcpy(joined, path, folder);
        memcpy(joined + folder, target, (size_t)length + 1);
    }
    return joined;
}

/* The path with links at its end followed, allocated; the target need not exist. */
static char *follow_links(const char *path, struct error *error)
{
    char *current = strdup(path);
    for (int i = 0; current && i < LINK_LIMIT; i++) {
        char *next = link_target(current);
        if (!next) {
            if (errno == ENOMEM) {
                break;
            }
            return current;
        }
        free(current);
        current = next;
    }
    if (current) {
        error_set(error, ERROR_INPUT, path, "symbolic links in a circle");
    } else {
        error_set(error, ERROR_RUN, path, "no memory");
    }
    free(current);
    return NULL;
}

/* Opens and locks `part`. -1 with an error; -2: it changed its name meanwhile, try again. */
static int open_locked(const char *part, struct error *error)
{
    int fd = open(part, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0666);
    if (fd < 0) {
        int code = errno;
        error_set(error, kind_of(code), part, "cannot be created: %s", strerror(code));
        return -1;
    }
    struct stat opened, named;
    if (fstat(fd, &opened) != 0 || !S_ISREG(opened.st_mode)) {
        error_set(error, ERROR_INPUT, part, "is there already and no regular file; remove it or name another output");
        close(fd);
        return -1;
    }
    if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
        error_set(error, ERROR_INPUT, part, "is being written or read by another process; name another output");
        close(fd);
        return -1;
    }
    if (lstat(part, &named) != 0 || named.st_ino != opened.st_ino || named.st_dev != opened.st_dev) {
        close(fd);
        return -2;
    }
    return fd;
}

/* Whether the final name may be replaced; `permissions` are those to keep, or -1. */
static bool check_target(const char *path, int *permissions, struct error *error)
{
    struct stat info;
    *permissions = -1;
    size_t length = strlen(path);
    if (length == 0) {
        return error_set(error, ERROR_INPUT, NULL, "the output's name is empty");
    }
    if (path[length - 1] == '/') {
        return error_set(error, ERROR_INPUT, path, "is a folder's name; a file's is needed");
    }
    if (stat(path, &info) != 0) {
        return true;
    }
    if (S_ISDIR(info.st_mode)) {
        return error_set(error, ERROR_INPUT, path, "is a folder; the output has to be a file");
    }
    if (!S_ISREG(info.st_mode)) {
        return error_set(error, ERROR_INPUT, path, "is a device, pipe or socket; the output has to be a regular file");
    }
    *permissions = (int)(info.st_mode & 0777);
    return true;
}

bool part_file_create(struct part_file *file, const char *path, struct error *error)
{
    *file = (struct part_file){.fd = -1};
    int permissions;
    file->path = follow_links(path, error);
    if (!file->path || !check_target(file->path, &permissions, error)) {
        goto fail;
    }
    if (asprintf(&file->part, "%s.part", file->path) < 0) {
        file->part = NULL;
        error_set(error, ERROR_RUN, path, "no memory");
        goto fail;
    }
    file->fd = -2;
    for (int i = 0; i < OPEN_TRIES && file->fd == -2; i++) {
        file->fd = open_locked(file->part, error);
    }
    if (file->fd < 0) {
        error_set(error, ERROR_RUN, file->part, "changes all the time; do several runs write it?");
        goto fail;
    }
    if (ftruncate(file->fd, 0) != 0 || (permissions >= 0 && fchmod(file->fd, (mode_t)permissions) != 0)) {
        error_set(error, ERROR_RUN, file->part, "cannot be prepared: %s", strerror(errno));
        part_file_discard(file);
        return false;
    }
    return true;

fail:
    free(file->path);
    free(file->part);
    *file = (struct part_file){.fd = -1};
    return false;
}

bool part_file_has_room(const struct part_file *file, int64_t bytes)
{
    struct statvfs info;
    if (fstatvfs(file->fd, &info) != 0 || info.f_blocks == 0) {
        return true;
    }
    return (double)info.f_bavail * (double)info.f_frsize >= (double)bytes;
}

bool part_file_is_locked(const char *path)
{
    int fd = open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC);
    bool locked = fd >= 0 && flock(fd, LOCK_SH | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (fd >= 0) {
        close(fd);
    }
    return locked;
}

/* Makes the rename itself durable. Some file systems cannot sync a folder, which is no failure. */
static void sync_folder(const char *path)
{
    size_t length = folder_length(path);
    char *folder = length ? strndup(path, length) : strdup(".");
    int fd = folder ? open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
    if (fd >= 0) {
        (void)fsync(fd);
        close(fd);
    }
    free(folder);
}

bool part_file_commit(struct part_file *file, struct error *error)
{
    if (fsync(file->fd) != 0) {
        error_set(error, ERROR_RUN, file->part, "cannot be synced to disk: %s", strerror(errno));
        part_file_discard(file);
        return false;
    }
    if (rename(file->part, file->path) != 0) {
        error_set(error, ERROR_RUN, file->path, "cannot be replaced by %s: %s", file->part, strerror(errno));
        part_file_discard(file);
        return false;
    }
    sync_folder(file->path);
    close(file->fd);
    free(file->path);
    free(file->part);
    *file = (struct part_file){.fd = -1};
    return true;
}

void part_file_discard(struct part_file *file)
{
    if (file->fd >= 0) {
        if (ftruncate(file->fd, 0) != 0) {
            /* Nothing more can be done; removing the name is what counts. */
        }
        unlink(file->part);
        close(file->fd);
    }
    free(file->path);
    free(file->part);
    *file = (struct part_file){.fd = -1};
}
