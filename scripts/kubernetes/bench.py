"""The node, the rendered manifests, and what all tests of scripts/test-kubernetes share."""

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import manifests
import yaml
from kubelet import Image, Kubelet
from lab import Lab
from pod import Pod
from testbed import Failure, Program, Reference, Row

PROJECT = Path(__file__).resolve().parent.parent.parent
COMPONENTS = ("monitoring", "autoscaling", "data-volume")
COORDINATOR, WORKER = "seedsweep-coordinator", "seedsweep-worker"
# The oldest version that the page names, and the newest whose schemas there are.
OLDEST_KUBERNETES = "1.31.0"
# Beside those of cluster/kubernetes: what their comments say to uncomment.
OVERLAYS = {
    "everything": ("service", COMPONENTS),
    "sweep-with-data": ("sweep", ("data-volume",)),
}


class Bench:
    def __init__(self, folder: Path, program: str, kubectl: str) -> None:
        self.folder = folder
        self.program = Program(program)
        self.kubectl = kubectl
        self.reference = Reference(self.program, folder)
        image = Image.read(PROJECT / "docker" / "Dockerfile", program)
        self.kubelet = Kubelet(folder, Lab(), image)
        # A copy of the project as far as the page's commands need it, to type them in.
        self.manifests = folder / "cluster" / "kubernetes"
        ignored = shutil.ignore_patterns("keys")
        shutil.copytree(PROJECT / "cluster" / "kubernetes", self.manifests, ignore=ignored)
        self.specification = self.manifests / "sweep" / "specification.yaml"
        self.keys = self.manifests / "sweep" / "keys"
        self.program.run("keys", "new", "--pair", str(self.keys))
        shutil.copytree(self.keys, self.manifests / "service" / "keys")
        for name, (overlay, components) in OVERLAYS.items():
            (self.manifests / name).mkdir()
            lines = [f"resources: [../{overlay}]", "components:"]
            lines += [f"  - ../components/{component}" for component in components]
            (self.manifests / name / "kustomization.yaml").write_text("\n".join(lines) + "\n")

    def render(self, overlay: str) -> list[dict[str, Any]]:
        command = [self.kubectl, "kustomize", str(self.manifests / overlay)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode != 0:
            raise Failure(f"{overlay} does not render: {done.stderr.strip()[-500:]}")
        return list(yaml.safe_load_all(done.stdout))

    def apply(self, overlay: str) -> None:
        """Has the node know this overlay alone, with empty claims."""
        self.kubelet.apply(self.render(overlay))

    def valid(self, row: Row) -> None:
        """The API's schemas accept every overlay, and its parts fit one another."""
        validate = str(Path(sys.executable).with_name("kubernetes-validate"))
        known, count = [], 0
        for overlay in ("sweep", "service", *OVERLAYS, "results"):
            documents = self.render(overlay)
            manifests.check(documents, overlay != "results")
            # Of an extension's kind there is no schema.
            documents = [d for d in documents if d["kind"] != "ServiceMonitor"]
            count += len(documents)
            known.append(self.folder / f"{overlay}.yaml")
            known[-1].write_text(yaml.safe_dump_all(documents))
        for version in ([f"--kubernetes-version={OLDEST_KUBERNETES}"], []):
            command = [validate, "--strict", *version, *map(str, known)]
            done = subprocess.run(command, capture_output=True, text=True)
            output = done.stdout + done.stderr
            if done.returncode != 0 or output.count(" passed ") != count:
                raise Failure(f"{version or 'newest version'}: {output[-800:]}")

    def alone(self, body: Callable[[Row], None]) -> Callable[[Row], None]:
        """A test of which no pod is left."""

        def run(row: Row) -> None:
            try:
                body(row)
            finally:
                self.clean()

        return run

    def tails(self) -> str:
        return "\n".join(pod.process.tail() for pod in self.kubelet.pods[-6:])

    def clean(self) -> None:
        for pod in self.kubelet.pods:
            if pod.process.is_running:
                pod.kill()

    def start(self, kind: str, name: str) -> Pod:
        return self.kubelet.start(kind, name)
