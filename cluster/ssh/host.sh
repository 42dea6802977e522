#!/bin/sh
# The part of workers.sh that runs on a host, in the folder where this file is. It starts a worker that outlives
# the ssh session, and starts it again after a crash.
#
#   host.sh start OPTIONS...   unless it runs already; OPTIONS are those of `seedsweep worker`
#   host.sh status
#   host.sh stop SECONDS       lets it drain for so long
set -eu
cd "$(dirname "$0")"
. ./process.sh

start() {
  if alive supervisor.pid >/dev/null && number="$(alive worker.pid)"; then
    echo "running already, process ${number}"
    return
  fi
  # A worker whose supervisor was killed goes on with its trials, but nobody would start it again.
  end 30 >/dev/null
  [ ! -e worker.log ] || mv worker.log worker.log.old
  rm -f worker.status
  # A session of its own: the end of this one sends no signal there.
  setsid nohup sh ./host.sh supervise "$@" </dev/null >>worker.log 2>&1 &
  # Whoever asks next must find it, or its end.
  left=50
  until alive worker.pid >/dev/null || [ -e worker.status ]; do
    [ "${left}" -gt 0 ] || { echo "did not start" && return 3; }
    left=$((left - 1))
    sleep 0.1
  done
  # Options and keys that it cannot use end it at once.
  sleep 0.5
  number="$(alive worker.pid)" || { describe_end && return 3; }
  echo "started, process ${number}"
}

supervise() {
  remember supervisor.pid $$
  stopping='' crashes=0
  trap 'stopping=1; signal worker.pid TERM || true' TERM
  while true; do
    ./seedsweep worker "$@" &
    child=$!
    remember worker.pid "${child}" || true
    status=0
    wait "${child}" || status=$?
    # A signal to this shell ends the wait, not the worker.
    while kill -0 "${child}" 2>/dev/null; do
      status=0
      wait "${child}" || status=$?
    done
    { [ "${status}" -ge 128 ] && [ -z "${stopping}" ] && [ "${crashes}" -lt 20 ]; } || break
    crashes=$((crashes + 1))
    echo "the worker ended by signal $((status - 128)): started again"
    sleep 1
  done
  echo "${status}" >worker.status
}

status() {
  if number="$(alive worker.pid)"; then
    echo "running, process ${number}$(last_line)"
    return
  fi
  describe_end
  return 1
}

last_line() { [ ! -s worker.log ] || echo "; log: $(tail -n 1 worker.log | cut -c 1-120)"; }

describe_end() {
  if [ -e worker.status ]; then
    echo "ended with status $(cat worker.status)$(last_line)"
  else
    echo "not running$(last_line)"
  fi
}

# Ends the worker and its supervisor, with force where they do not end in time.
end() {
  signal supervisor.pid TERM || signal worker.pid TERM || true
  wait_gone worker.pid "$1" || {
    signal supervisor.pid KILL || true
    signal worker.pid KILL || true
    wait_gone worker.pid 5 || return 3
  }
  wait_gone supervisor.pid 5 || signal supervisor.pid KILL || true
}

stop() {
  alive worker.pid >/dev/null || { echo "was not running" && return; }
  end "$1" || { echo "process $(alive worker.pid) does not end" && return 3; }
  echo "stopped"
}

command="$1"
shift
"${command}" "$@"
