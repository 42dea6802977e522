#!/usr/bin/env python3
"""The faults of scripts/test-network, which starts this in namespaces of its own."""

import argparse
import json
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))

from lab import Lab, Machine, name_hosts, probe  # noqa: E402
from testbed import Failure, Outcomes, Process, Program, Reference, Row, StoreReader  # noqa: E402
from testbed import stop, wait  # noqa: E402

COORDINATOR_NAME = "coordinator.sweep"
PORT = 7733
# A sweep is made longer while less than this is left of it, so that it lasts beyond its fault however
# fast the machine is.
LEAST_SECONDS_LEFT = 6.0
FIRST_TRIALS = 320
# Within this time after a fault's end a worker must have given a result. A connection that gets no
# answer is given up after 3 s and tried anew 2 s later; the rest is for the machine to be busy.
RECOVERY_SECONDS = 15.0


@dataclass
class Sweep:
    """A coordinator and two workers on three machines, one of these behind a cable."""

    bench: "Bench"
    folder: Path
    # Workers find the coordinator by its access file instead of its name.
    has_access_file: bool = False
    trials: int = FIRST_TRIALS
    processes: list[Process] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        self.specification = self.folder / "sweep.yaml"
        self.access = self.folder / "access.json"
        self.bench.reference.write_specification(self.specification, FIRST_TRIALS)
        self.store = StoreReader(self.folder / "sweep.sqlite")
        self.start_coordinator()
        self.submit(FIRST_TRIALS)
        self.far = self.start_worker(self.bench.far)
        self.near = self.start_worker(self.bench.near)
        self.started = time.monotonic()
        self.wait(
            "both workers give results",
            lambda: all(self.store.results_of(w.popen.pid) > 0 for w in (self.far, self.near)),
        )

    def start_coordinator(self) -> Process:
        self.coordinator = self._start(
            self.bench.coordinator,
            [self.bench.program.path, "coordinator", f"--listen=tcp://0.0.0.0:{PORT}"]
            + [f"--store={self.store.path}", f"--keys={self.bench.keys}/coordinator"]
            + ["--log-level=info", f"--access={self.access}"]
            + [f"--advertise={self.bench.coordinator.address}"],
        )
        return self.coordinator

    def submit(self, trials: int) -> None:
        """Submits the sweep, or makes it longer."""
        self.ask("submit", str(self.specification), f"--trials={trials}")
        self.trials = trials

    def ask(self, *request: str) -> dict[str, Any]:
        """Sends the coordinator a client's request, from its own machine."""
        command = [
            *self.bench.coordinator.inside,
            *[self.bench.program.path, *request, "--format=json"],
            *[f"--connect=tcp://{COORDINATOR_NAME}:{PORT}", f"--keys={self.bench.keys}/client"],
        ]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            errors = done.stderr.strip()[-300:]
            raise Failure(f"{request[0]}: status {done.returncode}: {errors}")
        return json.loads(done.stdout)

    def keep_busy(self) -> None:
        """Makes the sweep longer if it would be over soon."""
        recorded = self.store.recorded()
        rate = recorded / (time.monotonic() - self.started)
        if self.trials - recorded < rate * LEAST_SECONDS_LEFT:
            self.submit(self.trials + max(64, int(rate * LEAST_SECONDS_LEFT)))

    def wait(self, what: str, condition: Callable[[], bool], seconds: float = 120) -> float:
        """Waits for an event, and has the sweep last until then."""

        def check() -> bool:
            if condition():
                return True
            self.keep_busy()
            return False

        return wait(what, check, seconds)

    def last(self, seconds: float) -> None:
        """Lets time pass, in which the sweep goes on."""
        end = time.monotonic() + seconds
        self.wait("time passes", lambda: time.monotonic() >= end, 2 * seconds)

    def start_worker(self, machine: Machine) -> Process:
        program = self.bench.program.path
        where = f"--connect=tcp://{COORDINATOR_NAME}:{PORT}"
        if self.has_access_file:
            where = f"--access={self.access}"
        return self._start(
            machine,
            [program, "worker", where, "--slots=1"]
            + [f"--keys={self.bench.keys}/worker", "--give-up-after=300", "--log-level=info"],
        )

    def _start(self, machine: Machine, command: list[str]) -> Process:
        name = f"{len(self.processes)}-{machine.name}"
        process = Process.start(name, machine.inside + command, self.folder)
        self.processes.append(process)
        return process

    def recovery(self, row: Row, worker: Process | None = None) -> None:
        """Measures the time from now, the fault's end, to the next result: of that worker or any."""

        def results() -> int:
            if worker is None:
                return self.store.recorded()
            return self.store.results_of(worker.popen.pid)

        before = results()
        seconds = self.wait("results after the fault", lambda: results() > before)
        row.recovered = f"{seconds:.1f} s"
        if seconds > RECOVERY_SECONDS:
            raise Failure(f"back only {seconds:.1f} s after the fault's end")

    def finish(self, row: Row) -> None:
        """Waits for the end of the sweep and compares it with the undisturbed one."""
        wait("the end of the sweep", lambda: self.store.recorded() >= self.trials)
        for process in (self.far, self.near, self.coordinator):
            if process.is_running:
                process.popen.terminate()
                process.end()
        row.lost = str(self.trials - self.store.recorded())
        row.repeated = str(self.store.repeated())
        row.same = "no"
        if violations := self.store.violations():
            raise Failure(f"{violations} determinism violations")
        self.bench.reference.compare(self.store.path, self.trials)
        row.same = "yes"

    def tails(self) -> str:
        return "\n".join(process.tail() for process in self.processes)

    def clean(self) -> None:
        for process in self.processes:
            if process.is_running:
                process.kill()


