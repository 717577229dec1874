#!/bin/sh
# SPDX-License-Identifier: GPL-3.0-or-later
#
# layers.sh ROOT: fails when a file below ROOT includes one of a layer above or beside its own, or not by
# its path from the root. Each layer may include itself and what stands behind it here:
set -u
cd "$1" || exit 1
status=0

layer()
{
    [ -d "$1" ] || return 0
    allowed=$(printf '%s' "$*" | tr ' ' '|')
    breaches=$(grep -rnE '^[[:space:]]*#[[:space:]]*include[[:space:]]*"' --include='*.[ch]' "$1" |
               grep -vE "include[[:space:]]*\"($allowed)/[a-z0-9_]+\\.h\"")
    [ -z "$breaches" ] && return 0
    printf '%s/ may include %s, not:\n%s\n' "$1" "$*" "$breaches"
    status=1
}

layer sim
layer models     sim
layer scenarios  models sim
layer analysis   models sim
layer cli        scenarios analysis models sim
exit $status
