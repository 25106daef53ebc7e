// Package backup is the file that vane backup writes: a tar of what was copied, whose
// last entry, manifest.json, has the size and SHA-256 of every other one. A file that
// was cut off has no manifest, and one that was damaged does not match it, so both are
// told before anything is restored. ClickHouse's files in it are compressed already.
package backup

import (
	"archive/tar"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"
	"time"
)

const (
	// format is of the file; a program reads those up to its own.
	format = 1
	// manifestName is the last entry.
	manifestName = "manifest.json"
	// maxManifest bounds it: a hundred million posts are some ten thousand files.
	maxManifest = 64 << 20
)

// Manifest says what a backup holds.
type Manifest struct {
	Format     int       `json:"format"`
	Vane       string    `json:"vane"`       // version of the program that wrote it
	Created    time.Time `json:"created"`    // before anything was copied
	State      int       `json:"state"`      // version of the crawl state's schema
	ClickHouse bool      `json:"clickhouse"` // false: the posts are on a server that is backed up by its own means
	Schema     int64     `json:"schema"`     // version of ClickHouse's tables
	Files      []File    `json:"files"`
}

// File is one file of a backup.
type File struct {
	Path   string `json:"path"` // with slashes, inside of the data directory
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// Writer writes a backup.
type Writer struct {
	tar *tar.Writer
	m   Manifest
}

// NewWriter begins a backup. Files and Format of m are filled in.
func NewWriter(w io.Writer, m Manifest) *Writer {
	m.Format, m.Files = format, []File{}
	return &Writer{tar.NewWriter(w), m}
}

// Add adds the file at from under a path with slashes, which must be local.
func (w *Writer) Add(path, from string) (err error) {
	if !filepath.IsLocal(filepath.FromSlash(path)) {
		return fmt.Errorf("back up %s: the path leaves the backup", path)
	}
	f, err := os.Open(from)
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	defer func() { err = errors.Join(err, f.Close()) }()
	info, err := f.Stat()
	if err != nil {
		return fmt.Errorf("back up: %w", err)
	}
	sum := sha256.New()
	if err := w.entry(path, info.Size(), io.TeeReader(io.LimitReader(f, info.Size()), sum)); err != nil {
		return fmt.Errorf("back up %s: %w", path, err)
	}
	w.m.Files = append(w.m.Files, File{path, info.Size(), sumText(sum)})
	return nil
}

// AddTree adds every file under the folder from.
func (w *Writer) AddTree(path, from string) error {
	return filepath.WalkDir(from, func(name string, d os.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(from, name)
		if err != nil {
			return fmt.Errorf("back up: %w", err)
		}
		return w.Add(path+"/"+filepath.ToSlash(rel), name)
	})
}

func (w *Writer) entry(path string, size int64, from io.Reader) error {
	h := &tar.Header{Typeflag: tar.TypeReg, Name: path, Size: size, Mode: 0o600, ModTime: w.m.Created, Format: tar.FormatPAX}
	if err := w.tar.WriteHeader(h); err != nil {
		return err
	}
	_, err := io.Copy(w.tar, from)
	return err
}

// Close writes the manifest, which it returns, and the end of the file.
func (w *Writer) Close() (Manifest, error) {
	text, err := json.MarshalIndent(w.m, "", " ")
	if err == nil {
		err = w.entry(manifestName, int64(len(text)), bytes.NewReader(text))
	}
	if err = errors.Join(err, w.tar.Close()); err != nil {
		return w.m, fmt.Errorf("back up: %w", err)
	}
	return w.m, nil
}

func sumText(h hash.Hash) string { return hex.EncodeToString(h.Sum(nil)) }
