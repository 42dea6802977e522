"""Predicts with real models from PyPI packages, whose right predictions stand beside the project.

    real.py EXCHANGE CASES

A file that cannot be had is skipped.
"""

import hashlib
import io
import json
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile

import numpy

PACKAGES = {"chars2vec": "chars2vec==0.1.7", "shakkala": "shakkala==1.7"}
# Weights alone: what the package's source builds, and Keras 2.2's defaults.
LSTM = {"units": 50, "activation": "tanh"}


def content(package, path, folder):
    """The bytes of a file of a package, or None with a reason."""
    result = subprocess.run(
        [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", folder,
         PACKAGES[package]], capture_output=True, text=True)
    name = path.split("/x/")[1]
    for archive in pathlib.Path(folder).iterdir():
        if archive.name.startswith(package) and archive.suffix in (".whl", ".zip"):
            with zipfile.ZipFile(archive) as file:
                if name in file.namelist():
                    return file.read(name)
        if archive.name.startswith(package) and archive.name.endswith(".tar.gz"):
            with tarfile.open(archive) as file:
                return file.extractfile(name).read()
    print(f"{package}: skipped, pip cannot have it: {result.stderr.strip().splitlines()[-1:]}")
    return None


def architecture(answers, gates):
    """The two LSTM of chars2vec, whose file has variables alone, with these gates."""
    width = answers["inputs"][0]["shape"][2]
    layers = [
        {"class_name": "InputLayer", "config": {"batch_input_shape": [None, None, width], "name": "in"}},
        {"class_name": "LSTM", "config": {**LSTM, "name": "lstm_1", "recurrent_activation": gates, "return_sequences": True}},
        {"class_name": "LSTM", "config": {**LSTM, "name": "lstm_2", "recurrent_activation": gates}},
    ]
    return {"class_name": "Sequential", "keras_version": "2.2.0", "config": {"name": "m", "layers": layers}}


def check(exchange, case, folder):
    answers = json.loads(case.read_text())
    data = content(answers["file"].split("/")[0], answers["file"], folder)
    if data is None:
        return True
    if hashlib.sha256(data).hexdigest() != answers["sha256"]:
        print(f"{case.stem}: the file is another than the one with known answers")
        return False
    own = pathlib.Path(folder) / case.stem
    own.mkdir()
    (own / "model.h5").write_bytes(data)
    inputs = answers["inputs"][0]
    numpy.array(inputs["values"], "float32").tofile(own / "inputs")
    (own / "shape").write_text(json.dumps(inputs["shape"][1:]))
    if not case.stem.startswith("chars2vec"):
        return predict(exchange, case.stem, own, answers["predictions"][0])
    holds = True
    for gates, expected in [("hard_sigmoid", answers["predictions"][0]), ("sigmoid", answers["predictions_if_sigmoid"])]:
        (own / "model.json").write_text(json.dumps(architecture(answers, gates)))
        name = f"{case.stem}, {gates}"
        holds &= predict(exchange, name, own, expected, "--architecture", own / "model.json")
    return holds


def predict(exchange, name, folder, expected, *options):
    words = [exchange, "predict", folder / "model.h5", folder, *options]
    result = subprocess.run([str(word) for word in words], capture_output=True, text=True)
    if result.returncode:
        reason = result.stderr.strip()
        print(f"{name}: refused: {reason.removeprefix(str(folder))}")
        return False
    predictions = numpy.fromfile(folder / "predictions", "float32")
    values = numpy.array(expected["values"], "float32")
    error = abs(predictions[:values.size] - values).max()
    print(f"{name}: {error:.1e}")
    return error <= 1e-5


def main():
    with tempfile.TemporaryDirectory() as folder:
        cases = sorted(pathlib.Path(sys.argv[2]).glob("*.json"))
        return 0 if all([check(sys.argv[1], case, folder) for case in cases]) else 1


sys.exit(main())
