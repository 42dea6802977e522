# shellcheck shell=sh
# Sourced: processes that are remembered in a file and found again later.
#
# A number alone is not enough to end a process by: after a restart of the machine, or when numbers have gone
# round, it belongs to another one. The file says when the process began, too.

# Prints what tells a process from every other with the same number; fails where there is none.
identity() {
  if [ -r "/proc/$1/stat" ]; then
    # The 22nd field is when it began, in ticks since the machine did. The second is a name in parentheses
    # that may contain spaces.
    begin="$(sed 's/^.*) //' "/proc/$1/stat" 2>/dev/null | cut -d ' ' -f 1,20)" || return 1
    # One that has ended and is only waiting to be reaped (Z) is gone.
    case "${begin}" in '' | Z*) return 1 ;; esac
    echo "$1 ${begin#* } $(cat /proc/sys/kernel/random/boot_id)"
  elif [ -e /proc/self/stat ]; then
    return 1
  else
    begin="$(ps -o lstart= -p "$1")" && [ -n "${begin}" ] && echo "$1 ${begin}"
  fi
}

# remember FILE NUMBER
remember() { identity "$2" >"$1.new" && mv "$1.new" "$1"; }

# Prints the number of the process in a file; fails where that process is gone.
alive() {
  [ -r "$1" ] || return 1
  read -r number _ <"$1" || return 1
  [ "$(identity "${number}")" = "$(cat "$1")" ] && echo "${number}"
}

# Sends a signal to the process in a file, if it is still that one.
#   signal FILE NAME
signal() { number="$(alive "$1")" && kill -s "$2" "${number}"; }

# Waits until the process in a file is gone; fails where it is not after so many seconds.
#   wait_gone FILE SECONDS
wait_gone() {
  left="$(($2 * 5))"
  while alive "$1" >/dev/null; do
    [ "${left}" -gt 0 ] || return 1
    left=$((left - 1))
    sleep 0.2
  done
}
