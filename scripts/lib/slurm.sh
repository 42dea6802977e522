# shellcheck shell=bash
# Sourced by the test of Slurm, after nodes.sh: a Slurm of the test's own, with its own keys and folders.

# How Slurm finds the processes of a job, which decides which of them get a signal. Most sites have
# proctrack/cgroup; where no cgroups can be made here, the other one has to do.
choose_tracking() {
  tracking="${SEEDSWEEP_TEST_TRACKING:-}"
  [[ -z "${tracking}" ]] || return 0
  tracking=linuxproc
  local probe=/sys/fs/cgroup/freezer/seedsweep-probe
  if mkdir "${probe}" 2>/dev/null; then
    rmdir "${probe}"
    tracking=cgroup
  fi
}

# Slurm's cgroups are the host's, and stay when Slurm is killed: those of the test's nodes.
remove_cgroups() {
  local tries=20
  [[ -z "${had_cgroups:-}" ]] || return 0
  while list_cgroups | grep -q . && [[ "${tries}" -gt 0 ]]; do
    list_cgroups | xargs --replace=FOLDER find FOLDER -depth -type d -delete 2>/dev/null && break
    tries=$((tries - 1))
    sleep 0.2
  done
}

list_cgroups() { find /sys/fs/cgroup/*/ -maxdepth 1 -name 'slurm_node[0-9]' 2>/dev/null || true; }

# Starts munge, the controller on the head, and a daemon on each node.
#   start_slurm NODES
start_slurm() {
  # shellcheck disable=SC2154 # set by enter_namespaces
  slurm_folder="${work}/slurm"
  mkdir -p "${slurm_folder}/munge" "${slurm_folder}/state" "${slurm_folder}/spool"
  chmod 755 "${slurm_folder}" "${slurm_folder}/munge"
  export SLURM_CONF="${slurm_folder}/slurm.conf"
  local number names=()
  for ((number = 1; number <= $1; number++)); do
    names+=("${number}")
    mkdir "${slurm_folder}/spool/node${number}"
  done
  add_node "${names[@]}"
  choose_tracking
  write_slurm_configuration "$1"
  start_munge
  slurmctld -D >"${slurm_folder}/slurmctld.out" 2>&1 &
  for number in "${names[@]}"; do start_slurmd "node${number}"; done
  wait_until "Slurm's nodes are idle" slurm_is_up "$1"
}

start_munge() {
  local folder="${slurm_folder}/munge"
  head -c 1024 /dev/urandom >"${folder}/key"
  chmod 400 "${folder}/key"
  munged --socket="${folder}/socket" --key-file="${folder}/key" --log-file="${folder}/log" \
    --pid-file="${folder}/pid" --seed-file="${folder}/seed"
}

# It ends with its node. What is compared in the end has to be trained twice: here by one core, then by all.
start_slurmd() { { on "$1" taskset --cpu-list "$(last_core)" slurmd -D >"${slurm_folder}/$1.out" 2>&1 || true; } & }

slurm_is_up() { [[ "$(sinfo --noheader --Node --states=idle --format %N | wc -l)" -eq "$1" ]]; }

# Jobs go to the least loaded node. Slurm's own waits are short, and its scheduler does not collect submissions, so
# that the test need not wait: KillWait; how long a requeued job waits (cred_expire); and how long it takes to find
# that a node is down (SlurmdTimeout), which is set where a node is.
write_slurm_configuration() {
  cat >"${SLURM_CONF}" <<TEXT
ClusterName=test
SlurmctldHost=head(10.77.0.1)
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket=${slurm_folder}/munge/socket,cred_expire=${requeue_wait}
StateSaveLocation=${slurm_folder}/state
SlurmdSpoolDir=${slurm_folder}/spool/%n
SlurmctldPidFile=${slurm_folder}/slurmctld.pid
SlurmdPidFile=${slurm_folder}/%n.pid
SlurmctldLogFile=${slurm_folder}/slurmctld.log
SlurmdLogFile=${slurm_folder}/%n.log
ProctrackType=proctrack/${tracking}
TaskPlugin=task/none
MpiDefault=none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU,CR_LLN
SlurmdParameters=config_overrides
SchedulerParameters=batch_sched_delay=0,sched_min_interval=100000,sched_interval=1,bf_interval=1
ReturnToService=2
KillWait=10
MinJobAge=3600
SlurmdTimeout=300
NodeName=node[1-$1] CPUs=4 RealMemory=1000
PartitionName=main Nodes=ALL Default=YES MaxTime=60
TEXT
  cat >"${slurm_folder}/cgroup.conf" <<TEXT
CgroupPlugin=cgroup/v1
CgroupMountpoint=/sys/fs/cgroup
TEXT
}

# Sets the seconds after which Slurm takes a silent node for down.
#   set_node_timeout SECONDS
set_node_timeout() {
  sed -i "s/^SlurmdTimeout=.*/SlurmdTimeout=$1/" "${SLURM_CONF}"
  scontrol reconfigure
}
