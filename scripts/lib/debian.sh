# shellcheck shell=bash
# Sourced by scripts that need programs which Debian 12 lacks or has too old: they are taken from the
# packages of a newer Debian, which are unpacked into a cache folder and not installed.

tests_cache="${XDG_CACHE_HOME:-${HOME}/.cache}/seedsweep-tests"
readonly tests_cache
readonly debian_mirror="${SEEDSWEEP_DEBIAN_MIRROR:-http://deb.debian.org/debian}"

# Unpacks packages of a Debian suite into a folder. apt checks them against Debian's keys. Its lists and
# settings are its own: the machine's sources and installed packages stay as they are.
#   unpack_debian SUITE FOLDER PACKAGE...
unpack_debian() {
  local suite="$1" folder="$2" scratch status=0
  shift 2
  scratch="$(mktemp -d)"
  (
    # `set -e` has no effect where a caller checks the status.
    cd "${scratch}" && mkdir -p lists/partial cache/archives/partial parts && : >installed || exit
    chmod -R a+rX .
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] ${debian_mirror} ${suite} main" >list
    options=(
      -qq -o "Dir::Etc::sourcelist=${scratch}/list" -o "Dir::Etc::sourceparts=${scratch}/parts"
      -o "Dir::Etc::preferencesparts=${scratch}/parts" -o "Dir::State::lists=${scratch}/lists"
      # Another vendor's newer package of the same name would be preferred.
      -o "Dir::State::status=${scratch}/installed"
      -o "Dir::Cache=${scratch}/cache" -o APT::Sandbox::User=root
    )
    apt-get "${options[@]}" -o APT::Update::Error-Mode=any update || exit
    apt-get "${options[@]}" download "$@" || exit
    for package in ./*.deb; do dpkg-deb --extract "${package}" "${folder}" || exit; done
  ) >&2 || status=$?
  rm -rf "${scratch}"
  return "${status}"
}

# Prints the folder in the cache that has the named programs out of a newer Debian's packages.
#   debian_programs SUITE NAME PROGRAM_FOLDER PACKAGE...
debian_programs() {
  local folder="${tests_cache}/$2-$1" suite="$1" programs="$3" tree
  shift 3
  if [[ ! -d "${folder}" ]]; then
    tree="$(mktemp -d)"
    # Under its final name only when complete.
    if ! unpack_debian "${suite}" "${tree}" "$@" || ! mkdir -p "${folder}.$$" ||
      ! cp "${tree}${programs}"/* "${folder}.$$/"; then
      rm -rf "${tree}" "${folder}.$$"
      return 1
    fi
    rm -rf "${tree}"
    # Another script may have been faster.
    mv --no-target-directory "${folder}.$$" "${folder}" 2>/dev/null || rm -rf "${folder}.$$"
  fi
  echo "${folder}"
}
