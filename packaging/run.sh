#!/usr/bin/env bash
# Installs, builds and starts Waferscope. --build-only stops after the build; other arguments go to the program.
# Without a display the three-layer demo runs headless and writes out/compare.html and pictures.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/install.sh
install_sections build
cmake --preset release -DWAFERSCOPE_TESTS=OFF >/dev/null
cmake --build --preset release
[ "${1:-}" != "--build-only" ] || exit 0
program=build/release/bin/waferscope
if [ $# -gt 0 ]; then exec "$program" "$@"; fi
if [ -n "${DISPLAY:-}${WAYLAND_DISPLAY:-}" ]; then exec "$program" --demo; fi
mkdir -p out
"$program" compare resources/demos/01-three-layers.json --machines h100_sxm:8,cerebras_cs3:5,trainium2:16 --out out/demo.wsp
for view in map fabric timeline compare; do
  "$program" render out/demo.wsp --view "$view" --out "out/$view.png"
done
"$program" export out/demo.wsp --to html --out out/compare.html
echo "No display: see out/compare.html and out/*.png" >&2
