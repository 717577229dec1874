#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# clean_system.sh [SUITE]: shows that ./bootstrap needs nothing but a bare system. Takes minutes, about
# 2 GB below $TMPDIR, root and debootstrap, so CTest does not run it.
#
# Makes a minimal system of the suite (bookworm) in a temporary folder, with the mirror and the apt
# settings of this machine, clones the last commit into it, under a path with a space, and calls there
# ./bootstrap demo and ./bootstrap test: first as root, then once more as a user without privileges and
# without a network. The folder is removed at the end, unless KEEP=1.
set -euo pipefail

suite=${1:-bookworm}
repository=$(realpath -- "$(dirname "${BASH_SOURCE[0]}")/..")
checkout="/home/planner/my essim"
proxies=()
for name in http_proxy https_proxy no_proxy; do
    if [ -n "${!name-}" ]; then
        proxies+=("$name=${!name}")
    fi
done

title()
{
    printf '\n==== %s\n' "$*"
}

# Prints "URI RELEASE COMPONENT" for the suite and its updates, from this machine's apt.
package_sources()
{
    # apt fills in the words in $().
    # shellcheck disable=SC2016
    apt-get indextargets --format '$(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' |
        awk -v suite="$suite" '$2 == suite || index($2, suite "-") == 1'
}

make_system() # ROOT
{
    local mirror
    mirror=$(package_sources | awk -v suite="$suite" '$2 == suite { print $1; exit }')
    if [ -z "$mirror" ]; then
        echo "This machine's apt knows no source for $suite." >&2
        return 1
    fi
    if ! debootstrap --variant=minbase "$suite" "$1" "$mirror" >"$1.log" 2>&1; then
        tail -n 20 "$1.log" >&2
        return 1
    fi
    package_sources | sort -u | sed 's/^/deb /' >"$1/etc/apt/sources.list"
    apt-config dump | grep -E '^Acquire::(https?|Check-Valid-Until|Check-Date|Languages)\b' \
        >"$1/etc/apt/apt.conf.d/90machine" || true
    cp /etc/resolv.conf /etc/hosts "$1/etc/"
    chroot "$1" useradd --create-home planner
    git clone --quiet "file://$repository" "$1$checkout"
}

# Calls ./bootstrap inside, without a terminal, with nothing of this machine's environment.
bootstrap_in() # ROOT USER COMMAND...
{
    local root=$1 user=$2 path=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin
    # shellcheck disable=SC2016
    "${@:4}" chroot --userspec="$user:$user" "$root" env -i PATH="$path" "${proxies[@]}" \
        bash -c 'cd "$1" && ./bootstrap "$2"' bash "$checkout" "$3" </dev/null
}

run_inside() # ROOT
{
    local root=$1 command
    mount -t proc proc "$root/proc"
    for command in demo test; do
        title "As root: ./bootstrap $command"
        bootstrap_in "$root" root "$command"
    done
    chown -R --reference="$root/home/planner" "$root$checkout"
    for command in demo test; do
        title "Without a network, as a user: ./bootstrap $command"
        bootstrap_in "$root" planner "$command" unshare --net
    done
}

# The second stage has mounts of its own, which end with it.
if [ "${CLEAN_SYSTEM_ROOT-}" ]; then
    run_inside "$CLEAN_SYSTEM_ROOT"
    exit
fi
if [ "$(id -u)" -ne 0 ] || ! command -v debootstrap >/dev/null; then
    echo "clean_system.sh needs root and debootstrap." >&2
    exit 1
fi
folder=$(mktemp -d)
if [ "${KEEP-}" != 1 ]; then
    trap 'rm -rf --one-file-system "$folder"' EXIT
fi
title "Making a minimal $suite in $folder"
make_system "$folder/root"
CLEAN_SYSTEM_ROOT=$folder/root unshare --mount "${BASH_SOURCE[0]}" "$suite"
title "A bare $suite is enough"
