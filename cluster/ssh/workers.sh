#!/usr/bin/env bash
# Starts, restarts and stops workers on a list of hosts over ssh, from one machine. See README.md beside this.
# shellcheck disable=SC2317 # the functions named ..._host are called by name
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=cluster/ssh/process.sh
source "${here}/process.sh"

usage() {
  cat <<'TEXT'
usage: workers.sh start|restart|status|stop --hosts FILE [options]

  start      copy what is missing and start a worker on each host where none runs; where one does, renew the
             address of the coordinator
  restart    stop, then start
  status     show one line for each host
  stop       let the workers hand back their trials and end

  --hosts FILE     one host a line: HOST [SLOTS] [options of `seedsweep worker`]; HOST as ssh knows it, SLOTS a
                   number or - for what the host has; # begins a comment
  --access FILE    the coordinator's access file on this machine (start, restart)
  --keys DIR       the workers' keys, such as keys/worker of `seedsweep keys new --pair keys` (start, restart)
  --insecure       no keys: for a trusted network, and a coordinator that runs with --insecure (start, restart)
  --program FILE   the program to copy to the hosts (default: seedsweep of the PATH); - uses the one of each
                   host's PATH
  --tunnel PORT    reach the coordinator through ssh, which listens at 127.0.0.1:PORT of each host and is kept
                   open from this machine
  --folder DIR     folder on the hosts, from the home directory (default: .seedsweep)
  --grace SECONDS  time to finish or hand back trials when stopped (default: 25)
  --parallel N     hosts at a time (default: 16)
  --ssh COMMAND    how to call ssh (default: ssh), such as "ssh -i key -p 2222"

Exit status: 0 all hosts; 1 (status) a worker does not run; 2 unusable arguments; 3 a host failed: it has a
line of its own, and the others are not affected.
TEXT
}

fail() {
  echo "error: $2" >&2
  exit "$1"
}

parse() {
  command="${1:-}"
  case "${command}" in
    start | restart | status | stop) shift ;;
    --help | -h) usage && exit 0 ;;
    *) fail 2 "say what to do: start, restart, status or stop (see --help)" ;;
  esac
  hosts='' access='' keys='' program=seedsweep tunnel='' folder=.seedsweep grace=25 parallel=16 ssh=(ssh) insecure=''
  while [[ $# -gt 0 ]]; do
    case "$1" in
      --help | -h) usage && exit 0 ;;
      --hosts | --access | --keys | --program | --tunnel | --folder | --grace | --parallel | --ssh)
        [[ $# -ge 2 && -n "$2" ]] || fail 2 "$1 needs a value (see --help)"
        if [[ "$1" == --ssh ]]; then read -r -a ssh <<<"$2"; else printf -v "${1#--}" %s "$2"; fi
        shift 2
        ;;
      --insecure) insecure=1 && shift ;;
      *) fail 2 "unknown option $1 (see --help)" ;;
    esac
  done
  check_options
}

check_options() {
  [[ -n "${hosts}" ]] || fail 2 "--hosts FILE is missing (see --help)"
  [[ -r "${hosts}" ]] || fail 2 "cannot read ${hosts}"
  [[ "${grace}" =~ ^[0-9]{1,5}$ ]] || fail 2 "--grace ${grace}: a number of seconds"
  [[ "${parallel}" =~ ^[1-9][0-9]{0,3}$ ]] || fail 2 "--parallel ${parallel}: 1 to 9999"
  [[ "${folder}" =~ ^[A-Za-z0-9._/-]+$ ]] || fail 2 "--folder ${folder}: letters, digits, and . _ - /"
  [[ -z "${tunnel}" || "${tunnel}" =~ ^[1-9][0-9]{0,4}$ ]] || fail 2 "--tunnel ${tunnel}: a port of the hosts"
  ssh+=(-o BatchMode=yes -o ConnectTimeout=10 -o ServerAliveInterval=5 -o ServerAliveCountMax=3)
  [[ "${command}" =~ start ]] || return 0
  [[ -n "${access}" ]] || fail 2 "--access FILE is missing: the file that \`seedsweep coordinator --access FILE\` writes"
  [[ -r "${access}" ]] || fail 2 "cannot read ${access}: is the coordinator running?"
  [[ -z "${keys}" || -z "${insecure}" ]] || fail 2 "--keys and --insecure: one or the other"
  # Without keys, a tunnel ends at the host's loopback, and anything else has to be asked for.
  [[ -n "${keys}${insecure}${tunnel}" ]] ||
    fail 2 "how workers reach the coordinator is missing: --keys DIR, or --insecure on a trusted network"
  [[ -z "${keys}" || -d "${keys}" ]] || fail 2 "there is no folder of keys ${keys}"
  [[ "${program}" == - ]] && return
  program="$(command -v -- "${program}")" || fail 2 "there is no program to copy: give it with --program"
}

