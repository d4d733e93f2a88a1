# shellcheck shell=bash
# K3s in a Docker engine, by Testcontainers: dev.tiercache.e2e.cluster.K3sMain of module e2e starts and ends it.

# Starts K3s and leaves it running.
start_k3s() {
  . "$DEV/lib/java.sh"
  use_jdk_25
  local classpath=$STATE/k3s.classpath
  maven -pl e2e -am -Dmaven.test.skip=true -Dspotless.check.skip=true compile dependency:build-classpath "-Dmdep.outputFile=$classpath"
  # Testcontainers ends what it started with the program, unless it is marked as to be used again.
  TESTCONTAINERS_REUSE_ENABLE=true TESTCONTAINERS_RYUK_DISABLED=true \
    "$JAVA_HOME/bin/java" -cp "$ROOT/e2e/target/classes:$(<"$classpath")" dev.tiercache.e2e.cluster.K3sMain "$STATE"
}

# The container of a cluster that was started, if it runs.
k3s_container() {
  local id
  id=$(cat "$STATE/k3s.container" 2>/dev/null) && [[ $(docker inspect -f '{{.State.Running}}' "$id" 2>/dev/null) == true ]] && echo "$id"
}

k3s_build() { client_tools; }
k3s_up() {
  [[ -z $1 || $1 == 1 ]] || die "K3s in Docker has one node" "TIERCACHE_CLUSTER_KIND=made dev/cluster up --nodes $1"
  client_tools
  mkdir -p "$STATE"
  if ! k3s_container >/dev/null; then
    # One that was stopped is not found again by Testcontainers.
    remove_k3s
    stage "K3s in Docker" "$STATE/k3s.log" "docker ps -a and docker logs say more"
    start_k3s >"$STATE/k3s.log" 2>&1
  fi
  stage "node Ready"
  KUBECONFIG=$(k3s_kubeconfig) "$KUBECTL" wait node --all --for condition=Ready --timeout 120s >/dev/null
  stage "DNS Ready"
  KUBECONFIG=$(k3s_kubeconfig) wait_for 120 "$KUBECTL" -n kube-system rollout status deployment/coredns --timeout 5s
}

# Removes the container, running or not.
remove_k3s() {
  local id
  if id=$(cat "$STATE/k3s.container" 2>/dev/null); then docker rm -fv "$id" >/dev/null 2>&1 || true; fi
  rm -f "$STATE"/k3s.{container,kubeconfig}
}

k3s_down() {
  stage "ending K3s"
  remove_k3s
  rm -rf "$STATE"
}

k3s_status() {
  k3s_container >/dev/null || { echo 'not running'; return 3; }
  client_tools
  KUBECONFIG=$(k3s_kubeconfig) "$KUBECTL" get nodes -o wide
}

k3s_load() {
  local id tar
  id=$(k3s_container) || die "K3s does not run" "dev/cluster up"
  for tar in "$@"; do
    [[ -r $tar ]] || die "no image tar $tar" "dev/images writes them to $TIERCACHE_HOME/images"
    docker cp -q "$tar" "$id:/tmp/image.tar"
    docker exec "$id" ctr -n k8s.io images import /tmp/image.tar >/dev/null
    docker exec "$id" rm -f /tmp/image.tar
  done
}

k3s_cut() { die "K3s in Docker has one node: there is no cable to cut" "TIERCACHE_CLUSTER_KIND=made dev/cluster up --nodes 3"; }
k3s_mend() { k3s_cut "$@"; }
k3s_reboot() { die "K3s in Docker has one node, which holds the control plane" "TIERCACHE_CLUSTER_KIND=made dev/cluster up"; }
k3s_kubeconfig() { echo "$STATE/k3s.kubeconfig"; }
