# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads the pairs' part of a run file of test_run_file.c with xarray, as a user would, and checks what it sees.

Usage: check_pairs.py RUN.h5 PAIRS STEPS. Exit status 0: all well; 77: a reader is not installed.
"""
import sys

try:
    import numpy as np
    import xarray
except ImportError as missing:
    print(missing)
    sys.exit(77)

path, pairs, steps = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
with xarray.open_dataset(path, group="series") as series:
    assert dict(series.sizes) == {"time": steps, "resource": 1, "pair": pairs}, series.sizes
    words = series.pair_state.attrs["flag_meanings"].split()
    assert list(series.pair_state.attrs["flag_values"]) == list(range(len(words))), series.pair_state.attrs
    assert words[2] == "duplex" and words[6] == "copying" and words[9] == "withdrawn" and len(words) == 10, words
    flashcopies = series.where(series.pair_kind == "flashcopy", drop=True)
    assert flashcopies.sizes["pair"] == pairs // 2
    one = series.sel(pair="db.3>dbr.3")
    assert one.pair_kind == "flashcopy" and one.pair_tracks == 7003
    copied = one.pair_tracks - one.tracks_out_of_sync
    assert np.array_equal(copied[:3], [7003 - 3000, 7003 - 3001, 7003 - 3002]), copied
with xarray.open_dataset(path, group="names") as names:
    assert names.pair_kind.sel(pairs="db.2>dbr.2") == "pprc"
