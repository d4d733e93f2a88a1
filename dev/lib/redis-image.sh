# shellcheck shell=bash
# The Redis image where none can be pulled: Debian's redis 8 in a minimal Debian, as the official image has it laid out
# (user and group 999, working directory /data).

REDIS_SUITE=trixie

# The Debian mirror this machine uses, so that no other host need be reached; DEBIAN_MIRROR overrides it.
debian_mirror() {
  local mirror=${DEBIAN_MIRROR:-}
  # shellcheck disable=SC2016
  [[ -n $mirror ]] || mirror=$(apt-get indextargets --format '$(REPO_URI) $(ORIGIN) $(SUITE)' 2>/dev/null | awk '$2 == "Debian" && $3 !~ /security/ { print $1; exit }')
  [[ -n $mirror ]] || die "no Debian mirror found: this machine's package sources name none" "set DEBIAN_MIRROR to the address of one"
  echo "$mirror"
}

# Builds the image: reference, tar to write.
build_redis() {
  local mirror root
  mirror=$(debian_mirror)
  root=$(mktemp "$TIERCACHE_HOME/redis-root.XXXXXX.tar")
  # shellcheck disable=SC2016
  mmdebstrap --quiet --variant=essential --include=redis-server,redis-sentinel,redis-tools \
    --dpkgopt='path-exclude=/usr/share/man/*' --dpkgopt='path-exclude=/usr/share/locale/*' --dpkgopt='path-exclude=/usr/share/doc/*' \
    --dpkgopt='path-include=/usr/share/doc/*/copyright' \
    --customize-hook='install -d -o 999 -g 999 "$1/data"' "$REDIS_SUITE" "$root" "$mirror"
  wrap_image "$root" "$1" "$2" --user 999:999 --workingdir /data --port 6379 --cmd redis-server
  rm -f "$root"
}