class Bench:
    """The machines, kept from one fault to the next, and what all sweeps share."""

    def __init__(self, folder: Path, program: Program) -> None:
        self.folder = folder
        self.program = program
        self.reference = Reference(program, folder)
        self.lab = Lab()
        self.coordinator = self.lab.add("coord", "10.77.0.1")
        self.near = self.lab.add("near", "10.77.0.2")
        self.far = self.lab.add("far", "10.77.0.3", behind_cable=True)
        self.keys = folder / "keys"
        program.run("keys", "new", "--pair", str(self.keys))
        self.settle()
        self.last: Sweep | None = None

    @property
    def cable(self):  # noqa: ANN201
        assert self.far.cable
        return self.far.cable

    def settle(self) -> None:
        """Makes addresses known, at first and after one has changed."""
        name_hosts(self.folder, {COORDINATOR_NAME: self.coordinator.address})
        self.far.know(self.coordinator)
        self.coordinator.know(self.far)

    def sweep(self, name: str, has_access_file: bool = False) -> Sweep:
        folder = self.folder / "".join(c if c.isalnum() else "-" for c in name)
        self.last = Sweep(self, folder, has_access_file)
        return self.last

    def tails(self) -> str:
        return self.last.tails() if self.last else ""

    def clean(self) -> None:
        self.cable.tell("heal")
        if self.last:
            self.last.clean()
        self.last = None

    # The faults. Each starts a sweep, disturbs it, and has it compared with the undisturbed one.

    def relay_itself(self, row: Row) -> None:
        """Whether the cable does what it is told: else the faults below would be none."""
        count, fastest = probe(self.far, self.coordinator)
        if count != 200 or fastest > 0.02:
            raise Failure(f"undisturbed: {count} of 200 datagrams, the fastest in {fastest:.3f} s")
        self.cable.tell("set delay=50 loss=0.02")
        count, fastest = probe(self.far, self.coordinator)
        if not 150 <= count < 200 or not 0.1 <= fastest < 0.12:
            raise Failure(f"50 ms, 2%: {count} of 200 datagrams, the fastest in {fastest:.3f} s")
        self.cable.tell("cut down")
        if (count := probe(self.far, self.coordinator)[0]) != 0:
            raise Failure(f"cut: {count} of 200 datagrams")

    def slow_and_lossy(self, row: Row) -> None:
        self.cable.tell("set delay=50 loss=0.02")
        sweep = self.sweep(row.fault)
        self.still_works(sweep)
        sweep.finish(row)

    def still_works(self, sweep: Sweep) -> None:
        before = sweep.store.results_of(sweep.far.popen.pid)
        sweep.wait(
            "the far worker gives more results",
            lambda: sweep.store.results_of(sweep.far.popen.pid) > before + 64,
        )

    def cut(self, ways: str, seconds: float) -> Callable[[Row], None]:
        def body(row: Row) -> None:
            sweep = self.sweep(row.fault)
            self.cable.tell(f"cut {ways}")
            sweep.last(seconds)
            self.cable.tell("heal")
            sweep.recovery(row, sweep.far)
            sweep.finish(row)

        return body

    def worker_moves(self, row: Row) -> None:
        sweep = self.sweep(row.fault)
        self.far.move(f"10.77.0.{int(self.far.address.split('.')[3]) + 1}")
        self.settle()
        sweep.recovery(row, sweep.far)
        sweep.finish(row)

    def worker_killed(self, row: Row) -> None:
        sweep = self.sweep(row.fault)
        sweep.far.kill()
        sweep.far = sweep.start_worker(self.far)
        sweep.recovery(row, sweep.far)
        sweep.finish(row)

    def worker_lost(self, row: Row) -> None:
        """Killed behind a cut cable, so that not even its connections end; nothing replaces it.
        Recovered is when the coordinator counts it as lost and assigns its trials to others."""
        sweep = self.sweep(row.fault)
        self.cable.tell("cut both")
        sweep.far.kill()
        seconds = sweep.wait("the worker is lost", lambda: len(sweep.ask("status")["workers"]) == 1)
        row.recovered = f"{seconds:.1f} s"
        sweep.finish(row)

    def coordinator_killed(self, row: Row) -> None:
        sweep = self.sweep(row.fault)
        sweep.coordinator.kill()
        time.sleep(3)
        sweep.start_coordinator()
        sweep.recovery(row, sweep.far)
        sweep.finish(row)

    def coordinator_moves(self, has_access_file: bool) -> Callable[[Row], None]:
        """Killed and started elsewhere: the machine's old address is silent, and the name or the
        access file leads to the new one."""

        def body(row: Row) -> None:
            sweep = self.sweep(row.fault, has_access_file)
            sweep.coordinator.kill()
            last = int(self.coordinator.address.split(".")[3])
            self.coordinator.move(f"10.77.0.{last + 100}")
            self.settle()
            sweep.start_coordinator()
            sweep.recovery(row, sweep.far)
            sweep.finish(row)

        return body


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", default="")
    arguments = parser.parse_args()
    bench = Bench(arguments.folder, Program(arguments.program))
    faults: list[tuple[str, Callable[[Row], None]]] = [
        ("the relay itself", bench.relay_itself),
        ("50 ms delay, 2% loss", bench.slow_and_lossy),
        ("cut for 30 s", bench.cut("both", 30)),
        ("no way from the worker, 20 s", bench.cut("up", 20)),
        ("no way to the worker, 20 s", bench.cut("down", 20)),
        ("worker's address changes", bench.worker_moves),
        ("worker killed, replaced", bench.worker_killed),
        ("worker's machine lost", bench.worker_lost),
        ("coordinator killed, replaced", bench.coordinator_killed),
        ("coordinator elsewhere, by name", bench.coordinator_moves(has_access_file=False)),
        ("coordinator elsewhere, access file", bench.coordinator_moves(has_access_file=True)),
    ]
    if arguments.full:
        faults += [(f"cut for {n} s", bench.cut("both", n)) for n in (45, 60, 120)]
    outcomes = Outcomes()
    for name, body in faults:
        if arguments.only in name:
            outcomes.run(name, body, bench.tails)
            bench.clean()
    return outcomes.finish()


if __name__ == "__main__":
    stop(main())
