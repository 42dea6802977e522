"""The image: its size, its labels, and its list of contents."""

import json

from bench import ROOT, Bench
from testbed import Failure, Row

MOST_IMAGE_BYTES = 120_000_000


def image(bench: Bench, row: Row) -> None:
    """Size, labels, list of contents, and what an image without a shell must still do."""
    bench.project("seedsweep").run("build", "keys")
    size = int(bench.engine.inspect("seedsweep", "{{.Size}}"))
    saved = bench.folder / "image.tar"
    bench.engine.docker("save", "--output", str(saved), "seedsweep")
    print(f"image: {size / 1e6:.1f} MB; saved: {saved.stat().st_size / 1e6:.1f} MB", flush=True)
    saved.unlink()
    if size > MOST_IMAGE_BYTES:
        raise Failure(f"the image has {size} bytes")
    labels = json.loads(bench.engine.inspect("seedsweep", "{{json .Config.Labels}}"))
    version = bench.engine.docker("run", "--rm", "seedsweep", "--version").split()[1]
    for name, value in {"version": version, "licenses": "Apache-2.0"}.items():
        if (found := labels[f"org.opencontainers.image.{name}"]) != value:
            raise Failure(f"label {name}: {found} instead of {value}")
    container = bench.engine.docker("create", "seedsweep").strip()
    bill = bench.folder / "sbom.json"
    bench.engine.docker("cp", f"{container}:/usr/share/doc/seedsweep/sbom.spdx.json", str(bill))
    bench.engine.docker("rm", container)
    document = json.loads(bill.read_text())
    names = {package["name"] for package in document["packages"]}
    resolved = json.loads((ROOT / "Package.resolved").read_text())["pins"]
    expected = {pin["identity"] for pin in resolved}
    expected |= {"seedsweep", "libzmq5", "libsodium23", "libsqlite3-0", "zlib1g", "libc6"}
    if missing := expected - names:
        raise Failure(f"not in the SBOM: {sorted(missing)}")
    # `doctor` makes the socket that `run` makes for its workers, in the temporary directory.
    options = ("--user=4711:4711", "--read-only", "--tmpfs=/tmp")
    bench.engine.docker("run", "--rm", *options, "seedsweep", "doctor")
