"""What the tests of whole deployments share: a sweep, what it gives undisturbed, a table of faults.

Used by scripts/test-network and scripts/test-kubernetes. The trials of a sweep do not depend on how
many there are, so one long undisturbed sweep is the reference of all shorter ones.
"""

import json
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

SPECIFICATION = """\
name: disturbed
master_seed: 7
trials: {trials}
keep_history: false
data: {{kind: sequence, length: 10}}
model:
  - dense: {{units: 10}}
  - dense: {{units: 1}}
training:
  loss: mean_squared_error
  optimizer: {{adam: {{learning_rate: 0.001}}}}
  epochs: {epochs}
  batch_size: all
metrics: [mean_squared_error]
"""
# So many that a pack of 16 trials takes some tenths of a second.
EPOCHS = 40_000
# What never comes is reported after this long; no expectation depends on it.
PATIENCE_SECONDS = 240.0
POLL_SECONDS = 0.05
LOG_LINES = 15


class Failure(Exception):
    """A test that failed, with the reason."""


def wait(what: str, condition: Callable[[], bool], seconds: float = PATIENCE_SECONDS) -> float:
    """Waits for an event; returns how long that took."""
    start = time.monotonic()
    while not condition():
        if time.monotonic() - start > seconds:
            raise Failure(f"did not happen in {seconds:.0f} s: {what}")
        time.sleep(POLL_SECONDS)
    return time.monotonic() - start


@dataclass
class Process:
    """A process of the test, its standard error in a file."""

    name: str
    popen: subprocess.Popen[bytes]
    log: Path

    @classmethod
    def start(cls, name: str, command: list[str], folder: Path, **options: object) -> "Process":
        log = folder / f"{name}.log"
        with log.open("ab") as stream:
            popen = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, **options
            )  # type: ignore[call-overload]
        return cls(name, popen, log)

    @property
    def is_running(self) -> bool:
        return self.popen.poll() is None

    def kill(self) -> None:
        """Ends it at once, as the loss of its machine would."""
        self.popen.send_signal(signal.SIGKILL)
        self.popen.wait()

    def end(self, expected: int = 0, seconds: float = PATIENCE_SECONDS) -> None:
        """Waits for its end, which must be with the expected status."""
        try:
            status = self.popen.wait(seconds)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name} did not end in {seconds:.0f} s") from None
        if status != expected:
            raise Failure(f"{self.name} ended with status {status} instead of {expected}")

    def tail(self) -> str:
        lines = self.log.read_text(errors="replace").splitlines()[-LOG_LINES:]
        return "\n".join(f"    {self.name}: {line[:300]}" for line in lines)


@dataclass
class Program:
    """The program under test, run where nothing is disturbed."""

    path: str

    def run(self, *arguments: str, expected: int = 0) -> str:
        done = subprocess.run(
            [self.path, *arguments], capture_output=True, text=True, timeout=1_800
        )
        if done.returncode != expected:
            errors = done.stderr.strip()[-500:]
            raise Failure(f"seedsweep {arguments[0]}: status {done.returncode}: {errors}")
        return done.stdout

    def export(self, store: Path) -> list[str]:
        """The trials of a store, a line each, without the one member that may differ."""
        text = self.run("export", "--format", "jsonl", "--history", "--store", str(store))
        return re.sub(r',"seconds":[^,}]*', "", text).splitlines()

    def rerun(self, store: Path, line: str) -> None:
        """Trains one exported trial again, here and alone, and compares the bits."""
        seed = json.loads(line)["seed"]
        text = self.run("rerun", seed, "--store", str(store), "--format", "json")
        if (verdict := json.loads(text)["verdict"]) != "identical":
            raise Failure(f"rerun of {seed}: {verdict}")


