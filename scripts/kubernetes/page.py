"""The commands of cluster/kubernetes/README.md: typed as they stand, without a cluster.

kubectl renders and parses, and fails only where it calls the cluster; `seedsweep` does all of it.
"""

import json
import os
import re
import subprocess
from collections.abc import Callable

from bench import OVERLAYS, PROJECT, Bench
from deployment import Deployment
from manifests import WORKLOADS, expect, matches
from testbed import Failure, Row

PAGE = PROJECT / "cluster" / "kubernetes" / "README.md"
SERVER = "http://127.0.0.1:1"
SECONDS = 120


def commands(start: str) -> list[str]:
    """The page's commands that start so, without what a shell does with their output."""
    text = PAGE.read_text()
    blocks = re.findall(r"^```\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    lines = [line for block in blocks for line in block.splitlines()]
    lines += re.findall(r"`((?:kubectl|seedsweep) [^`]+)`", text)
    return [re.sub(r" *(&|>\S+)$", "", line) for line in lines if line.startswith(start)]


def type_in(bench: Bench, command: str, inside: list[str]) -> subprocess.Popen[str]:
    """Starts a command in a folder like the project's. `inside` says on which machine."""
    programs = bench.folder / "programs"
    if not programs.exists():
        programs.mkdir()
        (programs / "seedsweep").symlink_to(bench.program.path)
        (programs / "kubectl").symlink_to(bench.kubectl)
    configuration = bench.folder / "kubeconfig"
    clusters = [{"name": "none", "cluster": {"server": SERVER}}]
    contexts = [{"name": "none", "context": {"cluster": "none"}}]
    document = {"clusters": clusters, "contexts": contexts, "current-context": "none"}
    configuration.write_text(json.dumps({"apiVersion": "v1", "kind": "Config", **document}))
    environment = {**os.environ, "PATH": f"{programs}:{os.environ['PATH']}"}
    environment |= {"HOME": str(bench.folder), "KUBECONFIG": str(configuration)}
    return subprocess.Popen(
        [*inside, "bash", "-c", command],
        cwd=bench.folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def output(process: subprocess.Popen[str], expected: int = 0) -> str:
    """Waits for a command's end; returns what it printed."""
    try:
        text, _ = process.communicate(timeout=SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise Failure(f"{process.args} did not end in {SECONDS} s") from None
    if process.returncode != expected:
        raise Failure(f"{process.args} ended with {process.returncode}: {text[-300:]}")
    return text


def parts(bench: Bench) -> Callable[[Row], None]:
    """Commands are understood, and what the page names exists."""

    def body(row: Row) -> None:
        found = commands("kubectl ")
        expect(len(found) >= 6, f"only {len(found)} commands of kubectl found")
        for command in found:
            text = output(type_in(bench, command, []), expected=1)
            expect("dial tcp 127.0.0.1:1:" in text, f"{command}: {text[-300:]}")
        [keys] = commands("seedsweep keys ")
        output(type_in(bench, keys, []))
        expect(keys.endswith(str(bench.keys.relative_to(bench.folder))), f"{keys}: other keys")
        text = PAGE.read_text()
        documents = [d for o in ("sweep", "results", *OVERLAYS) for d in bench.render(o)]
        names = {f"{d['kind'].lower()}/{d['metadata']['name']}" for d in documents}
        for name in re.findall(r"\b(?:job|service|deployment|statefulset)/seedsweep[\w-]*", text):
            expect(name in names, f"the page names {name}, which does not exist")
        pods = [d["spec"]["template"] for d in documents if d["kind"] in WORKLOADS]
        for label, value in re.findall(r" -l (\S+?)=(\S+)", text):
            selector = {"matchLabels": {label: value}}
            chosen = [p for p in pods if matches(selector, p["metadata"]["labels"])]
            expect(chosen, f"{label}={value} selects no pod")
        paths = re.findall(r"`((?:sweep|service|results|components)/[\w./-]+)`", text)
        paths += [p for p in re.findall(r"\]\(([^)#]+)[^)]*\)", text) if "://" not in p]
        for path in paths:
            expect((PAGE.parent / path).exists(), f"the page names {path}, which does not exist")

    return body


def watch(bench: Bench, deployment: Deployment) -> Callable[[Row], None]:
    """`watch`, by way of a forwarded port, ends with the sweep."""

    def body(row: Row) -> None:
        [command] = commands("seedsweep watch ")
        process = type_in(bench, command, deployment.coordinator.machine.inside)
        try:
            deployment.finish()
            text = output(process)
        finally:
            process.kill()
        last = f"disturbed +finished +{deployment.trials:,} +{deployment.trials:,} "
        expect(re.search(last, text), f"{command}: printed {text[-600:]}")

    return body


def rerun(bench: Bench, deployment: Deployment) -> Callable[[Row], None]:
    """A trial of the export is trained again on the host, to the same bits."""

    def body(row: Row) -> None:
        [command] = commands("seedsweep rerun ")
        trial = json.loads(bench.program.export(deployment.store.path)[-1])
        command = command.replace("SEED", trial["seed"]) + " --format json"
        again = json.loads(output(type_in(bench, command, [])))
        for member in ("index", "metrics", "weights_sha256"):
            expect(again[member] == trial[member], f"{command}: {again} instead of {trial}")
        row.lost, row.same = "0", "yes"

    return body
