#!/usr/bin/env bash
# Takes the pictures of README.md and of the welcome tiles again, from the real demos.
set -euo pipefail
cd "$(dirname "$0")/.."
export QT_QPA_PLATFORM=offscreen
program=build/release/bin/waferscope
"$program" --demo=1 --screenshot-part panes --screenshot resources/demos/01-three-layers.png
"$program" --demo=2 --screenshot-part panes --screenshot resources/demos/02-training-step.png
"$program" --demo=1 --screenshot docs/window.png
