"""Starts the pods of rendered manifests on this machine, as a kubelet would, without a cluster.

Each pod has a network namespace with an address of its own, its volumes mounted with the owners and
rights that Kubernetes gives them, a root file system of the image's (this machine's /usr and the
program under test), and its container's user, groups and privileges. Left out: limits of resources,
seccomp, and network policies, which need a kernel or a network plugin that is set up for them.
"""

import base64
import json
import os
import re
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from lab import Lab, Machine
from testbed import Failure, Process

Object = dict[str, Any]
CONTAINER = Path(__file__).with_name("container.py")
# What a container sees of this machine, read-only, in place of its image's files.
SYSTEM = ["/usr", "/etc", "/dev", "/proc"]
LINKS = ["/bin", "/lib", "/lib64", "/sbin"]
PROGRAM_FOLDER = "/image"


@dataclass
class Image:
    """What docker/Dockerfile says of a container that is started from it."""

    program: str
    entrypoint: list[str]
    directory: str

    @classmethod
    def read(cls, dockerfile: Path, program: str) -> "Image":
        text = dockerfile.read_text()
        entrypoint = re.findall(r"^ENTRYPOINT (\[.*\])$", text, re.MULTILINE)[-1]
        directory = re.findall(r"^WORKDIR (\S+)$", text, re.MULTILINE)[-1]
        return cls(program, json.loads(entrypoint), directory)

    def libraries(self) -> set[str]:
        """Folders of libraries outside the system's: a program that was built here needs Swift's."""
        text = subprocess.run(["ldd", self.program], capture_output=True, text=True).stdout
        paths = [Path(p) for p in re.findall(r"=> (/\S+)", text)]
        return {str(p.parent) for p in paths if not str(p).startswith(("/lib", "/usr"))}


def take_over(path: Path, group: int, mask: int) -> None:
    """Gives a volume to a pod's group, as `fsGroup` has the kubelet do."""
    for folder, _, files in os.walk(path):
        os.chown(folder, 0, group)
        os.chmod(folder, os.stat(folder).st_mode | mask | 0o2110)
        for name in files:
            file = os.path.join(folder, name)
            if not os.path.islink(file):
                os.chown(file, -1, group)
                os.chmod(file, os.stat(file).st_mode | mask)


def project(files: dict[str, bytes], mode: int, path: Path) -> None:
    """Writes a Secret's or ConfigMap's files as the kubelet does: links lead through `..data`."""
    stamp = time.strftime("..%Y_%m_%d_%H_%M_%S.1")
    path.mkdir(parents=True)
    for name, data in files.items():
        file = path / stamp / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        file.chmod(mode)
    (path / "..data").symlink_to(stamp)
    for name in {name.split("/")[0] for name in files}:
        (path / name).symlink_to(f"..data/{name}")


@dataclass
class Pod:
    """A pod that was started; it has one container."""

    name: str
    spec: Object
    machine: Machine
    process: Process

    @property
    def container(self) -> Object:
        return self.spec["containers"][0]

    @property
    def grace(self) -> int:
        return self.spec.get("terminationGracePeriodSeconds", 30)

    def worker_pid(self) -> int:
        """The process number of the program, which a shell may have started."""
        pid = self.process.popen.pid
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        return int(children[0]) if children else pid

    def kill(self) -> None:
        """Ends all of its processes at once, as the loss of its node would."""
        if not self.process.is_running:
            raise Failure(f"{self.name} had ended before it was killed")
        for pid in {self.worker_pid(), self.process.popen.pid}:
            os.kill(pid, 9)
        self.process.popen.wait()

    def evict(self) -> int:
        """SIGTERM, then SIGKILL after the grace period; returns the exit status."""
        if not self.process.is_running:
            raise Failure(f"{self.name} had ended before it was evicted")
        self.process.popen.terminate()
        try:
            return self.process.popen.wait(self.grace)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure(f"{self.name} had to be killed after {self.grace} s") from None

    def probe(self, kind: str) -> bool:
        """Carries out one of its probes, once, from the outside."""
        probe = self.container[kind]
        seconds = probe.get("timeoutSeconds", 1)
        request = probe["httpGet"]
        ports = {port["name"]: port["containerPort"] for port in self.container["ports"]}
        port = ports.get(request["port"], request["port"])
        url = f"http://{self.machine.address}:{port}{request['path']}"
        code = "import sys, urllib.request as u; u.urlopen(sys.argv[1], timeout=float(sys.argv[2]))"
        command = ["nsenter", "--net=/run/netns/node", sys.executable, "-c", code, url]
        return subprocess.run([*command, str(seconds)], capture_output=True).returncode == 0


