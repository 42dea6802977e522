"""The faults of scripts/test-dask and scripts/test-ray, all of which one sweep meets."""

import contextlib
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

from hosted import MORE_TRIALS, Bench, Host, Machine, parent
from testbed import Failure, Outcomes, Program, Row, stop, wait

UNUSABLE_INPUT, INTERRUPTED = 2, 130


class Faults:
    """Each leaves two nodes with a worker each that gives results."""

    def __init__(self, bench: Bench) -> None:
        self.bench = bench

    def unusable_options(self, row: Row) -> None:
        """run.py must end when no worker can be started, instead of trying for ever."""
        self.bench.start_run("--", "--slots=none").end(UNUSABLE_INPUT)
        self.bench.start_run("--program=/nowhere/seedsweep").end(UNUSABLE_INPUT)

    def begin(self, row: Row) -> None:
        self.bench.start_coordinator()
        submission = ["submit", str(self.bench.specification)]
        self.bench.until("the sweep is submitted", lambda: self.bench.ask(*submission) is not None)
        self.bench.run = self.bench.start_run()
        self.both_replaced(row, set())

    def worker_killed(self, row: Row) -> None:
        old = self.bench.workers(self.bench.nodes[1])
        os.kill(min(old), signal.SIGKILL)
        self.replaced(row, old)

    def host_process_killed(self, row: Row) -> None:
        """The process of the system that has started a worker."""
        old = self.bench.workers(self.bench.nodes[1])
        os.kill(parent(min(old)), signal.SIGKILL)
        self.replaced(row, old)

    def replaced(self, row: Row, old: set[int]) -> None:
        seconds = self.bench.until(
            "the worker is replaced", lambda: self.bench.has_new_worker(self.bench.nodes[1], old)
        )
        row.recovered = f"{seconds:.1f} s"

    def node_cut_off(self, row: Row) -> None:
        """Until the coordinator has assigned the worker's trials to the other one."""
        node = self.bench.nodes[1]
        workers = self.bench.workers(node)
        self.bench.cut(node)
        self.bench.until("the coordinator has lost a worker", lambda: self.bench.registered() == 1)
        self.bench.rejoin(node)
        row.recovered = f"{self.bench.until_results_of(workers):.1f} s"
        if self.bench.workers(node) != workers:
            raise Failure("the worker was replaced: the cut was too long for this system")

    def node_given_up(self, row: Row) -> None:
        """Until the system has given the node up: its processes end when they learn of it, and it
        has to join anew."""
        node = self.bench.nodes[1]
        old, before = self.bench.workers(node), self.bench.host.given_up()
        self.bench.cut(node)
        self.until_given_up(before)
        self.bench.rejoin(node)
        self.until_ended(node)
        self.bench.start_node(node)
        self.replaced(row, old)

    def node_lost(self, row: Row) -> None:
        """All of its processes are killed at once; one with the same address joins."""
        node = self.bench.nodes[1]
        old, before = self.bench.workers(node), self.bench.host.given_up()
        self.kill_processes(node)
        self.bench.until("no process is left on the node", lambda: not self.bench.running_on(node))
        self.until_given_up(before)
        self.bench.until_results_of(self.bench.workers(self.bench.nodes[0]))
        self.bench.start_node(node)
        self.replaced(row, old)

    def kill_processes(self, machine: Machine, but: int = 0) -> None:
        for pid in self.bench.processes_on(machine):
            if pid != but:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGKILL)

    def until_ended(self, *nodes: Machine) -> None:
        """Waits until nodes and workers have ended by themselves, and kills what else is left
        there, as `ray stop` does."""
        bench = self.bench
        bench.until("the nodes have ended", lambda: not any(map(bench.is_running, nodes)))
        bench.until("the workers have ended", lambda: not bench.workers(*nodes))
        for node in nodes:
            self.kill_processes(node)

    def until_given_up(self, before: int) -> None:
        host = self.bench.host
        self.bench.until(f"{host.name} has given a node up", lambda: host.given_up() > before)

    def head_lost(self, row: Row) -> None:
        """All that is the system's on the head is killed, and run.py. The nodes end when they learn
        of it; all is started again, and the coordinator has been there all the time."""
        old, nodes = self.bench.workers(), self.bench.nodes
        self.kill_processes(self.bench.head, but=self.bench.coordinator.popen.pid)
        self.until_ended(*nodes)
        self.bench.host.start_head()
        for node in nodes:
            self.bench.start_node(node)
        self.bench.run = self.bench.start_run()
        self.both_replaced(row, old)

    def both_replaced(self, row: Row, old: set[int]) -> None:
        """Waits until each node has a worker that is none of the old ones and gives results."""
        seconds = self.bench.until(
            "two workers give results",
            lambda: all(self.bench.has_new_worker(node, old) for node in self.bench.nodes),
        )
        row.recovered = f"{seconds:.1f} s"

    def run_interrupted(self, row: Row) -> None:
        """Ctrl-C: the workers leave in order, and another run.py starts others."""
        self.bench.until("only these workers are left", lambda: self.bench.registered() == 2)
        old, before = self.bench.workers(), self.bench.lost_workers()
        self.bench.run.popen.send_signal(signal.SIGINT)
        self.bench.run.end(INTERRUPTED)
        self.bench.until("the workers have left", lambda: self.bench.registered() == 0)
        if self.bench.workers() or self.bench.lost_workers() > before:
            raise Failure("the workers did not leave in order")
        self.bench.run = self.bench.start_run(*self.bench.host.other_options)
        self.both_replaced(row, old)

    def coordinator_replaced(self, row: Row) -> None:
        """Killed, and started at another port; the workers that are there find it."""
        workers, old = self.bench.workers(), self.bench.access.read_text()
        self.bench.coordinator.kill()
        # Enough for both workers. From here on the sweep is not made longer: it is to end.
        self.bench.trials += MORE_TRIALS
        self.bench.is_ending = True
        sweep = [str(self.bench.specification), f"--trials={self.bench.trials}"]
        self.bench.start_coordinator(*sweep, "--exit-when-done")
        row.recovered = f"{self.bench.until_results_of(workers):.1f} s"
        if self.bench.access.read_text() == old:
            raise Failure("the coordinator was not at another port")
        if self.bench.workers() != workers:
            raise Failure("workers were replaced")

    def end(self, row: Row) -> None:
        """Coordinator, workers and run.py end by themselves, and the sweep is as it must be."""
        self.bench.coordinator.end()
        self.bench.run.end()
        wait("the workers have ended", lambda: not self.bench.workers())
        row.lost = str(self.bench.trials - self.bench.store.recorded())
        row.repeated = str(self.bench.store.repeated())
        row.same = "no"
        if violations := self.bench.store.violations():
            raise Failure(f"{violations} determinism violations")
        self.bench.reference.compare(self.bench.store.path, self.bench.trials)
        row.same = "yes"


