# shellcheck shell=bash
# Installs what is missing from Debian's (or Ubuntu's) packages, and nothing that is there.

# Sets MISSING to the packages that are wanted and not there. Each argument is PROGRAM:PACKAGE or /a/file:PACKAGE.
find_missing() {
  local pair what
  MISSING=()
  for pair in "$@"; do
    what=${pair%%:*}
    if [[ $what == /* ]]; then
      [[ -e $what ]] || MISSING+=("${pair#*:}")
    else
      [[ -n $(type -P "$what") ]] || MISSING+=("${pair#*:}")
    fi
  done
}

# Installs the packages whose program or file is missing: arguments as above. Two at a time wait for each other.
need_packages() {
  find_missing "$@"
  ((${#MISSING[@]})) || return 0
  [[ -n $(type -P apt-get) ]] || die "missing: ${MISSING[*]}" "install these packages (names of Debian)"
  ((EUID == 0)) || die "missing: ${MISSING[*]}" "apt-get install --no-install-recommends ${MISSING[*]}"
  local log=$TIERCACHE_HOME/packages.log
  exec 6>"$TIERCACHE_HOME/packages.lock"
  flock 6
  find_missing "$@"
  if ((${#MISSING[@]})); then
    say "        installing ${MISSING[*]}"
    # The lists may be older than the packages: only then are they fetched again.
    apt_get install -y --no-install-recommends "${MISSING[@]}" >"$log" 2>&1 ||
      { apt_get update && apt_get install -y --no-install-recommends "${MISSING[@]}"; } >"$log" 2>&1 ||
      die "could not install ${MISSING[*]}: $(tail -n 1 "$log")" "see $log"
  fi
  exec 6>&-
}

# apt-get that waits for another one to finish and asks nothing.
apt_get() {
  DEBIAN_FRONTEND=noninteractive apt-get -q -o DPkg::Lock::Timeout=300 "$@" 6>&-
}
