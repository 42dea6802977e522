#!/usr/bin/env python3
"""What coordination costs trials of about 10 ms on two slots, against the trainer alone.

The same variant is trained by a bare loop of trainers on two threads and by a coordinator and a worker of two
slots, in turn. Starting processes, testing kernels and opening stores is not what trials cost: each coordinated
time is the difference between a long run and a short one. The median of the pairs' ratios counts; the
processor's seconds tell the overhead where other processes make the wall's time useless.
"""
import json
import pathlib
import subprocess
import sys
import time

from common import (
    ROOT, Workshop, children_seconds, figure, free_port, median, parser, specification)

BENCHMARKS = ROOT / "Benchmarks/.build/release/seedsweep-benchmarks"
SHORT_TRIALS = 64


def bare(options, variant, trials):
    output = subprocess.run(
        [options.benchmarks, "--only", "trainer", "--variant", variant, "--seeds", str(trials), "--cores",
         "2", "--repetitions", "1", "--format", "json"], check=True, capture_output=True, text=True)
    line = json.loads(output.stdout)
    return line["best"], line["processor_best"], line["lanes"]


def coordinated(options, directory, spec, trials):
    store = directory / f"{time.monotonic_ns()}.sqlite"
    address = f"tcp://127.0.0.1:{free_port()}"
    before, start = children_seconds(), time.monotonic()
    coordinator = subprocess.Popen(
        [options.program, "coordinator", spec, "--trials", str(trials), "--listen", address, "--store",
         str(store), "--exit-when-done"], stderr=subprocess.DEVNULL)
    worker = subprocess.Popen([options.program, "worker", "--connect", address, "--slots", "2"])
    if coordinator.wait() != 0 or worker.wait() != 0:
        sys.exit("a process failed")
    return time.monotonic() - start, children_seconds() - before


def main():
    arguments = parser(__doc__.split("\n")[0])
    arguments.add_argument("--benchmarks", default=str(BENCHMARKS))
    arguments.add_argument("--trials", type=int, default=2_000)
    arguments.add_argument("--repetitions", type=int, default=5)
    arguments.add_argument("--milliseconds", type=float, default=10, help="of a trial, about")
    options = arguments.parse_args()
    with Workshop(options.directory) as directory:
        # Layers so wide that each trial trains alone; as many epochs as take the time that is asked for.
        def prepare(epochs):
            spec = specification(
                directory, name=f"epochs-{epochs}", keep_history="false", **{"training.epochs": epochs})
            path = pathlib.Path(spec)
            wide = "dense: {units: 512}\n  - dense: {units: 512}"
            path.write_text(path.read_text().replace("dense: {units: 10}", wide))
            variant = directory / f"epochs-{epochs}.json"
            variant.write_text(subprocess.run(
                [options.program, "check", spec, "--format", "json"], check=True, capture_output=True,
                text=True).stdout)
            return spec, str(variant)

        _, variant = prepare(100)
        _, processor, lanes = bare(options, variant, SHORT_TRIALS)
        epochs = max(1, round(100 * options.milliseconds / (1000 * processor / SHORT_TRIALS)))
        spec, variant = prepare(epochs)
        _, processor, lanes = bare(options, variant, 4 * SHORT_TRIALS)
        figure(
            "overhead-trial", milliseconds=1000 * processor / (4 * SHORT_TRIALS), epochs=epochs,
            trained_together=lanes)

        walls, processors = [], []
        trials = options.trials
        for _ in range(options.repetitions):
            alone, alone_processor, _ = bare(options, variant, trials)
            short, short_processor = coordinated(options, directory, spec, SHORT_TRIALS)
            whole, whole_processor = coordinated(options, directory, spec, trials + SHORT_TRIALS)
            walls.append((whole - short) / alone - 1)
            processors.append((whole_processor - short_processor) / alone_processor - 1)
        figure(
            "overhead-of-coordination", wall_percent=100 * median(walls),
            processor_percent=100 * median(processors),
            wall_percent_least=100 * min(walls), wall_percent_most=100 * max(walls),
            pairs=options.repetitions)


if __name__ == "__main__":
    main()
