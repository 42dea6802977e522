"""A sweep whose workers another system starts: what scripts/test-dask and scripts/test-ray share.

Three machines, as network namespaces on a switch: a head, with the coordinator, the system's own
head and `run.py`, and two nodes with a worker each. One sweep lasts through all faults; it is made
longer while they last, and compared with an undisturbed one at the end. Nothing here waits for a
time to pass, only for what the coordinator, the store and the kernel say has happened.
"""

import json
import os
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(SCRIPTS / "network")]

from lab import Lab, Machine, ip  # noqa: E402
from testbed import Process, Program, Reference, StoreReader, wait  # noqa: E402

FIRST_TRIALS = 320
# A sweep is made longer by so many trials when fewer than half of them are left: some seconds of
# work for two cores.
MORE_TRIALS = 640


class Host(ABC):
    """A system that starts workers: how its parts are started."""

    name: str
    # Options of the run.py that follows the interrupted one: another way to start two workers.
    other_options: tuple[str, ...] = ()
    # Set before anything is started.
    bench: "Bench"

    @abstractmethod
    def start_head(self) -> None:
        """Starts what the system has once, on `bench.head`; returns when nodes can join."""

    @abstractmethod
    def start_node(self, node: Machine) -> Process:
        """Has a node with one slot join; returns when it has. The process ends with the node."""

    @abstractmethod
    def run_command(self) -> list[str]:
        """The beginning of the command of run.py, up to its own options."""

    @abstractmethod
    def given_up(self) -> int:
        """How many nodes the system has given up so far."""

    def environment(self, machine: Machine) -> dict[str, str]:
        return {}


