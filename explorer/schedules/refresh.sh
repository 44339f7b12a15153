#!/bin/bash
# bazel run //x:y.schedules: brings the kept schedules of an explored test up to date, and keeps what it finds now.
#   refresh.sh TEST FOLDER [flags of the test]
set -u
test=$1
folder=${BUILD_WORKSPACE_DIRECTORY:?call it by bazel run}/$2
shift 2
mkdir -p "$folder"
unset PLAIT_SCHEDULES
"./$test" --plait_refresh="$folder" "$@"
