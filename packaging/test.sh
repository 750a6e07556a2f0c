#!/usr/bin/env bash
# Installs, builds and runs every test: offscreen, app_test once more under a virtual display, the demo headless.
set -euo pipefail
cd "$(dirname "$0")/.."
. packaging/install.sh
install_sections build test lint
cmake --preset release -DWAFERSCOPE_TESTS=ON >/dev/null
cmake --build --preset release
# What a newcomer sees must not need a file outside the repository.
env -u WAFERSCOPE_SHARED_DATA -u DISPLAY -u WAYLAND_DISPLAY timeout 300 packaging/run.sh >/dev/null
cmake --preset release -DWAFERSCOPE_TESTS=ON >/dev/null
cmake --build --preset release >/dev/null
timeout 900 xvfb-run -a -s "-screen 0 1920x1200x24" build/release/bin/app_test --gtest_brief=1
ctest --preset release --timeout 120
