"""Who reaches whom, with the network policies in force, and keys that are taken away."""

import subprocess
import sys
from collections.abc import Callable

from bench import Bench
from deployment import Deployment
from manifests import expect
from policies import Peer
from testbed import Failure, Row, wait

LISTENER = """
import socket, sys, threading
port = int(sys.argv[1])
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(("0.0.0.0", port))
tcp = socket.create_server(("0.0.0.0", port))
def echo():
    while True:
        data, peer = udp.recvfrom(64)
        udp.sendto(data, peer)
threading.Thread(target=echo, daemon=True).start()
print("ready", flush=True)
while True:
    tcp.accept()[0].close()
"""


def component(name: str) -> dict[str, str]:
    return {"app.kubernetes.io/name": "seedsweep", "app.kubernetes.io/component": name}


def policies(deployment: Deployment, prometheus: Peer, row: Row) -> None:
    """Every connection that a policy is about, and some that none allows."""
    kubelet = deployment.kubelet
    client = kubelet.add_peer(component("client"))
    stranger = kubelet.add_peer({"app": "other"})
    namesake = kubelet.add_peer(component("client"), namespace="other")
    dns = kubelet.add_peer({"k8s-app": "kube-dns"}, namespace="kube-system")
    node = Peer(kubelet.node, {}, namespace="")
    kubelet.enforce_policies()
    listeners = []
    try:
        for port in (53, 8080):
            command = [*dns.machine.inside, sys.executable, "-c", LISTENER, str(port)]
            listeners.append(subprocess.Popen(command, stdout=subprocess.PIPE, text=True))
            assert listeners[-1].stdout
            expect(listeners[-1].stdout.readline() == "ready\n", f"nothing listens at {port}")
        coordinator, worker = deployment.coordinator.peer, deployment.workers[0].peer
        sweep, metrics = coordinator.ports["sweep"], coordinator.ports["metrics"]
        for what, source, target, port, kind, expected in [
            ("worker to coordinator", worker, coordinator, sweep, "TCP", True),
            ("client to coordinator", client, coordinator, sweep, "TCP", True),
            ("stranger to coordinator", stranger, coordinator, sweep, "TCP", False),
            ("client of another namespace", namesake, coordinator, sweep, "TCP", False),
            ("Prometheus to metrics", prometheus, coordinator, metrics, "TCP", True),
            ("Prometheus to coordinator", prometheus, coordinator, sweep, "TCP", False),
            ("worker to metrics", worker, coordinator, metrics, "TCP", False),
            ("node to metrics", node, coordinator, metrics, "TCP", True),
            ("worker to DNS by TCP", worker, dns, 53, "TCP", True),
            ("worker to DNS by UDP", worker, dns, 53, "UDP", True),
            ("worker to another port", worker, dns, 8080, "TCP", False),
            ("coordinator to DNS", coordinator, dns, 53, "TCP", False),
            ("stranger, whom no policy selects, to another port", stranger, dns, 8080, "TCP", True),
        ]:
            if source.reaches(target, port, kind) != expected:
                raise Failure(f"{what}: {'no way' if expected else 'let through'}")
    finally:
        for listener in listeners:
            listener.kill()
            listener.wait()
        for peer in (client, stranger, namesake, dns):
            kubelet.peers.remove(peer)


def key_revoked(bench: Bench) -> Callable[[Row], None]:
    """The workers' key is deleted from the Secret while everything runs."""

    def body(row: Row) -> None:
        bench.apply("service")
        deployment = Deployment(bench, "StatefulSet", "Deployment")
        coordinator, worker = deployment.start_coordinator(), deployment.start_worker()
        wait("the worker is registered", lambda: deployment.ask("status")["workers"])
        del bench.kubelet.objects["Secret", "seedsweep-coordinator-keys"]["data"]["worker.public"]
        bench.kubelet.update_volumes(coordinator)
        deployment.expect_end(worker, 2)
        if deployment.ask("status")["workers"]:
            raise Failure("the worker is still registered")

    return bench.alone(body)
