#!/usr/bin/env python3
"""The tests of scripts/test-kubernetes, which starts this in namespaces of its own."""

import argparse
import collections
import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(SCRIPTS / "lib"), str(SCRIPTS / "network")]

import manifests  # noqa: E402
from kubelet import Image, Kubelet, Pod  # noqa: E402
from lab import Lab  # noqa: E402
from testbed import Failure, Outcomes, Program, Reference, Row, StoreReader  # noqa: E402
from testbed import stop, wait  # noqa: E402

MANIFESTS = SCRIPTS.parent / "cluster" / "kubernetes"
COMPONENTS = ("monitoring", "autoscaling", "data-volume")
SERVICE = "seedsweep-coordinator"
STORE = "seedsweep.sqlite"
FIRST_TRIALS = 960
# A sweep is made longer while less than this is left of it, so that it lasts beyond its faults however
# fast the machine is.
LEAST_SECONDS_LEFT = 8.0
PAUSE_SECONDS = 0.5
SIGKILLED, SIGTERMED = 128 + signal.SIGKILL, 128 + signal.SIGTERM


def status_of(pod: Pod) -> int:
    """The exit status as a container runtime gives it: 128 + n for a signal."""
    status = pod.process.popen.wait(60)
    return 128 - status if status < 0 else status


