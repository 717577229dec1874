# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads a run file of run_fixture.h with h5py, xarray, pandas and ncdump, and checks what they see.

Usage: check_run_file.py RUN.h5 ROWS. Exit status 0: all well; 77: one of the readers is not installed.
"""
import shutil
import subprocess
import sys
import warnings

warnings.simplefilter("error")
try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import h5py
        import netCDF4
        import numpy as np
        import pandas
        import xarray
        engines = ["netcdf4"]
        try:
            import h5netcdf
            engines.append("h5netcdf")
        except ImportError:
            pass
except ImportError as missing:
    print(missing)
    sys.exit(77)

path, rows = sys.argv[1], int(sys.argv[2])
UNIT_WORDS = {"ns", "bytes", "blocks", "1"}


def equal(seen, wanted, what):
    assert np.array_equal(np.asarray(seen), np.asarray(wanted)), (what, seen, wanted)


def expected():
    i = np.arange(rows, dtype=np.int64)
    columns = {
        "id": i, "issue_time": i * 200000 + i * i % 1000, "offset": i * 7919 % 1000003,
        "length": 4096 * (1 + i % 3), "workload": i % 2, "volume": i % 3, "host": 0 * i,
        "op": (i % 5 == 0).astype(np.int64), "error": 0 * i, "warmup": (i < 100).astype(np.int64),
    }
    with h5py.File(path) as f:
        parts = [name for name in f["io"] if name.startswith("part_")]
    for p, name in enumerate(parts):
        columns[name] = (i * 31 + p * 17) % 100003 + (5_000_000_000 * (i % 1000 == 999) if p == 0 else 0)
    columns["response_time"] = sum(columns[name] for name in parts)
    return columns, parts


columns, parts = expected()
assert len(parts) == 17 and parts[0] == "part_port_queue", parts

with h5py.File(path) as f:
    assert f.attrs["title"] == 'A title with ä, "quotes" and\ntwo lines'
    assert f.attrs["Conventions"] == "CF-1.10" and f.attrs["status"] == "complete"
    assert f.attrs["seed"] == 2**64 - 1 and f.attrs["schema_version"] == 1
    assert all(isinstance(f.attrs[a], str) for a in ("source", "history", "scenario", "resolved", "trace_digest"))
    assert set(f) == {"names", "io", "events", "series", "summary"}, list(f)
    for name, wanted in columns.items():
        equal(f["io"][name][:], wanted, name)
        assert f["io"][name].chunks == (16384,) and f["io"][name].compression == "gzip", name
    assert f["io/response_time"].shuffle
    described = 0

    def check_described(name, item):
        global described
        if isinstance(item, h5py.Dataset) and not item.attrs.get("NAME", b"").startswith(b"This is a netCDF"):
            assert isinstance(item.attrs["units"], str) and item.attrs["units"] in UNIT_WORDS, name
            assert isinstance(item.attrs["long_name"], str), name
            described += 1

    f.visititems(check_described)
    assert described > 40, described
    assert f["names/volumes"].asstr()[:].tolist() == ["db.0", "db.1", "Köln"]
    assert f["names/volume_id"].asstr()[2] == "102FCA24"
    assert f["events/subject"].asstr()[:].tolist() == ["split", "Köln"]
    assert f["summary/json"].asstr()[()] == '{"x": "ü"}'
    assert f["io/op"].attrs["flag_meanings"] == "read write" and f["io/op"].attrs["flag_values"].dtype == np.uint8

for engine in engines:
    with xarray.open_dataset(path, engine=engine) as root:
        assert root.attrs["title"].startswith("A title with ä"), root.attrs
    for group in ("io", "series", "events", "names", "summary"):
        with xarray.open_dataset(path, group=group, engine=engine) as data:
            data.load()
            if group == "io":
                assert dict(data.sizes) == {"io": rows}, data.sizes
                for name, wanted in columns.items():
                    equal(data[name], wanted, (engine, name))
                    assert data[name].dtype.kind in "iu", name
                equal(sum(data[name] for name in parts), data["response_time"], "parts add up")
            if group == "series":
                busy = data["utilization"].sel(resource="FCA24/f0")
                equal(busy, np.float32([0.25, 0.5]), engine)
                equal(data["time"], [10**9, 2 * 10**9], engine)
                assert data["queue"].dtype == np.float32 and data["kind"].values.tolist() == ["port", "rank"]
            if group == "summary":
                equal(data["bin_low"], [1000, 2000, 1500], engine)
                equal(data["bin_count"], [3, 4, 5], engine)

with xarray.open_dataset(path, group="io") as data:
    frame = data.to_dataframe()
assert isinstance(frame, pandas.DataFrame) and len(frame) == rows
assert frame.groupby("workload")["response_time"].mean().iloc[0] == columns["response_time"][::2].mean()

with netCDF4.Dataset(path) as data:
    assert data["io"].dimensions["io"].isunlimited() and len(data["io"].dimensions["io"]) == rows
    assert "io" not in data["io"].variables and "time" in data["series"].variables

if shutil.which("ncdump"):
    header = subprocess.run(["ncdump", "-h", path], capture_output=True, text=True)
    assert header.returncode == 0 and not header.stderr, header.stderr
    for part in ("int64 response_time(io)", "float utilization(time, resource)", "string volumes(volumes)",
                 "io = UNLIMITED ; // (%d currently)" % rows, 'response_time:units = "ns"',
                 'op:flag_values = 0UB, 1UB', 'string json'):
        assert part in header.stdout, (part, header.stdout)
print("ok", engines)
