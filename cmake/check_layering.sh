#!/usr/bin/env bash
# The layering test: who may include whom (docs/architecture.md). Usage: check_layering.sh ROOT [--self-test]
set -u
check() {
  local root=$1 bad=0
  deny() {  # deny FOLDER PATTERN REASON
    local hits
    [ -d "$root/$1" ] || return 0
    hits=$(grep -rnE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($2)" --include='*.hpp' --include='*.cpp' "$root/$1") || return 0
    echo "$hits" | sed "s|^$root/||; s|$|   <- $3|"
    bad=1
  }
  for layer in core sim views app tests; do deny $layer '\.\./' 'write includes from the root'; done
  for layer in core sim views app; do deny $layer 'QOpenGL' 'no QOpenGLWidget anywhere'; done
  deny core '(sim|views|app)/' 'core is below the others'
  deny core 'Q[A-Z]|vtk|thread>' 'core is plain C++'
  deny sim '(views|app)/|core/(io|session)/' 'engines see core/model only'
  deny sim 'Q[A-Z]|vtk|sqlite3|mpi\.h' 'engines know no GUI, no database'
  deny views '(app|sim)/|core/(io|session)/' 'views see core/model only'
  deny views 'sqlite3' 'views know no database'
  for folder in core/model core/io; do deny $folder 'sqlite3' 'SQLite lives in core/session'; done
  local headers
  headers=$(grep -rnlE '#include <(vtk|simdjson)' --include='*.hpp' "$root/core" "$root/sim" "$root/views" "$root/app" 2>/dev/null | grep -v '/views/scene/egl_window.hpp$')
  [ -z "$headers" ] || { echo "$headers   <- VTK and simdjson belong into .cpp files"; bad=1; }
  return $bad
}
if [ "${2:-}" = --self-test ]; then
  work=$(mktemp -d); trap 'rm -rf "$work"' EXIT
  n=0
  while IFS='|' read -r file line; do
    rm -rf "$work/t"; mkdir -p "$work/t/core" "$work/t/sim" "$work/t/views" "$work/t/app" "$(dirname "$work/t/$file")"
    echo "$line" > "$work/t/$file"
    if check "$work/t" >/dev/null; then echo "not caught: $line in $file"; exit 1; fi
    n=$((n + 1))
  done <<'CASES'
core/model/a.cpp|#include "../io/b.hpp"
core/model/a.cpp|#include "sim/simulate.hpp"
core/model/a.cpp|#include <QString>
core/model/a.cpp|#include <vtkActor.h>
core/model/a.cpp|#include <thread>
core/io/a.cpp|#include <sqlite3.h>
sim/a.cpp|#include "core/io/formats.hpp"
sim/a.cpp|#include "core/session/session.hpp"
sim/a.cpp|#include <QObject>
sim/a.cpp|#include <mpi.h>
views/a.cpp|#include "sim/simulate.hpp"
views/a.cpp|#include "app/cli/cli.hpp"
views/a.cpp|#include "core/session/session.hpp"
views/a.hpp|#include <vtkActor.h>
app/a.cpp|#include <QOpenGLWidget>
CASES
  rm -rf "$work/t"; mkdir -p "$work/t/core/model"
  echo '#include "core/model/a.hpp"' > "$work/t/core/model/a.cpp"
  check "$work/t" >/dev/null || { echo "a clean tree is refused"; exit 1; }
  echo "layering self-test: $n breaches caught"
  exit 0
fi
check "$1"
