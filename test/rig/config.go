package rig

import (
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"vane"
)

// Config is the configuration of a vane that crawls a site.
type Config struct {
	Dir    string // vane.yaml, alerts.yaml and sources/ are written here
	Site   string // address of the site
	Inbox  string // address that alerts are sent to; "" for nobody
	DSN    string // of a ClickHouse server; "" for the embedded engine
	Every  string // between two passes over a source, such as 5s
	Detect string // between two detections
	Crawl  string // more keys of crawler, as "outbox_max: 100, timeout: 5s"
	Skip   []string
}

// Write writes the files, and returns the one to name with --config and the address
// of the board.
func (c Config) Write() (file, board string, err error) {
	if err := os.MkdirAll(filepath.Join(c.Dir, "sources"), 0o700); err != nil {
		return "", "", fmt.Errorf("write the configuration: %w", err)
	}
	if board, err = freePort(); err != nil {
		return "", "", err
	}
	crawl := "allow_private: true, contact: test@example.org, patience: 5s"
	if c.Crawl != "" {
		crawl += ", " + c.Crawl
	}
	file = filepath.Join(c.Dir, "vane.yaml")
	files := map[string]string{
		file:                                fmt.Sprintf("crawler: {%s}\nweb: {listen: '%s'}\nstorage: {dsn: '%s'}\nhotspot: {every: %s}\napi: {rate: 0}\n", crawl, board, c.DSN, c.Detect),
		filepath.Join(c.Dir, "alerts.yaml"): c.alerts(),
	}
	names, err := fs.Glob(vane.Configs(), "sources/*.yaml")
	if err != nil {
		return "", "", err
	}
	for _, name := range names {
		text, err := fs.ReadFile(vane.Configs(), name)
		if err != nil {
			return "", "", err
		}
		if source := strings.TrimSuffix(filepath.Base(name), ".yaml"); strings.HasPrefix(source, "sample_") && !slices.Contains(c.Skip, source) {
			files[filepath.Join(c.Dir, name)] = strings.NewReplacer("enabled: false", "enabled: true",
				"http://127.0.0.1:18080", c.Site, "every: 10m", "every: "+c.Every,
				"{pages: 50000, depth: 2000}", "{pages: 10000000, depth: 1000000}", "{pages: 50000, depth: 4000}", "{pages: 10000000, depth: 1000000}").Replace(string(text))
		}
	}
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			return "", "", fmt.Errorf("write the configuration: %w", err)
		}
	}
	return file, board, nil
}

// alerts is one rule that everything warm meets at once, told in lines that [Inbox]
// reads.
func (c Config) alerts() string {
	if c.Inbox == "" {
		return "rules: []\n"
	}
	return fmt.Sprintf(`rules:
  - {name: all, tags: [], heat: 20, min_posts: 10, hold: 0s, cool_down: 24h, weekends: true, tell_resolved: true, to: [inbox]}
receivers:
  - {name: inbox, url: 'generic+%s/?template=json'}
message: "{{.Alert.Tag}}|{{.Alert.By}}|{{.Alert.Part}}|{{.Alert.Since.UnixMilli}}|{{if .Over}}over{{else}}firing{{end}}"
`, c.Inbox)
}

// freePort is a loopback address that nobody listens on.
func freePort() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0") //nolint:noctx // it takes no time
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return listener.Addr().String(), listener.Close()
}
