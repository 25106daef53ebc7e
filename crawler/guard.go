package crawler

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"

	"code.dny.dev/ssrf"
)

const (
	dialTimeout = 10 * time.Second
	// idleTimeout closes connections to hosts whose pace is slower than this.
	idleTimeout = 90 * time.Second
	// maxHeader is far above what honest servers send.
	maxHeader = 256 << 10
)

// newDialer refuses at the moment of dialling, after the name is resolved, to connect
// to this machine or its private network: a page that links or redirects to
// http://169.254.169.254 must not make the crawler ask there, whatever name leads to
// it, and whatever that name led to a moment ago.
func newDialer(cfg Config) *net.Dialer {
	opts := []ssrf.Option{ssrf.WithAnyPort()}
	if cfg.AllowPrivate {
		opts = append(opts,
			ssrf.WithAllowedV4Prefixes(prefixes("127.0.0.0/8", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16")...),
			ssrf.WithAllowedV6Prefixes(prefixes("::1/128", "fc00::/7")...))
	}
	guard := ssrf.New(opts...)
	return &net.Dialer{Timeout: dialTimeout, Control: func(network, address string, c syscall.RawConn) error {
		err := guard.Safe(network, address, c)
		if err != nil && !cfg.AllowPrivate {
			return fmt.Errorf("%w; this machine and private networks are crawled with crawler.allow_private only", err)
		}
		return err
	}}
}

// newTransport makes guarded connections.
func newTransport(cfg Config) *http.Transport {
	return &http.Transport{
		// No proxy: it would dial in our place, unguarded, and one set by function
		// costs the keep-alive.
		DialContext:            newDialer(cfg).DialContext,
		TLSHandshakeTimeout:    dialTimeout,
		ResponseHeaderTimeout:  cfg.Timeout,
		MaxIdleConnsPerHost:    cfg.Workers,
		IdleConnTimeout:        idleTimeout,
		MaxResponseHeaderBytes: maxHeader,
		ForceAttemptHTTP2:      true,
	}
}

func prefixes(list ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(list))
	for i, s := range list {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// isForbiddenAddress reports whether the guard refused to connect.
func isForbiddenAddress(err error) bool {
	return errors.Is(err, ssrf.ErrProhibitedIP) || errors.Is(err, ssrf.ErrProhibitedNetwork) || errors.Is(err, ssrf.ErrProhibitedPort)
}
