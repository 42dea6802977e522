#!/usr/bin/env python3
"""The test of scripts/test-dask, which starts this in namespaces of its own."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(SCRIPTS / "lib")]

from testbed import Failure, Outcomes, Process, Program, Reference, Row, StoreReader  # noqa: E402
from testbed import stop, wait  # noqa: E402

# So many that the sweep lasts beyond its faults.
TRIALS = 3_200
SCHEDULER = "tcp://127.0.0.1:8786"
COORDINATOR = "tcp://127.0.0.1:7733"


def processes(text: str) -> list[int]:
    """The processes whose command lines begin with a text."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
            except OSError:
                continue
            if words.startswith(text):
                found.append(int(entry.name))
    return found


def main() -> int:
    program, folder = Program(sys.argv[1]), Path(sys.argv[2])
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    reference = Reference(program, folder)
    specification = reference.write_specification(folder / "sweep.yaml", TRIALS)
    store = StoreReader(folder / "sweep.sqlite")
    keys = folder / "keys"
    program.run("keys", "new", "--pair", str(keys))
    binaries = Path(sys.executable).parent
    started: list[Process] = []

    def start(name: str, *command: str) -> Process:
        process = Process.start(name, list(command), folder, cwd=folder)
        started.append(process)
        return process

    def coordinator(name: str) -> Process:
        options = [f"--listen={COORDINATOR}", f"--store={store.path}", f"--keys={keys}/coordinator"]
        return start(name, program.path, "coordinator", str(specification), *options, "--exit-when-done")

    def workers() -> list[int]:
        return processes(f"{program.path} worker")

    def results(seen: set[int]) -> bool:
        """Whether a worker that had not been there has given results."""
        return any(store.results_of(pid) > 0 for pid in set(workers()) - seen)

    def body(row: Row) -> None:
        first = coordinator("coordinator")
        dask = str(binaries / "dask")
        start("scheduler", dask, "scheduler", "--host=127.0.0.1", "--port=8786", "--no-dashboard")
        for node in ("one", "two"):
            options = ["--nthreads=1", "--nworkers=1", "--no-dashboard", f"--name={node}"]
            start(node, dask, "worker", SCHEDULER, *options, f"--local-directory={folder}/{node}")
        script = str(SCRIPTS.parent / "cluster" / "dask" / "run.py")
        run = start(
            "run", sys.executable, script, f"--scheduler={SCHEDULER}", f"--program={program.path}",
            "--", f"--connect={COORDINATOR}", f"--keys={keys}/worker",
        )  # fmt: skip
        wait("two workers are there", lambda: len(workers()) == 2)
        wait("results", lambda: store.recorded() > 0)
        seen = set(workers())
        os.kill(min(seen), signal.SIGKILL)
        row.recovered = f"{wait('the killed worker is replaced', lambda: results(seen)):.1f} s"
        seen |= set(workers())
        # A Dask worker, which its nanny starts again.
        parent = int(Path(f"/proc/{workers()[0]}/stat").read_text().rsplit(")", 1)[1].split()[1])
        os.kill(parent, signal.SIGKILL)
        wait("the Dask worker is replaced, and its worker", lambda: results(seen))
        first.kill()
        time.sleep(1)
        coordinator("coordinator-2").end()
        run.end(seconds=60)
        row.lost, row.repeated = str(TRIALS - store.recorded()), str(store.repeated())
        if store.violations():
            raise Failure("determinism violations")
        reference.compare(store.path, TRIALS)
        row.same = "yes"

    outcomes = Outcomes()
    outcomes.run(
        "Dask: worker, Dask worker, coordinator killed", body, lambda: "\n".join(p.tail() for p in started)
    )
    return outcomes.finish()


if __name__ == "__main__":
    stop(main())
