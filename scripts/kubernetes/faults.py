#!/usr/bin/env python3
"""The tests of scripts/test-kubernetes, which starts this in namespaces of its own."""

import argparse
import os
import sys
from functools import partial
from pathlib import Path

SCRIPTS = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(SCRIPTS / "lib"), str(SCRIPTS / "network")]

import access  # noqa: E402
import data  # noqa: E402
import monitoring  # noqa: E402
import page  # noqa: E402
import statuses  # noqa: E402
from bench import Bench  # noqa: E402
from deployment import FIRST_TRIALS, Deployment  # noqa: E402
from testbed import Outcomes, Row, stop  # noqa: E402

WORKERS = 2


def one_sweep(bench: Bench, outcomes: Outcomes) -> None:
    """The overlay `sweep`: Jobs, with trials that take long enough to be disturbed."""
    bench.reference.write_specification(bench.specification, FIRST_TRIALS)
    bench.apply("sweep")
    sweep = Deployment(bench, "Job", "Job")

    def start(row: Row) -> None:
        sweep.start_coordinator()
        sweep.start_workers(WORKERS)

    for name, body in [
        ("pods start", start),
        ("probes", sweep.liveness),
        ("worker evicted, replaced", sweep.worker_evicted),
        ("worker killed, replaced", sweep.worker_killed),
        ("worker cut off and back", sweep.worker_cut_off),
        ("coordinator evicted, replaced", sweep.coordinator_evicted),
        ("coordinator killed, replaced", sweep.coordinator_killed),
        ("ends", sweep.end),
        ("report and export", sweep.results),
        ("a trial again on the host", page.rerun(bench, sweep)),
    ]:
        outcomes.run(f"sweep: {name}", body, bench.tails)
    sweep.is_over.set()
    bench.clean()


def service(bench: Bench, outcomes: Outcomes) -> None:
    """The overlay `service` with all components."""
    bench.apply("everything")
    service = Deployment(bench, "StatefulSet", "Deployment")
    prometheus = bench.kubelet.add_peer({}, namespace="monitoring")

    def start(row: Row) -> None:
        service.start_coordinator()

    for name, body in [
        ("coordinator starts", start),
        ("submit, metrics, scale up", partial(monitoring.scale_up, service, prometheus)),
        ("network policies", partial(access.policies, service, prometheus)),
        ("rolling upgrade", service.rolling_upgrade),
        ("worker killed, replaced", service.worker_killed),
        ("worker cut off and back", service.worker_cut_off),
        ("coordinator evicted, replaced", service.coordinator_evicted),
        ("coordinator killed, replaced", service.coordinator_killed),
        ("watch to the end", page.watch(bench, service)),
        ("scale down", partial(monitoring.scale_down, service, prometheus)),
        ("drained and stopped", service.end),
    ]:
        outcomes.run(f"service: {name}", body, bench.tails)
    service.is_over.set()
    bench.clean()


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("program")
    parser.add_argument("folder", type=Path)
    parser.add_argument("kubectl")
    arguments = parser.parse_args()
    os.umask(0o022)
    bench = Bench(arguments.folder, arguments.program, arguments.kubectl)
    outcomes = Outcomes()
    for name, body in [
        ("manifests are valid, parts fit", bench.valid),
        ("the page's commands", page.parts(bench)),
        ("exit statuses fit the policies", statuses.test(bench)),
        ("sweep: data on a volume", data.on_volume(bench)),
        ("service: data by digest", data.by_digest(bench)),
        ("service: workers' key revoked", access.key_revoked(bench)),
    ]:
        outcomes.run(name, body, bench.tails)
    one_sweep(bench, outcomes)
    service(bench, outcomes)
    return outcomes.finish()


if __name__ == "__main__":
    stop(main())
