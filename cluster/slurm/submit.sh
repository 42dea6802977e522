#!/usr/bin/env bash
# Runs a sweep as Slurm jobs: one for the coordinator, and arrays of workers. See README.md beside this.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"

usage() {
  cat <<'TEXT'
usage: submit.sh SPEC [options] [-- options of `seedsweep coordinator`]
       submit.sh --run DIR [--workers …] [-- options]

Submits a sweep: a job for the coordinator, job arrays for the workers, and one that cleans up after them.
Without SPEC, continues the run in a folder, or adds workers to it while its coordinator is in the queue. Options
after -- replace those of the run.

  --run DIR            folder of the run, on a file system that all nodes mount
                       (default: ./seedsweep-runs/NAME, after the file's name)
  --workers "N[%M] [sbatch options]"
                       N workers in all, at most M of them at a time, and how they are submitted, such as
                       "8 --cpus-per-task=16 --partition=long"; repeat it for other kinds of nodes
                       (default: 4; each on one CPU)
  --coordinator "sbatch options"
                       how the coordinator is submitted, such as "--time=2-0 --partition=long"
  --program FILE       the program, on a file system that all nodes mount (default: seedsweep of the PATH)
  --image FILE         an Apptainer image that has the program; --program is then its name there
  --data DIR           base directory for relative data paths of the specification; workers get the data from
                       the coordinator
  --listen ADDRESS     where the coordinator listens, such as tcp://ib0:* (default: tcp://*:*)
  --help               this text

Options that both kinds of jobs need, such as account and partition, are given once by Slurm's own variables
SBATCH_ACCOUNT, SBATCH_PARTITION and so on. README.md lists further settings, which are variables.
Exit status: 0 submitted; 2 unusable arguments; 3 Slurm or the file system refused.
TEXT
}

fail() {
  echo "error: $2" >&2
  exit "$1"
}

parse() {
  specification='' run='' coordinator_sbatch='' worker_arrays=() coordinator_options=()
  while [[ $# -gt 0 ]]; do
    case "$1" in
      --help | -h) usage && exit 0 ;;
      --) shift && coordinator_options=("$@") && break ;;
      --run | --workers | --coordinator | --program | --image | --data | --listen)
        [[ $# -ge 2 && -n "$2" ]] || fail 2 "$1 needs a value (see --help)"
        set_option "$1" "$2"
        shift
        ;;
      -*) fail 2 "unknown option $1 (see --help); options of the coordinator come after --" ;;
      *)
        [[ -z "${specification}" ]] || fail 2 "one specification: ${specification} or $1"
        specification="$1"
        ;;
    esac
    shift
  done
  [[ -n "${specification}${run}" ]] || fail 2 "name a specification, or a run to continue with --run DIR (see --help)"
}

set_option() {
  case "$1" in
    --run) run="$2" ;;
    --workers)
      [[ "$2" =~ ^[1-9][0-9]*(%[1-9][0-9]*)?([[:space:]].*)?$ ]] ||
        fail 2 "--workers \"$2\": begin with a number, such as 8 or 40%8, and then options of sbatch"
      worker_arrays+=("$2")
      ;;
    --coordinator) coordinator_sbatch="$2" ;;
    --program) SEEDSWEEP_PROGRAM="$2" ;;
    --image) SEEDSWEEP_IMAGE="$(absolute "$2")" ;;
    --data) SEEDSWEEP_DATA="$(absolute "$2")" ;;
    --listen) SEEDSWEEP_LISTEN="$2" ;;
  esac
}

absolute() { realpath --no-symlinks -- "$1"; }

# Where there is no image, the program's whole path: the jobs have another PATH.
find_program() {
  local found
  if [[ -n "${SEEDSWEEP_IMAGE:-}" ]]; then
    found="${SEEDSWEEP_APPTAINER:-apptainer}"
    command -v -- "${found}" >/dev/null ||
      fail 3 "there is no ${found} here, which --image needs: load it, or name it in SEEDSWEEP_APPTAINER"
    SEEDSWEEP_IMAGE="$(absolute "${SEEDSWEEP_IMAGE}")"
    [[ -r "${SEEDSWEEP_IMAGE}" ]] || fail 2 "cannot read the image ${SEEDSWEEP_IMAGE}"
    return
  fi
  found="$(command -v -- "${SEEDSWEEP_PROGRAM:-seedsweep}")" ||
    fail 2 "there is no program ${SEEDSWEEP_PROGRAM:-seedsweep}: give its path with --program"
  SEEDSWEEP_PROGRAM="$(absolute "${found}")"
}

