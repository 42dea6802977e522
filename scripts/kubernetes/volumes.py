"""Makes the volumes of pods, with the owners and rights that Kubernetes gives them."""

import base64
import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from testbed import Failure

Object = dict[str, Any]
Objects = dict[tuple[str, str], Object]


def take_over(path: Path, group: int, mask: int) -> None:
    """Gives a volume to a pod's group, as `fsGroup` has the kubelet do."""
    for folder, _, files in os.walk(path):
        os.chown(folder, 0, group)
        os.chmod(folder, os.stat(folder).st_mode | mask | 0o2110)
        for name in files:
            file = os.path.join(folder, name)
            if not os.path.islink(file):
                os.chown(file, -1, group)
                os.chmod(file, os.stat(file).st_mode | mask)


def project(files: dict[str, bytes], mode: int, group: int, path: Path) -> None:
    """Writes the files of Secrets or ConfigMaps as the kubelet does: links lead through `..data`,
    which is replaced at once, so that a pod sees the old files or the new ones."""
    path.mkdir(parents=True, exist_ok=True)
    version = Path(tempfile.mkdtemp(prefix="..", dir=path))
    version.chmod(0o755)
    for name, data in files.items():
        file = version / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        file.chmod(mode)
    take_over(version, group, 0o440)
    last = (path / "..data").resolve()
    link = path / "..data_tmp"
    link.symlink_to(version.name)
    link.rename(path / "..data")
    names = {name.split("/")[0] for name in files}
    for entry in path.iterdir():
        if entry.is_symlink() and not entry.name.startswith("..") and entry.name not in names:
            entry.unlink()
    for name in names:
        if not (path / name).is_symlink():
            (path / name).symlink_to(f"..data/{name}")
    if last.name.startswith("..") and last != version:
        shutil.rmtree(last, ignore_errors=True)


@dataclass
class Volumes:
    """The volumes of a node: the claims outlive their pods."""

    folder: Path
    objects: Objects

    def claim(self, name: str) -> Path:
        path = self.folder / "claims" / name
        path.mkdir(parents=True, exist_ok=True)
        return path

    def wipe(self) -> None:
        """Deletes all claims."""
        shutil.rmtree(self.folder / "claims", ignore_errors=True)

    def make(self, volume: Object, group: int, path: Path) -> Path:
        """Makes one volume of a pod at a path, unless it is a claim; returns where it is."""
        if claim := volume.get("persistentVolumeClaim"):
            path = self.claim(claim["claimName"])
            take_over(path, group, 0o660)
        elif "emptyDir" in volume:
            path.mkdir(parents=True)
            path.chmod(0o777)
            take_over(path, group, 0o660)
        else:
            self.update(volume, group, path)
        return path

    def update(self, volume: Object, group: int, path: Path) -> None:
        """Makes a volume of files, or replaces its files by what its objects say now."""
        if secret := volume.get("secret"):
            files = self._secret({"name": secret["secretName"], **secret})
            mode = secret["defaultMode"]
        elif configuration := volume.get("configMap"):
            data = self.objects["ConfigMap", configuration["name"]]["data"]
            files, mode = {k: v.encode() for k, v in data.items()}, 0o644
        elif projected := volume.get("projected"):
            files, mode = {}, projected["defaultMode"]
            for source in projected["sources"]:
                files |= self._secret(source["secret"])
        else:
            raise Failure(f"volume {volume['name']}: of a kind that this test does not know")
        project(files, mode, group, path)

    def _secret(self, secret: Object) -> dict[str, bytes]:
        data = self.objects["Secret", secret["name"]]["data"]
        items = secret.get("items", [{"key": key, "path": key} for key in data])
        if missing := [item["key"] for item in items if item["key"] not in data]:
            if not secret.get("optional"):
                raise Failure(f"{secret['name']} references non-existent keys {missing}")
        return {
            item["path"]: base64.b64decode(data[item["key"]])
            for item in items
            if item["key"] in data
        }
