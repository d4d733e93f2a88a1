# shellcheck shell=bash
# Finds a JDK 25 and Maven, or says what to install.

# Whether a folder holds a JDK 25.
is_jdk_25() {
  [[ -x $1/bin/javac && -r $1/release ]] && grep -q '^JAVA_VERSION="25[."]' "$1/release"
}

# Exports JAVA_HOME of a JDK 25: the one that is set, else the newest look-alike under the usual folders.
use_jdk_25() {
  local candidate
  for candidate in "${JAVA_HOME:-}" /usr/lib/jvm/*25* "$HOME"/.sdkman/candidates/java/25* /Library/Java/JavaVirtualMachines/*25*/Contents/Home; do
    if [[ -n $candidate ]] && is_jdk_25 "$candidate"; then
      export JAVA_HOME=$candidate PATH=$candidate/bin:$PATH
      return 0
    fi
  done
  die "no JDK 25 found (JAVA_HOME='${JAVA_HOME:-}')" "install temurin-25-jdk or openjdk-25-jdk, or set JAVA_HOME to a JDK 25"
}

# Runs Maven of the project, quietly, with the JDK above. Works offline where everything was fetched before.
maven() {
  command -v mvn >/dev/null || die "no Maven found" "install the package maven (3.8.6 or newer)"
  (cd "$ROOT" && mvn -q -B --no-transfer-progress "$@")
}
