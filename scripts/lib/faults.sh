# shellcheck shell=bash
# Sourced by the tests of clusters: waits for events, counts what passed, and prints the table of faults.

passed=0 failed=0 fault_table=()
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

# Notes a line of the table: what was done, the seconds until work went on, and what was lost by it.
note_fault() { fault_table+=("$1|$2|$3"); }

print_fault_table() {
  local row fault seconds lost
  printf '\n%-52s %12s  %s\n' fault 'recovered in' lost
  for row in "${fault_table[@]}"; do
    IFS='|' read -r fault seconds lost <<<"${row}"
    printf '%-52s %10s s  %s\n' "${fault}" "${seconds}" "${lost}"
  done
  echo
}

# The closing line, and the exit status.
finish() {
  [[ ${#fault_table[@]} -eq 0 ]] || print_fault_table
  echo "${passed} passed, ${failed} failed"
  [[ "${failed}" -eq 0 ]] && exit 0
  exit 1
}

# Prints the trials of a store without the seconds that they took, which are all that may differ.
#   trials_of STORE
# shellcheck disable=SC2154 # set by the test
trials_of() { "${seedsweep}" export --store "$1" --format jsonl | sed 's/,"seconds":[^,}]*//'; }

# Whether two files have the same bytes, and some.
same_bytes() { [[ -s "$1" ]] && cmp "$1" "$2"; }
