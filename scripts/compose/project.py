"""A project of docker/compose.yaml: one sweep with its own store, keys, network and workers."""

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from engine import Engine
from testbed import Failure, Reference, Row, StoreReader, wait

WORKERS = 4
CLIENT = ["--connect=tcp://127.0.0.1:7733", "--keys=/keys/client", "--timeout=5"]
LOG_LINES = 12


@dataclass
class TimedReference(Reference):
    """An undisturbed sweep that also tells how many trials a sweep needs to last."""

    # Of one of two workers that have the machine to themselves.
    trials_per_second: float = 0.0

    # Of a sweep that does little but start, and of one that trains.
    CALIBRATION_TRIALS = (32, 1_280)

    def trials(self, worker_seconds: float) -> int:
        """As many trials as one worker trains in this time."""
        if not self.trials_per_second:
            few, many = self.CALIBRATION_TRIALS
            start = time.monotonic()
            self._run(few)
            middle = time.monotonic()
            self._run(many)
            training = max(1.0, (time.monotonic() - middle) - (middle - start))
            self.trials_per_second = (many - few) / training / 2
        return max(64, int(worker_seconds * self.trials_per_second))


@dataclass
class ContainerStore(StoreReader):
    """A store whose workers are containers: each has a host name of its own."""

    def results_of_host(self, host: str) -> int:
        pattern = f"{host}:%"
        return self._number(
            "SELECT (SELECT coalesce(sum(last_trial_id - first_trial_id + 1), 0) FROM production"
            " JOIN worker w ON w.id = worker_id WHERE w.host LIKE ?1) + (SELECT count(*) FROM"
            " confirmation JOIN worker w ON w.id = worker_id WHERE w.host LIKE ?1)",
            pattern,
        )


@dataclass
class Project:
    """Commands of Compose for one project."""

    engine: Engine
    compose_file: Path
    name: str
    environment: dict[str, str] = field(default_factory=dict)

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Starts docker compose; both of its outputs are one."""
        return subprocess.Popen(
            self._command(arguments),
            env=self.engine.environment | self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )

    def _command(self, arguments: tuple[str, ...]) -> list[str]:
        return ["docker", "compose", "--ansi=never", f"--file={self.compose_file}"] + [
            f"--project-name={self.name}",
            *arguments,
        ]

    def run(self, *arguments: str, expected: int | None = 0) -> subprocess.CompletedProcess[str]:
        """Runs docker compose; a status other than the expected one is a failure."""
        done = subprocess.run(
            self._command(arguments),
            env=self.engine.environment | self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=3_600,
        )
        if expected is not None and done.returncode != expected:
            raise Failure(
                f"docker compose {' '.join(arguments)}: status {done.returncode} instead of {expected}:"
                f" {(done.stdout + done.stderr)[-1500:]}"
            )
        return done

    def container(self, service: str, number: int = 1) -> str:
        return f"{self.name}-{service}-{number}"

    def status(self) -> dict:
        """What `seedsweep status` says; empty while no coordinator answers."""
        done = self.run(
            "exec", "--no-TTY", "coordinator", "seedsweep", "status", *CLIENT, "--format=json",
            expected=None,
        )
        return json.loads(done.stdout) if done.returncode == 0 else {}

    def logs(self) -> str:
        text = self.run("logs", "--no-color", expected=None).stdout
        lines = text.splitlines()[-LOG_LINES:]
        return "\n".join(f"    {line[:300]}" for line in lines)

    def remove(self) -> None:
        self.run("down", "--volumes", "--timeout=1", expected=None)


class Sweep:
    """A sweep that runs detached, with four workers that have all given results."""

    def __init__(
        self,
        project: Project,
        reference: TimedReference,
        folder: Path,
        worker_seconds: float,
        store: Path | None = None,
    ) -> None:
        self.project = project
        self.engine = project.engine
        self.reference = reference
        self.folder = folder
        self.trials = reference.trials(worker_seconds)
        specification = reference.write_specification(folder / f"{project.name}.yaml", self.trials)
        project.environment["SPEC"] = str(specification)
        project.run("up", "--detach", f"--scale=worker={WORKERS}")
        if store is None:
            volume = f"{project.name}_store"
            store = Path(self.engine.docker("volume", "inspect", "-f", "{{.Mountpoint}}", volume).strip())
        self.store = ContainerStore(store / "seedsweep.sqlite")
        self.workers = [project.container("worker", n) for n in range(1, WORKERS + 1)]
        self.hosts = {
            worker: self.engine.inspect(worker, "{{.Config.Hostname}}") for worker in self.workers
        }
        wait(
            "all workers give results",
            lambda: all(self.results(worker) > 0 for worker in self.workers),
        )

    @property
    def coordinator(self) -> str:
        return self.project.container("coordinator")

    def results(self, worker: str) -> int:
        return self.store.results_of_host(self.hosts[worker])

    def is_running(self, container: str) -> bool:
        return self.engine.inspect(container, "{{.State.Running}}") == "true"

    def crash(self, container: str) -> None:
        """Kills the container's process as the kernel would that is out of memory."""
        os.kill(int(self.engine.inspect(container, "{{.State.Pid}}")), signal.SIGKILL)

    def recovery(
        self, row: Row, worker: str | None = None, start: Callable[[], object] = lambda: None
    ) -> None:
        """Measures the time from now to the next result, of that worker or any; `start` ends the fault."""

        def results() -> int:
            return self.store.recorded() if worker is None else self.results(worker)

        before = results()
        began = time.monotonic()
        start()
        wait(
            "results after the fault",
            lambda: results() > before or self.store.recorded() == self.trials,
        )
        seconds = time.monotonic() - began
        if results() == before:
            raise Failure("the sweep was over before the worker was back")
        row.recovered = f"{seconds:.1f} s"

    def finish(self, row: Row) -> None:
        """Waits for the end of the sweep, copies the store to the host, and compares it."""
        # The coordinator may be started again meanwhile: only its last end counts.
        while int(self.engine.docker("wait", self.coordinator)) != 0:
            if not self.is_running(self.coordinator):
                state = self.engine.inspect(self.coordinator, "{{.State.ExitCode}}")
                raise Failure(f"the coordinator ended with status {state}")
        # Its workers end by themselves.
        for worker in self.workers:
            if self.is_running(worker) and (status := self.engine.docker("wait", worker).strip()) != "0":
                raise Failure(f"{worker} ended with status {status}")
        copy = self.folder / f"{self.project.name}.sqlite"
        self.project.run("cp", "coordinator:/data/seedsweep.sqlite", str(copy))
        reader = StoreReader(copy)
        row.lost = str(self.trials - reader.recorded())
        row.repeated = str(reader.repeated())
        row.same = "no"
        if violations := reader.violations():
            raise Failure(f"{violations} determinism violations")
        self.reference.compare(copy, self.trials)
        row.same = "yes"
