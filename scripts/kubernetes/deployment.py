"""A sweep in pods, disturbed in one way after the other, and compared with an undisturbed one."""

import collections
import contextlib
import json
import subprocess
import threading
from dataclasses import dataclass, field
from typing import Any

import manifests
from bench import COORDINATOR, WORKER, Bench
from pod import SIGKILLED, SIGTERMED, Pod
from testbed import Failure, Row, StoreReader, wait

STORE = "seedsweep.sqlite"
FIRST_TRIALS = 1_200
# A sweep is made longer while less than this is left of it, so that it lasts beyond its faults
# however fast the machine is.
LEAST_SECONDS_LEFT = 5.0
PAUSE_SECONDS = 0.5
# How a worker ends that was told to leave: in a Job, which takes 0 for done, and elsewhere.
DRAINED_IN_JOB, DRAINED = 75, 0


@dataclass
class Deployment:
    """The pods of one applied overlay: the coordinator's and the workers'."""

    bench: Bench
    coordinator_kind: str
    worker_kind: str
    workers: list[Pod] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    trials: int = FIRST_TRIALS
    # Whether the coordinator has answered the last submission.
    is_submitted: bool = True

    def __post_init__(self) -> None:
        self.kubelet = self.bench.kubelet
        self.store = StoreReader(self.kubelet.volumes.claim("seedsweep-store") / STORE)
        self.is_over = threading.Event()
        self.feeder = threading.Thread(target=self._keep_busy, daemon=True)

    def start_coordinator(self) -> Pod:
        self.coordinator = self.kubelet.start(self.coordinator_kind, COORDINATOR)
        self.kubelet.lead(COORDINATOR, self.coordinator)
        probe = self.coordinator.container["startupProbe"]
        wait(
            "the startup probe passes",
            lambda: self.coordinator.probe("startupProbe"),
            probe["periodSeconds"] * probe["failureThreshold"],
        )
        return self.coordinator

    def start_worker(self) -> Pod:
        worker = self.kubelet.start(self.worker_kind, WORKER)
        self.workers.append(worker)
        return worker

    def start_workers(self, count: int) -> None:
        """Starts workers, has the sweep last until it is compared, and waits for results of all."""
        self.feeder.start()
        for _ in range(count):
            self.start_worker()
        wait("all workers give results", lambda: all(map(self.results_of, self.workers)))

    def results_of(self, worker: Pod) -> int:
        return self.store.results_of(worker.pid)

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
        self.bench.reference.write_specification(self.bench.specification, trials)
        if self.coordinator_kind == "Job":
            # What its specification says counts from its next start on.
            data = self.kubelet.objects["ConfigMap", "seedsweep-specification"]["data"]
            data["specification.yaml"] = self.bench.specification.read_text()
        self.trials, self.is_submitted = trials, False
        self.ask("submit", str(self.bench.specification), f"--trials={trials}")
        self.is_submitted = True

    def _submit_again(self) -> bool:
        """Repeats a submission without an answer: the coordinator may have taken it or not."""
        # The coordinator may be away, which is what is tested.
        with contextlib.suppress(Failure):
            if not self.is_submitted:
                self.submit(self.trials)
        return self.is_submitted

    def _keep_busy(self) -> None:
        """Makes the sweep longer whenever it would be over soon; runs on a thread of its own."""
        # Results come in bursts.
        recent: collections.deque[int] = collections.deque(maxlen=10)
        while not self.is_over.wait(PAUSE_SECONDS):
            recent.append(self.store.recorded())
            rate = (recent[-1] - recent[0]) / (PAUSE_SECONDS * 10)
            least = max(320, int(rate * LEAST_SECONDS_LEFT))
            if self._submit_again() and self.trials - recent[-1] < least:
                with contextlib.suppress(Failure):
                    self.submit(self.trials + least)

    def recovery(self, row: Row, worker: Pod) -> None:
        """Measures the time from now, when the replacement has been started, to its next result."""
        before = self.results_of(worker)
        seconds = wait("results after the fault", lambda: self.results_of(worker) > before)
        row.recovered = f"{seconds:.1f} s"
        self.rows.append(row)

    def expect_end(
        self, pod: Pod, expected: int, disrupted: bool = False, action: str = "Complete"
    ) -> None:
        """A pod must have ended so that its Job, if it is one's, does with it what it should."""
        if (status := pod.status()) != expected:
            raise Failure(f"{pod.name} ended with {status} instead of {expected}")
        kind = self.coordinator_kind if pod.name == COORDINATOR else self.worker_kind
        if kind != "Job":
            return
        decided = manifests.decide(self.kubelet.objects[kind, pod.name], status, disrupted)
        if decided != action:
            raise Failure(f"{pod.name}: the Job would {decided} instead of {action}")

    # The faults.

    def worker_evicted(self, row: Row) -> None:
        worker = self.workers.pop(0)
        worker.evict()
        expected = DRAINED_IN_JOB if self.worker_kind == "Job" else DRAINED
        self.expect_end(worker, expected, disrupted=True, action="Ignore")
        self.recovery(row, self.start_worker())

    def worker_killed(self, row: Row) -> None:
        worker = self.workers.pop(0)
        worker.kill()
        self.expect_end(worker, SIGKILLED, action="Count")
        self.recovery(row, self.start_worker())

    def worker_cut_off(self, row: Row) -> None:
        """Without a network until the coordinator counts it as lost, and back."""
        worker = self.workers[0]
        self.kubelet.cut(worker, self.coordinator)
        left = len(self.workers) - 1
        wait("the worker is lost", lambda: len(self.ask("status")["workers"]) == left)
        if not worker.process.is_running:
            raise Failure("the worker ended while it was cut off")
        self.kubelet.heal(worker)
        self.recovery(row, worker)

    def coordinator_evicted(self, row: Row) -> None:
        self.coordinator.evict()
        # A StatefulSet replaces it, whatever the status.
        expected = SIGTERMED if self.coordinator_kind == "Job" else self.coordinator.status()
        self.expect_end(self.coordinator, expected, disrupted=True, action="Ignore")
        self.start_coordinator()
        self.recovery(row, self.workers[0])

    def coordinator_killed(self, row: Row) -> None:
        self.coordinator.kill()
        self.expect_end(self.coordinator, SIGKILLED, action="Count")
        self.start_coordinator()
        self.recovery(row, self.workers[0])

    def rolling_upgrade(self, row: Row) -> None:
        """Every worker is told to leave and replaced, as many at a time as the strategy allows."""
        strategy = self.kubelet.objects["Deployment", WORKER]["spec"]["strategy"]
        if strategy["rollingUpdate"]["maxSurge"] != 0:
            raise Failure("the test knows only upgrades without a surge")
        for worker in list(self.workers):
            self.workers.remove(worker)
            worker.evict()
            self.expect_end(worker, DRAINED)
            last = self.start_worker()
        self.recovery(row, last)

    def liveness(self, row: Row) -> None:
        """The probes pass while the coordinator works, and fail while it is stopped."""
        for kind in ("readinessProbe", "livenessProbe"):
            if not self.coordinator.probe(kind):
                raise Failure(f"{kind} fails though the coordinator works")
        self.coordinator.suspend()
        try:
            if self.coordinator.probe("livenessProbe"):
                raise Failure("the liveness probe passes though the coordinator is stopped")
        finally:
            self.coordinator.resume()

    # The end.

    def finish(self) -> None:
        """Has the sweep come to its end."""
        self.is_over.set()
        self.feeder.join()
        wait("the last submission is answered", self._submit_again)
        wait("the end of the sweep", lambda: self.store.recorded() >= self.trials)

    def end(self, row: Row) -> None:
        """The store has what an undisturbed sweep gives, and all pods leave."""
        self.finish()
        for pod in [*self.workers, self.coordinator]:
            # A Job's pods end with the sweep, the others when they are told to.
            if self.coordinator_kind != "Job":
                pod.evict()
            self.expect_end(pod, 0)
        if violations := self.store.violations():
            raise Failure(f"{violations} determinism violations")
        self.bench.reference.compare(self.store.path, self.trials)
        row.repeated = str(self.store.repeated())
        for each in [row, *self.rows]:
            each.lost = str(self.trials - self.store.recorded())
            each.same = "yes"

    def results(self, row: Row) -> None:
        """The Jobs that read the store print the summary, and the export as it is on the host."""
        self.kubelet.add(self.bench.render("results"))
        store = str(self.store.path)
        for name, command in [
            ("seedsweep-report", ["report", f"--store={store}"]),
            ("seedsweep-export", ["export", f"--store={store}", "--format=jsonl"]),
        ]:
            pod = self.kubelet.start("Job", name)
            if (status := pod.status()) != 0:
                raise Failure(f"{name} ended with {status} instead of 0")
            printed, expected = pod.process.log.read_text(), self.bench.program.run(*command)
            # The report names its store.
            if printed.replace("/data/", f"{self.store.path.parent}/") != expected:
                raise Failure(f"{name} printed something else than the host's {command[0]}")
        if len(printed.splitlines()) != self.trials:
            raise Failure(f"{name} printed {len(printed.splitlines())} of {self.trials} trials")
