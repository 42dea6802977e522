# shellcheck shell=bash
# Sourced by workers.sh: keeps a tunnel to the coordinator open at a port of a host.

# shellcheck source=cluster/ssh/process.sh
source "$(dirname "${BASH_SOURCE[0]}")/process.sh"

# Prints HOST:PORT of the coordinator, by its access file.
coordinator_address() { sed -n 's|.*"address" *: *"tcp://\([^"]*\)".*|\1|p' "$1" 2>/dev/null; }

# Opens the tunnel again whenever it breaks, or the coordinator is at another address. Ends with TERM.
#   keep_tunnel FILE ACCESS PORT SSH...
keep_tunnel() {
  local file="$1" access="$2" port="$3" target child=''
  shift 3
  remember "${file}" $$
  trap 'kill "${child}" 2>/dev/null || true; exit 0' TERM
  while true; do
    target="$(coordinator_address "${access}")"
    if [[ -n "${target}" ]]; then
      "${@:1:$#-1}" -N -o ExitOnForwardFailure=yes -R "127.0.0.1:${port}:${target}" "${@: -1}" &
      child=$!
      while kill -0 "${child}" 2>/dev/null && is_same_target "${access}" "${target}"; do sleep 1; done
      kill "${child}" 2>/dev/null || true
      wait "${child}" || true
    fi
    sleep 1
  done
}

# While a coordinator is away there is no file, and no reason to close the tunnel.
is_same_target() {
  local now
  now="$(coordinator_address "$1")"
  [[ -z "${now}" || "${now}" == "$2" ]]
}
