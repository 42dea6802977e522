"""Prints what `compare` collected: for each measurement the best and the median of all rounds, and
how many times as long as ours it took (for both)."""

import json
import statistics
import sys

FORM = ("subject", "form", "shuffle", "compiled")


def key(result):
    """What is comparable: the experiment, its data and the number of cores."""
    return result["experiment"], result.get("data", ""), int(result.get("cores", 1))


def name(result):
    backend = result.get("versions", {}).get("backend")
    forms = [f"{form} {result[form]}" for form in FORM if form in result]
    return " ".join([result["peer"]] + ([backend] if backend else []) + forms)


groups = {}
for line in open(sys.argv[1]):
    result = json.loads(line)
    groups.setdefault(key(result), {}).setdefault(name(result), []).append(result)

for (experiment, data, cores), rows in sorted(groups.items()):
    print(f"\n{experiment}{' ' + data if data else ''}, {cores} core{'s' * (cores > 1)}")
    figures = {
        row: (min(r["best"] for r in results), statistics.median(r["median"] for r in results))
        for row, results in rows.items()}
    ours = next((figures[row] for row in rows if row.startswith("seedsweep")), None)
    if all(row.startswith("seedsweep") for row in rows):
        ours = None
    for row, (best, median) in figures.items():
        ratio = f"{best / ours[0]:10.2f} {median / ours[1]:10.2f}" if ours else ""
        print(f"  {row:62} {best:12.4g} {median:12.4g} {rows[row][0]['unit']:12} {ratio}")
print("\ncolumns: best, median, unit, ratios of best and of median to seedsweep's (above 1: slower)")
