# shellcheck shell=bash
# Builds kube (etcd, Kubernetes, CoreDNS, storage, NetworkPolicy) and helm from dev/kubernetes, once per set of inputs.

KUBERNETES_VERSION=1.34.4

# The version of the Go toolchain; a Go as old as the one of Debian 12 cannot build this.
go_version() {
  command -v go >/dev/null || die "no Go found" "install Go 1.24 or newer and put it on PATH"
  (cd "$DEV/kubernetes" && go env GOVERSION)
}

# The folder of the binaries of the present inputs.
bin_folder() {
  local version
  version=$(go_version)
  printf '%s/bin-%s' "$TIERCACHE_HOME" "$(hash_of "$DEV/kubernetes/go.mod" "$DEV/kubernetes/go.sum" "$DEV"/kubernetes/*.go <<<"$version $KUBERNETES_VERSION")"
}

# Builds what is not built yet and points the stable folder $BIN at it. Two builds at a time wait for each other.
build_tools() {
  local folder log=$TIERCACHE_HOME/build.log
  folder=$(bin_folder)
  if [[ ! -x $folder/kube || ! -x $folder/helm ]]; then
    stage "kube and helm, built from Go modules (5 to 8 minutes the first time)" "$log" "fix what the log says, then start again: what was compiled stays in Go's cache"
    (
      flock 9
      [[ ! -x $folder/kube || ! -x $folder/helm ]] || exit 0
      local new=$folder.new
      rm -rf "$new"
      mkdir -p "$new"
      cd "$DEV/kubernetes" || exit 1
      export CGO_ENABLED=0
      local v=k8s.io/component-base/version
      go build -trimpath -o "$new/kube" -ldflags "-s -w -X $v.gitVersion=v$KUBERNETES_VERSION -X $v.gitMajor=1 -X $v.gitMinor=34 \
        -X k8s.io/client-go/pkg/version.gitVersion=v$KUBERNETES_VERSION" . >"$log" 2>&1
      go build -trimpath -o "$new/helm" -ldflags '-s -w' helm.sh/helm/v3/cmd/helm >>"$log" 2>&1
      local program
      for program in kubectl etcd kube-apiserver; do ln -s kube "$new/$program"; done
      rm -rf "$folder"
      mv "$new" "$folder"
    ) 9>"$TIERCACHE_HOME/build.lock"
  fi
  if [[ $(readlink "$BIN" 2>/dev/null) != "${folder##*/}" ]]; then
    ln -sfn "${folder##*/}" "$BIN"
  fi
}

# Sets KUBECTL and HELM: those on PATH where the cluster is not made here, as they save the build; else those built here.
client_tools() {
  if [[ $CHOICE != made && -n $(type -P kubectl) && -n $(type -P helm) ]]; then
    KUBECTL=$(type -P kubectl) HELM=$(type -P helm)
  else
    build_tools
    KUBECTL=$BIN/kubectl HELM=$BIN/helm
  fi
}
