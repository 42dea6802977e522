"""Network policies, put into force on this machine as a network plugin does: filters at each pod.

A connection is allowed if a policy of its source's egress and one of its target's ingress allow it;
what no policy selects is free. The node reaches every pod, for probes.
"""

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lab import Machine
from manifests import matches

Object = dict[str, Any]
NAMESPACE = "seedsweep"
REACH = """
import socket, sys
kind, address, port = sys.argv[1], sys.argv[2], int(sys.argv[3])
s = socket.socket(socket.AF_INET, socket.SOCK_STREAM if kind == "TCP" else socket.SOCK_DGRAM)
s.settimeout(10)
s.connect((address, port))
if kind == "UDP":
    s.send(b"?")
    s.recv(1)
"""


@dataclass
class Peer:
    """What policies see of a pod."""

    machine: Machine
    labels: dict[str, str]
    ports: dict[str, int] = field(default_factory=dict)
    namespace: str = NAMESPACE

    def reaches(self, target: "Peer", port: int, kind: str = "TCP") -> bool:
        """Whether a connection can be made; filters refuse at once and drop nothing."""
        command = [*self.machine.inside, sys.executable, "-c", REACH]
        command += [kind, target.machine.address, str(port)]
        return subprocess.run(command, capture_output=True).returncode == 0


def selects(rule: Object, peer: Peer) -> bool:
    """Whether an entry of a policy's `from` or `to` means this peer."""
    if (selector := rule.get("namespaceSelector")) is None:
        if peer.namespace != NAMESPACE:
            return False
    elif not matches(selector, {"kubernetes.io/metadata.name": peer.namespace}):
        return False
    return matches(rule.get("podSelector", {}), peer.labels)


def allowed(policies: list[Object], peer: Peer, peers: list[Peer], way: str) -> Iterator[str]:
    """The filter's rules for what policies allow: `way` is `ingress` or `egress`."""
    option, key = ("--source", "from") if way == "ingress" else ("--destination", "to")
    for rule in [rule for policy in policies for rule in policy["spec"].get(way, [])]:
        for other in [o for o in peers if any(selects(entry, o) for entry in rule[key])]:
            target = peer if way == "ingress" else other
            for entry in rule["ports"]:
                port = target.ports.get(entry["port"], entry["port"])
                kind = entry["protocol"].lower()
                yield f"{option} {other.machine.address} -p {kind} --dport {port} -j ACCEPT"


def filters(policies: list[Object], peer: Peer, peers: list[Peer], node: Machine) -> str:
    """A peer's filters, as iptables-restore reads them."""
    lines = ["*filter"]
    for way, chain in [("ingress", "INPUT"), ("egress", "OUTPUT")]:
        lines.append(f":{chain} ACCEPT")
        chosen = [
            p
            for p in policies
            if way.capitalize() in p["spec"]["policyTypes"]
            and peer.namespace == NAMESPACE
            and matches(p["spec"]["podSelector"], peer.labels)
        ]
        if not chosen:
            continue
        interface = "-i lo" if way == "ingress" else "-o lo"
        rules = [f"{interface} -j ACCEPT", "-m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT"]
        if way == "ingress":
            rules.append(f"--source {node.address} -j ACCEPT")
        rules += allowed(chosen, peer, peers, way)
        rules += ["-p tcp -j REJECT --reject-with tcp-reset", "-j REJECT"]
        lines += [f"-A {chain} {rule}" for rule in rules]
    return "\n".join([*lines, "COMMIT", ""])


def enforce(policies: list[Object], peers: list[Peer], node: Machine) -> None:
    """Puts policies into force for all peers."""
    for peer in peers:
        text = filters(policies, peer, peers, node)
        command = [*peer.machine.inside, "iptables-restore"]
        subprocess.run(command, input=text, text=True, check=True)
