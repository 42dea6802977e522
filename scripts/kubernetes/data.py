"""Sweeps over data files: on a volume that all pods mount, and sent by the client."""

import hashlib
from collections.abc import Callable
from pathlib import Path

from bench import PROJECT, Bench
from deployment import Deployment
from pod import Pod
from testbed import Failure, Row, wait

SPECIFICATION = PROJECT / "examples" / "iris.yaml"
# As the specification names it.
FILE = Path("examples") / "data" / "iris.csv"


def undisturbed(bench: Bench) -> list[str]:
    """What `run` gives on the host."""
    store = bench.folder / "iris.sqlite"
    if not store.exists():
        options = ["--workers=2", f"--data={PROJECT}", f"--store={store}"]
        bench.program.run("run", str(SPECIFICATION), *options)
    return bench.program.export(store)


def is_cached(worker: Pod) -> bool:
    digest = hashlib.sha256((PROJECT / FILE).read_bytes()).digest()
    files = [path for path in worker.volumes["cache"].rglob("*") if path.is_file()]
    return any(hashlib.sha256(path.read_bytes()).digest() == digest for path in files)


def compare(bench: Bench, deployment: Deployment, row: Row, fetched: bool) -> None:
    lines = bench.program.export(deployment.store.path)
    if lines != undisturbed(bench):
        raise Failure("the export differs from the undisturbed sweep's")
    if is_cached(deployment.workers[0]) != fetched:
        raise Failure(f"the data file is {'not ' * fetched}in the worker's cache")
    row.lost, row.same = "0", "yes"


def on_volume(bench: Bench) -> Callable[[Row], None]:
    """The coordinator and the workers read the file from the claim; nothing travels."""

    def body(row: Row) -> None:
        bench.specification.write_text(SPECIFICATION.read_text())
        bench.apply("sweep-with-data")
        target = bench.kubelet.volumes.claim("seedsweep-data") / FILE
        target.parent.mkdir(parents=True)
        target.write_bytes((PROJECT / FILE).read_bytes())
        deployment = Deployment(bench, "Job", "Job")
        deployment.start_coordinator()
        worker = deployment.start_worker()
        for pod in (deployment.coordinator, worker):
            deployment.expect_end(pod, 0)
        compare(bench, deployment, row, fetched=False)

    return bench.alone(body)


def by_digest(bench: Bench) -> Callable[[Row], None]:
    """The client has the file. The worker's root is read-only: only its cache can take it."""

    def body(row: Row) -> None:
        bench.apply("service")
        deployment = Deployment(bench, "StatefulSet", "Deployment")
        deployment.start_coordinator()
        deployment.start_worker()
        deployment.ask("submit", str(SPECIFICATION), f"--data={PROJECT}")
        trials = len(undisturbed(bench))
        wait("the end of the sweep", lambda: deployment.store.recorded() >= trials)
        compare(bench, deployment, row, fetched=True)

    return bench.alone(body)
