"""Prints what `compare` collected: the best and the median of all rounds of each measurement, its
processor time, and how many times as long as ours it took by each of the three."""

import json
import statistics
import sys

FORM = ("form", "shuffle", "compiled")


def key(result):
    """What is comparable: the experiment, its data and the number of cores."""
    return result["experiment"], result.get("data", ""), int(result.get("cores", 1))


def name(result):
    backend = result.get("versions", {}).get("backend")
    forms = [f"{form} {result[form]}" for form in FORM if form in result]
    extra = [value for value in (result.get("subject"), backend) if value]
    return " ".join([result["peer"]] + extra + forms)


def is_unshuffled(result):
    return result.get("shuffle") == "none" or "unshuffled" in result.get("subject", "")


groups = {}
for line in open(sys.argv[1]):
    result = json.loads(line)
    groups.setdefault(key(result), {}).setdefault(name(result), []).append(result)

for (experiment, data, cores), rows in sorted(groups.items()):
    print(f"\n{experiment}{' ' + data if data else ''}, {cores} core{'s' * (cores > 1)}")
    figures = {
        row: (min(r["best"] for r in results), statistics.median(r["median"] for r in results),
              min(r.get("processor_best", float("nan")) for r in results))
        for row, results in rows.items()}
    own = [row for row in rows if row.startswith("seedsweep")]
    for row, figure in figures.items():
        # What leaves out the shuffle is compared with ours that does, where there is one.
        alike = [mine for mine in own if ("unshuffled" in mine) == is_unshuffled(rows[row][0])]
        ours = figures[(alike or own)[0]] if own and len(own) < len(rows) else None
        values = "".join(f"{value:10.4g}" for value in figure)
        ratios = "".join(f"{value / mine:8.2f}" for value, mine in zip(figure, ours or ()))
        print(f"  {row:58}{values}  {rows[row][0]['unit']:11}{ratios}")
print("\ncolumns: best, median, processor's best, unit; the ratios of the three to seedsweep's")
