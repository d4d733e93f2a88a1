# shellcheck shell=bash
# Which cluster the commands use: one that was given, K3s in Docker, or a node made here.

# Sets CHOICE to given, k3s or made, and CHOICE_REASON to a line for people. TIERCACHE_CLUSTER_KIND overrides the question
# whether Docker is there.
choose_cluster() {
  local kind=${TIERCACHE_CLUSTER_KIND:-}
  if [[ -n ${TIERCACHE_CONTEXT:-} ]] || { [[ -n ${KUBECONFIG:-} ]] && ! is_our_kubeconfig "$KUBECONFIG"; }; then
    CHOICE=given
    CHOICE_REASON="the one that was given: KUBECONFIG=${KUBECONFIG:-$HOME/.kube/config}${TIERCACHE_CONTEXT:+, context $TIERCACHE_CONTEXT}"
    return
  fi
  case $kind in
    made | k3s) CHOICE=$kind CHOICE_REASON="$kind, as TIERCACHE_CLUSTER_KIND says" ;;
    '')
      # What runs already stays the choice.
      if [[ -s $STATE/nodes ]]; then
        CHOICE=made
      elif [[ -s $STATE/k3s.container ]] || docker_answers; then
        CHOICE=k3s
      else
        CHOICE=made
      fi
      if [[ $CHOICE == k3s ]]; then
        CHOICE_REASON='K3s, as a Docker engine answers'
      else
        CHOICE_REASON='made on this machine, as no KUBECONFIG is given and no Docker engine answers'
        [[ $TIERCACHE_CLUSTER == default ]] || CHOICE_REASON+=" (TIERCACHE_CLUSTER=$TIERCACHE_CLUSTER)"
      fi
      ;;
    *) die "TIERCACHE_CLUSTER_KIND='$kind' must be made or k3s" ;;
  esac
}

# Whether a path is a kubeconfig that these commands wrote: set by `dev/cluster env`, it is no choice of the user's.
is_our_kubeconfig() {
  [[ $1 == "$STATE/admin.kubeconfig" || $1 == "$STATE/k3s.kubeconfig" ]]
}

# Whether a Docker engine answers, within 5 s.
docker_answers() {
  command -v docker >/dev/null && timeout 5 docker info >/dev/null 2>&1
}

# The given cluster: it is used as it is.
given_build() { client_tools; }
given_up() {
  client_tools
  stage "the given cluster answers"
  KUBECONFIG=$(given_kubeconfig) "$KUBECTL" version >/dev/null ||
    die "the cluster of ${KUBECONFIG:-$HOME/.kube/config} does not answer" "check KUBECONFIG, or unset it to have a cluster made"
}
given_down() { say 'the cluster was given: it stays as it is'; }
given_status() {
  client_tools
  KUBECONFIG=$(given_kubeconfig) "$KUBECTL" get nodes -o wide
}
given_load() {
  die "images cannot be loaded into a cluster that was given" \
    "push them to a registry it pulls from and set OPERATOR_IMAGE, SERVICE_IMAGE, REDIS_IMAGE and CLIENT_IMAGE"
}
given_cut() { die "a node of a given cluster cannot be cut off"; }
given_mend() { given_cut "$@"; }
given_reboot() { die "nodes of a given cluster are not rebooted"; }

# The path of its kubeconfig; with --context, of a copy that holds that context alone.
given_kubeconfig() {
  if [[ -z ${TIERCACHE_CONTEXT:-} ]]; then
    echo "${KUBECONFIG:-$HOME/.kube/config}"
    return
  fi
  client_tools
  mkdir -p "$STATE"
  local copy=$STATE/given.kubeconfig
  (umask 077 && "$KUBECTL" config view --minify --flatten --context "$TIERCACHE_CONTEXT" >"$copy.new")
  mv "$copy.new" "$copy"
  echo "$copy"
}
