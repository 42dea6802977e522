#!/usr/bin/env python3
"""The faults of scripts/test-dask, which starts this in namespaces of its own."""

import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(SCRIPTS / "lib")]

from hosted import Host, Machine, Process  # noqa: E402
from hosted_faults import test  # noqa: E402

PORT = 8786
IS_LISTENING = "Scheduler at:"
HAS_JOINED = "Registered to:"
IS_GIVEN_UP = "Remove worker"


class Dask(Host):
    name = "Dask"

    def start_head(self) -> None:
        options = [f"--host={self.bench.head.address}", f"--port={PORT}", "--no-dashboard"]
        self.scheduler = self._start(self.bench.head, "scheduler", IS_LISTENING, *options)

    def start_node(self, node: Machine) -> Process:
        options = ["--nthreads=1", "--nworkers=1", "--no-dashboard", f"--name={node.name}"]
        folder = self.bench.folder / f"dask-{node.name}"
        options += [f"--host={node.address}", f"--local-directory={folder}"]
        return self._start(node, "worker", HAS_JOINED, self._scheduler, *options)

    @property
    def _scheduler(self) -> str:
        return f"tcp://{self.bench.head.address}:{PORT}"

    def _start(self, machine: Machine, command: str, sign: str, *options: str) -> Process:
        dask = [sys.executable, "-m", "dask", command, *options]
        process = self.bench.start(machine, f"dask-{machine.name}", *dask)
        self.bench.until_says(process, sign)
        return process

    def run_command(self) -> list[str]:
        script = SCRIPTS.parent / "cluster" / "dask" / "run.py"
        return [sys.executable, str(script), f"--scheduler={self._scheduler}"]

    def given_up(self) -> int:
        return self.scheduler.log.read_text().count(IS_GIVEN_UP)


if __name__ == "__main__":
    test(Dask())
