# shellcheck shell=bash
# Certificates and kubeconfigs, made anew with each cluster.

PKI=$STATE/pki

# Makes a key and a certificate of the cluster's authority: name, subject, extensions, kind of key (EC if not given).
certificate() {
  local key=(ec -pkeyopt ec_paramgen_curve:P-256)
  [[ -z ${4:-} ]] || key=("$4")
  openssl req -newkey "${key[@]}" -nodes -keyout "$PKI/$1.key" -out "$PKI/$1.csr" -subj "$2" 2>/dev/null
  openssl x509 -req -in "$PKI/$1.csr" -CA "$PKI/ca.crt" -CAkey "$PKI/ca.key" -set_serial "0x$(openssl rand -hex 16)" \
    -days 3650 -out "$PKI/$1.crt" -extfile <(printf '%s\n' "$3") 2>/dev/null
  rm "$PKI/$1.csr"
}

# The authority, the API server's certificate, the key of service account tokens and the clients of the control plane.
make_pki() {
  rm -rf "$PKI"
  mkdir -m 700 "$PKI"
  openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -keyout "$PKI/ca.key" -out "$PKI/ca.crt" -days 3650 \
    -subj /CN=tiercache-dev-ca -addext basicConstraints=critical,CA:TRUE -addext keyUsage=critical,keyCertSign,cRLSign 2>/dev/null
  openssl genrsa -out "$PKI/sa.key" 2048 2>/dev/null
  openssl rsa -in "$PKI/sa.key" -pubout -out "$PKI/sa.pub" 2>/dev/null
  certificate apiserver /CN=kube-apiserver "extendedKeyUsage=serverAuth
subjectAltName=DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,DNS:localhost,IP:127.0.0.1,IP:$KUBERNETES_IP,IP:$GATEWAY"
  # RSA, as Java clients read these keys without further libraries.
  certificate admin /O=system:masters/CN=admin extendedKeyUsage=clientAuth rsa:2048
  local client
  for client in kubelet-client:/O=system:masters/CN=kube-apiserver controller-manager:/CN=system:kube-controller-manager \
    scheduler:/CN=system:kube-scheduler proxy:/CN=system:kube-proxy front-proxy:/CN=front-proxy; do
    certificate "${client%%:*}" "${client#*:}" extendedKeyUsage=clientAuth
  done
  for client in admin controller-manager scheduler proxy; do kubeconfig "$client"; done
}

# The certificate and kubeconfig of the kubelet of node number $1.
make_node_pki() {
  [[ ! -s $STATE/node$1.kubeconfig ]] || return 0
  certificate "node$1" "/O=system:nodes/CN=system:node:node$1" "extendedKeyUsage=serverAuth,clientAuth
subjectAltName=DNS:node$1,IP:$(node_ip "$1")"
  kubeconfig "node$1"
}

# Writes $STATE/NAME.kubeconfig, complete in itself, so that it can be copied; never seen half-written.
kubeconfig() {
  local file=$STATE/$1.kubeconfig
  (
    umask 077
    cat >"$file.new" <<YAML
apiVersion: v1
kind: Config
current-context: tiercache-$TIERCACHE_CLUSTER
contexts:
- name: tiercache-$TIERCACHE_CLUSTER
  context: {cluster: tiercache-$TIERCACHE_CLUSTER, user: $1}
clusters:
- name: tiercache-$TIERCACHE_CLUSTER
  cluster:
    server: https://$GATEWAY:$API_PORT
    certificate-authority-data: $(base64 -w0 "$PKI/ca.crt")
users:
- name: $1
  user:
    client-certificate-data: $(base64 -w0 "$PKI/$1.crt")
    client-key-data: $(base64 -w0 "$PKI/$1.key")
YAML
  )
  mv "$file.new" "$file"
}
