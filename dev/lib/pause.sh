# shellcheck shell=bash
# The image of the container that holds a pod's namespaces, made of Debian's static busybox.

# Sets PAUSE_IMAGE and PAUSE_TAR, and builds the image unless it is there.
pause_image() {
  local hash
  hash=$(hash_of /bin/busybox "$DEV/lib/pause.sh" <<<pause)
  PAUSE_IMAGE=tiercache.local/pause:$hash
  PAUSE_TAR=$TIERCACHE_HOME/images/pause-$hash.tar
  [[ ! -s $PAUSE_TAR ]] || return 0
  mkdir -p "${PAUSE_TAR%/*}"
  local folder
  folder=$(mktemp -d "$TIERCACHE_HOME/pause.XXXXXX")
  mkdir -p "$folder/root/bin"
  cp /bin/busybox "$folder/root/bin/"
  ln -s busybox "$folder/root/bin/sh"
  wrap_image "$folder/root" "$PAUSE_IMAGE" "$PAUSE_TAR" --entrypoint '["/bin/busybox","sleep","2147483647"]'
  rm -rf "$folder"
}
