"""Workers and coordinators in containers that fail, and are replaced."""

import time

from bench import Bench
from project import WORKERS
from testbed import Failure, Row, wait


def worker_killed(bench: Bench, row: Row) -> None:
    """`docker kill`: Docker does not start it again; the others train what it had."""
    sweep = bench.sweep("killed", 5)
    victim = sweep.workers[0]
    bench.engine.docker("kill", victim)
    seconds = wait(
        "the coordinator notices",
        lambda: len(sweep.project.status().get("workers", [])) == WORKERS - 1,
    )
    row.recovered = f"{seconds:.1f} s"
    sweep.finish(row)


def worker_crashed(bench: Bench, row: Row) -> None:
    """Its process is killed: Docker starts it again."""
    sweep = bench.sweep("crashed", 5)
    sweep.crash(sweep.workers[1])
    sweep.recovery(row, sweep.workers[1])
    sweep.finish(row)


def worker_cut_off(bench: Bench, row: Row) -> None:
    """A worker without its network, longer than the coordinator waits for it."""
    away = 60 if bench.full else 15
    sweep = bench.sweep("cut", away + 10)
    network, worker = f"{sweep.project.name}_sweep", sweep.workers[2]
    bench.engine.docker("network", "disconnect", network, worker)
    start = time.monotonic()
    left = WORKERS - 1
    wait("it is lost", lambda: len(sweep.project.status().get("workers", [])) == left)
    own, of_all = sweep.results(worker), sweep.store.recorded()
    wait("time passes", lambda: time.monotonic() - start > away)
    if sweep.results(worker) != own:
        raise Failure("a worker without a network gives results")
    if sweep.store.recorded() == of_all:
        raise Failure("the other workers give no results")
    connect = ["network", "connect", network, worker]
    sweep.recovery(row, worker, start=lambda: bench.engine.docker(*connect))
    sweep.finish(row)


def coordinator_crashed(bench: Bench, row: Row) -> None:
    """Its process is killed: Docker starts it again over the same store."""
    sweep = bench.sweep("restarted", 5, RESTART="on-failure:5")
    sweep.crash(sweep.coordinator)
    sweep.recovery(row)
    sweep.finish(row)


def coordinator_replaced(bench: Bench, row: Row) -> None:
    """Its container is removed, another takes its address, and a new one is made."""
    away = 180 if bench.full else 20
    sweep = bench.sweep("replaced", 5)
    project = sweep.project
    template = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}"
    address = bench.engine.inspect(sweep.coordinator, template)
    bench.engine.docker("rm", "--force", sweep.coordinator)
    start = time.monotonic()
    bench.engine.docker(
        *("run", "--detach", "--rm", "--name=squatter", f"--network={project.name}_sweep"),
        *("seedsweep", "worker", "--connect=tcp://127.0.0.1:1"),
    )
    wait("time passes", lambda: time.monotonic() - start > away)
    if not all(sweep.is_running(worker) for worker in sweep.workers):
        raise Failure("a worker did not wait for the coordinator")
    up = ["up", "--detach", "--no-recreate", f"--scale=worker={WORKERS}"]
    sweep.recovery(row, start=lambda: project.run(*up))
    if bench.engine.inspect(sweep.coordinator, template) == address:
        raise Failure("the coordinator has the same address again")
    bench.engine.docker("kill", "squatter")
    sweep.finish(row)


def everything_down(bench: Bench, row: Row) -> None:
    """`down` in the middle and `up` again: keys and results stay."""
    sweep = bench.sweep("down", 5)
    sweep.project.run("down")
    up = ["up", "--detach", f"--scale=worker={WORKERS}"]
    sweep.recovery(row, start=lambda: sweep.project.run(*up))
    sweep.finish(row)
