# shellcheck shell=bash
# Makes images without a daemon and without a registry.

# Runs buildah with a store of this project's own.
in_store() { buildah --root "$TIERCACHE_HOME/buildah" --runroot "$TIERCACHE_HOME/buildah-run" --storage-driver vfs "$@"; }

# Makes an image of a folder or a tar: contents, reference, tar to write, then options of `buildah config`.
wrap_image() {
  local contents=$1 image=$2 tar=$3 container
  shift 3
  container=$(in_store from scratch)
  in_store add -q "$container" "$contents" / >/dev/null
  in_store config "$@" "$container"
  write_image "$container" "$image" "$tar"
}

# Writes a container as an image and removes it: container, reference, tar.
write_image() {
  local container=$1 image=$2 tar=$3
  # The same contents give the same image, whenever it is made.
  in_store commit -q --rm --timestamp 0 "$container" "$image" >/dev/null
  rm -f "$tar.new"
  in_store push -q "$image" "docker-archive:$tar.new:$image"
  # The tar is the cache: the store would keep a second copy.
  in_store rmi "$image" >/dev/null
  mv "$tar.new" "$tar"
}
