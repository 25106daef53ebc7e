package engine

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"time"
)

const (
	loopback         = "127.0.0.1"
	runtimeFile      = "runtime.json"
	writerPassword   = "writer.password"
	readerPassword   = "grafana.password"
	handshakeTimeout = 5 * time.Second
)

// Access is how to reach the engine.
type Access struct {
	Host     string
	TCPPort  int // native protocol
	HTTPPort int
	User     string
	Password string
}

// running is what other processes need to find the engine, kept in [runtimeFile].
// It stays when the engine ends, so that the next one takes the same ports.
type running struct {
	PID      int `json:"pid"`
	TCPPort  int `json:"tcp_port"`
	HTTPPort int `json:"http_port"`
}

func readRunning(dir string) (running, error) {
	var r running
	data, err := os.ReadFile(filepath.Join(dir, runtimeFile))
	if err == nil {
		err = json.Unmarshal(data, &r)
	}
	return r, err
}

func (r running) write(dir string) error {
	data, err := json.Marshal(r)
	if err == nil {
		err = writePrivate(filepath.Join(dir, runtimeFile), data)
	}
	if err != nil {
		return fmt.Errorf("write %s: %w", runtimeFile, err)
	}
	return nil
}

// choosePorts fills in the ports that the configuration leaves open: those of the
// last run if they are free, else any.
func choosePorts(cfg Config) (tcp, http int, err error) {
	last, err := readRunning(cfg.DataDir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		last = running{} // a broken file only costs the old ports
	}
	if tcp, err = choosePort(cfg.TCPPort, last.TCPPort, cfg.HTTPPort); err != nil {
		return 0, 0, fmt.Errorf("storage.engine.tcp_port: %w", err)
	}
	if http, err = choosePort(cfg.HTTPPort, last.HTTPPort, tcp); err != nil {
		return 0, 0, fmt.Errorf("storage.engine.http_port: %w", err)
	}
	return tcp, http, nil
}

// choosePort is the configured port, else the last one, else any; never taken.
func choosePort(configured, last, taken int) (int, error) {
	if configured != 0 {
		return configured, checkPort(configured)
	}
	if last != 0 && last != taken && checkPort(last) == nil {
		return last, nil
	}
	for {
		l, err := listen(0)
		if err != nil {
			return 0, fmt.Errorf("find a free port: %w", err)
		}
		port := l.Addr().(*net.TCPAddr).Port
		if err := l.Close(); err != nil || port != taken {
			return port, err
		}
	}
}

// listen takes a port, 0 for any, which is done at once.
func listen(port int) (net.Listener, error) {
	address := net.JoinHostPort(loopback, strconv.Itoa(port))
	return new(net.ListenConfig).Listen(context.Background(), "tcp", address)
}

// checkPort refuses a port that is in use.
func checkPort(port int) error {
	l, err := listen(port)
	if err != nil {
		return fmt.Errorf("port %d is taken: end what uses it, or set 0 for a free port: %w", port, err)
	}
	return l.Close()
}

// Attach is the address of the engine that another Vane runs on dataDir, as
// [Engine.DSN] gives it. It is an error if none answers there.
func Attach(dataDir string) (dsn string, err error) {
	a, err := attach(dataDir, writer, writerPassword)
	if err != nil {
		return "", err
	}
	return a.dsn(), nil
}

// AttachReader is the access for dashboards to the engine that another Vane runs on
// dataDir, as [Engine.ReadOnly] gives it. It is an error if none answers there.
func AttachReader(dataDir string) (Access, error) { return attach(dataDir, reader, readerPassword) }

// attach finds a running engine and makes sure that it lets the user in.
func attach(dataDir, user, passwordFile string) (Access, error) {
	r, err := readRunning(dataDir)
	if err != nil {
		return Access{}, fmt.Errorf("no engine runs in %s: %w", dataDir, err)
	}
	secret, err := os.ReadFile(filepath.Join(dataDir, passwordFile))
	if err != nil {
		return Access{}, fmt.Errorf("attach to the engine in %s: %w", dataDir, err)
	}
	a := Access{loopback, r.TCPPort, r.HTTPPort, user, string(secret)}
	ctx, cancel := context.WithTimeout(context.Background(), handshakeTimeout)
	defer cancel()
	if err := a.hello(ctx); err != nil {
		return Access{}, fmt.Errorf("the engine of process %d in %s does not answer: %w", r.PID, dataDir, err)
	}
	return a, nil
}

// dsn is the address in the form of clickhouse-go.
func (a Access) dsn() string {
	u := url.URL{
		Scheme:   "clickhouse",
		User:     url.UserPassword(a.User, a.Password),
		Host:     net.JoinHostPort(a.Host, strconv.Itoa(a.TCPPort)),
		Path:     "/" + Database,
		RawQuery: "compress=lz4",
	}
	return u.String()
}

// helloRevision is the oldest dialect of the native protocol with the fields that
// hello sends, so that the server expects nothing more of us.
const helloRevision = 54_030

// hello greets the server in its native protocol, as ClickHouse's own clients do,
// and fails unless it answers and accepts the password. It is written out because
// the driver belongs to storage.
func (a Access) hello(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, handshakeTimeout)
	defer cancel()
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(a.Host, strconv.Itoa(a.TCPPort)))
	if err != nil {
		return err
	}
	defer conn.Close()
	deadline, _ := ctx.Deadline()
	if err := conn.SetDeadline(deadline); err != nil {
		return err
	}
	const clientHello, serverHello = 0, 0
	packet := []byte{clientHello}
	packet = appendText(packet, "vane")
	packet = append(packet, 1, 0) // version of the client
	packet = appendNumber(packet, helloRevision)
	for _, text := range []string{"default", a.User, a.Password} {
		packet = appendText(packet, text)
	}
	if _, err := conn.Write(packet); err != nil {
		return err
	}
	switch answer, err := bufio.NewReader(conn).ReadByte(); {
	case err != nil:
		return fmt.Errorf("read the server's greeting: %w", err)
	case answer != serverHello:
		return fmt.Errorf("the server refuses user %s: its password file is not the one of this engine", a.User)
	}
	return nil
}

// listens fails unless something listens on the port of HTTP.
func (a Access) listens(ctx context.Context) error {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", net.JoinHostPort(a.Host, strconv.Itoa(a.HTTPPort)))
	if err != nil {
		return err
	}
	return conn.Close()
}

// appendNumber appends n as ClickHouse's VarUInt.
func appendNumber(b []byte, n uint64) []byte {
	for ; n >= 0x80; n >>= 7 {
		b = append(b, byte(n)|0x80)
	}
	return append(b, byte(n))
}

func appendText(b []byte, s string) []byte {
	return append(appendNumber(b, uint64(len(s))), s...)
}
