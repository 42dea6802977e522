"""Stores, data, exit statuses, and the Compose that is too old."""

import os
import shutil
import signal
import subprocess

from bench import Bench
from project import WORKERS, Sweep
from testbed import Failure, Row, wait

# One trial that is not done in minutes.
ENDLESS = """\
name: endless
master_seed: 1
trials: 1
data: {kind: sequence, length: 1000}
model:
  - dense: {units: 500}
  - dense: {units: 1}
training:
  loss: mean_squared_error
  optimizer: {sgd: {learning_rate: 0.0001}}
  epochs: 1000000
  batch_size: all
metrics: [mean_squared_error]
"""


def store_in_folder(bench: Bench, row: Row) -> None:
    """A bind mount of a user's folder: no root in the container, no chown."""
    results = bench.folder / "results"
    results.mkdir()
    os.chown(results, 4711, 4711)
    project = bench.project("folder", STORE=str(results), RUN_AS="4711:4711")
    sweep = Sweep(project, bench.reference, bench.folder, 10, results)
    sweep.finish(row)
    owner = (results / "seedsweep.sqlite").stat()
    if (owner.st_uid, owner.st_gid) != (4711, 4711):
        raise Failure(f"the store belongs to {owner.st_uid}:{owner.st_gid}")


def data_travel(bench: Bench, row: Row) -> None:
    """Only the coordinator's container has the data; the workers get them from it."""
    specification = bench.checkout / "examples" / "iris.yaml"
    project = bench.project("data", SPEC=str(specification), DATA=str(bench.checkout))
    project.run("up", "--exit-code-from=coordinator", f"--scale=worker={WORKERS}")
    copy, undisturbed = bench.folder / "data.sqlite", bench.folder / "iris.sqlite"
    project.run("cp", "coordinator:/data/seedsweep.sqlite", str(copy))
    bench.program.run(
        *("run", str(specification), "--data", str(bench.checkout), "--store", str(undisturbed))
    )
    lines, expected = bench.program.export(copy), bench.program.export(undisturbed)
    row.lost = str(len(expected) - len(lines))
    row.same = "yes" if lines == expected else "no"
    if lines != expected:
        raise Failure("the trials differ from those of an undisturbed sweep")


def done_again(bench: Bench, row: Row) -> None:
    """`up` of a sweep that is done ends with status 0, with and without --exit-code-from."""
    specification = bench.folder / "short.yaml"
    bench.reference.write_specification(specification, 16)
    project = bench.project("again", SPEC=str(specification))
    for extra in (["--exit-code-from=coordinator"], ["--exit-code-from=coordinator"], []):
        project.run("up", f"--scale=worker={WORKERS}", *extra)


def unusable(bench: Bench, row: Row) -> None:
    """A specification that cannot be used: status 2 and the line that says why."""
    specification = bench.folder / "unusable.yaml"
    bench.reference.write_specification(specification, 16)
    text = specification.read_text().replace("trials:", "trails:")
    specification.write_text(text)
    project = bench.project("unusable", SPEC=str(specification))
    done = project.run("up", "--exit-code-from=coordinator", expected=2)
    if "unknown key `trails`; did you mean `trials`?" not in done.stdout + done.stderr:
        raise Failure(done.stdout + done.stderr)


def failing(bench: Bench, row: Row) -> None:
    """A trial that ends every worker that trains it: the sweep ends with status 1."""
    specification = bench.folder / "failing.yaml"
    specification.write_text(ENDLESS)
    project = bench.project("failing", SPEC=str(specification))
    worker = project.container("worker")
    up = project.start("up", "--exit-code-from=coordinator")
    crashed = "0"
    while up.poll() is None:
        # Another process than the last one, with a lease.
        wait(
            "the worker trains",
            lambda: up.poll() is not None
            or bench.engine.succeeds("inspect", worker)
            and bench.engine.inspect(worker, "{{.State.Pid}}") not in ("0", crashed)
            and any(w["leases"] for w in project.status().get("workers", [])),
        )
        if up.poll() is None and (pid := bench.engine.inspect(worker, "{{.State.Pid}}")) != "0":
            os.kill(int(pid), signal.SIGKILL)
            crashed = pid
    output = up.communicate()[0]
    if up.returncode != 1:
        raise Failure(f"status {up.returncode}: {output[-1500:]}")


def old_compose(bench: Bench, row: Row) -> None:
    """Debian 12's docker-compose says in one line what is needed."""
    program = shutil.which("docker-compose")
    version = subprocess.run([str(program), "version", "--short"], capture_output=True, text=True)
    if not version.stdout.startswith("1."):
        raise Failure(f"docker-compose is {version.stdout.strip()}")
    done = subprocess.run(
        [str(program), "up"],
        cwd=bench.compose_file.parent,
        env=bench.engine.environment,
        capture_output=True,
        text=True,
    )
    print(f"  docker-compose {version.stdout.strip()}: {done.stderr.strip()}", flush=True)
    lines = done.stderr.strip().splitlines()
    if done.returncode == 0 or len(lines) != 1 or "docker compose" not in lines[0]:
        raise Failure(f"status {done.returncode}: {done.stderr}")
