# shellcheck shell=bash
# Wraps a file tree into an image, without a daemon and without a registry.

# Makes an image of a folder or a tar: contents, reference, tar to write, then options of `buildah config`.
wrap_image() {
  local contents=$1 image=$2 tar=$3 container
  shift 3
  local store=(buildah --root "$TIERCACHE_HOME/buildah" --runroot "$TIERCACHE_HOME/buildah-run" --storage-driver vfs)
  container=$("${store[@]}" from scratch)
  "${store[@]}" add -q "$container" "$contents" / >/dev/null
  "${store[@]}" config "$@" "$container"
  # The same contents give the same image, whenever it is made.
  "${store[@]}" commit -q --rm --timestamp 0 "$container" "$image" >/dev/null
  rm -f "$tar.new"
  "${store[@]}" push -q "$image" "docker-archive:$tar.new:$image"
  # The tar is the cache: the store would keep a second copy.
  "${store[@]}" rmi "$image" >/dev/null
  mv "$tar.new" "$tar"
}
