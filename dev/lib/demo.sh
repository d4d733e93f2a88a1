# shellcheck shell=bash
# What dev/up puts into a cluster: the operator and a sample CacheDeployment, and the requests that show the two tiers.

OPERATOR_NAMESPACE=tiercache-system
DEMO_NAMESPACE=tiercache-demo
SAMPLE=$ROOT/deploy/samples/standalone.yaml
DEMO_LOG=$TIERCACHE_HOME/up.log

# Prints Helm's arguments for an image: the key in values.yaml, the reference.
image_values() {
  if [[ $2 == *@* ]]; then
    printf '%s\n' --set "$1.repository=${2%@*}" --set "$1.digest=${2#*@}"
  else
    printf '%s\n' --set "$1.repository=${2%:*}" --set-string "$1.tag=${2##*:}"
  fi
}

# Installs or upgrades the operator with the images that dev/images wrote down, and waits until it is there.
install_operator() {
  local OPERATOR_IMAGE SERVICE_IMAGE REDIS_IMAGE CLIENT_IMAGE values
  . "$TIERCACHE_HOME/images/images.env"
  mapfile -t values < <(
    image_values image "$OPERATOR_IMAGE"
    image_values defaults.apiImage "$SERVICE_IMAGE"
    image_values defaults.redisImage "$REDIS_IMAGE"
  )
  if ! "$HELM" upgrade --install tiercache "$ROOT/deploy/helm/tiercache" --namespace "$OPERATOR_NAMESPACE" --create-namespace \
    "${values[@]}" --wait --timeout 3m >"$DEMO_LOG" 2>&1; then
    look_into "$OPERATOR_NAMESPACE"
    return 1
  fi
}

# Applies the sample and waits until it is Ready.
apply_sample() {
  {
    "$KUBECTL" create namespace "$DEMO_NAMESPACE" --dry-run=client -o yaml | "$KUBECTL" apply -f -
    "$KUBECTL" -n "$DEMO_NAMESPACE" apply -f "$SAMPLE"
  } >"$DEMO_LOG" 2>&1
  if ! "$KUBECTL" -n "$DEMO_NAMESPACE" wait cachedeployment/reports --for condition=Ready --timeout 180s >>"$DEMO_LOG" 2>&1; then
    "$KUBECTL" -n "$DEMO_NAMESPACE" get cachedeployment reports \
      -o 'jsonpath={range .status.conditions[*]}{.type}={.status} {.reason}: {.message}{"\n"}{end}' >>"$DEMO_LOG" 2>&1 || true
    look_into "$DEMO_NAMESPACE"
    return 1
  fi
}

# Appends to the log what a failure is looked for in: pods, recent events, what the operator says.
look_into() {
  {
    "$KUBECTL" -n "$1" get pods
    "$KUBECTL" -n "$1" get events --sort-by .lastTimestamp | tail -n 5
    "$KUBECTL" -n "$OPERATOR_NAMESPACE" logs deployment/tiercache-operator --tail 5
  } >>"$DEMO_LOG" 2>&1 || true
}

# Asks a pod of the API for a report, through the API server, which reaches it in every kind of cluster.
ask() {
  "$KUBECTL" get --raw "/api/v1/namespaces/$DEMO_NAMESPACE/pods/$1:8000/proxy/api/investor-report?user_id=$2&symbols=AAPL,MSFT"
}

# Asks one pod twice and then another, for a report nobody asked for before; prints and checks where the answers came from.
ask_three_times() {
  local user pods pod layer seen='' answer
  user=demo-$(date +%s)
  mapfile -t pods < <("$KUBECTL" -n "$DEMO_NAMESPACE" get pods -l app.kubernetes.io/instance=reports,app.kubernetes.io/component=api \
    --field-selector status.phase=Running -o 'jsonpath={range .items[*]}{.metadata.name}{"\n"}{end}')
  if ((${#pods[@]} < 2)); then
    echo "expected two pods of the API, found: ${pods[*]:-none}"
    return 1
  fi
  echo
  echo "GET /api/investor-report?user_id=$user&symbols=AAPL,MSFT"
  for pod in "${pods[0]}" "${pods[0]}" "${pods[1]}"; do
    answer=$(ask "$pod" "$user")
    layer=$(jq -r '.metadata.cache_layer // "computed"' <<<"$answer")
    seen+="$layer "
    printf '  pod %s  %-8s  %s\n' "$pod" "$layer" "$(jq -c '.metadata | {cached, cache_layer, age_seconds, ttl_seconds, response_time_ms}' <<<"$answer")"
  done
  if [[ $seen != 'computed L1 L2 ' ]]; then
    echo "expected: computed, then L1 of the same pod, then L2 in the other one"
    return 1
  fi
}

# What to do next.
how_to_go_on() {
  local url
  url=$("$KUBECTL" -n "$DEMO_NAMESPACE" get cachedeployment reports -o 'jsonpath={.status.endpoints.api}')
  # The machine has a route to the Services of a cluster that is made on it.
  if [[ $CHOICE == made ]]; then
    url="http://$("$KUBECTL" -n "$DEMO_NAMESPACE" get service reports-api -o 'jsonpath={.spec.clusterIP}:{.spec.ports[0].port}')"
  fi
  cat <<TEXT

It runs. To go on:
  eval "\$(dev/cluster env)"                        # kubectl and helm for this cluster
TEXT
  if [[ $CHOICE == made ]]; then
    echo "  curl '$url/api/investor-report?user_id=me&symbols=AAPL,MSFT'"
  else
    echo "  kubectl -n $DEMO_NAMESPACE port-forward service/reports-api 8000 &    # inside the cluster: $url"
    echo "  curl 'http://localhost:8000/api/investor-report?user_id=me&symbols=AAPL,MSFT'"
  fi
  cat <<TEXT
  kubectl -n $DEMO_NAMESPACE get cachedeployments
  kubectl -n $DEMO_NAMESPACE describe cachedeployment reports
  kubectl -n $DEMO_NAMESPACE edit cachedeployment reports      # spec.redis.memory.maxMemory: applied without a restart
  kubectl -n $OPERATOR_NAMESPACE logs deployment/tiercache-operator -f
  dev/down                                          # ends it and gives everything back
TEXT
}
