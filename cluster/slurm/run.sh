# shellcheck shell=bash
# Sourced by the jobs of a run: what coordinator.sbatch, workers.sbatch and sweep.sbatch have in common.
#
# A run has a folder that all nodes see (RUN below):
#   spec.yaml         the specification, as it was when the run was submitted
#   settings          the settings of submit.sh, which a job that is requeued finds unchanged
#   keys/             the keys of the coordinator, of all workers, and of a client
#   access.json       where the coordinator is now; written by it, read by workers and clients
#   seedsweep.sqlite  a copy of the results, renewed every few minutes and at the end
#   life              which start of the coordinator owns the run
#   workers.jobs      the job arrays of workers
#   done              the sweep's exit status, once it is over

# Sets the program to call, and the settings that have not been set. To be called with the run's folder.
load_run() {
  run="$1"
  if [[ -e "${run}/settings" ]]; then
    # shellcheck source=/dev/null
    source "${run}/settings"
  fi
  find_local_folder
  set_program
}

# Sets the folder for files of this node alone. A TMPDIR that comes from the login node need not exist here.
find_local_folder() {
  local folder
  local_folder=/tmp
  for folder in "${SLURM_TMPDIR:-}" "${TMPDIR:-}"; do
    if [[ -d "${folder}" && -w "${folder}" ]]; then
      local_folder="${folder}"
      break
    fi
  done
  local_folder="${SEEDSWEEP_LOCAL:-${local_folder}}"
}

