#!/usr/bin/env bash
# SPDX-License-Identifier: GPL-3.0-or-later
#
# compare_builds.sh ESSIM: scenarios give the same I/Os however the program was compiled.
#
# ESSIM is an optimised build. Others are configured below build/ (those of the presets are used as they
# are) and brought up to date, all simulate the same seconds, and their trace digests are compared. Two
# more runs of ESSIM itself: as on an older processor, where the C library takes other code for log and
# its like, and with another seed, which must differ. Compilers that are absent are skipped, and said to be.
set -euo pipefail

essim=$(realpath -- "$1")
cd -P "$(dirname "${BASH_SOURCE[0]}")/.."
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
compared=0 status=0

fail()
{
    printf 'FAILED: %s\n' "$*"
    exit 1
}

run_digest() # ESSIM SCENARIO RUN_OPTION...
{
    if ! "$1" run "$2" -q -o "$scratch/run.h5" "${@:3}" >/dev/null 2>"$scratch/run.log"; then
        cat "$scratch/run.log" >&2
        return 1
    fi
    "$1" summary --json "$scratch/run.h5" | sed -n 's/.*"trace_digest": *"\([^"]*\)".*/\1/p'
}

digest_of() # ESSIM RUN_OPTION...
{
    local digests=() words=() digest scenario
    for scenario in "scenarios/first-look.yaml --set run.duration=2s" tests/data/failures.yaml tests/data/mirror.yaml; do
        read -ra words <<<"$scenario"
        digest=$(run_digest "$1" "${words[@]}" "${@:2}") && [ -n "$digest" ] || return 1
        digests+=("$digest")
    done
    echo "${digests[@]}"
}

report() # NAME DIGEST
{
    printf '%-44s %s\n' "$1" "$2"
    compared=$((compared + 1))
    if [ "$2" != "$reference" ]; then
        echo "  differs from the optimised build's"
        status=1
    fi
}

compare_build() # NAME COMPILER FOLDER CMAKE_OPTION...
{
    local log=$scratch/build.log digest
    if ! command -v "$2" >/dev/null; then
        printf '%-44s skipped: no %s\n' "$1" "$2"
        return
    fi
    if ! { cmake "${@:4}" && cmake --build "build/$3" --target essim --parallel "$(nproc)"; } >"$log" 2>&1; then
        tail -n 40 "$log"
        fail "$1 does not build"
    fi
    digest=$(digest_of "build/$3/essim") || fail "$1 does not run the scenario"
    report "$1" "$digest"
}

reference=$(digest_of "$essim") || fail "$essim does not run the scenario"
[ -n "$reference" ] || fail "the summary holds no trace_digest"
printf '%-44s %s\n' "optimised" "$reference"
other_seed=$(digest_of "$essim" --seed 987654321) || fail "$essim does not run another seed"
[ "$other_seed" != "$reference" ] || fail "another seed gives the same digest"

digest=$(GLIBC_TUNABLES=glibc.cpu.hwcaps=-AVX2,-FMA,-FMA4 digest_of "$essim") || fail "no run without FMA"
report "optimised, as on a processor without FMA" "$digest"
compare_build "sanitizers, unoptimised" cc debug --preset debug
compare_build "clang" clang clang --preset clang
compare_build "clang, unoptimised" clang compare/clang-O0 \
              -S . -B build/compare/clang-O0 -DCMAKE_C_COMPILER=clang -DCMAKE_BUILD_TYPE=Debug
compare_build "gcc, for this very processor" gcc compare/gcc-native \
              -S . -B build/compare/gcc-native -DCMAKE_C_COMPILER=gcc -DCMAKE_C_FLAGS=-march=native

[ "$compared" -ge 2 ] || fail "fewer than two others to compare with"
exit $status
