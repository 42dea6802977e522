#!/usr/bin/env python3
"""Runs SeedSweep workers as tasks of a Ray cluster, and waits until all of them have ended.

    run.py [--workers N --cpus K] [--program seedsweep] -- WORKER OPTIONS

Without --workers: one worker on every node that is alive now, with all of the node's CPUs. With it,
N workers of K CPUs each, spread over the nodes; those that find no room wait until a node joins.
Ray places the tasks, and runs them again where a node or a process of Ray's is lost.
"""

import argparse
import subprocess
import sys
import time

import ray
from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

POLL_SECONDS = 1.0
PAUSE_SECONDS = 5.0
# Longer than `seedsweep worker --grace`, 10 s unless given.
GRACE_SECONDS = 60.0
UNUSABLE_INPUT = 2
INTERRUPTED = 130
# Statuses that another try would not change: the last two are setpriv's, of a program that cannot
# be started.
HOPELESS = (UNUSABLE_INPUT, 126, 127)


def work(command: list[str]) -> int:
    """Keeps one `seedsweep worker` running until it has nothing to do; returns its exit status."""
    while True:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL)
        try:
            # Not wait(): Ray's cancellation does not interrupt a system call.
            while (status := process.poll()) is None:
                time.sleep(POLL_SECONDS)
        except KeyboardInterrupt:
            process.terminate()
            try:
                process.wait(GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                process.kill()
            raise
        if status == 0 or status in HOPELESS:
            return status
        time.sleep(PAUSE_SECONDS)


def start(arguments: argparse.Namespace) -> list[ray.ObjectRef]:
    """Submits the tasks."""
    task = ray.remote(work)
    # Retried for as long as it takes: losing a worker costs a sweep nothing but time.
    always = {"max_retries": -1, "name": "seedsweep-worker"}

    def submit(cpus: int, place: object) -> ray.ObjectRef:
        # It ends with Ray's process, however that ends.
        command = ["setpriv", "--pdeathsig", "TERM", "--", arguments.program, "worker"]
        command += [f"--slots={cpus}", *arguments.options]
        return task.options(num_cpus=cpus, scheduling_strategy=place, **always).remote(command)

    if arguments.workers:
        return [submit(arguments.cpus, "SPREAD") for _ in range(arguments.workers)]
    alive = [node for node in ray.nodes() if node["Alive"]]
    cpus = {node["NodeID"]: int(node["Resources"].get("CPU", 0)) for node in alive}
    # Soft: when the node is lost, the task goes wherever as many CPUs are free.
    return [
        submit(count, NodeAffinitySchedulingStrategy(node, soft=True))
        for node, count in cpus.items()
        if count > 0
    ]


def stop(references: list[ray.ObjectRef]) -> None:
    """Sends the workers SIGTERM, and waits until they have left."""
    for reference in references:
        ray.cancel(reference)
    ray.wait(references, num_returns=len(references), timeout=GRACE_SECONDS)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--address", default="auto", help="the cluster (default: this node's)")
    parser.add_argument("--workers", type=int, help="workers to start (default: one a node)")
    parser.add_argument("--cpus", type=int, default=1, help="with --workers: CPUs of each")
    parser.add_argument("--program", default="seedsweep", help="the program, on each node")
    parser.add_argument("options", nargs="+", help="options of `seedsweep worker`, after --")
    arguments = parser.parse_args()
    ray.init(address=arguments.address)
    running: list[ray.ObjectRef] = []
    try:
        running = start(arguments)
        if not running:
            print("error: no node of this Ray cluster has a CPU", file=sys.stderr)
            return UNUSABLE_INPUT
        while running:
            ended, running = ray.wait(running, num_returns=1)
            if ray.get(ended[0]) != 0:
                print("error: a worker was turned away, or its program or options cannot be used: "
                      "its message is above, and in Ray's logs", file=sys.stderr)
                return UNUSABLE_INPUT
        return 0
    except KeyboardInterrupt:
        return INTERRUPTED
    finally:
        if running:
            stop(running)


if __name__ == "__main__":
    sys.exit(main())
