"""What the peers share: arguments, the number of cores, repeated timing and the line of output.

Import this before a framework: the number of threads is read by some of them when they start.
"""

import argparse
import json
import os
import pathlib
import statistics
import time

DATA_DIRECTORY = pathlib.Path(__file__).resolve().parent.parent / ".data"


def arguments(**defaults):
    """The command's options: --cores and, with their types, the `defaults`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--cores", type=int, default=1)
    for name, default in defaults.items():
        parser.add_argument("--" + name.replace("_", "-"), type=type(default), default=default)
    options = parser.parse_args()
    use_cores(options.cores)
    return options


def use_cores(count):
    """Keeps this process on `count` cores, and every library's thread pool to that size."""
    allowed = sorted(os.sched_getaffinity(0))
    if count > len(allowed):
        raise SystemExit(f"--cores {count}: this process may use {len(allowed)}")
    os.sched_setaffinity(0, allowed[:count])
    for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[name] = str(count)
    if count == 1:
        add_xla_flags("--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")


def use_widest_vectors():
    """XLA keeps to 256 bits unless it is asked for more; here more was faster in experiment 2."""
    information = pathlib.Path("/proc/cpuinfo")
    if information.exists() and "avx512f" in information.read_text():
        add_xla_flags("--xla_cpu_prefer_vector_width=512")


def add_xla_flags(flags):
    os.environ["XLA_FLAGS"] = f"{os.environ.get('XLA_FLAGS', '')} {flags}".strip()


def seconds(function, repeats):
    """What each of `repeats` calls takes; `function` must wait for its result.

    Returns (seconds of the wall, seconds of this process on all its cores).
    """
    wall, processor = [], []
    for _ in range(repeats):
        start = time.perf_counter(), time.process_time()
        function()
        wall.append(time.perf_counter() - start[0])
        processor.append(time.process_time() - start[1])
    return wall, processor


def report(experiment, peer, unit, times, scale=1, **details):
    """Prints one measurement as a line of JSON, which `compare` reads.

    The processor's time is told too: on a shared machine it shows how much of the wall's was ours.
    """
    wall, processor = ([value * scale for value in values] for values in times)
    print(json.dumps({
        "experiment": experiment, "peer": peer, "unit": unit, "best": min(wall),
        "median": statistics.median(wall), "processor_best": min(processor),
        "repeats": len(wall), **details,
    }), flush=True)
