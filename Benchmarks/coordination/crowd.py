#!/usr/bin/env python3
"""Thousands of workers on real sockets, whose training is a wait: what a coordinator serves, and at what price.

Then the coordinator is killed and started again, and all of them come back.
"""
import json
import signal
import subprocess
import sys
import threading
import time

from common import (
    ROOT, Workshop, figure, free_port, median, parser, processor_seconds, specification,
    status_kilobytes, wait_for_line)

CROWD = ROOT / "Benchmarks/.build/release/worker-crowd"


def start_coordinator(options, spec, address, store):
    coordinator = subprocess.Popen(
        [options.program, "coordinator", spec, "--listen", address, "--store", str(store),
         "--log-level", "error"], stderr=subprocess.PIPE, text=True)
    wait_for_line(coordinator.stderr, "listening at")
    threading.Thread(target=coordinator.stderr.read, daemon=True).start()
    return coordinator


class Crowd:
    """The running crowd, and the lines that it has printed."""

    def __init__(self, options, address, seconds):
        self.lines = []
        self.process = subprocess.Popen(
            [options.crowd, address, str(options.workers), str(seconds), str(options.trial_seconds), "1"],
            stdout=subprocess.PIPE, text=True)
        threading.Thread(target=self.read, daemon=True).start()

    def read(self):
        for line in self.process.stdout:
            self.lines.append((time.monotonic(), json.loads(line)))

    def wait_until_working(self, share=1.0, epoch=1, limit=120):
        """The time at which that share of the workers was at work in that life of the coordinator."""
        deadline = time.monotonic() + limit
        while time.monotonic() < deadline:
            for moment, line in list(self.lines):
                if line["epoch"] >= epoch and line["working"] >= share * line["workers"]:
                    return moment
            if self.process.poll() is not None:
                break
            time.sleep(0.05)
        last = self.lines[-1][1] if self.lines else None
        sys.exit(f"the crowd was not at work within {limit} s: {last}")


def main():
    # So that what is started here also ends where this is told to.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("interrupted"))
    arguments = parser(__doc__.split("\n")[0])
    arguments.add_argument("--crowd", default=str(CROWD))
    arguments.add_argument("--workers", type=int, default=2_000)
    arguments.add_argument("--trial-seconds", type=float, default=2.0)
    arguments.add_argument("--seconds", type=float, default=20, help="of steady work that are measured")
    options = arguments.parse_args()
    with Workshop(options.directory) as directory:
        spec = specification(directory, trials=1_000_000_000, keep_history="false")
        address = f"tcp://127.0.0.1:{free_port()}"
        store = directory / "store.sqlite"
        coordinator = start_coordinator(options, spec, address, store)
        begin = time.monotonic()
        crowd = Crowd(options, address, options.seconds + 240)
        try:
            working = crowd.wait_until_working()
            figure("crowd-joined", workers=options.workers, seconds=working - begin)

            time.sleep(3)
            first, used = time.monotonic(), processor_seconds(coordinator.pid)
            crowd_used = processor_seconds(crowd.process.pid)
            time.sleep(options.seconds)
            elapsed = time.monotonic() - first
            share = (processor_seconds(coordinator.pid) - used) / elapsed
            crowd_share = (processor_seconds(crowd.process.pid) - crowd_used) / elapsed
            lines = [line for moment, line in crowd.lines if moment > first]

            def rate(name):
                return sum(line[name] for line in lines) / elapsed

            def middle(name):
                return median([line[name] for line in lines if line[name] is not None] or [float("nan")])

            figure(
                "crowd-served", heartbeats_per_second=rate("heartbeats"),
                leases_per_second=rate("leases"), batches_per_second=rate("batches"),
                heartbeat_ms=middle("heartbeat_ms_median"), heartbeat_ms_p99=middle("heartbeat_ms_p99"),
                commit_ms=middle("commit_ms_median"), commit_ms_p99=middle("commit_ms_p99"))
            figure(
                "crowd-coordinator", core_share=share,
                megabytes=status_kilobytes(coordinator.pid, "VmRSS") / 1024,
                peak_megabytes=status_kilobytes(coordinator.pid, "VmHWM") / 1024,
                crowd_core_share=crowd_share)

            coordinator.send_signal(signal.SIGKILL)
            coordinator.wait()
            time.sleep(1)
            restarted = time.monotonic()
            coordinator = start_coordinator(options, spec, address, store)
            listening = time.monotonic()
            most = crowd.wait_until_working(share=0.99, epoch=2)
            everybody = crowd.wait_until_working(epoch=2)
            figure(
                "crowd-restarted", seconds_to_listen=listening - restarted,
                seconds_until_99_percent=most - listening,
                seconds_until_all=everybody - listening)
        finally:
            crowd.process.kill()
            coordinator.kill()
            crowd.process.wait()
            coordinator.wait()


if __name__ == "__main__":
    main()
