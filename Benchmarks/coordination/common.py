"""What the measurements of coordination share: processes, their times and memory, and lines of figures."""
import argparse
import os
import pathlib
import re
import resource
import shutil
import socket
import statistics
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
PROGRAM = ROOT / ".build/release/seedsweep"


def parser(description):
    parser = argparse.ArgumentParser(description=description)
    parser.add_argument("--program", default=str(PROGRAM), help="the seedsweep to measure")
    parser.add_argument(
        "--directory", default=str(ROOT / "Benchmarks/.data"),
        help="where stores are written: a disk, not memory")
    return parser


class Workshop:
    """A directory for one measurement, which goes when it is over."""

    def __init__(self, parent):
        pathlib.Path(parent).mkdir(parents=True, exist_ok=True)
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="coordination-", dir=parent))

    def __enter__(self):
        return self.path

    def __exit__(self, *_):
        shutil.rmtree(self.path, ignore_errors=True)


def specification(directory, name="sequence", **changes):
    """Writes the specification of experiment 1 with some top-level settings changed; returns its path.

    A setting with a dot changes a line that is indented: `epochs` is written `training.epochs`.
    """
    text = (ROOT / "examples/sequence.yaml").read_text()
    for key, value in {"name": name, **changes}.items():
        indentation, key = ("  ", key.split(".")[1]) if "." in key else ("", key)
        line = f"{indentation}{key}: {value}"
        text, count = re.subn(rf"(?m)^{indentation}{key}:.*$", line, text)
        if count == 0:
            text += line + "\n"
    path = directory / f"{name}.yaml"
    path.write_text(text)
    return str(path)


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def children_seconds():
    """Seconds of processor that children which have ended have used."""
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def wait_for_line(stream, text):
    """Reads lines until one has `text`; returns it."""
    for line in stream:
        if text in line:
            return line.rstrip("\n")
    raise SystemExit(f"the process ended without saying `{text}`")


def status_kilobytes(pid, key):
    """A line such as VmRSS of /proc/PID/status."""
    for line in open(f"/proc/{pid}/status"):
        if line.startswith(key + ":"):
            return int(line.split()[1])
    raise SystemExit(f"no {key} of process {pid}")


def processor_seconds(pid):
    """Seconds of processor that a process has used."""
    fields = open(f"/proc/{pid}/stat").read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def median(values):
    return statistics.median(values)


def figure(name, **values):
    """Prints a figure on one line: its name, then what it consists of."""
    def text(value):
        if isinstance(value, float):
            return f"{value:.4g}" if abs(value) < 1000 else f"{value:,.0f}"
        return f"{value:,}" if isinstance(value, int) else str(value)

    print(f"{name:34}" + "  ".join(f"{key} {text(value)}" for key, value in values.items()), flush=True)
