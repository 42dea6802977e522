"""A pod that runs on this machine, and what a kubelet does to it."""

import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab import Machine
from policies import Peer
from testbed import Failure, Process

Object = dict[str, Any]
PROBE = "import sys, urllib.request as u; u.urlopen(sys.argv[1], timeout=float(sys.argv[2]))"
SIGKILLED, SIGTERMED = 128 + signal.SIGKILL, 128 + signal.SIGTERM
END_SECONDS = 120


@dataclass
class Pod:
    """A pod that was started; it has one container."""

    name: str
    spec: Object
    peer: Peer
    process: Process
    # Where its volumes are, by their names.
    volumes: dict[str, Path]

    @property
    def machine(self) -> Machine:
        return self.peer.machine

    @property
    def container(self) -> Object:
        return self.spec["containers"][0]

    @property
    def grace(self) -> int:
        return self.spec.get("terminationGracePeriodSeconds", 30)

    @property
    def pid(self) -> int:
        """The program's process number, by which the store knows a worker."""
        return self.process.popen.pid

    def kill(self) -> None:
        """Ends it at once, as the loss of its node would."""
        if not self.process.is_running:
            raise Failure(f"{self.name} had ended before it was killed")
        self.process.kill()

    def evict(self) -> int:
        """SIGTERM, then SIGKILL after the grace period; returns the exit status."""
        if not self.process.is_running:
            raise Failure(f"{self.name} had ended before it was evicted")
        self.process.popen.terminate()
        try:
            self.process.popen.wait(self.grace)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failure(f"{self.name} had to be killed after {self.grace} s") from None
        return self.status()

    def status(self) -> int:
        """Its exit status once it has ended, as of a container: 128 + n for a signal."""
        try:
            status = self.process.popen.wait(END_SECONDS)
        except subprocess.TimeoutExpired:
            raise Failure(f"{self.name} still runs after {END_SECONDS} s") from None
        return 128 - status if status < 0 else status

    def suspend(self) -> None:
        """Stops it, and returns when it is stopped."""
        self.process.popen.send_signal(signal.SIGSTOP)
        os.waitid(os.P_PID, self.pid, os.WSTOPPED | os.WNOWAIT)

    def resume(self) -> None:
        self.process.popen.send_signal(signal.SIGCONT)

    def probe(self, kind: str) -> bool:
        """Carries out one of its probes, once, from the node."""
        probe = self.container[kind]
        seconds = probe.get("timeoutSeconds", 1)
        request = probe["httpGet"]
        port = self.peer.ports.get(request["port"], request["port"])
        url = f"http://{self.machine.address}:{port}{request['path']}"
        command = ["nsenter", "--net=/run/netns/node", sys.executable, "-c", PROBE, url]
        return subprocess.run([*command, str(seconds)], capture_output=True).returncode == 0
