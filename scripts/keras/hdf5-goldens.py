"""Makes small HDF5 files with h5py, of every form that HDF5File reads or refuses.

    scripts/keras-files --goldens      (installs h5py, and writes Tests/KerasFormatTests/Golden)

Every file but those that are refused holds the same numbers, row-major: values/x is (3, 5), x[i, j] = 10 i + j - 7.5.
"""

import pathlib
import sys

import h5py
import numpy

out = pathlib.Path(sys.argv[1])
out.mkdir(parents=True, exist_ok=True)
values = (10 * numpy.arange(3)[:, None] + numpy.arange(5)[None, :] - 7.5).astype("float32")


def write(name, fill, **options):
    with h5py.File(out / f"{name}.h5", "w", track_order=None, **options) as file:
        fill(file)


def stored(dtype=None, **options):
    def fill(file):
        data = values if dtype is None else values.astype(dtype)
        file.create_dataset("values/x", data=data, track_times=False, **options)

    return fill


for dtype in ["<f2", ">f2", "<f4", ">f4", "<f8", ">f8"]:
    write(f"float-{dtype.replace('<', 'little').replace('>', 'big')}", stored(dtype))
write("chunks", stored(chunks=(2, 2)))
write("gzip", stored(chunks=(2, 3), compression="gzip"))
write("shuffle", stored(">f8", chunks=(2, 3), compression="gzip", shuffle=True))
write("fletcher", stored(chunks=(3, 1), compression="gzip", fletcher32=True))
write("lzf", stored(chunks=(2, 3), compression="lzf"))
write("missing-chunks", lambda file: file.create_dataset("values/x", (3, 5), "f4", chunks=(2, 2)))
write("never-written", lambda file: file.create_dataset("values/x", (3, 5), "f4"))
for version in ["v108", "v110"]:
    write(f"superblock-{version}", stored(), libver=version)
write("latest-chunks", stored(chunks=(2, 2)), libver="v110")


def compact(file):
    properties = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    properties.set_layout(h5py.h5d.COMPACT)
    properties.set_obj_track_times(False)
    space = h5py.h5s.create_simple(values.shape)
    group = file.create_group("values")
    dataset = h5py.h5d.create(group.id, b"x", h5py.h5t.NATIVE_FLOAT, space, properties)
    dataset.write(h5py.h5s.ALL, h5py.h5s.ALL, values)


write("compact", compact)


def integers(file):
    for dtype in ["i1", "u1", "<i2", ">u2", "<i4", ">i4", "<u4", "<i8", ">i8", "<u8"]:
        name = dtype.replace("<", "l").replace(">", "b")
        kind = numpy.dtype(dtype)
        limits = numpy.iinfo(kind)
        file.create_dataset(name, data=numpy.array([limits.min, 0, limits.max], kind), track_times=False)
    file.create_dataset("flags", data=numpy.array([True, False]), track_times=False)
    file.create_dataset("complex", data=numpy.array([1j]), track_times=False)


write("integers", integers)


def texts(file):
    file.attrs["variable"] = "größe"
    file.attrs["bytes"] = numpy.bytes_(b"fixed")
    file.attrs["none"] = ""
    file.attrs["number"] = 3
    file.attrs["list"] = ["a", "", "ccc"]
    file.attrs["fixed_list"] = numpy.array([b"a", b"bb"])
    file.attrs["empty_list"] = []
    file.attrs["divided0"] = ["a", "b"]
    file.attrs["divided1"] = ["c"]
    file.attrs["latin"] = numpy.bytes_(b"\xe9")


write("texts", texts)


def many(file):
    for number in range(300):
        file.create_group(f"group_{number}")
    file["group_7"].create_dataset("x", data=values, track_times=False)


write("many", many)
write("many-latest", many, libver="v110")


def tracked(file):
    group = file.create_group("values", track_order=True)
    for name in ["z", "a", "m"]:
        group.create_group(name)


write("tracked", tracked)


def opaque(file):
    # The upper halves of binary32, as ml_dtypes' bfloat16 has them.
    halves = (values.view("uint32") >> 16).astype("<u2")
    dataset = file.create_dataset("values/x", data=halves.view("V2"), track_times=False)
    dataset.attrs["dtype"] = "bfloat16"


write("bfloat16", opaque)


def links(file):
    file["first"] = values
    file["second"] = file["first"]


write("hard-link", links)
write("user-block", stored(), userblock_size=512)
