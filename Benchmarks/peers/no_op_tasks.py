#!/usr/bin/env python3
"""Tasks a second of systems that distribute any work: a task takes a seed and does nothing else.

Each has two workers of one slot on this machine. The clock starts when the workers are ready and the first task
is submitted, and stops with the last result, so that the start of the system is not counted.

    no_op_tasks.py ray|dask|hyperqueue [--tasks N] [--repetitions N]
"""
import argparse
import json
import statistics
import tempfile
import time

WORKERS = 2


def task(seed):
    return seed


def with_ray(count, repetitions):
    import ray

    ray.init(num_cpus=WORKERS, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
    remote = ray.remote(task)
    ray.get([remote.remote(seed) for seed in range(100)])
    for _ in range(repetitions):
        start = time.monotonic()
        results = ray.get([remote.remote(seed) for seed in range(count)])
        yield time.monotonic() - start
        assert results == list(range(count))
    ray.shutdown()


def with_dask(count, repetitions):
    from distributed import Client, LocalCluster

    with LocalCluster(
            n_workers=WORKERS, threads_per_worker=1, processes=True, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            client.gather(client.map(task, range(100), pure=False))
            for _ in range(repetitions):
                start = time.monotonic()
                results = client.gather(client.map(task, range(count), pure=False))
                yield time.monotonic() - start
                assert results == list(range(count))


def with_hyperqueue(count, repetitions):
    from hyperqueue import Job, LocalCluster
    from hyperqueue.cluster import WorkerConfig

    with tempfile.TemporaryDirectory() as directory, LocalCluster(directory) as cluster:
        for _ in range(WORKERS):
            cluster.start_worker(WorkerConfig(cores=1))
        client = cluster.client()

        def job(tasks):
            # A task of its is a process; the shortest one there is.
            made = Job()
            for seed in range(tasks):
                made.program(["/bin/true", str(seed)], stdout=None, stderr=None)
            return made

        client.wait_for_jobs([client.submit(job(100))])
        for _ in range(repetitions):
            prepared = job(count)
            start = time.monotonic()
            client.wait_for_jobs([client.submit(prepared)])
            yield time.monotonic() - start


SYSTEMS = {"ray": with_ray, "dask": with_dask, "hyperqueue": with_hyperqueue}


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("system", choices=SYSTEMS)
    parser.add_argument("--tasks", type=int, default=10_000)
    parser.add_argument("--repetitions", type=int, default=3)
    options = parser.parse_args()
    seconds = list(SYSTEMS[options.system](options.tasks, options.repetitions))
    print(json.dumps({
        "system": options.system, "tasks": options.tasks, "best": options.tasks / min(seconds),
        "median": options.tasks / statistics.median(seconds)}))


if __name__ == "__main__":
    main()
