"""Reads with h5py what HDF5Writer wrote (Tests/KerasFormatTests/Golden/written.h5; a test compares its bytes)."""

import sys

import h5py
import numpy


def expect(what, found, wanted):
    found, wanted = numpy.asarray(found), numpy.asarray(wanted)
    assert found.dtype == wanted.dtype, f"{what}: {found.dtype} is not {wanted.dtype}"
    assert found.shape == wanted.shape, f"{what}: {found.shape} is not {wanted.shape}"
    assert found.tobytes() == wanted.tobytes(), f"{what}: {found} is not {wanted}"


with h5py.File(sys.argv[1], "r") as file:
    f4 = "float32"
    expect("kernel", file["layers/dense/vars/0"], numpy.array([[0, 1], [-2.5, numpy.inf], [1e-45, 3e38]], f4))
    expect("bias", file["layers/dense/vars/1"], numpy.array([0.1, -0.0], f4))
    expect("iteration", file["optimizer/vars/0"], numpy.int32(-7))
    expect("learning rate", file["optimizer/vars/1"], numpy.float32(0.001))
    limits = numpy.iinfo("int64")
    expect("int64", file["optimizer/vars/2"], numpy.array([limits.min, limits.max]))
    expect("empty", file["layers/empty/vars/0"], numpy.zeros((0, 4), f4))
    assert file["layers/empty/vars/0"].attrs["note"] == "nothing"
    assert file.attrs["keras_version"] == "3.15.1"
    assert file["layers/dense/vars"].attrs["name"] == "größe"
    assert list(file.attrs["layer_names"]) == ["dense", "", "dropout"]
    assert list(file["layers/dropout"].attrs["weight_names"]) == []
    assert sorted(file["many"]) == sorted(f"group_{number}" for number in range(40))
    assert "long" not in file.attrs
    parts = [file.attrs[f"long{number}"] for number in range(sum(key.startswith("long") for key in file.attrs))]
    assert len(parts) > 1 and [name for part in parts for name in part] == [f"name_{n}" for n in range(9000)]
    names = []
    file.visit(names.append)
print(f"h5py {h5py.__version__} (HDF5 {h5py.version.hdf5_version}) reads the {len(names)} objects that were written")
