"""What can be said of rendered manifests without a cluster: that their parts fit one another."""

import re
from typing import Any

from testbed import Failure

Object = dict[str, Any]
WORKLOADS = ("Job", "StatefulSet", "Deployment")
# Not in the manifests: made and filled by the user.
USERS_CLAIMS = ("seedsweep-data",)


def expect(condition: object, message: str) -> None:
    if not condition:
        raise Failure(message)


def name(document: Object) -> str:
    return f"{document['kind']}/{document['metadata']['name']}"


def matches(selector: Object, labels: dict[str, str]) -> bool:
    """Whether a label selector chooses these labels."""
    wanted = selector.get("matchLabels", {}).items()
    return all(labels.get(key) == value for key, value in wanted) and all(
        {"In": labels.get(e["key"]) in e["values"]}[e["operator"]]
        for e in selector.get("matchExpressions", [])
    )


def check(documents: list[Object], is_complete: bool) -> None:
    """Checks what one overlay renders to; an incomplete one is applied after another."""
    pods = {name(d): d["spec"]["template"] for d in documents if d["kind"] in WORKLOADS}
    pods |= {name(d): d for d in documents if d["kind"] == "Pod"}
    for workload, pod in pods.items():
        check_restricted(workload, pod["spec"])
        check_volumes(workload, pod["spec"], documents, is_complete)
        check_grace(workload, pod["spec"])
        labels = pod["metadata"]["labels"]
        for label in ("name", "component", "part-of"):
            expect(f"app.kubernetes.io/{label}" in labels, f"{workload}: no label {label}")
        for spread in pod["spec"].get("topologySpreadConstraints", []):
            expect(matches(spread["labelSelector"], labels), f"{workload}: spreads other pods")
    for document in documents:
        spec = document.get("spec", {})
        match document["kind"]:
            case "Service":
                selector = {"matchLabels": spec["selector"]}
                check_ports(document, selector, [p["targetPort"] for p in spec["ports"]], pods)
            case "NetworkPolicy":
                ports = [p["port"] for rule in spec.get("ingress", []) for p in rule["ports"]]
                check_ports(document, spec["podSelector"], ports, pods)
                check_peers(document, pods)
            case "Deployment" | "StatefulSet":
                labels = spec["template"]["metadata"]["labels"]
                expect(matches(spec["selector"], labels), f"{name(document)}: selects other pods")
            case "Job":
                containers = {c["name"] for c in spec["template"]["spec"]["containers"]}
                for rule in spec.get("podFailurePolicy", {}).get("rules", []):
                    if codes := rule.get("onExitCodes"):
                        expect(codes["containerName"] in containers, f"{name(document)}: {codes}")
            case "ServiceMonitor":
                services = [d for d in documents if d["kind"] == "Service"]
                labelled = [(s, s["metadata"]["labels"]) for s in services]
                services = [s for s, labels in labelled if matches(spec["selector"], labels)]
                ports = {p["name"] for s in services for p in s["spec"]["ports"]}
                wanted = {endpoint["port"] for endpoint in spec["endpoints"]}
                expect(services and wanted <= ports, f"{name(document)}: nothing to collect from")
            case "HorizontalPodAutoscaler":
                names = {name(d) for d in documents}
                refs = [m["object"]["describedObject"] for m in spec["metrics"]]
                for ref in [spec["scaleTargetRef"], *refs]:
                    expect(f"{ref['kind']}/{ref['name']}" in names, f"{name(document)}: no {ref}")


def check_restricted(workload: str, spec: Object) -> None:
    """The Pod Security Standard `restricted`, and no way to write but to volumes."""
    expect(spec["automountServiceAccountToken"] is False, f"{workload}: has a token")
    for forbidden in ("hostNetwork", "hostPID", "hostIPC"):
        expect(not spec.get(forbidden), f"{workload}: {forbidden}")
    for volume in spec.get("volumes", []):
        kinds = set(volume) - {"name"}
        allowed = {"configMap", "emptyDir", "persistentVolumeClaim", "projected", "secret"}
        expect(kinds <= allowed, f"{workload}: volume of kind {kinds}")
        if secrets(volume):
            mode = (volume.get("secret") or volume["projected"])["defaultMode"]
            expect(mode == 0o440, f"{workload}: keys' mode")
    for container in spec["containers"]:
        security = {**spec["securityContext"], **container["securityContext"]}
        expect(security["runAsNonRoot"] is True, f"{workload}: may be root")
        expect(security["runAsUser"] == security["fsGroup"] == 10001, f"{workload}: another user")
        expect(security["seccompProfile"]["type"] == "RuntimeDefault", f"{workload}: seccomp")
        expect(security["allowPrivilegeEscalation"] is False, f"{workload}: escalation")
        expect(security["capabilities"] == {"drop": ["ALL"]}, f"{workload}: capabilities")
        expect(security["readOnlyRootFilesystem"] is True, f"{workload}: writable root")
        expect("memory" in container["resources"]["limits"], f"{workload}: no limit of memory")


