"""A sweep whose workers another system starts: what scripts/test-dask and scripts/test-ray share.

Three machines, as network namespaces on a switch: a head, with the coordinator, the system's own
head and `run.py`, and two nodes with a worker each. One sweep lasts through all faults; it is made
longer while they last, and compared with an undisturbed one at the end. Nothing here waits for a
time to pass, only for what the coordinator, the store and the kernel say has happened.
"""

import json
import os
import signal
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Callable
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(SCRIPTS / "network")]

from lab import Lab, Machine, ip  # noqa: E402
from testbed import Failure, Outcomes, Process, Program, Reference, Row, StoreReader  # noqa: E402
from testbed import stop, wait  # noqa: E402

FIRST_TRIALS = 320
# A sweep is made longer by so many trials when fewer than half of them are left: some seconds of
# work for two cores.
MORE_TRIALS = 640
UNUSABLE_INPUT, INTERRUPTED = 2, 130


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
    def start_node(self, node: Machine) -> None:
        """Has a node with one slot join; returns when it has."""

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
        self.processes: list[Process] = []
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
        if self.trials - self.store.recorded() < MORE_TRIALS / 2 and self.access.exists():
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

    # Faults. Each leaves two nodes with a worker each that gives results.

    def unusable_options(self, row: Row) -> None:
        """run.py must end when no worker can be started, instead of trying for ever."""
        self.start_run("--", "--slots=none").end(UNUSABLE_INPUT)
        command = [*self.host.run_command(), "--program=/nowhere/seedsweep", "--", "--insecure"]
        self.start(self.head, "run", *command).end(UNUSABLE_INPUT)

    def begin(self, row: Row) -> None:
        self.start_coordinator()
        submission = ["submit", str(self.specification)]
        self.until("the sweep is submitted", lambda: self.ask(*submission) is not None)
        self.run = self.start_run()
        seconds = self.until(
            "two workers give results",
            lambda: all(self.has_new_worker(node, set()) for node in self.nodes),
        )
        row.recovered = f"{seconds:.1f} s"

    def worker_killed(self, row: Row) -> None:
        old = self.workers(self.nodes[1])
        os.kill(min(old), signal.SIGKILL)
        self.replaced(row, old)

    def host_process_killed(self, row: Row) -> None:
        """The process of the system that has started a worker."""
        old = self.workers(self.nodes[1])
        os.kill(parent(min(old)), signal.SIGKILL)
        self.replaced(row, old)

    def replaced(self, row: Row, old: set[int]) -> None:
        seconds = self.until(
            "the worker is replaced", lambda: self.has_new_worker(self.nodes[1], old)
        )
        row.recovered = f"{seconds:.1f} s"

    def node_cut_off(self, row: Row) -> None:
        """Until the coordinator has assigned the worker's trials to the other one."""
        node = self.nodes[1]
        workers = self.workers(node)
        self.cut(node)
        self.until("the coordinator has lost a worker", lambda: self.registered() == 1)
        self.rejoin(node)
        row.recovered = f"{self.until_results_of(workers):.1f} s"
        if self.workers(node) != workers:
            raise Failure("the worker was replaced: the cut was too long for this system")

    def node_given_up(self, row: Row) -> None:
        """Until the system has given the node up: its processes end when they learn of it, and it
        has to join anew."""
        node = self.nodes[1]
        old, before = self.workers(node), self.host.given_up()
        self.cut(node)
        self.until(f"{self.host.name} has given up a node", lambda: self.host.given_up() > before)
        self.rejoin(node)
        self.until("the node's processes have ended", lambda: not self.running_on(node))
        self.host.start_node(node)
        self.replaced(row, old)

    def node_lost(self, row: Row) -> None:
        """All of its processes are killed at once; one with the same address joins."""
        node = self.nodes[1]
        old, before = self.workers(node), self.host.given_up()
        for pid in self.processes_on(node):
            os.kill(pid, signal.SIGKILL)
        self.until("no process is left on the node", lambda: not self.running_on(node))
        self.until(f"{self.host.name} has lost a node", lambda: self.host.given_up() > before)
        self.until_results_of(self.workers(self.nodes[0]))
        self.host.start_node(node)
        self.replaced(row, old)

    def running_on(self, machine: Machine) -> list[int]:
        """Reaps the test's own children; the kernel reaps others."""
        for process in self.processes:
            process.popen.poll()
        return self.processes_on(machine)

    def run_interrupted(self, row: Row) -> None:
        """Ctrl-C: the workers leave in order, and another run.py starts others."""
        old = self.workers()
        self.run.popen.send_signal(signal.SIGINT)
        self.run.end(INTERRUPTED)
        self.until("the workers have left", lambda: not self.workers())
        self.run = self.start_run(*self.host.other_options)
        seconds = self.until(
            "two other workers give results",
            lambda: all(self.has_new_worker(node, old) for node in self.nodes),
        )
        row.recovered = f"{seconds:.1f} s"

    def coordinator_replaced(self, row: Row) -> None:
        """Killed, and started at another port; the workers that are there find it."""
        workers, old = self.workers(), self.access.read_text()
        self.coordinator.kill()
        sweep = [str(self.specification), f"--trials={self.trials}"]
        self.start_coordinator(*sweep, "--exit-when-done")
        row.recovered = f"{self.until_results_of(workers):.1f} s"
        if self.access.read_text() == old:
            raise Failure("the coordinator was not at another port")
        if self.workers() != workers:
            raise Failure("workers were replaced")

    def end(self, row: Row) -> None:
        """Coordinator, workers and run.py end by themselves, and the sweep is as it must be."""
        self.coordinator.end()
        self.run.end()
        wait("the workers have ended", lambda: not self.workers())
        row.lost = str(self.trials - self.store.recorded())
        row.repeated = str(self.store.repeated())
        row.same = "no"
        if violations := self.store.violations():
            raise Failure(f"{violations} determinism violations")
        self.reference.compare(self.store.path, self.trials)
        row.same = "yes"

    def cut(self, node: Machine) -> None:
        ip("-n", "switch", "link", "set", f"{node.name}-port", "nomaster")

    def rejoin(self, node: Machine) -> None:
        ip("-n", "switch", "link", "set", f"{node.name}-port", "master", "bridge")

    def tails(self) -> str:
        return "\n".join(process.tail() for process in self.processes)


def parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[1])


def test(host: Host) -> None:
    """Does what scripts/test-NAME promises; ends this process."""
    is_full = "--full" in sys.argv[3:]
    bench = Bench(host, Program(sys.argv[1]), Path(sys.argv[2]))
    host.start_head()
    for node in bench.nodes:
        host.start_node(node)
    faults: list[tuple[str, Callable[[Row], None]]] = [
        ("options or program unusable", bench.unusable_options),
        ("(start)", bench.begin),
        ("worker killed", bench.worker_killed),
        (f"{host.name}'s process killed", bench.host_process_killed),
        ("node cut off, and back", bench.node_cut_off),
        ("node lost, another joins", bench.node_lost),
        *([(f"node given up by {host.name}", bench.node_given_up)] if is_full else []),
        ("run.py interrupted, again", bench.run_interrupted),
        ("coordinator killed, elsewhere", bench.coordinator_replaced),
        ("the sweep as a whole", bench.end),
    ]
    outcomes = Outcomes()
    for name, body in faults:
        outcomes.run(name, body, bench.tails)
        # Each needs what the one before has left.
        if outcomes.failures:
            break
    stop(outcomes.finish())
