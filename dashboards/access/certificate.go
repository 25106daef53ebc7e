package access

import (
	"crypto/tls"
	"fmt"
	"os"
	"sync"
	"time"
)

// TLS is the configuration of a server with the configured certificate, nil if there
// is none. The files are read again when they have changed, so that a renewed
// certificate needs no restart.
func (c Config) TLS() (*tls.Config, error) {
	if c.TLSCert == "" {
		return nil, nil
	}
	k := &keyPair{cert: c.TLSCert, key: c.TLSKey}
	if _, err := k.get(nil); err != nil {
		return nil, err
	}
	return &tls.Config{MinVersion: tls.VersionTLS12, GetCertificate: k.get, NextProtos: []string{"h2", "http/1.1"}}, nil
}

type keyPair struct {
	cert, key string

	mu     sync.Mutex
	loaded *tls.Certificate
	as     time.Time // modification of the certificate that is loaded
}

// get is the certificate. A renewed one that can't be read yet, because its key is
// still being written, does not take the place of the old one.
func (k *keyPair) get(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	info, err := os.Stat(k.cert)
	if err == nil && k.loaded != nil && info.ModTime().Equal(k.as) {
		return k.loaded, nil
	}
	pair, loadErr := tls.LoadX509KeyPair(k.cert, k.key)
	switch {
	case err == nil && loadErr == nil:
		k.loaded, k.as = &pair, info.ModTime()
	case k.loaded == nil:
		return nil, fmt.Errorf("read access.tls_cert and access.tls_key: %w", loadErr)
	}
	return k.loaded, nil
}
