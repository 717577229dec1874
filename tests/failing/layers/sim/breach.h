// SPDX-License-Identifier: GPL-3.0-or-later
/* A breach of the layers that layers.sh must notice. Nothing compiles this file. */
#include "models/config.h"
