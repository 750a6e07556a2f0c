#!/usr/bin/env bash
# Fuzzes one reader: packaging/fuzz.sh READER SECONDS. Prints executions and line coverage of its files.
# A crash leaves its input in build/fuzz/crashes; copy it to tests/data/READER when it is fixed.
set -euo pipefail
cd "$(dirname "$0")/.."
reader=${1:?usage: packaging/fuzz.sh READER SECONDS} seconds=${2:?usage: packaging/fuzz.sh READER SECONDS}
data=${WAFERSCOPE_SHARED_DATA:-../shared/data}
limit=65536  # bytes of one input: larger ones only make the search slow; seeds keep their length
case $reader in  # where seeds come from; which sources count for coverage
  onnx)        seeds="$data/onnx"; sources="core/io/onnx_*.cpp core/io/shape_context.cpp core/io/conv_geometry.cpp" ;;
  kineto)      seeds="$data/traces/kineto"; sources="core/io/kineto_*.cpp core/io/json_events.cpp core/io/trace_builder.cpp core/io/text_stream.cpp" ;;
  chakra)      seeds="$data/traces/chakra"; sources="core/io/chakra.cpp" ;;
  pytorch_et)  seeds="$data/traces/pytorch_et"; sources="core/io/pytorch_et*.cpp core/io/json_events.cpp" ;;
  scalesim)    seeds="$data/scalesim"; sources="core/io/scalesim.cpp" ;;
  kgraph)      seeds="$data/kgraph"; sources="core/io/kgraph*.cpp" ;;
  paint)       seeds="$data/kgraph/D_sample.paint"; sources="core/io/paint.cpp" ;;
  wgraph)      seeds=""; sources="core/io/wgraph_*.cpp" ;;
  gguf)        seeds=""; sources="core/io/gguf*.cpp core/io/weight_list.cpp" ;;
  safetensors) seeds=""; sources="core/io/safetensors.cpp core/io/llm_from_names.cpp core/io/weight_list.cpp" ;;
  hlo)         seeds=""; sources="core/io/hlo_*.cpp" ;;
  hf_config)   seeds="$data/hf"; sources="core/io/hf_config.cpp" ;;
  scenario)    seeds="resources/scenarios"; sources="core/io/scenario_json.cpp core/io/json_reader.cpp" ;;
  machine)     seeds="resources/machines resources/calibration resources/accuracy.json"; sources="core/io/machine_json.cpp core/io/json_reader.cpp" ;;
  session)     seeds="build/fuzz/sessions"; limit=1048576; sources="core/session/session.cpp core/session/run_parts.cpp" ;;
  *) echo "unknown reader $reader" >&2; exit 2 ;;
esac
. packaging/install.sh
install_sections build fuzz
cmake --preset fuzz >/dev/null
cmake --build --preset fuzz >/dev/null
corpus=build/fuzz/corpus/$reader crashes=build/fuzz/crashes log=build/fuzz/$reader.log
mkdir -p "$corpus" "$crashes"
if [ "$reader" = session ] && [ -x build/release/bin/waferscope ]; then  # real ones, made here: small runs of each kind
  mkdir -p build/fuzz/sessions
  for scenario in tests/data/session/*.json; do
    build/release/bin/waferscope run "$scenario" --out "build/fuzz/sessions/$(basename "$scenario" .json).wsp" >/dev/null
  done
  rm -f build/fuzz/sessions/*.bak
fi
[ ! -x build/release/bin/core_test ] || WAFERSCOPE_SEEDS=build/fuzz/seeds build/release/bin/core_test >/dev/null 2>&1 || true  # what tests write
seed() {  # every seed unfolded, cut to the limit and named by its content
  local name; name=$(sha1sum "$1" | cut -c1-16)
  [ -e "$corpus/seed_$name" ] || { case $1 in *packed*) cat "$1" ;; *.gz) zcat "$1" 2>/dev/null ;; *) cat "$1" ;; esac | head -c 2097152 >"$corpus/seed_$name"; } || true
}
for place in $seeds "tests/data/$reader" "build/fuzz/seeds/$reader"; do
  [ -e "$place" ] || continue
  find "$place" -type f ! -path 'tests/data/session/*' -print0 | while IFS= read -r -d '' file; do seed "$file"; done
done
export WAFERSCOPE_READER=$reader ASAN_OPTIONS=detect_leaks=0:allocator_may_return_null=1 UBSAN_OPTIONS=print_stacktrace=1
status=0
LLVM_PROFILE_FILE=/dev/null build/fuzz/bin/waferscope_fuzz -max_total_time="$seconds" -max_len="$limit" -timeout=10 -rss_limit_mb=4096 \
  -print_final_stats=1 -artifact_prefix="$crashes/$reader-" "$corpus" >"$log" 2>&1 || status=$?
executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
# Coverage of everything kept so far, seeds included.
LLVM_PROFILE_FILE=build/fuzz/$reader.profraw build/fuzz/bin/waferscope_fuzz -runs=0 "$corpus" >/dev/null 2>&1 || true
llvm-profdata-19 merge -sparse "build/fuzz/$reader.profraw" -o "build/fuzz/$reader.profdata"
# shellcheck disable=SC2086  # a list of patterns
covered=$(llvm-cov-19 report build/fuzz/bin/waferscope_fuzz -instr-profile="build/fuzz/$reader.profdata" $sources 2>/dev/null | awk '/^TOTAL/ {print $10}')
echo "$reader: ${executions:-?} executions in $seconds s, line coverage ${covered:-?}, status $status"
[ "$status" = 0 ] || { grep -nE "ERROR|SUMMARY|runtime error|libFuzzer|Test unit written" "$log" | head -5; exit 1; }
