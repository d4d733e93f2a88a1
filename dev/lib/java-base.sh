# shellcheck shell=bash
# The base of the Java images where none can be pulled: a JDK 25 cut down by jlink and the C library of this machine.

# What Spring Boot, Tomcat, Lettuce, Netty, the Kubernetes client and the operator SDK use, as jdeps reports and their
# tests show; and what it takes to look into a running pod (jcmd, flight recorder).
JAVA_MODULES=java.base,java.compiler,java.desktop,java.instrument,java.logging,java.management,java.naming,java.net.http,java.prefs
JAVA_MODULES+=,java.rmi,java.scripting,java.security.jgss,java.security.sasl,java.sql,java.transaction.xa,java.xml,java.xml.crypto
JAVA_MODULES+=,jdk.crypto.ec,jdk.httpserver,jdk.jcmd,jdk.jfr,jdk.management,jdk.management.agent,jdk.net,jdk.unsupported,jdk.zipfs

# Sets JAVA_BASE to the base image for Jib, and builds it unless it is there. TIERCACHE_JAVA_BASE names a public one instead.
java_base() {
  JAVA_BASE=${TIERCACHE_JAVA_BASE:-}
  [[ -z $JAVA_BASE ]] || return 0
  local hash tar
  hash=$(hash_of "$JAVA_HOME/release" "$DEV/lib/java-base.sh" "$DEV/lib/wrap.sh" "$(realpath /lib*/ld-linux*.so.[0-9] | head -n 1)" <<<java-base)
  tar=$TIERCACHE_HOME/images/java-base-$hash.tar
  JAVA_BASE=tar://$tar
  [[ ! -s $tar ]] || return 0
  mkdir -p "${tar%/*}"
  local root
  root=$(mktemp -d "$TIERCACHE_HOME/java-base.XXXXXX")
  mkdir -p "$root"/{etc,opt/java,tmp}
  chmod 755 "$root"
  chmod 1777 "$root/tmp"
  "$JAVA_HOME/bin/jlink" --add-modules "$JAVA_MODULES" --output "$root/opt/java/openjdk" \
    --compress zip-6 --strip-debug --no-header-files --no-man-pages
  copy_libraries "$root"
  echo 'root:x:0:0:root:/:/nologin
nonroot:x:65532:65532:nonroot:/tmp:/nologin' >"$root/etc/passwd"
  echo 'root:x:0:
nonroot:x:65532:' >"$root/etc/group"
  # Names of the pod's own hosts file before DNS, as everywhere.
  echo 'hosts: files dns' >"$root/etc/nsswitch.conf"
  wrap_image "$root" tiercache.local/java-base:"$hash" "$tar" --user 65532:65532 --workingdir / \
    --env JAVA_HOME=/opt/java/openjdk --env PATH=/opt/java/openjdk/bin --env LANG=C.UTF-8
  rm -rf "$root"
}

# Copies the libraries of this machine that the run time and Netty's native transport need, at the paths they have here.
copy_libraries() {
  local library
  {
    # The screen and sound libraries need an X server's; nothing here draws.
    find "$1/opt/java/openjdk" \( -name '*.so' -o -path '*/bin/java' \) ! -name 'libawt_xawt*' ! -name 'libjawt*' \
      ! -name 'libsplash*' ! -name 'libjsound*' -exec ldd {} \; 2>/dev/null
  } | grep -oE '(=> )?/[^ ]+ \(0x' | sed -E 's/^(=> )?//; s/ \(0x$//' | grep -v "^$1" | sort -u | while read -r library; do
    install -D -m 755 "$library" "$1$library"
  done
  # libresolv is loaded by name when the first host name is looked up.
  library=$(ldconfig -p | sed -n 's/.*libresolv\.so\.2 .*x86-64.* => //p; s/.*libresolv\.so\.2 .*AArch64.* => //p' | head -n 1)
  [[ -z $library ]] || install -D -m 755 "$library" "$1$library"
}