@dataclass
class Kubelet:
    """The node on which all pods run."""

    folder: Path
    lab: Lab
    image: Image
    objects: dict[tuple[str, str], Object] = field(default_factory=dict)
    # The name of a headless Service leads to its pod: this is the file that says so.
    names: Path = Path()
    count: int = 0

    def __post_init__(self) -> None:
        self.lab.add("node", "10.77.0.254")
        self.names = self.folder / "names"
        self.names.touch()

    def apply(self, documents: list[Object]) -> None:
        """Takes over rendered manifests."""
        for document in documents:
            self.objects[document["kind"], document["metadata"]["name"]] = document

    def template(self, kind: str, name: str) -> Object:
        return self.objects[kind, name]["spec"]["template"]["spec"]

    def claim(self, name: str) -> Path:
        path = self.folder / "claims" / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def lead(self, service: str, pod: Pod) -> None:
        """Has a Service's name lead to a pod."""
        self.names.write_text(f"127.0.0.1 localhost\n{pod.machine.address} {service}\n")

    def start(self, name: str, spec: Object) -> Pod:
        """Starts a pod at a new address."""
        self.count += 1
        machine = self.lab.add(f"pod{self.count}", f"10.77.0.{self.count}")
        folder = self.folder / "pods" / f"{self.count}-{name}"
        root = folder / "root"
        root.mkdir(parents=True)
        container = spec["containers"][0]
        plan = self._plan(spec, container, folder, root)
        path = folder / "plan.json"
        path.write_text(json.dumps(plan))
        command = ["unshare", "--mount", "--propagation", "private", "--"]
        command += [sys.executable, str(CONTAINER), str(path)]
        process = Process.start(f"{self.count}-{name}", machine.inside + command, self.folder)
        return Pod(name, spec, machine, process)

    def _plan(self, spec: Object, container: Object, folder: Path, root: Path) -> Object:
        security = {**spec["securityContext"], **container["securityContext"]}
        group = security["fsGroup"]
        volumes = {v["name"]: self._volume(v, group, folder) for v in spec["volumes"]}
        mounts = [{"source": s, "target": s, "read_only": True} for s in SYSTEM]
        mounts += [{"source": s, "target": s, "read_only": True} for s in self.image.libraries()]
        mounts.append({"source": str(self.names), "target": "/etc/hosts", "read_only": True})
        program = f"{PROGRAM_FOLDER}/{self.image.entrypoint[0]}"
        mounts.append({"source": self.image.program, "target": program, "read_only": True})
        for mount in container["volumeMounts"]:
            source = volumes[mount["name"]]
            read_only = mount.get("readOnly", False) or not os.access(source, os.W_OK)
            mounts.append(
                {"source": str(source), "target": mount["mountPath"], "read_only": read_only}
            )
        environment = {"PATH": f"{PROGRAM_FOLDER}:/usr/bin:/bin", "HOME": self.image.directory}
        environment |= {e["name"]: self._value(e, container) for e in container.get("env", [])}
        words = container.get("command", self.image.entrypoint) + container.get("args", [])
        command = [
            re.sub(r"\$\((\w+)\)", lambda m: environment.get(m[1], m[0]), word) for word in words
        ]
        return {
            "root": str(root),
            "folders": ["/tmp", self.image.directory],
            "links": {link: os.readlink(link) for link in LINKS if os.path.islink(link)},
            "mounts": mounts,
            "read_only_root": security["readOnlyRootFilesystem"],
            "user": security["runAsUser"],
            "group": security["runAsGroup"],
            "groups": [security["runAsGroup"], group],
            "directory": self.image.directory,
            "environment": environment,
            "command": command,
        }

    def _value(self, entry: Object, container: Object) -> str:
        if "value" in entry:
            return entry["value"]
        resource = entry["valueFrom"]["resourceFieldRef"]["resource"]
        return str(container["resources"][resource.split(".")[0]][resource.split(".")[1]])

    def _volume(self, volume: Object, group: int, folder: Path) -> Path:
        path = folder / "volumes" / volume["name"]
        if claim := volume.get("persistentVolumeClaim"):
            path = self.claim(claim["claimName"])
            take_over(path, group, 0o660)
        elif "emptyDir" in volume:
            path.mkdir(parents=True)
            path.chmod(0o777)
            take_over(path, group, 0o660)
        elif secret := volume.get("secret"):
            data = self.objects["Secret", secret["secretName"]]["data"]
            items = secret.get("items", [{"key": key, "path": key} for key in data])
            files = {item["path"]: base64.b64decode(data[item["key"]]) for item in items}
            project(files, secret["defaultMode"], path)
            take_over(path, group, 0o440)
        elif configuration := volume.get("configMap"):
            data = self.objects["ConfigMap", configuration["name"]]["data"]
            project({k: v.encode() for k, v in data.items()}, 0o644, path)
            take_over(path, group, 0o440)
        else:
            raise Failure(f"volume {volume['name']}: of a kind that this test does not know")
        return path

    def wipe(self) -> None:
        """Deletes all volumes."""
        shutil.rmtree(self.folder / "claims", ignore_errors=True)
