"""Metrics as the ServiceMonitor collects them, and what the autoscaler makes of them."""

import math
import re
import subprocess
import sys
from typing import Any

import yaml
from bench import COORDINATOR, PROJECT, WORKER
from deployment import FIRST_TRIALS, Deployment
from manifests import expect, matches
from policies import Peer
from testbed import Failure, Row, wait

PAGE = PROJECT / "cluster" / "kubernetes" / "README.md"
GET = "import sys, urllib.request as u; print(u.urlopen(sys.argv[1], timeout=30).read().decode())"


def scrape(deployment: Deployment, prometheus: Peer) -> dict[str, float]:
    """Collects metrics from where the ServiceMonitor says: the sums of all series of a name."""
    objects = deployment.kubelet.objects
    monitor = objects["ServiceMonitor", COORDINATOR]["spec"]
    service = objects["Service", COORDINATOR]
    expect(matches(monitor["selector"], service["metadata"]["labels"]), "monitors another Service")
    [endpoint] = monitor["endpoints"]
    [port] = [p for p in service["spec"]["ports"] if p["name"] == endpoint["port"]]
    pod = deployment.coordinator
    number = pod.peer.ports[port["targetPort"]]
    url = f"http://{pod.machine.address}:{number}{endpoint.get('path', '/metrics')}"
    command = [*prometheus.machine.inside, sys.executable, "-c", GET, url]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failure(f"no metrics: {done.stderr.strip()[-300:]}")
    metrics: dict[str, float] = {}
    for name, value in re.findall(r"^(\w+)(?:\{.*\})? (\S+)$", done.stdout, re.MULTILINE):
        metrics[name] = metrics.get(name, 0) + float(value)
    return metrics


def adapter_rule() -> dict[str, Any]:
    """The rule for the Prometheus adapter that the page gives."""
    [text] = re.findall(r"^```yaml\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    [rule] = yaml.safe_load(text)
    return rule


def replicas(deployment: Deployment, metrics: dict[str, float]) -> int:
    """How many workers the autoscaler wants."""
    autoscaler = deployment.kubelet.objects["HorizontalPodAutoscaler", WORKER]["spec"]
    [metric] = autoscaler["metrics"]
    name = metric["object"]["metric"]["name"]
    rule = adapter_rule()
    series = re.match(r"\w+", rule["seriesQuery"])
    expect(series and series[0] == name, f"the page's rule gives no metric {name}")
    expect(name in metrics, f"the coordinator has no metric {name}")
    expect(rule["metricsQuery"].startswith("sum(<<.Series>>{"), "a rule unknown to this test")
    wanted = math.ceil(metrics[name] / float(metric["object"]["target"]["averageValue"]))
    return max(autoscaler["minReplicas"], min(autoscaler["maxReplicas"], wanted))


def scale_up(deployment: Deployment, prometheus: Peer, row: Row) -> None:
    """Starts as many workers as the autoscaler wants for the submitted sweep."""
    deployment.submit(FIRST_TRIALS)

    def pending() -> bool:
        return scrape(deployment, prometheus)["seedsweep_trials_pending"] == FIRST_TRIALS

    wait("all submitted trials are pending", pending)
    count = replicas(deployment, scrape(deployment, prometheus))
    expect(count == 2, f"{count} workers for {FIRST_TRIALS} trials")
    deployment.start_workers(count)
    limits = [int(w.container["resources"]["limits"]["cpu"]) for w in deployment.workers]

    def slots() -> bool:
        return scrape(deployment, prometheus)["seedsweep_worker_slots"] == sum(limits)

    wait(f"the workers have {sum(limits)} slots, as their limits say", slots)


def scale_down(deployment: Deployment, prometheus: Peer, row: Row) -> None:
    """Nothing is pending at a sweep's end."""

    def is_down() -> bool:
        return replicas(deployment, scrape(deployment, prometheus)) == 1

    wait("one worker is enough for no trials", is_down)
