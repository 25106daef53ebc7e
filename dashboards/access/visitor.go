package access

import (
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
)

// visitor is where a request comes from.
type visitor struct {
	addr      netip.Addr // not valid if it can't be told
	secure    bool       // by TLS, ours or that of the trusted proxy
	forwarded bool       // through a proxy
}

// visitorOf reads where a request comes from. What a proxy says is believed only if it
// is a trusted one; of a chain of addresses the last that is no trusted proxy counts,
// since a visitor can write anything before it.
func visitorOf(r *http.Request, trusted []netip.Prefix) visitor {
	v := visitor{secure: r.TLS != nil}
	if peer, err := netip.ParseAddrPort(r.RemoteAddr); err == nil {
		v.addr = peer.Addr().Unmap()
	}
	v.forwarded = slices.ContainsFunc([]string{"X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded", "Via"},
		func(name string) bool { return r.Header.Get(name) != "" })
	if !within(v.addr, trusted) {
		return v
	}
	v.secure = v.secure || strings.EqualFold(r.Header.Get("X-Forwarded-Proto"), "https")
	chain := strings.Split(strings.Join(r.Header.Values("X-Forwarded-For"), ","), ",")
	for _, hop := range slices.Backward(chain) {
		addr, err := netip.ParseAddr(strings.TrimSpace(hop))
		if err != nil {
			break
		}
		v.addr = addr.Unmap()
		if !within(v.addr, trusted) {
			break
		}
	}
	return v
}

func within(addr netip.Addr, prefixes []netip.Prefix) bool {
	return addr.IsValid() && slices.ContainsFunc(prefixes, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// key is the visitor's name where visitors are counted: of IPv6 the /64, since one
// machine has as many addresses in it as it likes.
func (v visitor) key() string {
	if v.addr.Is6() {
		if p, err := v.addr.Prefix(64); err == nil {
			return p.String()
		}
	}
	return v.addr.String()
}

// loopbackHost reports whether a request was addressed to this machine by a name that
// only this machine has. Another name that leads here is a page of somebody else's
// that reads what is open on loopback (DNS rebinding).
func loopbackHost(host string) bool {
	if h, _, err := net.SplitHostPort(host); err == nil {
		host = h
	}
	host = strings.Trim(host, "[]")
	addr, err := netip.ParseAddr(host)
	return strings.EqualFold(host, "localhost") || err == nil && addr.Unmap().IsLoopback()
}