def check_volumes(
    workload: str, spec: Object, documents: list[Object], is_complete: bool
) -> None:
    """Every mount has a volume, and every volume what it is filled from."""
    volumes = {volume["name"]: volume for volume in spec.get("volumes", [])}
    for container in spec["containers"]:
        for mount in container.get("volumeMounts", []):
            expect(mount["name"] in volumes, f"{workload}: mounts no volume {mount['name']}")
    data = {name(d): d.get("data", {}) for d in documents}
    for volume in volumes.values():
        for secret in secrets(volume):
            keys = data.get(f"Secret/{secret['name']}", {})
            for item in secret.get("items", []):
                expect(item["key"] in keys, f"{workload}: no {item['key']} in {secret}")
        if configuration := volume.get("configMap"):
            expect(data.get(f"ConfigMap/{configuration['name']}"), f"{workload}: {configuration}")
        if (claim := volume.get("persistentVolumeClaim")) and is_complete:
            document = f"PersistentVolumeClaim/{claim['claimName']}"
            expect(claim["claimName"] in USERS_CLAIMS or document in data, f"no {document}")


def secrets(volume: Object) -> list[Object]:
    """The Secrets that a volume is filled from."""
    if secret := volume.get("secret"):
        return [{"name": secret["secretName"], **secret}]
    return [source["secret"] for source in volume.get("projected", {}).get("sources", [])]


def check_grace(workload: str, spec: Object) -> None:
    """A worker leaves before it is killed, and its cache does not get its pod evicted."""
    for container in spec["containers"]:
        options = dict(a[2:].split("=", 1) for a in container["args"] if re.match("--.*=", a))
        if grace := options.get("grace"):
            period = spec.get("terminationGracePeriodSeconds", 30)
            expect(int(grace) + 5 <= period, f"{workload}: --grace={grace} of {period} s")
        if cache := options.get("cache"):
            mounts = {m["mountPath"]: m["name"] for m in container["volumeMounts"]}
            [volume] = [v for v in spec["volumes"] if v["name"] == mounts.get(cache)]
            limit = volume["emptyDir"]["sizeLimit"]
            size = options["cache-size"]
            expect(
                int(size.removesuffix("G")) * 10**9 < int(limit.removesuffix("Gi")) * 2**30,
                f"{workload}: a cache of {size} in {limit}",
            )


def check_ports(
    document: Object, selector: Object, ports: list[Any], pods: dict[str, Object]
) -> None:
    """A selector chooses some pod, and each of these chooses its ports by the names that it has."""
    chosen = [p for p in pods.values() if matches(selector, p["metadata"]["labels"])]
    expect(chosen, f"{name(document)}: chooses no pod")
    for pod in chosen:
        names = {p["name"] for c in pod["spec"]["containers"] for p in c.get("ports", [])}
        expect(set(ports) <= names, f"{name(document)}: ports {ports}, the pod has {names}")


def check_peers(document: Object, pods: dict[str, Object]) -> None:
    """Pods of this namespace that a policy names are there, and have the ports that it names."""
    for rule in document["spec"].get("egress", []):
        for peer in rule["to"]:
            if "namespaceSelector" in peer:
                continue
            chosen = [
                p for p in pods.values() if matches(peer["podSelector"], p["metadata"]["labels"])
            ]
            expect(chosen, f"{name(document)}: leads to no pod")
            ports = {
                port["containerPort"]
                for pod in chosen
                for container in pod["spec"]["containers"]
                for port in container.get("ports", [])
            }
            wanted = {p["port"] for p in rule["ports"]}
            expect(wanted <= ports, f"{name(document)}: {wanted}, the pod has {ports}")
    for rule in document["spec"].get("ingress", []):
        for peer in rule["from"]:
            if "namespaceSelector" not in peer:
                labels = [p["metadata"]["labels"] for p in pods.values()]
                chosen = any(matches(peer["podSelector"], each) for each in labels)
                expect(chosen, f"{name(document)}: lets nobody in")


def decide(job: Object, status: int, disrupted: bool) -> str:
    """What a job makes of a pod's end: its podFailurePolicy's action, `Count`, or `Complete`."""
    if status == 0:
        return "Complete"
    for rule in job["spec"]["podFailurePolicy"]["rules"]:
        if codes := rule.get("onExitCodes"):
            found = {"In": status in codes["values"], "NotIn": status not in codes["values"]}
            if found[codes["operator"]]:
                return rule["action"]
        for condition in rule.get("onPodConditions", []):
            if condition["type"] == "DisruptionTarget" and disrupted:
                return rule["action"]
    return "Count"
