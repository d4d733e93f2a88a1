package main

import (
	"github.com/coredns/coredns/core/dnsserver"
	"github.com/coredns/coredns/coremain"
	_ "github.com/coredns/coredns/plugin/bind"
	_ "github.com/coredns/coredns/plugin/cache"
	_ "github.com/coredns/coredns/plugin/errors"
	_ "github.com/coredns/coredns/plugin/health"
	_ "github.com/coredns/coredns/plugin/kubernetes"
	_ "github.com/coredns/coredns/plugin/ready"
	_ "github.com/coredns/coredns/plugin/template"
)

// coreDNS runs CoreDNS with the plugins linked above; CoreDNS runs them in the order of its directives.
func coreDNS() int {
	dnsserver.Directives = []string{"bind", "ready", "health", "errors", "cache", "kubernetes", "template"}
	coremain.Run()
	return 0
}
