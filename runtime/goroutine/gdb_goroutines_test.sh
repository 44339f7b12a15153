#!/bin/bash
# Every goroutine with its backtrace, by gdb_goroutines.py, from a live process and from a core file.
#   gdb_goroutines_test.sh PROGRAM SCRIPT [skip]
set -u
program=$1
script=$2
folder=$(mktemp -d "${TEST_TMPDIR:-/tmp}/gdb_goroutines_test.XXXXXX")
trap 'rm -rf "$folder"' EXIT
ulimit -f 262144  # a core of 256 MiB at most: a sanitizer's would fill the disk

if [ "${3-}" = skip ]; then
  echo "skipped: built with a sanitizer"
  exit 0
fi
if ! command -v gdb > /dev/null; then
  echo "skipped: gdb is not installed"
  exit 0
fi

has() { # TEXT PATTERN WHAT
  echo "$1" | tr '\n' '~' | grep -qE "$2" || { echo "FAILED: $3"; echo "$1"; exit 1; }
}

check() { # NAME TEXT
  echo "--- $1"
  has "$2" 'goroutine 1 \[running\]:[^~]*~(warning[^~]*~)*#0 [^~]*StopHere' "main's goroutine runs"
  has "$2" 'goroutine 2 \[chan receive\]: created in goroutine 1 at [^~]*gdb_goroutines_test_program.cc:[0-9]+~(#[^~]*~)*#[0-9]+ [^~]*WaitsForOther[^~]*~(#[^~]*~)*#[0-9]+ [^~]*plait_fiber_(entry|start)' \
    "goroutine 2 waits in WaitsForOther"
  has "$2" 'goroutine 3 \[select \(no cases\)\]:' "goroutine 3 waits for nothing"
}

live=$(gdb -nx -batch -ex 'set width 0' -ex 'set pagination off' -ex 'break StopHere' -ex run -ex "source $script" \
  -ex plait-goroutines "$program" 2>&1)
if echo "$live" | grep -qi 'ptrace.*not permitted'; then
  echo "skipped: ptrace is not permitted here"
  exit 0
fi
check live "$live"

# The kernel's core, and not gdb's generate-core-file, which leaves out every mapping with a guard page in it.
pattern=$(cat /proc/sys/kernel/core_pattern)
case "$pattern" in
  */* | '|'*) echo "no core file here (core_pattern is $pattern): the live process only"; exit 0 ;;
esac
program=$(realpath "$program")
script=$(realpath "$script")
cd "$folder" || exit 1
ulimit -c 262144
gdb -nx -batch -ex 'break StopHere' -ex run -ex 'signal SIGABRT' "$program" > /dev/null 2>&1
cores=(core*)
if [ ! -e "${cores[0]}" ]; then
  echo "the kernel has written no core file: the live process only"
  exit 0
fi
check core "$(gdb -nx -batch -ex 'set width 0' -ex "source $script" -ex plait-goroutines "$program" "${cores[0]}" 2>&1)"
echo passed