# The settings that jobs use, as they are now: a job that is requeued in a week finds them.
write_settings() {
  local name
  {
    echo "# Written by submit.sh; read by the jobs of this run."
    for name in SEEDSWEEP_PROGRAM SEEDSWEEP_IMAGE SEEDSWEEP_APPTAINER SEEDSWEEP_DATA SEEDSWEEP_LISTEN \
      SEEDSWEEP_ADVERTISE SEEDSWEEP_LOCAL SEEDSWEEP_BACKUP_SECONDS SEEDSWEEP_PATIENCE SEEDSWEEP_GRACE \
      SEEDSWEEP_RESTARTS SEEDSWEEP_CACHE SEEDSWEEP_CACHE_SIZE; do
      [[ -z "${!name:-}" ]] || printf 'export %s=%q\n' "${name}" "${!name}"
    done
    printf 'coordinator_options=('
    [[ ${#coordinator_options[@]} -eq 0 ]] || printf '%q ' "${coordinator_options[@]}"
    printf ')\n'
  } >"${run}/settings.part" || fail 3 "cannot write to ${run}"
  mv "${run}/settings.part" "${run}/settings" || fail 3 "cannot write to ${run}"
}

# Makes the run's folder with everything that its jobs need.
make_run() {
  [[ -f "${specification}" && -r "${specification}" ]] || fail 2 "cannot read the specification ${specification}"
  [[ -n "${run}" ]] || run="seedsweep-runs/$(basename "${specification%.y*ml}")"
  run="$(absolute "${run}")"
  [[ ! -e "${run}/settings" ]] ||
    fail 2 "${run} is a run already: continue it with \`--run ${run}\` alone, or name another folder"
  find_program
  # A run may be continued from elsewhere.
  export SEEDSWEEP_DATA="${SEEDSWEEP_DATA:-${PWD}}"
  mkdir -p "${run}/keys" || fail 3 "cannot make ${run}"
  {
    chmod 700 "${run}/keys" && cp "${specification}" "${run}/spec.yaml" && : >"${run}/workers.jobs" &&
      cp "${here}/run.sh" "${here}/coordinator.sbatch" "${here}/workers.sbatch" "${run}/"
  } || fail 3 "cannot write to ${run}"
  load_program
  check_specification
  [[ -e "${run}/keys/coordinator" ]] || "${program[@]}" keys new --pair "${run}/keys" ||
    fail 3 "cannot make keys in ${run}/keys"
  # Last: a folder without it is no run yet, and the same command can be given again.
  write_settings
}

load_program() {
  # shellcheck source=cluster/slurm/run.sh
  source "${here}/run.sh"
  load_run "${run}"
}

# What is wrong with the specification is better said here than in the log of a job.
check_specification() {
  local status=0
  "${program[@]}" check "${run}/spec.yaml" >/dev/null || status=$?
  [[ "${status}" -ne 2 ]] || fail 2 "${specification} cannot be run: see above"
  [[ "${status}" -eq 0 ]] || fail 3 "$(command_line "${program[@]}") fails with status ${status}: see above"
}

# Opens a run that exists, with its settings; options of the coordinator that are given now replace those.
open_run() {
  local given=("${coordinator_options[@]}")
  run="$(absolute "${run}")"
  [[ -e "${run}/settings" ]] || fail 2 "${run} is no run: give a specification to begin one"
  load_program
  [[ ${#given[@]} -gt 0 ]] || return 0
  ! has_coordinator || fail 2 "the coordinator of ${run} runs already: its options cannot be changed"
  coordinator_options=("${given[@]}")
  write_settings
}

# Whether the coordinator's job is in the queue, waiting or running.
has_coordinator() {
  [[ -s "${run}/coordinator.job" ]] &&
    [[ -n "$(squeue --noheader --job "$(cat "${run}/coordinator.job")" --format %i 2>/dev/null)" ]]
}

# Submits the coordinator, held: it must not end before everything else is in its place. Its options come
# from the first submission where a run is continued.
submit_coordinator() {
  local options=()
  [[ -z "${coordinator_sbatch}" ]] || echo "${coordinator_sbatch}" >"${run}/coordinator.options"
  [[ ! -e "${run}/coordinator.options" ]] || read -r -a options <"${run}/coordinator.options"
  rm -f "${run}/done"
  : >"${run}/workers.jobs"
  coordinator="$(sbatch --parsable --hold --output="${run}/coordinator.log" "${options[@]}" \
    "${run}/coordinator.sbatch" "${run}")" || fail 3 "sbatch refused the coordinator"
  # Of several clusters, sbatch names the one too.
  coordinator="${coordinator%%;*}"
  submitted+=("${coordinator}")
}

# Submits one array of workers: "N[%M] [options]". They begin after the coordinator has, so that none of
# them waits for it on a node; a coordinator that runs already is no dependency any more.
submit_workers() {
  local count="${1%%[[:space:]]*}" options=() job
  read -r -a options <<<"${1#"${count}"}"
  job="$(sbatch --parsable --dependency="after:${coordinator}" --array="1-${count}" \
    --output="${run}/worker-%A_%a.log" "${options[@]}" "${run}/workers.sbatch" "${run}")" ||
    fail 3 "sbatch refused the workers ($1)"
  job="${job%%;*}"
  submitted+=("${job}")
  echo "${job}" >>"${run}/workers.jobs"
  echo "workers      job ${job}: $1"
}

# Submits what cancels workers where the coordinator could not: it was cancelled, or its node died. The
# coordinator's job being requeued is not its end.
submit_cleanup() {
  local job
  job="$(sbatch --parsable --dependency="afterany:${coordinator}" --job-name=seedsweep-cleanup --time=1 \
    --output=/dev/null --wrap "xargs -r scancel --quiet <'${run//\'/\'\\\'\'}/workers.jobs'")" ||
    fail 3 "sbatch refused the job that cleans up"
  submitted+=("${job%%;*}")
}

# Nothing is left in the queue where not everything could be submitted.
withdraw() {
  [[ "$1" -eq 0 || ${#submitted[@]} -eq 0 ]] || scancel --quiet "${submitted[@]}" || true
}

submit_all() {
  submitted=()
  trap 'withdraw $?' EXIT
  [[ ${#worker_arrays[@]} -gt 0 ]] || worker_arrays=(4)
  local array
  if has_coordinator; then
    coordinator="$(cat "${run}/coordinator.job")"
    echo "coordinator  job ${coordinator}, in the queue already"
    for array in "${worker_arrays[@]}"; do submit_workers "${array}"; done
    return
  fi
  submit_coordinator
  echo "coordinator  job ${coordinator}"
  for array in "${worker_arrays[@]}"; do submit_workers "${array}"; done
  submit_cleanup
  echo "${coordinator}" >"${run}/coordinator.job" || fail 3 "cannot write to ${run}"
  scontrol release "${coordinator}" || fail 3 "could not release job ${coordinator}"
}

# The commands that come next, as they can be typed.
print_commands() {
  local access=(--access "${run}/access.json" --keys "${run}/keys/client")
  cat <<TEXT
status       $(command_line "${program[@]}" status "${access[@]}")
progress     $(command_line "${program[@]}" watch "${access[@]}")
results      $(command_line "${program[@]}" report --store "${run}/seedsweep.sqlite")
cancel       scancel ${coordinator}
TEXT
}

parse "$@"
command -v sbatch >/dev/null || fail 3 "there is no sbatch here: run this where Slurm's commands are"
if [[ -n "${specification}" ]]; then make_run; else open_run; fi
echo "run          ${run}"
submit_all
print_commands
