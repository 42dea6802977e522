"""A Docker engine of a test's own, in the namespaces of the calling process, and the images it starts with.

Its bridges, rules, mounts and containers exist in those namespaces only and are gone with them.
"""

import os
import shutil
import subprocess
import time
from pathlib import Path

START_SECONDS = 60.0
# What the Dockerfile names where it is given no others.
BUILD_IMAGE = "swift:6.3-bookworm"
RUNTIME_IMAGE = "debian:bookworm-slim"
# What a Swift toolchain needs of Debian.
TOOLCHAIN_PACKAGES = (
    "binutils ca-certificates git libc6-dev libcurl4 libedit2 libgcc-12-dev libncurses6 libsqlite3-0"
    " libstdc++-12-dev libxml2 tzdata zlib1g-dev"
)
# Parts of a toolchain that no build uses, by far the largest.
TOOLCHAIN_EXCLUSIONS = (
    "usr/bin/lldb*",
    "usr/bin/sourcekit-lsp",
    "usr/bin/clangd",
    "usr/bin/docc",
    "usr/bin/swift-format",
    "usr/lib/liblldb*",
    "usr/lib/libsourcekitd*",
    "usr/lib/swift/embedded",
)
# Stands in for a toolchain: what it "builds" was built elsewhere.
STAND_IN = """\
#!/bin/sh
case "$*" in
  "package resolve") cp /prebuilt/Package.resolved . ;;
  *--show-bin-path) echo /prebuilt ;;
  "build "*) ;;
  *) echo "no toolchain: swift $*" >&2; exit 1 ;;
esac
"""


class CommandFailed(Exception):
    """A command that ended with another status than expected."""


class Engine:
    """The daemon, its network, and the command that talks to it."""

    def __init__(self, folder: Path, plugins: Path, group: str, network_fd: int) -> None:
        self.folder = folder
        self.data = folder / "docker"
        self.log = folder / "dockerd.log"
        configuration = folder / "docker-config"
        shutil.copytree(plugins, configuration / "cli-plugins")
        self.environment = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "DOCKER_HOST": f"unix://{folder}/docker.sock",
            "DOCKER_CONFIG": str(configuration),
        }
        # The engine writes there, and there may be another one on this machine.
        subprocess.run(["mount", "-t", "tmpfs", "-o", "mode=755", "tmpfs", "/run"], check=True)
        subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
        self._connect(network_fd)
        with self.log.open("wb") as stream:
            self.process = subprocess.Popen(
                ["dockerd", "--host", f"unix://{folder}/docker.sock", "--data-root", str(self.data)]
                + ["--exec-root", str(folder / "exec"), "--pidfile", str(folder / "dockerd.pid")]
                + ["--cgroup-parent", f"/{group}", "--dns", "10.0.2.3"],
                stdin=subprocess.DEVNULL,
                stdout=stream,
                stderr=stream,
            )
        start = time.monotonic()
        while self._run(["docker", "version"]).returncode != 0:
            if self.process.poll() is not None or time.monotonic() - start > START_SECONDS:
                raise CommandFailed(f"dockerd did not start:\n{self.log.read_text()[-2000:]}")
            time.sleep(0.05)
        self.start_seconds = time.monotonic() - start

    def _connect(self, network_fd: int) -> None:
        """Lets this network namespace reach others through a process in that of the descriptor."""
        ready, written = os.pipe()
        self.network = subprocess.Popen(
            ["nsenter", f"--net=/proc/self/fd/{network_fd}", "slirp4netns", "--configure"]
            + ["--mtu=65520", "--disable-host-loopback", f"--ready-fd={written}"]
            + ["--netns-type=path", f"/proc/{os.getpid()}/ns/net", "tap0"],
            pass_fds=[network_fd, written],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=(self.folder / "network.log").open("wb"),
        )
        os.close(written)
        if os.read(ready, 1) == b"":
            raise CommandFailed((self.folder / "network.log").read_text())
        os.close(ready)

    def _run(self, command: list[str], **options: object) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            **options,  # type: ignore[call-overload]
        )

    def docker(self, *arguments: str, expected: int = 0) -> str:
        """Runs docker and returns what it prints to standard output."""
        done = self._run(["docker", *arguments], timeout=3_600)
        if done.returncode != expected:
            raise CommandFailed(
                f"docker {' '.join(arguments)}: status {done.returncode}: "
                f"{(done.stderr or done.stdout)[-2000:]}"
            )
        return done.stdout

    def succeeds(self, *arguments: str) -> bool:
        return self._run(["docker", *arguments]).returncode == 0

    def inspect(self, container: str, template: str) -> str:
        return self.docker("inspect", "--format", template, container).strip()

    def build(self, tag: str, dockerfile: str, context: Path) -> None:
        (context / "Dockerfile").write_text(dockerfile)
        self.docker("build", "--quiet", "--tag", tag, str(context))

    def import_base(self, file: Path) -> None:
        self.docker("import", "--change", 'CMD ["bash"]', str(file), RUNTIME_IMAGE)

    def make_stand_in(self, program: Path, resolved: Path) -> None:
        """Makes the image that the Dockerfile builds in, with the program there already."""
        context = self.folder / "stand-in"
        context.mkdir()
        shutil.copy2(program, context / "seedsweep")
        shutil.copy2(resolved, context / "Package.resolved")
        (context / "swift").write_text(STAND_IN)
        (context / "swift").chmod(0o755)
        self.build(
            BUILD_IMAGE,
            f"FROM {RUNTIME_IMAGE}\nCOPY swift /usr/local/bin/\n"
            "COPY seedsweep Package.resolved /prebuilt/\n",
            context,
        )

    def make_toolchain(self, toolchain: Path) -> None:
        """Makes the image that the Dockerfile builds in of this machine's toolchain and mirrors."""
        mounts = ["--volume", f"{toolchain}:/mnt/usr:ro"]
        script = [
            "set -eu",
            "apt-get update -qq",
            "DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends"
            f" {TOOLCHAIN_PACKAGES} >/dev/null",
            "tar -C /mnt -c "
            + " ".join(f"--exclude='{pattern}'" for pattern in TOOLCHAIN_EXCLUSIONS)
            + " usr | tar -x -C /",
        ]
        # Where this machine takes packages from mirrors of its own, the build does, too.
        listed = subprocess.run(
            ["git", "config", "--system", "--get-regexp", r"^url\..*\.insteadof$"],
            capture_output=True,
            text=True,
        )
        for line in listed.stdout.splitlines():
            key, original = line.split(" ", 1)
            mirror = key.removeprefix("url.").removesuffix(".insteadof")
            if mirror.startswith("/") and Path(mirror).is_dir():
                if f"{mirror}:/mnt/mirror{mirror}:ro" not in mounts:
                    mounts += ["--volume", f"{mirror}:/mnt/mirror{mirror}:ro"]
                    script.append(f"mkdir -p '{mirror}' && cp -a '/mnt/mirror{mirror}/.' '{mirror}'")
                script.append(f"git config --system --add 'url.{mirror}.insteadOf' '{original}'")
                script.append("git config --system safe.directory '*'")
        self.docker(
            "run", "--name", "toolchain", *mounts, RUNTIME_IMAGE, "sh", "-c", "\n".join(script)
        )
        self.docker("commit", "toolchain", BUILD_IMAGE)
        self.docker("rm", "toolchain")

    def stop(self) -> None:
        """Ends the engine and its containers; what is left is the namespaces' to remove."""
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(30)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