class Bench:
    """The machines, the coordinator, and the one sweep."""

    def __init__(self, host: Host, program: Program, folder: Path) -> None:
        self.host, self.program, self.folder = host, program, folder
        host.bench = self
        self.reference = Reference(program, folder)
        self.specification = self.reference.write_specification(folder / "sweep.yaml", FIRST_TRIALS)
        self.store = StoreReader(folder / "sweep.sqlite")
        self.access, self.keys = folder / "access.json", folder / "keys"
        program.run("keys", "new", "--pair", str(self.keys))
        self.trials = FIRST_TRIALS
        self.is_ending = False
        self.processes: list[Process] = []
        self.node_processes: dict[str, Process] = {}
        # Shared memory of the test's own, gone with its mount namespace.
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/dev/shm"], check=True)
        self.lab = Lab()
        self.head = self.lab.add("head", "10.77.0.1")
        self.nodes = [self.lab.add(f"node{n}", f"10.77.0.1{n}") for n in (1, 2)]
        # A cut is then silent, as one behind a router is.
        for node in self.nodes:
            self.head.know(node)
            node.know(self.head)

    # Processes.

    def start_node(self, node: Machine) -> None:
        self.node_processes[node.name] = self.host.start_node(node)

    def is_running(self, node: Machine) -> bool:
        return self.node_processes[node.name].is_running

    def start(self, machine: Machine, name: str, *command: str) -> Process:
        """Starts a process on a machine, with a log of its own."""
        name = f"{len(self.processes)}-{name}"
        environment = {**os.environ, "HOME": str(self.folder), **self.host.environment(machine)}
        inside = [*machine.inside, *command]
        process = Process.start(name, inside, self.folder, cwd=self.folder, env=environment)
        self.processes.append(process)
        return process

    def start_coordinator(self, *options: str) -> None:
        """Starts a coordinator at any free port, which workers learn from its access file."""
        self.access.unlink(missing_ok=True)
        self.coordinator = self.start(
            self.head,
            "coordinator",
            *[self.program.path, "coordinator", f"--listen=tcp://{self.head.address}:*"],
            *[f"--access={self.access}", f"--store={self.store.path}"],
            *[f"--keys={self.keys}/coordinator", "--log-level=info", *options],
        )
        self.until("the coordinator has written its access file", self.access.exists)

    def start_run(self, *options: str) -> Process:
        """Starts run.py; options without `--` are its own, those after it the workers'."""
        own = options[: options.index("--")] if "--" in options else options
        workers = options[len(own) + 1 :]
        return self.start(
            self.head,
            "run",
            *[*self.host.run_command(), f"--program={self.program.path}", *own, "--"],
            *[f"--access={self.access}", f"--keys={self.keys}/worker", "--log-level=info"],
            *workers,
        )

    def processes_on(self, machine: Machine) -> list[int]:
        namespace = os.stat(f"/run/netns/{machine.name}").st_ino
        found = []
        for entry in Path("/proc").iterdir():
            try:
                if entry.name.isdigit() and os.stat(entry / "ns/net").st_ino == namespace:
                    found.append(int(entry.name))
            except OSError:  # it has ended
                continue
        return found

    def workers(self, *machines: Machine) -> set[int]:
        """The processes `seedsweep worker` on these machines, or on all nodes."""
        begin = f"{self.program.path}\0worker\0".encode()
        found = set()
        for machine in machines or self.nodes:
            for pid in self.processes_on(machine):
                try:
                    if Path(f"/proc/{pid}/cmdline").read_bytes().startswith(begin):
                        found.add(pid)
                except OSError:
                    continue
        return found

    def running_on(self, machine: Machine) -> list[int]:
        """Reaps the test's own children; the kernel reaps others."""
        for process in self.processes:
            process.popen.poll()
        return self.processes_on(machine)

    def cut(self, node: Machine) -> None:
        ip("-n", "switch", "link", "set", f"{node.name}-port", "nomaster")

    def rejoin(self, node: Machine) -> None:
        ip("-n", "switch", "link", "set", f"{node.name}-port", "master", "bridge")

    # Events.

    def until(self, what: str, condition: Callable[[], bool]) -> float:
        """Waits for an event, while the sweep lasts; returns the seconds that it took."""

        def check() -> bool:
            if condition():
                return True
            self.lengthen()
            return False

        return wait(what, check)

    def until_says(self, process: Process, text: str) -> None:
        """Waits for a text in a process's log."""
        self.until(f"{process.name} says `{text}`", lambda: text in process.log.read_text())

    def lengthen(self) -> None:
        if self.is_ending or not self.access.exists():
            return
        if self.trials - self.store.recorded() < MORE_TRIALS / 2:
            more = self.trials + MORE_TRIALS
            if self.ask("submit", str(self.specification), f"--trials={more}") is not None:
                self.trials = more

    def ask(self, *request: str) -> dict | None:
        """A coordinator's answer to a client; nothing when it does not answer."""
        command = [*self.head.inside, self.program.path, *request, "--format=json", "--timeout=10"]
        command += [f"--access={self.access}", f"--keys={self.keys}/client"]
        done = subprocess.run(command, capture_output=True, text=True)
        return json.loads(done.stdout) if done.returncode == 0 else None

    def registered(self) -> int:
        """The workers that the coordinator counts as there; -1 when it does not answer."""
        answer = self.ask("status")
        return -1 if answer is None else len(answer["workers"])

    def lost_workers(self) -> int:
        """The workers that the coordinator has lost for their silence."""
        return self.coordinator.log.read_text().count("worker lost")

    def have_results(self, workers: set[int]) -> bool:
        return bool(workers) and all(self.store.results_of(pid) > 0 for pid in workers)

    def has_new_worker(self, node: Machine, old: set[int]) -> bool:
        """Whether another worker has taken the old one's place, and given results."""
        now = self.workers(node)
        return len(now) == 1 and not now & old and self.have_results(now)

    def until_results_of(self, workers: set[int]) -> float:
        """Waits until each of these workers has given results beyond those it has given."""
        before = {pid: self.store.results_of(pid) for pid in workers}
        return self.until(
            "results of the workers that were there before",
            lambda: all(self.store.results_of(pid) > count for pid, count in before.items()),
        )

    def tails(self) -> str:
        return "\n".join(process.tail() for process in self.processes)


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])
