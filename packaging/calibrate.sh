#!/usr/bin/env bash
# Fits the cluster constants of resources/calibration on the published measurements again, prints the error of every
# set before and after, and writes resources/accuracy.json for both layers. Usage: packaging/calibrate.sh [DATA FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
data=${1:-../shared/data}
program=build/release/bin/waferscope
[ -x "$program" ] || packaging/run.sh --build-only
"$program" bench cluster --fit --data "$data/validation"
cmake --build --preset release >/dev/null   # a build that carries its resources takes the new constants
"$program" bench cluster --data "$data/validation" --write-accuracy resources/accuracy.json >/dev/null
"$program" bench wafer --write-accuracy resources/accuracy.json >/dev/null
git --no-pager diff --stat -- resources 2>/dev/null || true