# Reads the hosts into three arrays.
read_hosts() {
  names=() slots=() options=()
  local name slot rest
  # Also a last line without an end.
  while read -r name slot rest || [[ -n "${name}" ]]; do
    [[ -n "${name}" ]] || continue
    [[ "${slot:--}" == - || "${slot}" =~ ^[1-9][0-9]*$ ]] ||
      fail 2 "${hosts}: ${name}: \`${slot}\` are no slots: write a number, or - for what the host has"
    # Two workers of one folder would share their files.
    [[ " ${names[*]} " != *" ${name} "* ]] || fail 2 "${hosts}: ${name} is there twice"
    names+=("${name}") slots+=("${slot:--}") options+=("${rest}")
  done < <(sed 's/#.*//' "${hosts}")
  [[ ${#names[@]} -gt 0 ]] || fail 2 "${hosts} names no host"
}

# Calls a function for each host, some at a time, and says for how many it failed. What it prints becomes one
# line, headed by the host.
for_each_host() {
  local index running=0 failures=0
  for index in "${!names[@]}"; do
    if [[ "${running}" -ge "${parallel}" ]]; then
      wait -n || failures=$((failures + 1))
      running=$((running - 1))
    fi
    report_host "$1" "${index}" &
    running=$((running + 1))
  done
  while [[ "${running}" -gt 0 ]]; do
    wait -n || failures=$((failures + 1))
    running=$((running - 1))
  done
  [[ "${failures}" -eq 0 ]] || return 1
}

report_host() {
  local output status=0
  output="$("$1" "$2" 2>&1 </dev/null)" || status=$?
  # ssh's own failures.
  [[ "${status}" -ne 255 ]] || output="unreachable: ${output}"
  output="${output//$'\r'/}"
  printf '%-24s %s\n' "${names[$2]}" "${output//$'\n'/; }"
  return "${status}"
}

# Runs a shell command on a host, whatever the user's own shell there is.
#   on_host INDEX COMMAND
on_host() { "${ssh[@]}" "${names[$1]}" "exec sh -c $(quoted "$2")"; }

quoted() { printf "'%s'" "${1//\'/\'\\\'\'}"; }

# --- Start -------------------------------------------------------------------------------------------

start_host() {
  local with_program='' found
  if [[ "${program}" != - ]]; then
    # The program is large, and mostly there already.
    found="$(on_host "$1" "sha256sum ${folder}/seedsweep 2>/dev/null || true")" || return
    [[ "${found%% *}" == "${program_digest}" ]] || with_program=1
  fi
  [[ -z "${tunnel}" ]] || open_tunnel "$1" || return
  # The access file gets its name last: a worker that runs may read it at any time.
  pack "${with_program}" |
    on_host "$1" "umask 077 && mkdir -p ${folder} && tar -xf - -C ${folder} &&
      mv ${folder}/access.json.new ${folder}/access.json && $(start_command "$1")"
}

# Prints what the host's shell is to run once the files are there.
start_command() {
  local arguments=(--access access.json --grace "${grace}")
  [[ -z "${keys}" ]] || arguments+=(--keys keys)
  [[ -z "${insecure}" ]] || arguments+=(--insecure)
  [[ "${slots[$1]}" == - ]] || arguments+=(--slots "${slots[$1]}")
  local extra
  read -r -a extra <<<"${options[$1]}"
  printf 'sh %s/host.sh start' "${folder}"
  local argument
  for argument in "${arguments[@]}" "${extra[@]}"; do printf ' %s' "$(quoted "${argument}")"; done
}

# Writes an archive of what a host needs to standard output. A worker reads the access file again whenever it
# has lost the coordinator, so a new one is enough for a worker that runs.
pack() {
  local staging
  staging="$(mktemp -d)"
  cp "${here}/host.sh" "${here}/process.sh" "${staging}"
  if [[ -n "${tunnel}" ]]; then
    sed "s|\"address\" *: *\"[^\"]*\"|\"address\":\"tcp://127.0.0.1:${tunnel}\"|" "${access}"
  else
    cat "${access}"
  fi >"${staging}/access.json.new"
  [[ -z "${keys}" ]] || cp -r "${keys}" "${staging}/keys"
  if [[ "${program}" == - ]]; then
    # shellcheck disable=SC2016 # expanded on the host
    printf '#!/bin/sh\nexec seedsweep "$@"\n' >"${staging}/seedsweep"
  elif [[ -n "$1" ]]; then
    cp "${program}" "${staging}/seedsweep"
  fi
  [[ ! -e "${staging}/seedsweep" ]] || chmod 755 "${staging}/seedsweep"
  chmod -R go-rwx "${staging}"
  tar -cf - -C "${staging}" .
  rm -rf "${staging}"
}

# --- Tunnels -----------------------------------------------------------------------------------------

# Where this machine remembers the tunnels that it keeps.
tunnel_file() {
  local state="${XDG_STATE_HOME:-${HOME}/.local/state}/seedsweep"
  mkdir -p "${state}"
  echo "${state}/tunnel-${names[$1]//[^A-Za-z0-9.-]/_}-${folder//\//_}"
}

# Opens a tunnel to a host, unless there is one with the same port, access file and ssh.
open_tunnel() {
  local file wanted
  file="$(tunnel_file "$1")"
  wanted="${tunnel} $(absolute "${access}") ${ssh[*]}"
  if alive "${file}" >/dev/null; then
    [[ "$(cat "${file}.options" 2>/dev/null)" != "${wanted}" ]] || return 0
    close_tunnel "$1"
  fi
  echo "${wanted}" >"${file}.options"
  # Its own session, like the worker's.
  # shellcheck disable=SC2016 # expanded by the inner shell
  setsid nohup bash -c 'source "$1"; shift; keep_tunnel "$@"' tunnel "${here}/tunnel.sh" "${file}" \
    "$(absolute "${access}")" "${tunnel}" "${ssh[@]}" "${names[$1]}" </dev/null >"${file}.log" 2>&1 &
  local left=100
  until alive "${file}" >/dev/null; do
    [[ "${left}" -gt 0 ]] || { echo "the tunnel did not start; see ${file}.log" && return 3; }
    left=$((left - 1))
    sleep 0.1
  done
}

absolute() { realpath --no-symlinks -- "$1"; }

close_tunnel() {
  local file
  file="$(tunnel_file "$1")"
  signal "${file}" TERM || return 0
  wait_gone "${file}" 5 || signal "${file}" KILL || true
  rm -f "${file}" "${file}.log" "${file}.options"
}

# --- The other commands ------------------------------------------------------------------------------

# Runs host.sh where there is one.
call_host() {
  on_host "$1" "if [ -e ${folder}/host.sh ]; then exec sh ${folder}/host.sh $2; fi; echo 'no worker was started here'; exit $3"
}

status_host() { call_host "$1" status 1; }

stop_host() {
  local status=0
  call_host "$1" "stop ${grace}" 0 || status=$?
  close_tunnel "$1"
  return "${status}"
}

restart_host() {
  stop_host "$1" || return
  start_host "$1"
}

main() {
  parse "$@"
  read_hosts
  if [[ "${command}" =~ start && "${program}" != - ]]; then
    program_digest="$(sha256sum "${program}" | cut -d ' ' -f 1)"
  fi
  if for_each_host "${command}_host"; then exit 0; fi
  [[ "${command}" == status ]] && exit 1
  exit 3
}

main "$@"
