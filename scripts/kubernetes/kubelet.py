"""Starts the pods of rendered manifests on this machine, as a kubelet would, without a cluster.

Each pod has a network namespace with an address of its own and filters for the network policies,
its volumes mounted with the owners and rights that Kubernetes gives them, a root file system of the
image's (this machine's /usr and the program under test), and its container's user, groups and
privileges. Left out: scheduling, limits of resources, and seccomp.
"""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import manifests
import policies
from lab import Lab, ip
from manifests import matches
from pod import Pod
from policies import Peer
from testbed import Process
from volumes import Objects, Volumes

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
        """Folders of libraries outside the system's: a program built here needs Swift's."""
        text = subprocess.run(["ldd", self.program], capture_output=True, text=True).stdout
        paths = [Path(p) for p in re.findall(r"=> (/\S+)", text)]
        return {str(p.parent) for p in paths if not str(p).startswith(("/lib", "/usr"))}


@dataclass
class Kubelet:
    """The node on which all pods run."""

    folder: Path
    lab: Lab
    image: Image
    objects: Objects = field(default_factory=dict)
    peers: list[Peer] = field(default_factory=list)
    pods: list[Pod] = field(default_factory=list)
    count: int = 0

    def __post_init__(self) -> None:
        self.node = self.lab.add("node", "10.77.0.254")
        # The name of a headless Service leads to its pod: this is the file that says so.
        self.names = self.folder / "names"
        self.names.touch()
        self.volumes = Volumes(self.folder, self.objects)

    def apply(self, documents: list[Object]) -> None:
        """Has these rendered manifests, and no others; all claims are new."""
        self.objects.clear()
        self.add(documents)
        self.volumes.wipe()

    def add(self, documents: list[Object]) -> None:
        """Adds rendered manifests to those that are there."""
        for document in documents:
            self.objects[document["kind"], document["metadata"]["name"]] = document

    def lead(self, service: str, pod: Pod) -> None:
        """Has a headless Service's name lead to a pod that its selector chooses."""
        selector = self.objects["Service", service]["spec"]["selector"]
        is_chosen = matches({"matchLabels": selector}, pod.peer.labels)
        manifests.expect(is_chosen, f"{service} does not select {pod.name}")
        self.names.write_text(f"127.0.0.1 localhost\n{pod.machine.address} {service}\n")

    def add_peer(self, labels: dict[str, str], namespace: str = policies.NAMESPACE) -> Peer:
        """A pod that only talks to others, at a new address."""
        self.count += 1
        machine = self.lab.add(f"pod{self.count}", f"10.77.0.{self.count}")
        self.peers.append(Peer(machine, labels, namespace=namespace))
        return self.peers[-1]

    def enforce_policies(self) -> None:
        found = [d for (kind, _), d in self.objects.items() if kind == "NetworkPolicy"]
        policies.enforce(found, self.peers, self.node)

    def start(self, kind: str, name: str) -> Pod:
        """Starts a pod of a Job, a StatefulSet or a Deployment."""
        for ended in [pod for pod in self.pods if not pod.process.is_running]:
            self.pods.remove(ended)
            self.peers.remove(ended.peer)
        template = self.objects[kind, name]["spec"]["template"]
        spec = template["spec"]
        container = spec["containers"][0]
        peer = self.add_peer(template["metadata"]["labels"])
        peer.ports = {p["name"]: p["containerPort"] for p in container.get("ports", [])}
        self.enforce_policies()
        folder = self.folder / "pods" / f"{self.count}-{name}"
        root = folder / "root"
        root.mkdir(parents=True)
        group = spec["securityContext"]["fsGroup"]
        volumes = {
            v["name"]: self.volumes.make(v, group, folder / "volumes" / v["name"])
            for v in spec["volumes"]
        }
        path = folder / "plan.json"
        path.write_text(json.dumps(self._plan(spec, container, volumes, root)))
        command = ["unshare", "--mount", "--propagation", "private", "--"]
        command += [sys.executable, str(CONTAINER), str(path)]
        process = Process.start(f"{self.count}-{name}", peer.machine.inside + command, self.folder)
        self.pods.append(Pod(name, spec, peer, process, volumes))
        return self.pods[-1]

    def update_volumes(self, pod: Pod) -> None:
        """Has a running pod see what Secrets and ConfigMaps say now."""
        for volume in pod.spec["volumes"]:
            if {"secret", "configMap", "projected"} & set(volume):
                group = pod.spec["securityContext"]["fsGroup"]
                self.volumes.update(volume, group, pod.volumes[volume["name"]])

    def cut(self, pod: Pod, other: Pod) -> None:
        """Cuts a pod's network. Both keep each other's Ethernet address, so that they only hear
        nothing, as behind a router."""
        pod.machine.know(other.machine)
        other.machine.know(pod.machine)
        ip("-n", "switch", "link", "set", f"{pod.machine.name}-port", "nomaster")

    def heal(self, pod: Pod) -> None:
        ip("-n", "switch", "link", "set", f"{pod.machine.name}-port", "master", "bridge")

    def _plan(
        self, spec: Object, container: Object, volumes: dict[str, Path], root: Path
    ) -> Object:
        security = {**spec["securityContext"], **container["securityContext"]}
        # Whatever a mount says: a Secret's files, and a claim that is mounted so.
        volumes_read_only = {
            v["name"]: not ({"emptyDir", "persistentVolumeClaim"} & set(v))
            or v.get("persistentVolumeClaim", {}).get("readOnly", False)
            for v in spec["volumes"]
        }
        mounts = [{"source": s, "target": s, "read_only": True} for s in SYSTEM]
        mounts += [{"source": s, "target": s, "read_only": True} for s in self.image.libraries()]
        mounts.append({"source": str(self.names), "target": "/etc/hosts", "read_only": True})
        program = f"{PROGRAM_FOLDER}/{self.image.entrypoint[0]}"
        mounts.append({"source": self.image.program, "target": program, "read_only": True})
        for mount in container["volumeMounts"]:
            source = volumes[mount["name"]]
            read_only = mount.get("readOnly", False) or volumes_read_only[mount["name"]]
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
            "groups": [security["runAsGroup"], security["fsGroup"]],
            "directory": self.image.directory,
            "environment": environment,
            "command": command,
        }

    def _value(self, entry: Object, container: Object) -> str:
        if "value" in entry:
            return entry["value"]
        resource = entry["valueFrom"]["resourceFieldRef"]["resource"]
        return str(container["resources"][resource.split(".")[0]][resource.split(".")[1]])
