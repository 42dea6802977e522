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

# The job's folder on this node's disk; whether results there are in no copy yet; and whether that was reported.
scratch='' unsaved='' reported=''

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

#   end_job STATUS ERROR
end_job() {
  say "error: $2"
  exit "$1"
}

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
  # Its end is no news for the log.
  disown "${witness}"
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

# Makes a folder on this node's disk, and brings the results of earlier starts there. `leave` removes it.
fetch_store() {
  local output
  output="$(mktemp -d "${local_folder}/seedsweep-XXXXXX" 2>&1)" ||
    end_job 3 "cannot make a folder on this node's disk (SEEDSWEEP_LOCAL): ${output}"
  scratch="${output}"
  store="${scratch}/seedsweep.sqlite"
  [[ -e "${run}/seedsweep.sqlite" ]] || return 0
  output="$(cp "${run}/seedsweep.sqlite" "${store}" 2>&1)" ||
    end_job 3 "cannot copy ${run}/seedsweep.sqlite to this node's disk: ${output}"
}

# To be called when the script of a coordinator's job exits. Results that are in no copy stay on this node's disk.
leave() {
  end_witness
  if [[ -n "${unsaved}" ]]; then
    [[ -n "${reported}" ]] || report_unsaved
    exit 3
  fi
  [[ -z "${scratch}" ]] || rm -rf "${scratch}"
}

# Says that from now on this start of the coordinator is the one whose results are kept.
claim_run() {
  life="${SLURM_JOB_ID}.${SLURM_RESTART_COUNT:-0}"
  local output
  # Whoever left the access file is gone, or on a node that was cut off.
  output="$({ replace "${run}/life" "${life}" && rm -f "${run}/access.json"; } 2>&1)" ||
    end_job 3 "cannot write to ${run}: ${output}"
}

# Writes a file of one line, which is there as a whole or not at all.
#   replace FILE LINE
replace() { echo "$2" >"$1.part" && mv "$1.part" "$1"; }

# Copies the store to the run's folder, where it is complete at any time. Fails with the reason in `save_error`.
save_store() {
  [[ -e "${store}" ]] || return 0
  local copy="${scratch}/copy.sqlite" owner
  # On a node that was cut off, a coordinator may go on although Slurm started another one elsewhere.
  owner="$(cat "${run}/life" 2>&1)" || { save_error="${owner}" && return 1; }
  if [[ "${owner}" != "${life}" ]]; then
    say "another coordinator has this run now: its results stay"
    replaced=1
    return 0
  fi
  # SQLite copies to this node's disk, and knows nothing of the other one; the copy's name is its last step.
  rm -f "${copy}"
  if save_error="$("${program[@]}" backup "${copy}" --store "${store}" 2>&1)" &&
    save_error="$(cp "${copy}" "${run}/seedsweep.sqlite.part" 2>&1)" &&
    save_error="$(mv "${run}/seedsweep.sqlite.part" "${run}/seedsweep.sqlite" 2>&1)"; then
    rm -f "${copy}"
    return 0
  fi
  # What there is of it would fill a disk that is full.
  rm -f "${copy}" "${run}/seedsweep.sqlite.part" 2>/dev/null || true
  return 1
}

# Saves the store when the coordinator has ended. Where the run's folder is full or away, it tries again for 30 s, or
# until KILL is near. Fails where the results are not saved, and where another coordinator has the run.
save_last_results() {
  local end=$((SECONDS + 30)) left='' replaced=''
  until save_store; do
    if [[ -z "${left}" ]]; then
      left="$(kill_wait)"
      say "warning: could not copy the results to ${run}, trying again: ${save_error}"
    fi
    # `stopped` says when TERM came, also while this waits.
    [[ -z "${stopped}" || "${end}" -le $((stopped + left - 4)) ]] || end=$((stopped + left - 4))
    if [[ "${SECONDS}" -ge "${end}" ]]; then
      report_unsaved
      return 1
    fi
    # TERM may be sent to it too.
    sleep 1 || true
  done
  unsaved=''
  [[ -z "${replaced}" ]]
}

# The seconds that Slurm leaves between TERM and KILL.
kill_wait() {
  local seconds
  seconds="$(timeout 3 scontrol show config 2>/dev/null | sed -n 's/^KillWait *= *\([0-9]*\) .*/\1/p')" || true
  echo "${seconds:-30}"
}

# Says where results are that could not be saved, and how they are.
report_unsaved() {
  reported=1
  local copy="${scratch}/copy.sqlite" node="${SLURMD_NODENAME:-$(hostname)}" save
  # It can be typed again where it fails.
  save="$(command_line rm -f "${copy}") && $(command_line "${program[@]}" backup "${copy}" --store "${store}")"
  save+=" && $(command_line cp "${copy}" "${run}/seedsweep.sqlite.part")"
  save+=" && $(command_line mv "${run}/seedsweep.sqlite.part" "${run}/seedsweep.sqlite")"
  say "error: results are not saved: ${save_error:-interrupted}; they stay on ${node} in ${store}. When ${run} can be" \
    "written, save them, and submit the run again to resume: srun --nodelist=${node} bash -c '${save//\'/\'\\\'\'}'"
}

# Prints a command as it can be typed.
command_line() {
  local line
  printf -v line '%q ' "$@"
  echo "${line% }"
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
    save_store || say "warning: could not copy the results to ${run}: ${save_error}"
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
  unsaved=1
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

# Writes that the sweep is over, once its results are saved.
write_done() {
  local output
  output="$(replace "${run}/done" "$1" 2>&1)" ||
    end_job 3 "the results are saved, but ${run}/done cannot be written (${output}): submit the run again to end it"
}

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
