# shellcheck shell=bash
# Sourced by the tests of clusters: waits for events, counts what passed, and prints the table of faults.

passed=0 failed=0 same_results='-'
fault_names=() fault_seconds=() fault_losses=() fault_repeats=()
set -E
trap 'echo "${BASH_SOURCE[0]}: line ${LINENO}: \`${BASH_COMMAND}\` failed"' ERR

# check WHAT COMMAND...: one thing that must be so.
check() {
  local what="$1"
  shift
  if "$@"; then
    passed=$((passed + 1))
    echo "ok      ${what}"
  else
    failed=$((failed + 1))
    echo "FAILED  ${what}"
  fi
}

# Waits for an event, and sets `waited` to the seconds that it took. The bound is no expectation: it is far
# beyond what a busy machine takes, so that what never comes is told instead of waited for.
#   wait_until WHAT COMMAND...
wait_until() {
  local what="$1" begin now bound=$((SECONDS + ${SEEDSWEEP_TEST_BOUND:-240}))
  shift
  begin="$(date +%s%N)"
  until "$@" >/dev/null 2>&1; do
    if [[ "${SECONDS}" -ge "${bound}" ]]; then
      echo "did not come: ${what}"
      abandon
    fi
    sleep 0.1
  done
  now="$(date +%s%N)"
  waited="$(((now - begin) / 100000000))"
  waited="${waited%?}.${waited: -1}"
  [[ "${waited}" != .* ]] || waited="0${waited}"
}

# Ends a test that cannot go on. A test defines `explain`, which shows the ends of its logs.
abandon() {
  failed=$((failed + 1))
  explain | tail -n 60
  finish
}

# --- What the disturbed sweep is compared with ----------------------------------------------------------
#
# It has to be trained a second time. That is done meanwhile, by a core that the disturbed one does not use.

# Trains a specification's trials, in their order, until it is told how many it takes.
#   start_undisturbed SPECIFICATION
start_undisturbed() {
  undisturbed="$1"
  rm -f "${work}"/undisturbed.sqlite*
  # shellcheck disable=SC2154 # set by the test
  taskset --cpu-list "$(first_core)" "${seedsweep}" run "${undisturbed}" --trials "${many_trials}" \
    --store "${work}/undisturbed.sqlite" >/dev/null 2>&1 &
  undisturbed_run=$!
}

# Writes its first trials to the file `wanted`.
#   finish_undisturbed COUNT
finish_undisturbed() {
  kill -TERM "${undisturbed_run}"
  wait "${undisturbed_run}" 2>/dev/null || true
  # What is missing of them is trained now.
  "${seedsweep}" run "${undisturbed}" --trials "$1" --store "${work}/undisturbed.sqlite" >/dev/null 2>&1
  trials_of "${work}/undisturbed.sqlite" | sed -n "1,$1p" >"${work}/wanted"
}

# Whether the first trials of a store are those of the undisturbed run, to the byte.
#   has_wanted_trials STORE COUNT
has_wanted_trials() {
  trials_of "$1" | sed -n "1,$2p" >"${work}/found"
  [[ "$(wc -l <"${work}/wanted")" -eq "$2" ]] && same_bytes "${work}/wanted" "${work}/found"
}

# --- The table of faults ------------------------------------------------------------------------------
#
# A test defines `recorded`, the number of results that the coordinator has, and `repeated`, the number of
# trials that its store knows to have been trained twice; both print nothing while no coordinator is there.

# Begins a fault: a line of the table. Its seconds begin here.
#   begin_fault NAME
begin_fault() {
  count_repeats
  fault_names+=("$1")
  recorded_before="$(recorded)"
  repeated_before="$(repeated)"
  fault_began="$(date +%s%N)"
}

# Ends it: the seconds since its begin are those in which the sweep, or what was lost of it, has recovered.
#   end_fault [LOST]      LOST is - where it was not measured
end_fault() {
  local tenths="$((($(date +%s%N) - fault_began) / 100000000))"
  tenths="$(printf '%02d' "${tenths}")"
  fault_seconds+=("${tenths%?}.${tenths: -1} s")
  fault_losses+=("${1:--}")
}

# Trials that a fault had trained twice may be recorded until the next one begins.
count_repeats() {
  [[ "${#fault_repeats[@]}" -lt "${#fault_names[@]}" ]] || return 0
  local count
  count="$(repeated)"
  if [[ -z "${count}" || -z "${repeated_before}" ]]; then
    count='-'
  else
    # A store that was lost has lost this count, too.
    count="$((count > repeated_before ? count - repeated_before : 0))"
  fi
  fault_repeats+=("${count}")
}

# Results that were recorded before the fault, and were not when a coordinator answered again; `-` where that is not
# known.
lost_since() {
  local now
  now="$(recorded)"
  [[ -n "${recorded_before}" && -n "${now}" ]] || { echo '-' && return; }
  echo "$((recorded_before > now ? recorded_before - now : 0))"
}

print_fault_table() {
  local index format='%-52s  %-9s  %-5s  %-13s  %s\n'
  echo
  # shellcheck disable=SC2059
  printf "${format}" fault recovered lost 'trained twice' 'same bytes'
  for index in "${!fault_names[@]}"; do
    # shellcheck disable=SC2059
    printf "${format}" "${fault_names[index]}" "${fault_seconds[index]:-never}" "${fault_losses[index]:--}" \
      "${fault_repeats[index]:--}" "${same_results}"
  done
  echo
}

# The closing line, and the exit status.
finish() {
  [[ ${#fault_names[@]} -eq 0 ]] || print_fault_table
  echo "${passed} passed, ${failed} failed"
  [[ "${failed}" -eq 0 ]] && exit 0
  exit 1
}

# Checks the end of the sweep that met the faults, for the table too.
#   check_results WHAT COMMAND...
check_results() {
  local before="${failed}"
  check "$@"
  same_results=yes
  [[ "${failed}" -eq "${before}" ]] || same_results=NO
}

# The number of trials that a store knows to have been trained twice.
#   repeats_in STORE
repeats_in() { sqlite3 -readonly "$1" 'SELECT count(*) FROM confirmation' 2>/dev/null || true; }

# Prints the trials of a store without the seconds that they took, which are all that may differ.
#   trials_of STORE
# shellcheck disable=SC2154 # set by the test
trials_of() { "${seedsweep}" export --store "$1" --format jsonl | sed 's/,"seconds":[^,}]*//'; }

# Whether two files have the same bytes, and some.
same_bytes() { [[ -s "$1" ]] && cmp "$1" "$2"; }
