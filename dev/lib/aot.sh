# shellcheck shell=bash
# The AOT cache of the service's image (JEP 483, 514, 515): classes loaded and linked, and profiles of methods, from a
# training run in that very image. A JVM that finds its jars or itself changed ignores it and starts as without it.

AOT_CACHE=/app/service.aot
AOT_TRAINING=dev.tiercache.service.TrainingRun

# Gives an image its cache: reference, tar that holds it and gets the new one.
add_aot_cache() {
  local image=$1 tar=$2 folder container plain command=()
  # What an interrupted one left goes first.
  rm -rf "$TIERCACHE_HOME"/aot.*
  in_store rm aot-training aot-image >/dev/null 2>&1 || true
  in_store rmi --prune >/dev/null 2>&1 || true
  folder=$(mktemp -d "$TIERCACHE_HOME/aot.XXXXXX")
  container=$(in_store from --name aot-training "docker-archive:$tar")
  plain=$(in_store inspect --format '{{.FromImageID}}' "$container")
  mapfile -t command < <(in_store inspect --format '{{range .OCIv1.Config.Entrypoint}}{{println .}}{{end}}' "$container" | grep .)
  train "$container" "$folder" "${command[@]:1}"
  in_store rm "$container" >/dev/null

  # A container that nothing has run in.
  container=$(in_store from --name aot-image "$plain")
  in_store add -q --chmod 644 "$container" "$folder/service.aot" "$AOT_CACHE" >/dev/null
  in_store config --entrypoint "$(json_array "${command[0]}" "-XX:AOTCache=$AOT_CACHE" "${command[@]:1}")" "$container"
  # The plain image goes from the store with the one that it is a part of.
  write_image "$container" "$image" "$tar"
  rm -rf "$folder"
}

TRAINING_REDIS=''

# Ends the Redis of the training, and waits for its end.
end_training() {
  [[ -z $TRAINING_REDIS ]] || kill "$TRAINING_REDIS" 2>/dev/null || true
  [[ -z $TRAINING_REDIS ]] || wait "$TRAINING_REDIS" || true
  TRAINING_REDIS=''
}

# Runs the training in a container and puts its cache into a folder: container, folder, arguments of java.
train() {
  local container=$1 folder=$2 port status=0
  shift 2
  port=$(free_port)
  ON_INTERRUPT=end_training
  # Without the lock of the images and the terminal, which it would hold on to.
  redis-server --port "$port" --bind 127.0.0.1 --save '' --dir "$folder" >"$folder/redis.log" 2>&1 3>&- 7>&- &
  TRAINING_REDIS=$!
  mkdir -m 777 "$folder/out"
  # The collector is the one that the JVM chooses in a pod with less than two processors or 2 GiB.
  in_store run --isolation chroot --network host --volume "$folder/out:/out" \
    --env SERVER_PORT=0 --env MANAGEMENT_PORT=0 --env "REDIS_URL=redis://127.0.0.1:$port" "$container" -- \
    java -XX:+UseSerialGC -XX:AOTCacheOutput=/out/service.aot "${@:1:$#-1}" "$AOT_TRAINING" || status=$?
  end_training
  ON_INTERRUPT=''
  ((status == 0)) && mv "$folder/out/service.aot" "$folder/"
}

# Prints words as a JSON array; they hold nothing to escape.
json_array() {
  local word json=''
  for word in "$@"; do json+=",\"$word\""; done
  echo "[${json#,}]"
}