def test(host: Host) -> None:
    """Does what scripts/test-NAME promises; ends this process."""
    is_full = "--full" in sys.argv[3:]
    bench = Bench(host, Program(sys.argv[1]), Path(sys.argv[2]))
    host.start_head()
    for node in bench.nodes:
        bench.start_node(node)
    disturb = Faults(bench)
    long = [
        (f"node given up by {host.name}", disturb.node_given_up),
        (f"{host.name}'s head lost", disturb.head_lost),
    ]
    faults: list[tuple[str, Callable[[Row], None]]] = [
        ("options or program unusable", disturb.unusable_options),
        ("(start)", disturb.begin),
        ("worker killed", disturb.worker_killed),
        (f"{host.name}'s process killed", disturb.host_process_killed),
        ("node cut off, and back", disturb.node_cut_off),
        ("node lost, another joins", disturb.node_lost),
        *(long if is_full else []),
        ("run.py interrupted, again", disturb.run_interrupted),
        ("coordinator killed, elsewhere", disturb.coordinator_replaced),
        ("the sweep as a whole", disturb.end),
    ]
    outcomes = Outcomes()
    for name, body in faults:
        outcomes.run(name, body, bench.tails)
        # Each needs what the one before has left.
        if outcomes.failures:
            break
    stop(outcomes.finish())
