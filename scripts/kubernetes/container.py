"""Becomes one container: mounts what a plan says, gives up every privilege, starts the command.

    unshare --mount --propagation private -- python3 container.py PLAN

PLAN is a JSON file: `root` (an empty folder), `mounts` (objects with `source`, `target`, `read_only`), `folders`
(made in the root), `links`, `user`, `group`, `groups`, `directory`, `environment` and `command`.
The process number stays the same to the end.
"""

import json
import os
import subprocess
import sys
from pathlib import Path


def mount(*arguments: str) -> None:
    subprocess.run(["mount", *arguments], check=True)


def main() -> None:
    plan = json.loads(Path(sys.argv[1]).read_text())
    root = Path(plan["root"])
    mount("-t", "tmpfs", "-o", "mode=0755", "tmpfs", str(root))
    for folder in plan["folders"]:
        (root / folder.lstrip("/")).mkdir(parents=True, exist_ok=True)
    for name, target in plan["links"].items():
        (root / name.lstrip("/")).symlink_to(target)
    for entry in plan["mounts"]:
        source, target = Path(entry["source"]), root / entry["target"].lstrip("/")
        if not target.exists():
            if source.is_dir():
                target.mkdir(parents=True)
            else:
                target.parent.mkdir(parents=True, exist_ok=True)
                target.touch()
        mount("--bind", str(source), str(target))
        if entry["read_only"]:
            mount("-o", "remount,bind,ro", str(target))
    if plan["read_only_root"]:
        mount("-o", "remount,ro", str(root))
    os.chroot(root)
    os.chdir(plan["directory"])
    # As a container runtime does for `capabilities: {drop: [ALL]}` and
    # `allowPrivilegeEscalation: false`; a user other than root keeps no capabilities anyway.
    privileges = [f"--reuid={plan['user']}", f"--regid={plan['group']}"]
    privileges += [f"--groups={','.join(map(str, plan['groups']))}"]
    privileges += ["--no-new-privs", "--bounding-set=-all", "--inh-caps=-all"]
    command = ["setpriv", *privileges, "--", *plan["command"]]
    os.execvpe("/usr/bin/setpriv", command, plan["environment"])


if __name__ == "__main__":
    main()
