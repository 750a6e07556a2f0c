# Sourced by run.sh and test.sh: installs what packaging/dependencies.txt lists and is missing.
# Usage: install_sections build [test] [lint]
install_sections() {
  local root missing="" section="" line wanted=" $* "
  root=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
  while read -r line; do
    case "$line" in
      ""|"#"*) continue ;;
      "["*"]") section=${line#[}; section=${section%]}; continue ;;
    esac
    case "$wanted" in *" $section "*) ;; *) continue ;; esac
    dpkg-query -W -f='${db:Status-Status}' "$line" 2>/dev/null | grep -qx installed || missing="$missing $line"
  done < "$root/dependencies.txt"
  [ -n "$missing" ] || return 0
  local sudo=""
  [ "$(id -u)" = 0 ] || sudo=sudo
  echo "installing:$missing" >&2
  $sudo apt-get update -qq >&2
  # shellcheck disable=SC2086  # a list of package names
  DEBIAN_FRONTEND=noninteractive $sudo apt-get install -y -qq --no-install-recommends $missing >&2
}
