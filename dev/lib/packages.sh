# shellcheck shell=bash
# Installs what is missing from Debian's (or Ubuntu's) packages, and nothing that is there.

# Each argument is PROGRAM:PACKAGE or /a/file:PACKAGE; installs the packages whose program or file is missing.
need_packages() {
  local pair what missing=()
  for pair in "$@"; do
    what=${pair%%:*}
    if [[ $what == /* ]]; then
      [[ -e $what ]] || missing+=("${pair#*:}")
    else
      command -v "$what" >/dev/null || missing+=("${pair#*:}")
    fi
  done
  ((${#missing[@]})) || return 0
  local log=$TIERCACHE_HOME/packages.log
  command -v apt-get >/dev/null || die "missing: ${missing[*]}" "install these packages (names of Debian)"
  ((EUID == 0)) || die "missing: ${missing[*]}" "apt-get install --no-install-recommends ${missing[*]}"
  say "        installing ${missing[*]}"
  if ! apt_get install -y --no-install-recommends "${missing[@]}" >"$log" 2>&1; then
    { apt_get update && apt_get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1 || {
      tail -n 10 "$log" >&2
      die "could not install ${missing[*]}" "see $log"
    }
  fi
}

# apt-get that waits for another one to finish and asks nothing.
apt_get() {
  DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@"
}