# Sets `program`. In an image it sees the folders that are bound into it.
#   set_program [MORE_FOLDERS]
set_program() {
  program=("${SEEDSWEEP_PROGRAM:-seedsweep}")
  [[ -n "${SEEDSWEEP_IMAGE:-}" ]] || return 0
  local bind="${run}"
  # Where runs are submitted there may be no such disk.
  [[ -z "${SLURM_JOB_ID:-}" ]] || bind+=",${local_folder}"
  [[ -z "${SEEDSWEEP_DATA:-}" ]] || bind+=",${SEEDSWEEP_DATA}"
  [[ $# -eq 0 ]] || bind+=",$1"
  program=("${SEEDSWEEP_APPTAINER:-apptainer}" exec --bind "${bind}" "${SEEDSWEEP_IMAGE}" "${program[@]}")
}

say() { echo "$(date '+%F %T') ${SLURMD_NODENAME:-$(hostname)}: $*"; }

# Waits for a child, also where a signal with a handler comes meanwhile. Handlers set `interrupted`.
wait_for() {
  local last='' status
  while true; do
    interrupted=''
    status=0
    wait "$1" || status=$?
    # The child had been waited for before the signal came. Without one, 127 is a program that is not there.
    [[ "${status}" -ne 127 || -z "${last}" ]] || return "${last}"
    [[ -n "${interrupted}" ]] || return "${status}"
    last="${status}"
  done
}

# --- Signals -----------------------------------------------------------------------------------------

# When a job is cancelled, Slurm sends TERM to its script alone (proctrack/cgroup), or to all processes of the job
# (proctrack/linuxproc and pgid). A program that gets it twice ends at once. So the script passes TERM on only where
# a process beside the program, the witness, has not got it.
start_witness() {
  sleep infinity &
  witness=$!
}

end_witness() { kill -KILL "${witness}" 2>/dev/null || true; }

# To be called when the script gets TERM.
#   pass_term_on PROCESS
pass_term_on() {
  [[ -n "$1" ]] || return 0
  # Slurm goes through the processes of a job one after the other.
  sleep 1
  ! kill -0 "${witness}" 2>/dev/null || kill -TERM "$1" 2>/dev/null || true
}

# --- The store ---------------------------------------------------------------------------------------

# Makes a folder on this node's disk, and brings the results of earlier starts there.
fetch_store() {
  scratch="$(mktemp -d "${local_folder}/seedsweep-XXXXXX")"
  store="${scratch}/seedsweep.sqlite"
  [[ ! -e "${run}/seedsweep.sqlite" ]] || cp "${run}/seedsweep.sqlite" "${store}"
}

# Says that from now on this start of the coordinator is the one whose results are kept.
claim_run() {
  life="${SLURM_JOB_ID}.${SLURM_RESTART_COUNT:-0}"
  echo "${life}" >"${run}/life.new"
  mv "${run}/life.new" "${run}/life"
  # Whoever left it is gone, or on a node that was cut off.
  rm -f "${run}/access.json"
}

# Copies the store to the run's folder. It is complete there at any time.
save_store() {
  [[ -e "${store}" ]] || return 0
  # On a node that was cut off, a coordinator may go on although Slurm started another one elsewhere.
  if [[ "$(cat "${run}/life")" != "${life}" ]]; then
    say "another coordinator has this run now: its results stay"
    return 0
  fi
  # SQLite copies to this node's disk, and knows nothing of the other one; the copy's name is its last step.
  local copy="${scratch}/copy.sqlite" output
  rm -f "${copy}"
  if ! output="$("${program[@]}" backup "${copy}" --store "${store}" 2>&1 &&
    cp "${copy}" "${run}/seedsweep.sqlite.part" 2>&1 &&
    mv "${run}/seedsweep.sqlite.part" "${run}/seedsweep.sqlite" 2>&1)"; then
    say "warning: could not copy the results to ${run}: ${output}"
    return 1
  fi
}

# Copies the store every few minutes, as long as a coordinator runs. The first copy is made as soon as it
# has the store open: two starts from one copy would otherwise have the same epoch. TERM ends it after a copy, not in
# the middle of one, which would go on beside the last.
save_store_regularly() {
  local begin pause ending='' sleeper=''
  trap 'ending=1; kill "${sleeper}" 2>/dev/null || true' TERM
  until [[ -e "${run}/access.json" || -n "${ending}" ]]; do sleep 1; done
  while [[ -z "${ending}" ]]; do
    begin="${SECONDS}"
    save_store || true
    # A large store must not be copied all the time.
    pause=$((10 * (SECONDS - begin)))
    [[ "${pause}" -ge "${SEEDSWEEP_BACKUP_SECONDS:-300}" ]] || pause="${SEEDSWEEP_BACKUP_SECONDS:-300}"
    sleep "${pause}" &
    sleeper=$!
    [[ -n "${ending}" ]] || wait "${sleeper}" || true
    kill "${sleeper}" 2>/dev/null || true
  done
}

# --- The coordinator ---------------------------------------------------------------------------------

start_coordinator() {
  local advertise=() name="${SEEDSWEEP_ADVERTISE:-}"
  # On all addresses of a node, its name in Slurm is the one that other nodes know.
  [[ -n "${name}" || -n "${SEEDSWEEP_LISTEN:-}" ]] || name="${SLURMD_NODENAME:-}"
  [[ -z "${name}" ]] || advertise=(--advertise "${name}")
  # shellcheck disable=SC2154 # coordinator_options comes from the settings, or from sweep.sbatch
  "${program[@]}" coordinator "${run}/spec.yaml" --listen "${SEEDSWEEP_LISTEN:-tcp://*:*}" \
    "${advertise[@]}" --access "${run}/access.json" --keys "${run}/keys/coordinator" \
    --store "${store}" --exit-when-done "${coordinator_options[@]}" &
  # shellcheck disable=SC2034 # used by the jobs
  coordinator=$!
}

# Whether a coordinator's exit status says that the sweep is over: done, or done with failed trials; or
# that it can never be, for the specification or the arguments.
is_final() { [[ "$1" -le 2 ]]; }

# --- Workers -----------------------------------------------------------------------------------------

# Sets `worker`, the command of a worker in this job.
make_worker_command() {
  # Of a node that a job has for itself, or of CPUs asked for in another way, this is the number; what
  # Slurm confines the job to, the program sees by itself.
  export SLURM_CPUS_PER_TASK="${SLURM_CPUS_PER_TASK:-${SLURM_CPUS_ON_NODE:-1}}"
  make_cache
  set_program "${cache}"
  worker=("${program[@]}" worker --access "${run}/access.json" --keys "${run}/keys/worker" --cache "${cache}"
    --give-up-after "${SEEDSWEEP_PATIENCE:-1800}" --grace "${SEEDSWEEP_GRACE:-25}")
  [[ -z "${SEEDSWEEP_CACHE_SIZE:-}" ]] || worker+=(--cache-size "${SEEDSWEEP_CACHE_SIZE}")
  local left
  left="$(time_left)"
  [[ -z "${left}" ]] || worker+=(--time-limit "${left}")
}

# Makes the folder on this node's disk for data that the coordinator sends. All workers of a user on a node share
# it; where the site does not delete it with the job, the next job finds the data there.
make_cache() {
  cache="${SEEDSWEEP_CACHE:-${local_folder}/seedsweep-cache-$(id -u)}"
  (umask 077 && mkdir -p "${cache}")
  if [[ -z "${SEEDSWEEP_CACHE:-}" && ! -O "${cache}" ]]; then
    say "warning: ${cache} belongs to another user: data go to a folder of this job's own"
    cache="$(mktemp -d "${local_folder}/seedsweep-cache-XXXXXX")"
  fi
}

# Prints the time that is left of this job where the program does not know it from the environment:
# before version 23.02 Slurm gives no SLURM_JOB_END_TIME.
time_left() {
  [[ -z "${SLURM_JOB_END_TIME:-}" ]] || return 0
  local job="${SLURM_JOB_ID}" left
  [[ -z "${SLURM_ARRAY_TASK_ID:-}" ]] || job="${SLURM_ARRAY_JOB_ID}_${SLURM_ARRAY_TASK_ID}"
  left="$(squeue --noheader --job "${job}" --format %L 2>/dev/null)" || return 0
  # UNLIMITED, NOT_SET and INVALID are no times.
  [[ ! "${left}" =~ ^[0-9:-]+$ ]] || echo "${left}"
}

# Runs a worker under srun, where a crash would leave its node idle: it is started again. So a trial that
# crashes its workers is found out and recorded as failed.
run_worker() {
  make_worker_command
  local crashes=0 status stopped='' child=''
  trap 'interrupted=1 stopped=1; pass_term_on "${child}"' TERM
  start_witness
  trap end_witness EXIT
  while true; do
    "${worker[@]}" &
    child=$!
    status=0
    wait_for "${child}" || status=$?
    [[ "${status}" -ge 128 && -z "${stopped}" && "${crashes}" -lt 20 ]] || return "${status}"
    crashes=$((crashes + 1))
    say "the worker ended by signal $((status - 128)): started again"
  done
}

# Cancels workers that still wait in the queue; those that run hear from the coordinator that it is over.
cancel_waiting_workers() {
  [[ -s "${run}/workers.jobs" ]] || return 0
  local jobs
  mapfile -t jobs <"${run}/workers.jobs"
  scancel --quiet --state=PENDING "${jobs[@]}" || say "warning: could not cancel the workers that wait"
}

# --- The end -----------------------------------------------------------------------------------------

# Puts this job back into the queue to continue; fails where it was put back too often.
requeue() {
  local restarts="${SLURM_RESTART_COUNT:-0}" most="${SEEDSWEEP_RESTARTS:-100}"
  if [[ "${restarts}" -ge "${most}" ]]; then
    say "not put back into the queue: that was done ${restarts} times (SEEDSWEEP_RESTARTS)"
    return 1
  fi
  say "back into the queue, to continue"
  scontrol requeue "${SLURM_JOB_ID}"
}
