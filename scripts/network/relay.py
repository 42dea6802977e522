#!/usr/bin/env python3
"""A cable with faults: forwards Ethernet frames between two TAP devices.

    relay.py FIRST SECOND [--seed N]

makes the two devices in its own network namespace (either may then be moved into another one) and
prints `ready`. It takes commands from standard input, a line each, and answers each with `ok` or
`error: …`; the end of its input ends it. `up` is from FIRST to SECOND, `down` is the other way.

    set delay=50 loss=0.02 rate=1000000   milliseconds, a share, bytes a second (0: no limit)
    cut up|down|both                      drops every frame that way; what is on its way is lost
    heal                                  forwards again, without delay, loss or limit
    counts                                answers `ok` and the frames forwarded and dropped each way

It does what `tc qdisc … netem` does, for kernels that lack it.
"""

import argparse
import collections
import fcntl
import os
import random
import selectors
import struct
import sys
import time
from dataclasses import dataclass, field

TUNSETIFF = 0x400454CA
IFF_TAP = 0x0002
IFF_NO_PI = 0x1000
FRAME_BYTES = 65_536
# Frames that wait each way; more are dropped, as a switch's full buffer drops them.
FRAMES_WAITING = 4_096
# Frames read at a time, so that neither direction starves the other.
FRAMES_AT_ONCE = 64
COMMAND_BYTES = 4_096


def open_tap(name: str) -> int:
    """Makes a TAP device; it is there as long as the descriptor is open."""
    descriptor = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(descriptor, TUNSETIFF, struct.pack("16sH", name.encode(), IFF_TAP | IFF_NO_PI))
    return descriptor


@dataclass
class Direction:
    """One way through the cable: a queue of frames in the order of their departure."""

    source: int
    target: int
    random: random.Random
    delay: float = 0.0
    loss: float = 0.0
    rate: float = 0.0
    is_cut: bool = False
    link_free_at: float = 0.0
    waiting: collections.deque[tuple[float, bytes]] = field(default_factory=collections.deque)
    forwarded: int = 0
    dropped: int = 0

    def take(self) -> None:
        """Reads what has come in at the source."""
        for _ in range(FRAMES_AT_ONCE):
            try:
                frame = os.read(self.source, FRAME_BYTES)
            except OSError:  # nothing more, or the device is down
                return
            if (
                self.is_cut
                or len(self.waiting) >= FRAMES_WAITING
                or self.random.random() < self.loss
            ):
                self.dropped += 1
                continue
            start = max(time.monotonic(), self.link_free_at)
            self.link_free_at = start + (len(frame) / self.rate if self.rate else 0.0)
            self.waiting.append((self.link_free_at + self.delay, frame))

    def give(self, now: float) -> float | None:
        """Writes the frames whose time has come; returns when the next one is due."""
        while self.waiting and self.waiting[0][0] <= now:
            _, frame = self.waiting.popleft()
            try:
                os.write(self.target, frame)
                self.forwarded += 1
            except OSError:  # the device is down
                self.dropped += 1
        return self.waiting[0][0] if self.waiting else None

    def cut(self) -> None:
        self.is_cut = True
        self.dropped += len(self.waiting)
        self.waiting.clear()

    def heal(self) -> None:
        self.is_cut = False
        self.delay = self.loss = self.rate = self.link_free_at = 0.0


def answer(line: str, ways: dict[str, Direction]) -> str:
    """Carries out one line of input; returns the answer to it."""
    try:
        return carry_out(line, ways)
    except ValueError as error:
        return f"error: {error}"


def carry_out(line: str, ways: dict[str, Direction]) -> str:
    match line.split():
        case ["set", *settings]:
            values = dict(setting.split("=", 1) for setting in settings)
            for way in ways.values():
                way.delay = float(values.get("delay", 0)) / 1_000
                way.loss = float(values.get("loss", 0))
                way.rate = float(values.get("rate", 0))
        case ["cut", "both"]:
            for way in ways.values():
                way.cut()
        case ["cut", name] if name in ways:
            ways[name].cut()
        case ["heal"]:
            for way in ways.values():
                way.heal()
        case ["counts"]:
            counts = (f"{name} {way.forwarded} {way.dropped}" for name, way in ways.items())
            return "ok " + " ".join(counts)
        case _:
            return f"error: unknown command: {line}"
    return "ok"


def main() -> None:
    parser = argparse.ArgumentParser(description="Forward frames between two TAP devices.")
    parser.add_argument("first")
    parser.add_argument("second")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    first, second = open_tap(arguments.first), open_tap(arguments.second)
    ways = {
        "up": Direction(first, second, random.Random(arguments.seed)),
        "down": Direction(second, first, random.Random(arguments.seed + 1)),
    }
    selector = selectors.DefaultSelector()
    for way in ways.values():
        selector.register(way.source, selectors.EVENT_READ, way)
    selector.register(sys.stdin, selectors.EVENT_READ, None)
    print("ready", flush=True)
    commands = b""
    while True:
        now = time.monotonic()
        due = [time_due for way in ways.values() if (time_due := way.give(now)) is not None]
        for key, _ in selector.select(max(0.0, min(due) - now) if due else None):
            if key.data is not None:
                key.data.take()
                continue
            # Not through a buffer: what stays in one is not seen by the selector.
            read = os.read(sys.stdin.fileno(), COMMAND_BYTES)
            if not read:
                return
            commands += read
            while b"\n" in commands:
                line, commands = commands.split(b"\n", 1)
                print(answer(line.decode(errors="replace"), ways), flush=True)
            if len(commands) > COMMAND_BYTES:
                sys.exit("relay.py: a command that has no end")


if __name__ == "__main__":
    main()