@dataclass
class Deployment:
    """A sweep in pods: the coordinator's and the workers', disturbed one after the other."""

    bench: "Bench"
    coordinator_kind: str
    worker_kind: str
    pods: list[Pod] = field(default_factory=list)
    workers: list[Pod] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    trials: int = FIRST_TRIALS
    is_disturbed: bool = False

    def __post_init__(self) -> None:
        self.kubelet = self.bench.kubelet
        self.kubelet.wipe()
        self.store = StoreReader(self.kubelet.claim("seedsweep-store") / STORE)

    def start_coordinator(self) -> Pod:
        self.coordinator = self.start(self.coordinator_kind, SERVICE)
        self.kubelet.lead(SERVICE, self.coordinator)
        probe = self.coordinator.container["startupProbe"]
        wait(
            "the startup probe passes",
            lambda: self.coordinator.probe("startupProbe"),
            probe["periodSeconds"] * probe["failureThreshold"],
        )
        return self.coordinator

    def start_worker(self) -> Pod:
        worker = self.start(self.worker_kind, "seedsweep-worker")
        self.workers.append(worker)
        return worker

    def start(self, kind: str, name: str) -> Pod:
        pod = self.kubelet.start(name, self.kubelet.template(kind, name))
        self.pods.append(pod)
        return pod

    def start_all(self) -> None:
        self.start_coordinator()
        self.is_disturbed = True
        self.feeder = threading.Thread(target=self.keep_busy, daemon=True)
        self.feeder.start()
        for _ in range(self.bench.workers):
            self.start_worker()

    def stop_feeding(self) -> None:
        """Lets the sweep come to its end."""
        self.is_disturbed = False
        self.feeder.join()

    def results_of(self, worker: Pod) -> int:
        return self.store.results_of(worker.worker_pid())

    def working(self) -> None:
        """Waits until every worker gives results."""
        wait("all workers give results", lambda: all(map(self.results_of, self.workers)))

    def ask(self, *request: str) -> dict[str, Any]:
        """A client's request, by way of the coordinator's own loopback, as port-forward takes."""
        command = [*self.coordinator.machine.inside, self.bench.program.path, *request]
        command += ["--connect=tcp://127.0.0.1:7733", f"--keys={self.bench.keys}/client"]
        done = subprocess.run([*command, "--format=json"], capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"{request[0]}: status {done.returncode}: {done.stderr.strip()[-300:]}")
        return json.loads(done.stdout)

    def submit(self, trials: int) -> None:
        """Submits the sweep, or makes it longer."""
        if self.coordinator_kind == "Job":
            # What its specification says counts from its next start on.
            self.bench.reference.write_specification(self.bench.specification, trials)
            data = self.kubelet.objects["ConfigMap", "seedsweep-specification"]["data"]
            data["specification.yaml"] = self.bench.specification.read_text()
        self.ask("submit", str(self.bench.specification), f"--trials={trials}")
        self.trials = trials

    def keep_busy(self) -> None:
        """Makes the sweep longer whenever it would be over soon; runs on a thread of its own."""
        # Results come in bursts.
        recent: collections.deque[int] = collections.deque(maxlen=10)
        while self.is_disturbed:
            time.sleep(PAUSE_SECONDS)
            recent.append(self.store.recorded())
            rate = (recent[-1] - recent[0]) / (PAUSE_SECONDS * 10)
            least = max(320, int(rate * LEAST_SECONDS_LEFT))
            if self.trials - recent[-1] < least:
                # The coordinator may be away, which is what is tested.
                with contextlib.suppress(Failure):
                    self.submit(self.trials + least)

    def recovery(self, row: Row, worker: Pod) -> None:
        """Measures the time from now, when the replacement has been started, to its next result."""
        before = self.results_of(worker)
        seconds = wait("results after the fault", lambda: self.results_of(worker) > before)
        row.recovered = f"{seconds:.1f} s"
        self.rows.append(row)

    # The faults.

    def worker_evicted(self, row: Row) -> None:
        worker = self.workers.pop(0)
        status = worker.evict()
        # As for any worker that leaves in order; the job would have to be applied again.
        self.expect_end(worker, status, 0, disrupted=True, action="Complete")
        self.recovery(row, self.start_worker())

    def worker_killed(self, row: Row) -> None:
        worker = self.workers.pop(0)
        worker.kill()
        self.expect_end(worker, SIGKILLED, SIGKILLED, disrupted=False, action="Count")
        self.recovery(row, self.start_worker())

    def coordinator_evicted(self, row: Row) -> None:
        status = self.coordinator.evict()
        self.expect_end(self.coordinator, status, SIGTERMED, disrupted=True, action="Ignore")
        self.start_coordinator()
        self.recovery(row, self.workers[0])

    def coordinator_killed(self, row: Row) -> None:
        self.coordinator.kill()
        self.expect_end(self.coordinator, SIGKILLED, SIGKILLED, False, action="Count")
        self.start_coordinator()
        self.recovery(row, self.workers[0])

    def expect_end(
        self, pod: Pod, status: int, expected: int, disrupted: bool, action: str
    ) -> None:
        """A pod of a job must have ended so that the job does with it what it should."""
        kind = self.coordinator_kind if pod.name == SERVICE else self.worker_kind
        if kind != "Job":
            return
        status = 128 - status if status < 0 else status
        if status != expected:
            raise Failure(f"{pod.name} ended with {status} instead of {expected}")
        decided = manifests.decide(self.kubelet.objects[kind, pod.name], status, disrupted)
        if decided != action:
            raise Failure(f"{pod.name}: the job would {decided} instead of {action}")

    def liveness(self, row: Row) -> None:
        """The probes pass while the coordinator works, and fail while it is stopped."""
        for kind in ("readinessProbe", "livenessProbe"):
            if not self.coordinator.probe(kind):
                raise Failure(f"{kind} fails though the coordinator works")
        self.coordinator.process.popen.send_signal(signal.SIGSTOP)
        try:
            if self.coordinator.probe("livenessProbe"):
                raise Failure("the liveness probe passes though the coordinator is stopped")
        finally:
            self.coordinator.process.popen.send_signal(signal.SIGCONT)

    def results(self, row: Row) -> None:
        """The jobs that read the store print the summary and every trial."""
        self.kubelet.apply(self.bench.render("results"))
        for name, lines in (("seedsweep-report", 3), ("seedsweep-export", self.trials)):
            pod = self.start("Job", name)
            if (status := status_of(pod)) != 0:
                raise Failure(f"{name} ended with {status} instead of 0")
            if len(pod.process.log.read_text().splitlines()) < lines:
                raise Failure(f"{name} printed less than {lines} lines")

    def rolling_upgrade(self, row: Row) -> None:
        """Every worker is told to leave and replaced, as many at a time as the strategy allows."""
        strategy = self.kubelet.objects["Deployment", "seedsweep-worker"]["spec"]["strategy"]
        if strategy["rollingUpdate"]["maxSurge"] != 0:
            raise Failure("the test knows only upgrades without a surge")
        for worker in list(self.workers):
            self.workers.remove(worker)
            if (status := worker.evict()) != 0:
                raise Failure(f"a drained worker ended with {status}")
            last = self.start_worker()
        self.recovery(row, last)

    def compare(self, row: Row) -> None:
        """The sweep's end: the store has what an undisturbed sweep gives."""
        self.stop_feeding()
        wait("the end of the sweep", lambda: self.store.recorded() >= self.trials)
        if self.coordinator_kind == "Job":
            for pod in [self.coordinator, *self.workers]:
                if (status := status_of(pod)) != 0:
                    raise Failure(f"{pod.name} ended with {status} instead of 0")
        else:
            for pod in [*self.workers, self.coordinator]:
                if (status := pod.evict()) != 0:
                    raise Failure(f"{pod.name} ended with {status} instead of 0")
        if violations := self.store.violations():
            raise Failure(f"{violations} determinism violations")
        self.bench.reference.compare(self.store.path, self.trials)
        row.repeated = str(self.store.repeated())
        for each in [row, *self.rows]:
            each.lost = str(self.trials - self.store.recorded())
            each.same = "yes"

    def tails(self) -> str:
        return "\n".join(pod.process.tail() for pod in self.pods[-6:])

    def clean(self) -> None:
        self.is_disturbed = False
        for pod in self.pods:
            if pod.process.is_running:
                pod.kill()


