#!/bin/bash
# A parked fiber's backtrace, by gdb_goroutines.py, from a live process and from a core file.
#   gdb_test.sh PROGRAM SCRIPT [skip]
set -u
program=$1
script=$2
core=${TEST_TMPDIR:-/tmp}/gdb_test.$$.core
trap 'rm -f "$core"' EXIT
# A sanitizer's shadow memory would make it a core of 80 GB, which fills the disk; BUILD keeps those builds away from
# here, and this (256 MiB) whatever else might.
ulimit -f 262144

if [ "${3-}" = skip ]; then
  echo "skipped: built with a sanitizer"
  exit 0
fi
if ! command -v gdb > /dev/null; then
  echo "skipped: gdb is not installed"
  exit 0
fi

# Frames Leaf, Middle, Outer, entry, in this order, and nothing beyond the entry. (Where Bazel leaves the debug
# information out there are only names, but the tables that unwinding needs are always there.)
check() {
  echo "--- $1"
  echo "$2"
  names=$(echo "$2" | grep -oE '^#[1-9].*' | grep -oE 'Leaf|Middle|Outer|plait_fiber_(entry|start)' | tr '\n' ' ')
  case "$names" in
    *"Leaf Middle Outer plait_fiber_entry " | *"Leaf Middle Outer plait_fiber_start ") ;;
    *) echo "FAILED: wrong frames: $names"; exit 1 ;;
  esac
  if echo "$2" | grep -q 'Backtrace stopped'; then echo "FAILED: no clean end"; exit 1; fi
}

live=$(gdb -nx -batch -ex 'set width 0' -ex 'break StopHere' -ex run -ex "source $script" -ex 'plait-fiber &parked' \
  -ex 'echo own\n' -ex backtrace -ex "generate-core-file $core" "$program" 2>&1)
if echo "$live" | grep -qi 'ptrace.*not permitted'; then
  echo "skipped: ptrace is not permitted here"
  exit 0
fi
check live "${live%%own*}"
# Afterwards the thread's own stack is as before.
echo "${live##*own}" | grep -q '#1 .* main ()' || { echo "FAILED: main is gone"; echo "$live"; exit 1; }

check core "$(gdb -nx -batch -ex 'set width 0' -ex "source $script" -ex 'plait-fiber &parked' "$program" "$core" 2>&1)"
echo passed
