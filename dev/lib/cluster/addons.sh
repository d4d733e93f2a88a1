# shellcheck shell=bash
# DNS and storage on a running control plane, and waiting until nodes and DNS work.

# Applies the manifests of dev/kubernetes/manifests.
apply_addons() {
  local replicas=1
  (($(<"$STATE/nodes") == 1)) || replicas=2
  local manifest
  for manifest in "$DEV"/kubernetes/manifests/*.yaml; do
    sed -e "s#@PAUSE_IMAGE@#$PAUSE_IMAGE#" -e "s#@DNS_IP@#$DNS_IP#" -e "s#@DNS_REPLICAS@#$replicas#" \
      -e "s#@KUBE@#$(readlink -f "$BIN/kube")#" "$manifest"
    echo ---
  done | kubectl apply -f - >"$STATE/log/addons.log" 2>&1
}

# Waits until each kubelet answers, each node is Ready and no other is left.
wait_for_nodes() {
  local i
  for ((i = 1; i <= $(<"$STATE/nodes"); i++)); do
    STAGE_LOG=$STATE/log/kubelet-node$i.log
    # Asks the kubelet itself through the API server: the Ready that is on record may be older than a crash.
    wait_for 60 kubectl get --raw "/api/v1/nodes/node$i/proxy/healthz" || return 1
    wait_for 60 node_is_ready "$i" || return 1
  done
}

# Whether node number $1 is Ready.
node_is_ready() {
  [[ $(kubectl get node "node$1" -o 'jsonpath={.status.conditions[?(@.type=="Ready")].status}') == True ]]
}

# Waits until DNS answers on its Service.
wait_for_dns() {
  kubectl --request-timeout 0 -n kube-system rollout status deployment/coredns --timeout 60s >>"$STATE/log/addons.log" 2>&1
}
