#!/usr/bin/env python3
"""Starts a SeedSweep worker beside every worker of a Dask cluster, and waits until all are done.

    run.py --scheduler tcp://HOST:8786 [--program seedsweep] -- WORKER OPTIONS

Dask starts, places and restarts: workers that join later, or that a nanny restarts, get one too.
"""

import argparse
import subprocess
import sys
import threading
import time

from distributed import Client
from distributed.diagnostics.plugin import WorkerPlugin

PLUGIN = "seedsweep-worker"
POLL_SECONDS = 1.0
PAUSE_SECONDS = 5.0
# Longer than `seedsweep worker --grace`, 10 s unless given.
GRACE_SECONDS = 60.0
UNUSABLE_INPUT = 2
INTERRUPTED = 130
# Statuses that another try would not change: the last two are setpriv's, of a program that cannot
# be started.
HOPELESS = (UNUSABLE_INPUT, 126, 127)


class SeedSweepWorker(WorkerPlugin):
    """Keeps one `seedsweep worker` running for as long as its Dask worker runs."""

    name = PLUGIN

    def __init__(self, program: str, options: list[str]) -> None:
        self.program = program
        self.options = options

    def setup(self, worker) -> None:  # noqa: ANN001
        # It ends with the Dask worker, however that ends.
        self.command = ["setpriv", "--pdeathsig", "TERM", "--", self.program, "worker"]
        # One slot for each of the Dask worker's threads, unless the options say otherwise.
        self.command += [f"--slots={worker.state.nthreads}", *self.options]
        self.status: int | None = None
        self.is_leaving = threading.Event()
        self._start()
        worker.seedsweep = self
        threading.Thread(target=self._watch, daemon=True).start()

    def _start(self) -> None:
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL)

    def _watch(self) -> None:
        """Starts it again after a failure that another try may mend."""
        while True:
            status = self.process.wait()
            if status == 0 or status in HOPELESS:
                self.status = status
                return
            if self.is_leaving.wait(PAUSE_SECONDS):
                return
            self._start()

    def teardown(self, worker) -> None:  # noqa: ANN001
        self.is_leaving.set()
        self.process.terminate()
        try:
            self.process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.process.kill()


def status(dask_worker) -> int | None:  # noqa: ANN001
    """How a Dask worker's SeedSweep worker ended; None while it runs."""
    plugin = getattr(dask_worker, "seedsweep", None)
    return plugin.status if plugin else None


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--scheduler", required=True, help="the address of Dask's scheduler")
    parser.add_argument("--program", default="seedsweep", help="the program, on each node")
    parser.add_argument("options", nargs="+", help="options of `seedsweep worker`, after --")
    arguments = parser.parse_args()
    client = Client(arguments.scheduler)
    client.register_plugin(SeedSweepWorker(arguments.program, arguments.options))
    try:
        while True:
            time.sleep(POLL_SECONDS)
            # A Dask worker that is lost meanwhile is left out.
            statuses = [s for s in client.run(status, on_error="ignore").values()]
            if any(s in HOPELESS for s in statuses):
                print("error: a worker was turned away, or its program or options cannot be used: "
                      "see the log of its Dask worker", file=sys.stderr)
                return UNUSABLE_INPUT
            if statuses and all(s == 0 for s in statuses):
                return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        client.unregister_worker_plugin(PLUGIN)


if __name__ == "__main__":
    sys.exit(main())
