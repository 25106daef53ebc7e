package access_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vane/dashboards/access"
)

// writePair writes a self-signed certificate of that serial number, and its key, as of
// the given moment.
func writePair(t *testing.T, cfg access.Config, serial int64, at time.Time) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(serial), Subject: pkix.Name{CommonName: "board.example"}, DNSNames: []string{"board.example"},
		NotBefore: start.AddDate(-1, 0, 0), NotAfter: start.AddDate(10, 0, 0),
	}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	private, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	for file, block := range map[string]*pem.Block{cfg.TLSCert: {Type: "CERTIFICATE", Bytes: cert}, cfg.TLSKey: {Type: "PRIVATE KEY", Bytes: private}} {
		if err := os.WriteFile(file, pem.EncodeToMemory(block), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Chtimes(cfg.TLSCert, at, at); err != nil {
		t.Fatal(err)
	}
}

// served is the serial number of the certificate that a server shows.
func served(t *testing.T, server *httptest.Server) int64 {
	t.Helper()
	conn, err := tls.Dial("tcp", server.Listener.Addr().String(), &tls.Config{InsecureSkipVerify: true, ServerName: "board.example"})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	return conn.ConnectionState().PeerCertificates[0].SerialNumber.Int64()
}

func TestRenewedCertificateNeedsNoRestart(t *testing.T) {
	dir := t.TempDir()
	cfg := access.Config{TLSCert: filepath.Join(dir, "cert.pem"), TLSKey: filepath.Join(dir, "key.pem")}
	if _, err := cfg.TLS(); err == nil || !strings.Contains(err.Error(), "access.tls_cert") {
		t.Errorf("without files: %v", err)
	}
	writePair(t, cfg, 1, start)
	settings, err := cfg.TLS()
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(http.NotFoundHandler())
	server.TLS = settings
	server.StartTLS()
	defer server.Close()
	if n := served(t, server); n != 1 {
		t.Errorf("certificate %d is served", n)
	}
	writePair(t, cfg, 2, start.Add(time.Hour))
	if n := served(t, server); n != 2 {
		t.Errorf("after the renewal certificate %d is served", n)
	}
	if err := os.WriteFile(cfg.TLSKey, []byte("half"), 0o600); err != nil { // a renewal that is half done
		t.Fatal(err)
	}
	if err := os.Chtimes(cfg.TLSCert, start.Add(2*time.Hour), start.Add(2*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if n := served(t, server); n != 2 {
		t.Errorf("during the next renewal certificate %d is served", n)
	}
}
