# shellcheck shell=bash
# Sourced by the tests of clusters that start the workers themselves: scripts/test-dask, scripts/test-ray.

# shellcheck source=install.sh
source scripts/lib/install.sh
# shellcheck source=namespaces.sh
source scripts/lib/namespaces.sh
# shellcheck source=python.sh
source scripts/lib/python.sh

# Runs scripts/NAME/faults.py in namespaces, with the packages of scripts/NAME/requirements.txt, and
# ends with its status.
#   test_hosted_workers NAME [--full]
test_hosted_workers() {
  local name="$1" packages=(python3 python3-venv iproute2 util-linux)
  shift
  [[ $# -eq 0 || "$*" == --full ]] || {
    echo "usage: scripts/test-${name} [--full]" >&2
    exit 2
  }
  can_isolate "scripts/test-${name}" || end_skipped
  can_install "scripts/test-${name}" "${packages[@]}" || end_skipped
  install_packages "${packages[@]}"
  python_environment "${name}" || end_skipped
  require_program
  # shellcheck disable=SC2154  # of python.sh
  run_isolated 1800 "${python}" "scripts/${name}/faults.py" "${SEEDSWEEP_PROGRAM}" FOLDER "$@"
}
