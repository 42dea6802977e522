#!/usr/bin/env python3
"""The tests of scripts/test-compose, which starts this in namespaces of its own."""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "lib"))

import faults  # noqa: E402
import image  # noqa: E402
import readme  # noqa: E402
import uses  # noqa: E402
from bench import Bench  # noqa: E402
from testbed import Outcomes, Row, stop  # noqa: E402

# Half of the time, and of what they show something is shown by the others.
LEFT_OUT_WHEN_QUICK = (
    faults.worker_crashed,
    faults.worker_cut_off,
    faults.coordinator_crashed,
    faults.everything_down,
    uses.failing,
)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--program", required=True)
    parser.add_argument("--base", type=Path, required=True)
    parser.add_argument("--plugins", type=Path, required=True)
    parser.add_argument("--static", type=Path)
    parser.add_argument("--toolchain", type=Path)
    parser.add_argument("--group", required=True)
    parser.add_argument("--network-fd", type=int, required=True)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default="")
    options = parser.parse_args()
    bench = Bench(options)
    outcomes = Outcomes()
    tests: list[tuple[str, Callable[[Bench, Row], None]]] = [
        ("the README's commands", readme.readme),
        ("image", image.image),
        ("worker killed", faults.worker_killed),
        ("worker crashed, started again", faults.worker_crashed),
        ("worker cut off and back", faults.worker_cut_off),
        ("coordinator crashed, started again", faults.coordinator_crashed),
        ("coordinator removed, made anew at another address", faults.coordinator_replaced),
        ("everything down and up again", faults.everything_down),
        ("store in a user's folder", uses.store_in_folder),
        ("data from the coordinator", uses.data_travel),
        ("a sweep that is done: status 0", uses.done_again),
        ("a specification that cannot be used: status 2", uses.unusable),
        ("a failed trial: status 1", uses.failing),
        ("Debian 12's docker-compose: one line", uses.old_compose),
    ]
    chosen = [test for test in tests if options.only in test[0]]
    if options.quick:
        chosen = [test for test in chosen if test[1] not in LEFT_OUT_WHEN_QUICK]
    if chosen and chosen[0][0] != tests[0][0] and chosen[0][0] != tests[-1][0]:
        # The README's commands build it; without them:
        bench.project("seedsweep").run("build")
    for name, test in chosen:
        outcomes.run(name, lambda row, test=test: test(bench, row), bench.logs)
        bench.clean()
    bench.engine.stop()
    return outcomes.finish()


if __name__ == "__main__":
    stop(main())
