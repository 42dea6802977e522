"""The README's commands for Compose as typed, and what `seedsweep status` says meanwhile."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

from bench import ROOT, Bench
from project import CLIENT, WORKERS, Project
from testbed import Failure, Row, wait

# Trials of each variant of the README's sweep that are trained on this machine, too.
COMPARED_TRIALS = 100
# A look at the sweep, and then a pause.
PAUSE_SECONDS = 2
# The Dockerfile compiles the program and all that it is made of.
BUILD_SECONDS = 3_600


def readme(bench: Bench, row: Row) -> None:
    """The README's commands, one after the other, as typed."""
    commands = readme_commands()
    binaries = bench.folder / "bin"
    binaries.mkdir()
    (binaries / "seedsweep").symlink_to(bench.program.path)
    environment = bench.engine.environment | {"PATH": f"{binaries}:{os.environ['PATH']}"}
    project = bench.project("seedsweep")
    folder = bench.checkout / "docker"
    for command in commands:
        print(f"$ {command}", flush=True)
        start = time.monotonic()
        process = subprocess.Popen(
            ["bash", "-c", command],
            cwd=folder,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if " up " in command:
            watch_moments(project, process)
            if process.poll() is None:
                # The loss of a worker must not end the others.
                bench.engine.docker("kill", project.container("worker", WORKERS))
        output, _ = process.communicate()
        if " up " not in command and "down" not in command:
            print("\n".join(f"  {line}" for line in output.splitlines()[:20]))
        print(f"  status {process.returncode}, {time.monotonic() - start:.1f} s", flush=True)
        if process.returncode != 0:
            raise Failure(f"status {process.returncode}: {output[-1500:]}")
        if "rerun" in command and "identical" not in output:
            raise Failure(output)
    compare_readme(bench, row, folder / "seedsweep.sqlite")


def compare_readme(bench: Bench, row: Row, store: Path) -> None:
    expected_store = bench.folder / "readme.sqlite"
    bench.program.run(
        *("run", str(bench.checkout / "examples" / "optimizers.yaml")),
        *("--trials", str(COMPARED_TRIALS), "--store", str(expected_store)),
    )
    expected = bench.program.export(expected_store)
    lines = bench.program.export(store)
    first = [line for line in lines if json.loads(line)["index"] < COMPARED_TRIALS]
    row.lost = str(len(expected) - len(first))
    row.same = "yes" if first == expected else "no"
    if first != expected:
        raise Failure("the trials differ from those of an undisturbed sweep")


def readme_commands() -> list[str]:
    """The commands of the README's block about Compose, without the first, `cd docker`."""
    for block in (ROOT / "README.md").read_text().split("```")[1::2]:
        lines = [line for line in block.splitlines()[1:] if line]
        if lines and lines[0] == "cd docker":
            return lines[1:]
    raise Failure("README.md has no block that begins with `cd docker`")


def watch_moments(project: Project, process: subprocess.Popen[str]) -> None:
    """Prints what `seedsweep status` says when all workers are there, and half-way."""
    moments: list[tuple[str, Callable[[dict], bool]]] = [
        ("all workers registered", lambda status: len(status["workers"]) == WORKERS),
        (
            "half-way",
            lambda status: 2 * sum(s["recorded"] for s in status["sweeps"])
            > sum(s["asked"] for s in status["sweeps"]),
        ),
    ]
    start = time.monotonic()
    for name, is_there in moments:

        def arrived() -> bool:
            # A look starts processes, which would slow the build that is waited for.
            time.sleep(PAUSE_SECONDS)
            status = project.status()
            return process.poll() is not None or bool(status) and is_there(status)

        wait(name, arrived, BUILD_SECONDS)
        if process.poll() is not None:
            return
        table = project.run("exec", "--no-TTY", "coordinator", "seedsweep", "status", *CLIENT).stdout
        print(f"  {name}, after {time.monotonic() - start:.1f} s:")
        print("\n".join(f"    {line}" for line in table.splitlines()[:12]), flush=True)
