# Sourced by the scripts: installs what they need on Debian or Ubuntu, and only what is missing.

readonly swift_needed="6.1"
# What a build needs beyond Swift itself: sockets, the database that results are kept in, and what
# decompresses data.
readonly build_packages=(libzmq3-dev libsqlite3-dev zlib1g-dev)
# What the tests need beyond that: libfaketime sets the clock of one process.
readonly test_packages=(python3 libfaketime)
# What Keras, the other side of some tests, is installed with.
readonly python_packages=(python3 python3-venv)
# What judges the elementary functions: arithmetic of any precision.
readonly oracle_packages=(libmpfr-dev libgmp-dev)
# What running kernels of AArch64 needs: the other side's linker and C library, and an emulator.
readonly emulation_packages=(gcc-aarch64-linux-gnu libc6-dev-arm64-cross qemu-user)
# What a Slurm cluster on one machine needs.
readonly slurm_packages=(slurm-wlm munge sqlite3 iproute2 procps util-linux)
# What hosts that are reached by ssh need.
readonly ssh_packages=(openssh-server openssh-client sqlite3 iproute2 procps util-linux)

# Ends with a message unless a new enough Swift is on the PATH.
require_swift() {
  local hint="Swift ${swift_needed} or later is needed: see https://www.swift.org/install/linux (swiftly installs it)."
  if ! command -v swift >/dev/null; then
    echo "error: no Swift found. ${hint}" >&2
    exit 3
  fi
  local version
  version="$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)"
  if [[ "$(printf '%s\n%s\n' "${swift_needed}" "${version}" | sort -V | head -n 1)" != "${swift_needed}" ]]; then
    echo "error: this is Swift ${version:-of an unknown version}. ${hint}" >&2
    exit 3
  fi
}

# Prints those of the named Debian packages that are missing, one a line.
missing_packages() {
  local package
  for package in "$@"; do
    if ! dpkg-query --show --showformat='${Status}' "${package}" 2>/dev/null | grep -q 'ok installed'; then
      echo "${package}"
    fi
  done
}

# Whether the named Debian packages are there or can be installed; if not, says what is skipped.
#   can_install WHAT PACKAGE...
can_install() {
  local what="$1" missing
  shift
  missing=($(missing_packages "$@"))
  [[ ${#missing[@]} -eq 0 ]] && return
  if ! command -v apt-get >/dev/null; then
    echo "${what}: skipped, for want of ${missing[*]} and of apt-get to install them with."
  elif [[ "$(id -u)" -ne 0 ]] && ! command -v sudo >/dev/null; then
    echo "${what}: skipped, for want of ${missing[*]} and of sudo to install them with."
  else
    return 0
  fi
  return 1
}

# Installs those of the named Debian packages that are missing; with sudo only when not root.
install_packages() {
  local missing
  missing=($(missing_packages "$@"))
  [[ ${#missing[@]} -eq 0 ]] && return
  if ! command -v apt-get >/dev/null; then
    echo "error: please install ${missing[*]} (no apt-get here to do it with)." >&2
    exit 3
  fi
  local as_root=()
  if [[ "$(id -u)" -ne 0 ]]; then
    command -v sudo >/dev/null || {
      echo "error: please install ${missing[*]} as root (no sudo here to do it with)." >&2
      exit 3
    }
    as_root=(sudo)
  fi
  echo "Installing ${missing[*]}"
  # An installation that was cut off makes apt-get refuse all others until it is finished. Package
  # lists may be old or absent. An error in either shows in the installation itself.
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive dpkg --configure -a >/dev/null 2>&1 || true
  "${as_root[@]}" apt-get update -qq || true
  "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 \
    install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

# Installs packages whose services must not start: a test starts its own, and the machine is the user's.
install_without_services() {
  local policy=/usr/sbin/policy-rc.d had_policy=
  [[ -z "$(missing_packages "$@")" ]] && return
  if [[ "$(id -u)" -ne 0 ]]; then
    install_packages "$@"
    return
  fi
  # Debian's way to say it: 101 is "not allowed". One that is there stays as it is.
  [[ -e "${policy}" ]] && had_policy=1 || { printf '#!/bin/sh\nexit 101\n' >"${policy}" && chmod 755 "${policy}"; }
  (install_packages "$@") || {
    [[ -n "${had_policy}" ]] || rm -f "${policy}"
    exit 3
  }
  [[ -n "${had_policy}" ]] || rm -f "${policy}"
}

# Builds a product for release, quietly: the program where none is named.
build_release() {
  swift build --configuration release --product "${1:-seedsweep}" --quiet -Xswiftc -warnings-as-errors
}

# Builds the tests and the programs that they start; not, as --build-tests does, also protoc, a dependency's.
build_tests() { swift build --product seedsweepPackageTests -Xswiftc -warnings-as-errors; }

# Makes sure of a program to test: the one of SEEDSWEEP_PROGRAM, or one that is built now.
require_program() {
  [[ -z "${SEEDSWEEP_PROGRAM:-}" ]] || return 0
  require_swift
  install_packages "${build_packages[@]}"
  build_release
  export SEEDSWEEP_PROGRAM="${PWD}/.build/release/seedsweep"
}