@dataclass
class Reference:
    """What an undisturbed sweep gives: `run` on this machine, with two workers."""

    program: Program
    folder: Path
    lines: list[str] = field(default_factory=list)

    def write_specification(self, path: Path, trials: int) -> Path:
        path.write_text(SPECIFICATION.format(trials=trials, epochs=EPOCHS))
        return path

    def train(self, trials: int) -> None:
        """Trains the undisturbed sweep to at least this length."""
        if trials > len(self.lines):
            self.lines = self._run(trials)

    def _run(self, trials: int) -> list[str]:
        specification = self.write_specification(self.folder / "undisturbed.yaml", trials)
        store = self.folder / "undisturbed.sqlite"
        self.program.run("run", str(specification), "--workers", "2", "--store", str(store))
        return self.program.export(store)

    def compare(self, store: Path, trials: int) -> None:
        """The store must have the undisturbed sweep's trials; one of them is run again."""
        lines = self.program.export(store)
        if len(lines) != trials:
            raise Failure(f"{trials - len(lines)} of {trials} trials are lost")
        self.train(trials)
        for index, (line, expected) in enumerate(zip(lines, self.lines)):
            if line != expected:
                raise Failure(f"trial {index} differs: {line[:200]} instead of {expected[:200]}")
        self.program.rerun(store, lines[trials // 2])


@dataclass
class StoreReader:
    """Looks at a store while a coordinator writes it."""

    path: Path

    def _number(self, query: str, *values: object) -> int:
        try:
            connection = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, timeout=5)
        except sqlite3.OperationalError:
            return 0
        try:
            return connection.execute(query, values).fetchone()[0] or 0
        except sqlite3.OperationalError:  # not there yet
            return 0
        finally:
            connection.close()

    def recorded(self) -> int:
        return self._number("SELECT count(*) FROM trial")

    def results_of(self, pid: int) -> int:
        """The results that the worker with this process number has given so far."""
        host = f"{socket.gethostname()}:{pid}"
        return self._number(
            "SELECT (SELECT coalesce(sum(last_trial_id - first_trial_id + 1), 0) FROM production"
            " JOIN worker w ON w.id = worker_id WHERE w.host = ?1) + (SELECT count(*) FROM"
            " confirmation JOIN worker w ON w.id = worker_id WHERE w.host = ?1)",
            host,
        )

    def repeated(self) -> int:
        """Trials that another worker trained again, with the same bits."""
        return self._number("SELECT count(*) FROM confirmation")

    def violations(self) -> int:
        return self._number("SELECT count(*) FROM violation")


@dataclass
class Row:
    fault: str
    recovered: str = "–"
    lost: str = "–"
    repeated: str = "–"
    same: str = "–"


@dataclass
class Outcomes:
    """What passed and what failed, and a table of it."""

    rows: list[Row] = field(default_factory=list)
    failures: int = 0
    passes: int = 0

    def run(self, name: str, body: Callable[[Row], None], logs: Callable[[], str]) -> None:
        """Runs one test; a failure is printed with the ends of the logs and does not stop others."""
        row = Row(name)
        self.rows.append(row)
        start = time.monotonic()
        try:
            body(row)
        except Exception as error:  # noqa: BLE001: the others are still to be run
            self.failures += 1
            print(f"FAILED {name}: {type(error).__name__}: {error}\n{logs()}", flush=True)
        else:
            self.passes += 1
            print(f"passed {name} ({time.monotonic() - start:.0f} s)", flush=True)

    def finish(self) -> int:
        """Prints the table and the closing line; returns the exit status."""
        heads = Row("fault", "recovered", "lost", "trained twice", "same bytes")
        cells = [list(vars(row).values()) for row in [heads, *self.rows]]
        widths = [max(len(line[column]) for line in cells) for column in range(len(cells[0]))]
        print()
        for line in cells:
            print("  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths)).rstrip())
        print(f"\n{self.passes} passed, {self.failures} failed", flush=True)
        return 1 if self.failures or not self.passes else 0


def stop(status: int) -> None:
    """Ends this process with its output written, whatever threads or children there are."""
    sys.stdout.flush()
    os._exit(status)
