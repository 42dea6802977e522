# shellcheck shell=bash
# Sourced by the tests that need Python packages, after install.sh: environments with pinned versions,
# made once and kept in a cache folder.

# Ends a test for which something is missing; its reason is printed already. In continuous integration
# nothing may be missing.
end_skipped() {
  [[ "${CI:-}" != true ]] || exit 1
  exit 0
}

# Makes sure of an environment with the packages of scripts/NAME/requirements.txt, and sets `python`;
# fails, and says what is skipped, where they cannot be installed.
#   python_environment NAME
python_environment() {
  local requirements="scripts/$1/requirements.txt" folder output
  folder="${XDG_CACHE_HOME:-${HOME}/.cache}/seedsweep-tests/python-$1"
  python="${folder}/bin/python"
  # Changed pins make it anew; so does an installation that was interrupted.
  cmp -s "${requirements}" "${folder}/installed.txt" && "${python}" --version >/dev/null 2>&1 && return
  rm -rf "${folder}"
  mkdir -p "${folder}"
  if ! output="$({ python3 -m venv "${folder}" && "${python}" -m pip install --quiet \
    --disable-pip-version-check --requirement "${requirements}"; } 2>&1)"; then
    rm -rf "${folder}"
    echo "scripts/test-$1: skipped: pip cannot install ${requirements}: ${output##*$'\n'}"
    return 1
  fi
  cp "${requirements}" "${folder}/installed.txt"
}
