"""The exit statuses that the Jobs' policies name are those that the program gives."""

import subprocess
from collections.abc import Callable

import manifests
from bench import COORDINATOR, WORKER, Bench
from deployment import Deployment
from pod import Pod
from testbed import Failure, Row


def test(bench: Bench) -> Callable[[Row], None]:
    def body(row: Row) -> None:
        for what, fault, expected, action in [
            ("a specification that cannot be used", bad_specification, 2, "FailJob"),
            ("a sweep that is cancelled", cancelled, 1, "FailJob"),
            ("a store that cannot be written", full_store, 3, "Count"),
            ("a worker whose keys cannot be used", bad_keys, 2, "FailJob"),
        ]:
            bench.apply("sweep")
            pod = fault(bench)
            status = pod.status()
            job = bench.kubelet.objects["Job", pod.name]
            decided = manifests.decide(job, status, disrupted=False)
            if (status, decided) != (expected, action):
                raise Failure(f"{what}: {status}, {decided}, not {expected}, {action}")

    return bench.alone(body)


def bad_specification(bench: Bench) -> Pod:
    data = bench.kubelet.objects["ConfigMap", "seedsweep-specification"]["data"]
    data["specification.yaml"] = "name: [\n"
    return bench.start("Job", COORDINATOR)


def cancelled(bench: Bench) -> Pod:
    deployment = Deployment(bench, "Job", "Job")
    pod = deployment.start_coordinator()
    deployment.ask("cancel", "sequence")
    return pod


def full_store(bench: Bench) -> Pod:
    """Its claim is too small, and the next coordinator's is larger."""
    claim = str(bench.kubelet.volumes.claim("seedsweep-store"))
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", claim], check=True)
    try:
        pod = bench.start("Job", COORDINATOR)
        pod.status()
        subprocess.run(["mount", "-o", "remount,size=64m", claim], check=True)
        Deployment(bench, "Job", "Job").start_coordinator().evict()
        return pod
    finally:
        subprocess.run(["umount", "--lazy", claim], check=True)


def bad_keys(bench: Bench) -> Pod:
    del bench.kubelet.objects["Secret", "seedsweep-worker-keys"]["data"]["worker.secret"]
    return bench.start("Job", WORKER)
