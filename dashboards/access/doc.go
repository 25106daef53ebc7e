// Package access says who may see and do what: users with roles, logins, sessions,
// API tokens, and the record of what was done. Its [Guard] stands before everything
// that vane serves: the board, the API and the MCP server.
//
// On loopback without users everything is open, since whoever can connect can read
// the data directory too. As soon as there is a user, everybody logs in.
package access

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"strings"
	"time"
)

// Role is what a user may do; each role may do what the ones before it may.
type Role string

// The roles.
const (
	Reader  Role = "reader"  // 读者: sees everything but can change nothing
	Analyst Role = "analyst" // 分析员: makes reports and exports, corrects posts, decides about words and events
	Admin   Role = "admin"   // 管理员: as an analyst; nothing served needs more yet
)

// Roles lists the roles, the one that may do least first.
func Roles() []Role { return []Role{Reader, Analyst, Admin} }

// Allows reports whether a user of role r may do what needs role need. The empty
// role, which a visitor without login has, may do nothing.
func (r Role) Allows(need Role) bool {
	have, wanted := slices.Index(Roles(), r), slices.Index(Roles(), need)
	return have >= 0 && wanted >= 0 && have >= wanted
}

// ParseRole reads the name of a role.
func ParseRole(s string) (Role, error) {
	if r := Role(s); slices.Contains(Roles(), r) {
		return r, nil
	}
	return "", fmt.Errorf("role %q is unknown: use one of %q", s, Roles())
}

// Local is the name of whoever works on this machine where everything is open. It is
// no user's name.
const Local = "(local)"

// Identity is who makes a request. The zero Identity is a visitor without login.
type Identity struct {
	Name    string
	Role    Role
	Address netip.Addr // of the visitor, behind a trusted proxy too
}

type identityKey struct{}

// WithIdentity is a context in which who works.
func WithIdentity(ctx context.Context, who Identity) context.Context {
	return context.WithValue(ctx, identityKey{}, who)
}

// From is who makes the request that ctx belongs to.
func From(ctx context.Context) Identity {
	who, _ := ctx.Value(identityKey{}).(Identity)
	return who
}

// Config says how visitors are recognised.
type Config struct {
	Users          string        `yaml:"users"`           // file of the users; empty: users.json in the data directory
	TLSCert        string        `yaml:"tls_cert"`        // certificate chain, PEM
	TLSKey         string        `yaml:"tls_key"`         // its private key, PEM
	TrustedProxies []string      `yaml:"trusted_proxies"` // addresses or prefixes whose X-Forwarded-For and -Proto are believed
	SessionIdle    time.Duration `yaml:"session_idle"`    // a login ends after this long without a request
}

const (
	// defaultSessionIdle is a working day with its evening, so that nobody logs in twice a day.
	defaultSessionIdle = 12 * time.Hour
	// sessionLife ends a login that is never idle, such as a screen on a wall.
	sessionLife = 7 * 24 * time.Hour
)

// DefaultConfig is the configuration that Vane ships.
func DefaultConfig() Config {
	return Config{TrustedProxies: []string{}, SessionIdle: defaultSessionIdle}
}

// Validate names every value that can't work.
func (c Config) Validate() error {
	var problems []error
	if (c.TLSCert == "") != (c.TLSKey == "") {
		problems = append(problems, errors.New("access.tls_cert and access.tls_key go together: set both or neither"))
	}
	if c.SessionIdle < time.Minute || c.SessionIdle > sessionLife {
		problems = append(problems, fmt.Errorf("access.session_idle is %s, must be from 1m to %s", c.SessionIdle, sessionLife))
	}
	if _, err := c.proxies(); err != nil {
		problems = append(problems, err)
	}
	return errors.Join(problems...)
}

// proxies reads the trusted proxies: 10.0.0.5 or 10.0.0.0/24.
func (c Config) proxies() ([]netip.Prefix, error) {
	var prefixes []netip.Prefix
	for _, s := range c.TrustedProxies {
		if addr, err := netip.ParseAddr(s); err == nil {
			prefixes = append(prefixes, netip.PrefixFrom(addr, addr.BitLen()))
			continue
		}
		p, err := netip.ParsePrefix(strings.TrimSpace(s))
		if err != nil {
			return nil, fmt.Errorf("access.trusted_proxies: %q is no address: write 10.0.0.5 or 10.0.0.0/24", s)
		}
		if p.Bits() == 0 {
			return nil, fmt.Errorf("access.trusted_proxies: %q trusts everybody: name the proxy's own address", s)
		}
		prefixes = append(prefixes, p.Masked())
	}
	return prefixes, nil
}

// CheckListen refuses to serve an address that other machines reach, unless there
// are users and passwords can't be read on the way.
func (c Config) CheckListen(address string, loopback bool, users int) error {
	switch {
	case loopback && users == 0 && len(c.TrustedProxies) > 0:
		return errors.New("access.trusted_proxies lets other machines in and no users are configured: make one with 'vane users add NAME --role admin'")
	case loopback:
		return nil
	case users == 0:
		return fmt.Errorf("web.listen %s can be reached from other machines and no users are configured: "+
			"make one with 'vane users add NAME --role admin', or listen on 127.0.0.1", address)
	case c.TLSCert == "" && len(c.TrustedProxies) == 0:
		return fmt.Errorf("web.listen %s would send passwords readable over the network: set access.tls_cert and access.tls_key, "+
			"or name the proxy that does TLS in access.trusted_proxies", address)
	default:
		return nil
	}
}
