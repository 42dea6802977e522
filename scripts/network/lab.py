"""A laboratory of network namespaces: machines on a switch, some of them behind a cable with faults.

Everything lives in the network and mount namespaces of the calling process and is gone with it.
"""

import os
import socket
import subprocess
import sys
from pathlib import Path

PREFIX_LENGTH = 24
RELAY = Path(__file__).with_name("relay.py")


def ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


class Cable:
    """The process that forwards a machine's frames, and does to them what it is told."""

    def __init__(self, inside: list[str], first: str, second: str) -> None:
        self._process = subprocess.Popen(
            [*inside, sys.executable, str(RELAY), first, second],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._expect("ready")

    def _expect(self, start: str) -> str:
        assert self._process.stdout
        line = self._process.stdout.readline().strip()
        if not line.startswith(start):
            raise RuntimeError(f"the relay answered `{line}` instead of `{start}`")
        return line

    def tell(self, command: str) -> str:
        """Has it carry out a command; returns when that is done."""
        assert self._process.stdin
        self._process.stdin.write(command + "\n")
        self._process.stdin.flush()
        return self._expect("ok")


class Machine:
    """A namespace with one interface, `eth0`, and one address."""

    def __init__(self, name: str, address: str, cable: Cable | None) -> None:
        self.name = name
        self.address = address
        self.cable = cable

    @property
    def inside(self) -> list[str]:
        """What to put before a command to run it there; its process number stays the same."""
        return ["nsenter", f"--net=/run/netns/{self.name}", "--"]

    @property
    def hardware_address(self) -> str:
        command = [*self.inside, "ip", "-brief", "link", "show", "eth0"]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[2]

    def know(self, other: "Machine") -> None:
        """Writes down where the other is. A cut is then silent, as one behind a router is; else
        the kernel would ask for the other, miss its answer, and report an error within 3 s."""
        entry = [other.address, "lladdr", other.hardware_address, "nud", "permanent"]
        ip("-n", self.name, "neigh", "replace", *entry, "dev", "eth0")

    def move(self, address: str) -> None:
        """Gives the machine another address; connections from the old one are never ended."""
        # In this order: a network's later addresses go with its first one.
        ip("-n", self.name, "addr", "del", f"{self.address}/{PREFIX_LENGTH}", "dev", "eth0")
        ip("-n", self.name, "addr", "add", f"{address}/{PREFIX_LENGTH}", "dev", "eth0")
        self.address = address


class Lab:
    """A switch and the machines on it."""

    def __init__(self) -> None:
        # Names of namespaces are mounts below /run/netns: others' stay as they are.
        subprocess.run(["mount", "-t", "tmpfs", "tmpfs", "/run"], check=True)
        os.makedirs("/run/netns")
        ip("netns", "add", "switch")
        ip("-n", "switch", "link", "add", "bridge", "type", "bridge")
        ip("-n", "switch", "link", "set", "bridge", "up")

    def add(self, name: str, address: str, behind_cable: bool = False) -> Machine:
        """A new machine on the switch."""
        ip("netns", "add", name)
        # An interface's name has at most 15 bytes.
        port, far = f"{name}-port", f"{name}-eth"
        cable = None
        if behind_cable:
            inside = ["nsenter", "--net=/run/netns/switch", "--"]
            cable = Cable(inside, far, port)
            ip("-n", "switch", "link", "set", far, "netns", name)
        else:
            ip("-n", "switch", "link", "add", port, "type", "veth", "peer", far, "netns", name)
        ip("-n", name, "link", "set", far, "name", "eth0")
        ip("-n", "switch", "link", "set", port, "master", "bridge", "up")
        ip("-n", name, "link", "set", "lo", "up")
        ip("-n", name, "addr", "add", f"{address}/{PREFIX_LENGTH}", "dev", "eth0")
        ip("-n", name, "link", "set", "eth0", "up")
        return Machine(name, address, cable)


ECHO = """
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.bind(("0.0.0.0", 7))
print("ready", flush=True)
while True:
    data, peer = s.recvfrom(64)
    s.sendto(data, peer)
"""
PROBE = """
import socket, sys, time
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
s.connect((sys.argv[1], 7))
s.settimeout(1)
s.send(b"first")  # finds the other's Ethernet address
try: s.recv(64)
except TimeoutError: pass
start = {}
for i in range(200):
    start[i] = time.monotonic()
    s.send(str(i).encode())
    time.sleep(0.005)
times = []
try:
    while len(times) < 200:
        index = int(s.recv(64))
        times.append(time.monotonic() - start[index])
except TimeoutError: pass
print(len(times), min(times, default=0))
"""


def probe(source: Machine, target: Machine) -> tuple[int, float]:
    """Sends 200 datagrams to and fro; returns how many came back, and the time of the fastest."""
    command = [*target.inside, sys.executable, "-c", ECHO]
    echo = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        assert echo.stdout
        echo.stdout.readline()
        done = subprocess.run(
            [*source.inside, sys.executable, "-c", PROBE, target.address],
            check=True,
            capture_output=True,
            text=True,
        )
    finally:
        echo.kill()
        echo.wait()
    count, fastest = done.stdout.split()
    return int(count), float(fastest)


def name_hosts(folder: Path, names: dict[str, str]) -> None:
    """Lets names stand for addresses, for the processes of this mount namespace."""
    hosts = folder / "hosts"
    text = "127.0.0.1 localhost\n"
    text += "".join(f"{address} {name}\n" for name, address in names.items())
    text += f"127.0.1.1 {socket.gethostname()}\n"
    hosts.write_text(text)  # the same file: a bind mount follows the file, not its name
    if not os.path.ismount("/etc/hosts"):
        subprocess.run(["mount", "--bind", str(hosts), "/etc/hosts"], check=True)
