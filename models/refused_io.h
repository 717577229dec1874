// SPDX-License-Identifier: GPL-3.0-or-later
/*
 * refused_io: an I/O that never reaches its server, because that has failed or none of the host's ports works.
 *
 * The host notices by its timeout (io_timeout of the host, standing for its driver's retries), which the I/O waits as
 * in line for a port. So an error takes time, and a closed loop goes on at the timeout's pace.
 */
#ifndef MODELS_REFUSED_IO_H
#define MODELS_REFUSED_IO_H

#include "models/host_io.h"

/* As host_io_create(), of an I/O that ends with `error` after its host's timeout. The record's host is filled in. */
struct host_io *refused_io_create(struct host_io_pool *pool, const struct io_record *record, enum io_error error);

#endif
