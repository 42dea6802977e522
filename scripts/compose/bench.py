"""What all tests of scripts/test-compose share: the engine, a checkout, and an undisturbed sweep."""

import argparse
import shutil
import time
from pathlib import Path

from engine import Engine
from project import Project, Sweep, TimedReference
from testbed import Program

ROOT = Path(__file__).resolve().parent.parent.parent
# What a checkout has that the image or the README's commands need.
CHECKOUT = ["Package.swift", "Package.resolved", "Sources", "Tests", "examples", "docker", "LICENSE"]
CHECKOUT += [".dockerignore", "README.md"]
# What each sweep has to last beyond its fault, in seconds of one worker that has a core.
MARGIN_SECONDS = 24.0


class Bench:
    """What all tests share."""

    def __init__(self, options: argparse.Namespace) -> None:
        self.full: bool = options.full
        self.folder: Path = options.folder
        self.program = Program(options.program)
        self.engine = Engine(self.folder, options.plugins, options.group, options.network_fd)
        print(f"engine started in {self.engine.start_seconds:.1f} s", flush=True)
        self.checkout = self.folder / "checkout"
        self.checkout.mkdir()
        for name in CHECKOUT:
            source = ROOT / name
            if source.is_dir():
                shutil.copytree(source, self.checkout / name)
            else:
                shutil.copy2(source, self.checkout / name)
        self.compose_file = self.checkout / "docker" / "compose.yaml"
        self.engine.import_base(options.base)
        start = time.monotonic()
        if options.static:
            self.engine.make_stand_in(options.static, ROOT / "Package.resolved")
        else:
            self.engine.make_toolchain(options.toolchain)
        print(f"toolchain image made in {time.monotonic() - start:.1f} s", flush=True)
        self.reference = TimedReference(self.program, self.folder)
        self.projects: list[Project] = []

    def project(self, name: str, **environment: str) -> Project:
        project = Project(self.engine, self.compose_file, name, environment)
        self.projects.append(project)
        return project

    def sweep(self, name: str, busy_seconds: float, **environment: str) -> Sweep:
        """A new sweep that lasts for so many seconds of one worker, and the margin."""
        seconds = 2 * busy_seconds + MARGIN_SECONDS
        return Sweep(self.project(name, **environment), self.reference, self.folder, seconds)

    def logs(self) -> str:
        return self.projects[-1].logs() if self.projects else ""

    def clean(self) -> None:
        """Removes what the last test left."""
        while self.projects:
            self.projects.pop().remove()
