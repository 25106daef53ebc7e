package engine

import (
	"bytes"
	_ "embed"
	"encoding/xml"
	"fmt"
	"path/filepath"
	"text/template"
)

const (
	// Database is where the embedded engine keeps Vane's tables; the reader's grant names
	// it.
	Database = "vane"

	writer = "vane"    // Vane itself
	reader = "grafana" // dashboards

	// cacheBytes of marks, for each of the caches that say where in a part a row or a word
	// is, cover a hundred million posts.
	cacheBytes = 64 << 20
	// A reader's limits: a dashboard's query takes well under a second and returns
	// a few thousand rows; more is a mistake that must not slow the ingest.
	readerSeconds = 60
	readerRows    = 1_000_000
)

//go:embed config.xml.tmpl
var configTemplate string

//go:embed users.xml.tmpl
var usersTemplate string

// settings is what the two files of the server are rendered from.
type settings struct {
	DataPath, UsersFile        string
	BackupPath                 string
	TCPPort, HTTPPort          int
	MemoryBytes, CacheBytes    int64
	Threads, ReaderThreads     int
	QueryBytes, SpillBytes     int64
	ReaderBytes                int64
	ReaderSeconds, ReaderRows  int
	Database, Writer, Reader   string
	WriterSHA256, ReaderSHA256 string
}

// BackupDir is the folder in an engine's data directory that BACKUP writes to and
// RESTORE reads from, by names inside of it.
func BackupDir(dataDir string) string { return filepath.Join(dataDir, "backup") }

func newSettings(cfg Config, access Access, writerPassword string) settings {
	return settings{
		DataPath:      filepath.Join(cfg.DataDir, "data") + "/", // ClickHouse wants the slash
		UsersFile:     filepath.Join(cfg.DataDir, "users.xml"),
		BackupPath:    BackupDir(cfg.DataDir) + "/",
		TCPPort:       access.TCPPort,
		HTTPPort:      access.HTTPPort,
		MemoryBytes:   cfg.MemoryBytes,
		CacheBytes:    cacheBytes,
		Threads:       cfg.threads(),
		ReaderThreads: max(1, cfg.threads()/2), // the other half ingests
		QueryBytes:    cfg.MemoryBytes / 4 * 3,
		SpillBytes:    cfg.MemoryBytes / 4,
		ReaderBytes:   cfg.MemoryBytes / 2,
		ReaderSeconds: readerSeconds,
		ReaderRows:    readerRows,
		Database:      Database,
		Writer:        writer,
		Reader:        reader,
		WriterSHA256:  sha256Hex(writerPassword),
		ReaderSHA256:  sha256Hex(access.Password),
	}
}

// write renders both files into dir and returns the path of the configuration.
func (s settings) write(dir string) (string, error) {
	config := filepath.Join(dir, "config.xml")
	for path, text := range map[string]string{config: configTemplate, s.UsersFile: usersTemplate} {
		var out bytes.Buffer
		t := template.Must(template.New(filepath.Base(path)).Funcs(template.FuncMap{"xml": escape}).Parse(text))
		if err := t.Execute(&out, s); err != nil {
			return "", fmt.Errorf("render engine configuration: %w", err)
		}
		if err := writePrivate(path, out.Bytes()); err != nil {
			return "", fmt.Errorf("write engine configuration: %w", err)
		}
	}
	return config, nil
}

func escape(s string) (string, error) {
	var out bytes.Buffer
	err := xml.EscapeText(&out, []byte(s))
	return out.String(), err
}
