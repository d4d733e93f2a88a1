# shellcheck shell=bash
# Ports of loopback.

# Whether something listens on a port.
taken() { (exec 4<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }

# Prints a port that nothing listens on.
free_port() {
  local port
  for _ in {1..50}; do
    port=$((20000 + RANDOM % 10000))
    taken "$port" || { echo "$port" && return; }
  done
  die "no free port found"
}
