#!/usr/bin/env python3
"""The faults of scripts/test-ray, which starts this in namespaces of its own."""

import sys
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(SCRIPTS / "lib")]

from hosted import Host, Machine, Process  # noqa: E402
from hosted_faults import test  # noqa: E402

PORT = 6379
OBJECT_STORE_BYTES = 100_000_000
IS_STARTED = "Ray runtime started."
IS_GIVEN_UP = "has been marked dead"


def folder_of(machine: Machine) -> Path:
    """A node's own temporary files, on the test's /run."""
    return Path("/run") / f"tmp-{machine.name}"


class Ray(Host):
    name = "Ray"
    other_options = ("--workers=2", "--cpus=1")

    def environment(self, machine: Machine) -> dict[str, str]:
        folder = folder_of(machine)
        folder.mkdir(exist_ok=True)
        folders = {"RAY_TMPDIR": str(folder), "TMPDIR": str(folder)}
        # Each message in the log of run.py, which is read by given_up().
        return {**folders, "RAY_DEDUP_LOGS": "0", "RAY_USAGE_STATS_ENABLED": "0"}

    def start_head(self) -> None:
        # As Ray advises: no tasks where its own processes are.
        self._start(self.bench.head, 0, "--head", f"--port={PORT}", "--include-dashboard=false")

    def start_node(self, node: Machine) -> Process:
        return self._start(node, 1, f"--address={self.bench.head.address}:{PORT}")

    def _start(self, machine: Machine, cpus: int, *options: str) -> Process:
        process = self.bench.start(
            machine,
            f"ray-{machine.name}",
            *[sys.executable, "-m", "ray.scripts.scripts", "start", "--block", *options],
            *[f"--num-cpus={cpus}", f"--node-ip-address={machine.address}"],
            f"--object-store-memory={OBJECT_STORE_BYTES}",
            f"--temp-dir={folder_of(machine)}/ray",
        )
        self.bench.until_says(process, IS_STARTED)
        return process

    def run_command(self) -> list[str]:
        return [sys.executable, str(SCRIPTS.parent / "cluster" / "ray" / "run.py")]

    def given_up(self) -> int:
        return self.bench.run.log.read_text().count(IS_GIVEN_UP)


if __name__ == "__main__":
    test(Ray())