class Bench:
    """The node, the rendered manifests, and what all tests share."""

    def __init__(self, folder: Path, program: str, kustomize: list[str]) -> None:
        self.folder = folder
        self.program = Program(program)
        self.kustomize = kustomize
        self.workers = 2
        self.reference = Reference(self.program, folder)
        image = Image.read(SCRIPTS.parent / "docker" / "Dockerfile", program)
        self.kubelet = Kubelet(folder, Lab(), image)
        self.manifests = folder / "manifests"
        shutil.copytree(MANIFESTS, self.manifests, ignore=shutil.ignore_patterns("keys"))
        self.keys = self.manifests / "sweep" / "keys"
        self.program.run("keys", "new", "--pair", str(self.keys))
        shutil.copytree(self.keys, self.manifests / "service" / "keys")
        self.specification = self.manifests / "sweep" / "specification.yaml"
        # The manifests with everything that they offer.
        everything = self.manifests / "everything"
        everything.mkdir()
        lines = ["resources: [../service]", "components:"]
        lines += [f"  - ../components/{name}" for name in COMPONENTS]
        (everything / "kustomization.yaml").write_text("\n".join(lines) + "\n")

    def render(self, overlay: str) -> list[dict[str, Any]]:
        command = [*self.kustomize, str(self.manifests / overlay)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"{overlay} does not render: {done.stderr.strip()[-500:]}")
        return list(yaml.safe_load_all(done.stdout))

    def valid(self, row: Row) -> None:
        """The API's schemas accept every overlay, and its parts fit one another."""
        validate = str(Path(sys.executable).with_name("kubernetes-validate"))
        for overlay in ("sweep", "service", "everything", "results"):
            documents = self.render(overlay)
            manifests.check(documents)
            # Of an extension's kind there is no schema.
            known = [d for d in documents if d["kind"] != "ServiceMonitor"]
            path = self.folder / f"{overlay}.yaml"
            path.write_text(yaml.safe_dump_all(known))
            done = subprocess.run([validate, "--strict", str(path)], capture_output=True, text=True)
            output = done.stdout + done.stderr
            if done.returncode != 0 or output.count(" passed ") != len(known):
                raise Failure(f"{overlay}: {output[-800:]}")

    def exit_codes(self, row: Row) -> None:
        """The exit statuses that the jobs' policies name are those that the program gives."""
        for what, fault, expected, action in [
            ("a specification that cannot be used", self.bad_specification, 2, "FailJob"),
            ("a sweep that is cancelled", self.cancelled, 1, "FailJob"),
            ("a store that cannot be written", self.read_only_store, 3, "Count"),
            ("a worker whose keys cannot be used", self.bad_keys, 2, "FailJob"),
        ]:
            self.kubelet.apply(self.render("sweep"))
            self.kubelet.wipe()
            pod = fault()
            try:
                status = status_of(pod)
            except subprocess.TimeoutExpired:
                pod.kill()
                raise Failure(f"{what}: still running after 60 s") from None
            job = self.kubelet.objects["Job", pod.name]
            decided = manifests.decide(job, status, disrupted=False)
            if (status, decided) != (expected, action):
                log = pod.process.tail()
                raise Failure(f"{what}: {status}, {decided}, not {expected}, {action}\n{log}")

    def start(self, name: str) -> Pod:
        return self.kubelet.start(name, self.kubelet.template("Job", name))

    def bad_specification(self) -> Pod:
        data = self.kubelet.objects["ConfigMap", "seedsweep-specification"]["data"]
        data["specification.yaml"] = "name: [\n"
        return self.start(SERVICE)

    def cancelled(self) -> Pod:
        deployment = Deployment(self, "Job", "Job")
        pod = deployment.start_coordinator()
        deployment.ask("cancel", "disturbed")
        return pod

    def read_only_store(self) -> Pod:
        claim = self.kubelet.claim("seedsweep-store")
        subprocess.run(["mount", "-t", "tmpfs", "-o", "size=16k", "tmpfs", str(claim)], check=True)
        try:
            pod = self.start(SERVICE)
            pod.process.popen.wait(60)
            return pod
        finally:
            subprocess.run(["umount", "--lazy", str(claim)], check=True)

    def bad_keys(self) -> Pod:
        del self.kubelet.objects["Secret", "seedsweep-worker-keys"]["data"]["worker.secret"]
        return self.start("seedsweep-worker")

    def sweep(self) -> Deployment:
        """Applies the overlay `sweep`, with trials that take long enough to be disturbed."""
        self.reference.write_specification(self.specification, FIRST_TRIALS)
        self.kubelet.apply(self.render("sweep"))
        return Deployment(self, "Job", "Job")

    def service(self) -> Deployment:
        self.kubelet.apply(self.render("service"))
        return Deployment(self, "StatefulSet", "Deployment")


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder", type=Path)
    parser.add_argument("kustomize", nargs="+")
    arguments = parser.parse_args()
    os.umask(0o022)
    bench = Bench(arguments.folder, arguments.program, arguments.kustomize)
    outcomes = Outcomes()
    outcomes.run("manifests are valid, parts fit", bench.valid, str)

    sweep = bench.sweep()
    outcomes.run("exit statuses fit the policies", bench.exit_codes, str)
    sweep = bench.sweep()

    def start(row: Row) -> None:
        sweep.start_all()
        sweep.working()

    outcomes.run("sweep: pods start", start, sweep.tails)
    for name, body in [
        ("sweep: probes", sweep.liveness),
        ("sweep: worker evicted", sweep.worker_evicted),
        ("sweep: worker killed", sweep.worker_killed),
        ("sweep: coordinator evicted", sweep.coordinator_evicted),
        ("sweep: coordinator killed", sweep.coordinator_killed),
        ("sweep: ends", sweep.compare),
        ("sweep: report and export", sweep.results),
    ]:
        outcomes.run(name, body, sweep.tails)
    sweep.clean()

    service = bench.service()

    def submit(row: Row) -> None:
        service.start_all()
        service.submit(FIRST_TRIALS)
        service.working()

    outcomes.run("service: pods start, submit", submit, service.tails)
    for name, body in [
        ("service: rolling upgrade", service.rolling_upgrade),
        ("service: worker killed", service.worker_killed),
        ("service: coordinator evicted", service.coordinator_evicted),
        ("service: coordinator killed", service.coordinator_killed),
        ("service: drained and stopped", service.compare),
    ]:
        outcomes.run(name, body, service.tails)
    service.clean()
    return outcomes.finish()


if __name__ == "__main__":
    stop(main())
