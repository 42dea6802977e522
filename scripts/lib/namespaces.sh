# Sourced by scripts that need networks, mounts and processes of their own, which are gone when they end.

# Whether this process may make namespaces; if not, says what is skipped.
#   can_isolate WHAT
can_isolate() {
  if [[ "$(uname -s)" != Linux || "$(id -u)" -ne 0 ]]; then
    echo "$1: skipped: it needs Linux and root."
  elif ! unshare --mount --net --pid --fork true 2>/dev/null; then
    echo "$1: skipped: this system does not let root make namespaces."
  else
    return 0
  fi
  return 1
}

# Runs a command as process 1 of new mount, network and process namespaces, for so many seconds at
# most, and ends with its status. The word FOLDER among its arguments stands for an empty folder.
# However this shell ends, the kernel ends all of the command's processes, and with them its
# namespaces, devices and mounts; the folder is deleted.
#   run_isolated SECONDS COMMAND...
run_isolated() {
  local seconds="$1" folder child status=0
  shift
  folder="$(mktemp -d)"
  # Users other than root are to reach what lies in it.
  chmod 0755 "${folder}"
  # shellcheck disable=SC2064  # the values of now
  trap "rm -rf '${folder}'" EXIT
  setpriv --pdeathsig KILL unshare --mount --net --pid --fork --kill-child --mount-proc \
    timeout --kill-after=10 "${seconds}" "${@/#FOLDER/${folder}}" &
  child=$!
  # shellcheck disable=SC2064
  trap "{ kill -KILL ${child} && wait ${child}; } 2>/dev/null || true; rm -rf '${folder}'" EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM
  wait "${child}" || status=$?
  if [[ "${status}" -eq 124 ]]; then
    echo "error: not done within ${seconds} s; its processes were ended." >&2
  fi
  exit "${status}"
}
