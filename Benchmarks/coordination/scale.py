#!/usr/bin/env python3
"""A sweep of 10⁹ trials: how long a coordinator needs to begin it, and in how much memory.

Nothing may depend on the trials that were asked for: neither the coordinator, nor `check`, nor `report`.
"""
import signal
import subprocess
import time

from common import (
    Workshop, figure, median, parser, specification, status_kilobytes, wait_for_line)

TRIALS = 1_000_000_000


def begin(options, directory):
    store = directory / "store.sqlite"
    start = time.monotonic()
    coordinator = subprocess.Popen(
        [options.program, "coordinator", specification(directory, trials=100), "--trials", str(TRIALS),
         "--listen", "tcp://127.0.0.1:*", "--store", str(store)], stderr=subprocess.PIPE, text=True)
    wait_for_line(coordinator.stderr, "listening at")
    seconds = time.monotonic() - start
    time.sleep(1)
    kilobytes = status_kilobytes(coordinator.pid, "VmHWM")
    coordinator.send_signal(signal.SIGTERM)
    coordinator.communicate()
    return seconds, kilobytes / 1024, store


def timed(arguments):
    start = time.monotonic()
    subprocess.run(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - start


def main():
    options = parser(__doc__.split("\n")[0]).parse_args()
    with Workshop(options.directory) as directory:
        runs = []
        for number in range(3):
            own = directory / str(number)
            own.mkdir()
            runs.append(begin(options, own))
        figure(
            "sweep-of-10^9-created", seconds=min(run[0] for run in runs),
            median=median([run[0] for run in runs]), peak_megabytes=max(run[1] for run in runs))
        store = runs[0][2]
        spec = specification(directory, trials=TRIALS)
        figure("sweep-of-10^9-check", seconds=timed([options.program, "check", spec]))
        figure(
            "sweep-of-10^9-report", seconds=timed([options.program, "report", "--store", str(store)]))
        figure(
            "sweep-of-10^9-export",
            seconds=timed([options.program, "export", "--format", "csv", "--store", str(store)]))


if __name__ == "__main__":
    main()
