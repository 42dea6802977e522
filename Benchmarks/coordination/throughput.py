#!/usr/bin/env python3
"""Trials a second from the start of the first process to the printed summary.

A coordinator and two workers of one slot each are started together, as processes over tcp on loopback; when
they have ended, `report` prints the summary. All of it counts, from the first process's start to the end of
the last one, and so does every fsync of the store, which lies on a disk.
"""
import os
import shutil
import subprocess
import sys
import time

from common import Workshop, children_seconds, figure, free_port, median, parser, specification


def loopback_bytes():
    for line in open("/proc/net/dev"):
        if line.strip().startswith("lo:"):
            return int(line.split()[1])
    return 0


def once(options, directory, keeps_history, keys):
    spec = specification(
        directory, trials=options.trials, keep_history=str(keeps_history).lower())
    store = directory / "store.sqlite"
    address = f"tcp://127.0.0.1:{free_port()}"
    before, wire = children_seconds(), loopback_bytes()
    start = time.monotonic()
    coordinator = subprocess.Popen(
        [options.program, "coordinator", spec, "--listen", address, "--store", str(store),
         "--exit-when-done", *key_options(keys, "coordinator")],
        stderr=subprocess.PIPE, text=True)
    workers = [
        subprocess.Popen(
            [options.program, "worker", "--connect", address, "--slots", "1",
             *key_options(keys, f"worker-{number}")])
        for number in range(options.workers)]
    _, errors = coordinator.communicate()
    if coordinator.returncode != 0:
        sys.exit(errors)
    for worker in workers:
        if worker.wait() != 0:
            sys.exit("a worker failed")
    trained = time.monotonic()
    report = subprocess.run(
        [options.program, "report", "--store", str(store)], check=True, capture_output=True, text=True)
    end = time.monotonic()
    if f"{options.trials:,} completed" not in report.stdout:
        sys.exit(f"not all trials completed:\n{report.stdout}")
    return {
        "seconds": end - start, "summary": end - trained, "processor": children_seconds() - before,
        "store": os.path.getsize(store), "wire": loopback_bytes() - wire}


def make_keys(options, directory):
    """A directory of keys for the coordinator and one for each worker, as their machines would have them."""
    def keys(*arguments):
        subprocess.run(
            [options.program, "keys", *map(str, arguments)], check=True, capture_output=True)

    coordinator = directory / "coordinator"
    keys("new", "coordinator", "--out", coordinator)
    for number in range(options.workers):
        worker = directory / f"worker-{number}"
        keys("new", worker.name, "--out", worker)
        shutil.copy(coordinator / "coordinator.public", worker)
        keys("allow", worker / f"{worker.name}.public", "--role", "worker", "--keys", coordinator)
    return directory


def key_options(keys, owner):
    return ["--keys", str(keys / owner)] if keys else []


def main():
    arguments = parser(__doc__.split("\n")[0])
    arguments.add_argument("--trials", type=int, default=1_000_000)
    arguments.add_argument("--workers", type=int, default=2)
    arguments.add_argument("--repetitions", type=int, default=3)
    arguments.add_argument("--history", choices=["no", "yes", "both"], default="both")
    arguments.add_argument("--curve", action="store_true", help="with keys, encrypted")
    options = arguments.parse_args()
    kinds = {"no": [False], "yes": [True], "both": [False, True]}[options.history]
    for keeps_history in kinds:
        runs = []
        for _ in range(options.repetitions):
            with Workshop(options.directory) as directory:
                keys = make_keys(options, directory) if options.curve else None
                runs.append(once(options, directory, keeps_history, keys))
        best = min(runs, key=lambda run: run["seconds"])
        figure(
            "coordination" + ("-curve" if options.curve else "")
            + ("-with-history" if keeps_history else ""),
            trials_per_second=options.trials / best["seconds"],
            median=options.trials / median([run["seconds"] for run in runs]),
            seconds=best["seconds"], summary_seconds=best["summary"],
            processor_seconds=min(run["processor"] for run in runs), store_bytes=best["store"],
            loopback_bytes=best["wire"], runs=options.repetitions)


if __name__ == "__main__":
    main()
