# shellcheck shell=bash
# Sourced by the tests of clusters: "nodes" on one machine, as namespaces.
#
# A node has a network address and a link that can be cut, a host name, processes and a /tmp of its own; a file
# system is shared by all of them, at /srv. All of it is inside one more set of namespaces, that of the test:
# when the test ends, however it ends, the kernel ends its processes and takes networks and mounts away. The
# host's own network, /etc and /srv are never touched.
#
#   head 10.77.0.1 (the test itself)  --- bridge --- node1 10.77.0.11, node2 10.77.0.12, …

readonly shared_folder=/srv
declare -A node_process=() node_address=()

# Why nodes cannot be made here; prints nothing where they can.
why_no_nodes() {
  if [[ "$(uname -s)" != Linux ]]; then
    echo "this is not Linux"
  elif [[ "$(id -u)" -ne 0 ]]; then
    echo "namespaces and network links need root"
  elif ! unshare --net --mount --uts --pid --fork --mount-proc \
    sh -c 'ip link add br0 type bridge && ip link add one type veth peer name other' >/dev/null 2>&1; then
    echo "the kernel allows no bridge or veth link in a network namespace here"
  fi
}

# Says what is skipped, and ends: well, but for CI, where what is missing is a failure.
#   skip WHAT
skip() {
  echo "$1"
  [[ "${CI:-}" != true ]] || exit 1
  exit 0
}

# Runs the calling script anew inside of the namespaces of the test, with a scratch folder in `work`, and
# returns only there.
#   enter_namespaces SCRIPT ARGUMENTS...
enter_namespaces() {
  if [[ -n "${SEEDSWEEP_TEST_WORK:-}" ]]; then
    work="${SEEDSWEEP_TEST_WORK}"
    unset SEEDSWEEP_TEST_WORK
    make_head
    return
  fi
  local status=0
  # Not in /tmp, which each node has for itself.
  work="$(mktemp -d "/var/tmp/$(basename "$1").XXXXXX")"
  trap leave_namespaces EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM HUP
  SEEDSWEEP_TEST_WORK="${work}" setpriv --pdeathsig KILL \
    unshare --net --mount --uts --pid --fork --mount-proc --kill-child bash "$@" </dev/null &
  namespaces=$!
  wait "${namespaces}" || status=$?
  exit "${status}"
}

# However the test ends, the kernel ends everything inside with its first process.
leave_namespaces() {
  trap '' INT TERM HUP
  { kill -KILL "${namespaces}" && wait "${namespaces}"; } 2>/dev/null || true
  remove_cgroups
  rm -rf "${work}"
}

# A test that makes cgroups, which are in no namespace, removes them here.
remove_cgroups() { :; }

make_head() {
  hostname head
  mkdir "${work}/shared"
  chmod 755 "${work}"
  chmod 1777 "${work}/shared"
  mount --bind "${work}/shared" "${shared_folder}"
  printf '127.0.0.1 localhost\n10.77.0.1 head\n' >"${work}/hosts"
  mount --bind "${work}/hosts" /etc/hosts
  ip link set lo up
  ip link add br0 type bridge
  ip address add 10.77.0.1/24 dev br0
  ip link set br0 up
}

# Starts nodes.
#   add_node NUMBER...
add_node() {
  local number name
  for number in "$@"; do
    name="node${number}"
    node_address[${name}]="10.77.0.1${number}"
    grep -q " ${name}\$" "${work}/hosts" || echo "${node_address[${name}]} ${name}" >>"${work}/hosts"
    start_node "${name}"
  done
}

# A node's first process ends only with the node, and reaps what is orphaned there.
start_node() {
  local name="$1" ready="${work}/ready" launcher
  rm -f "${ready}"
  mkfifo "${ready}"
  # shellcheck disable=SC2016 # expanded inside of the node
  unshare --net --uts --mount --pid --fork --mount-proc --kill-child bash -c '
    mount -t tmpfs tmpfs /tmp
    hostname "$0"
    echo >"$1"
    trap "" INT TERM HUP
    while true; do sleep 3600; done' "${name}" "${ready}" </dev/null >/dev/null 2>&1 &
  launcher=$!
  read -r <"${ready}"
  node_process[${name}]="$(tr -d ' ' <"/proc/${launcher}/task/${launcher}/children")"
  # A machine that is switched on again has its old hardware address; others remember it.
  ip link add "to-${name}" type veth \
    peer name eth0 address "02:00:00:00:00:1${name#node}" netns "${node_process[${name}]}"
  ip link set "to-${name}" master br0 up
  on "${name}" ip link set lo up
  on "${name}" ip address add "${node_address[${name}]}/24" dev eth0
  on "${name}" ip link set eth0 up
}

# Runs a command on a node, as root.
#   on NODE COMMAND...
on() {
  local process="${node_process[$1]}"
  shift
  nsenter --target "${process}" --net --uts --mount --pid -- "$@"
}

# Nothing gets to the node or from it, and both sides hear of nothing, as with a pulled cable of a switch.
cut_off() { ip link set "to-$1" nomaster; }

rejoin() { ip link set "to-$1" master br0; }

# As if the power failed: all processes of the node end, and its /tmp is gone.
switch_off() {
  kill -KILL "${node_process[$1]}"
  unset "node_process[$1]"
}

# The first and the last core that this process may use.
first_core() { taskset --cpu-list --pid $$ | sed 's/.*: *\([0-9]*\).*/\1/'; }
last_core() { taskset --cpu-list --pid $$ | sed 's/.*[ ,-]//'; }
