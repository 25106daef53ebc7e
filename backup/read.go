package backup

import (
	"archive/tar"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path"
	"path/filepath"
	"slices"
)

// errCut says that the end is missing.
var errCut = errors.New("it is cut off: its end is missing; use another backup")

// Verify reads a whole backup, and fails unless every file is in it as it was written.
func Verify(r io.Reader) (Manifest, error) {
	var m Manifest
	var found []File
	err := each(r, func(h *tar.Header, body io.Reader) error {
		if h.Name == manifestName {
			return readManifest(body, &m)
		}
		sum := sha256.New()
		n, err := io.Copy(sum, body)
		found = append(found, File{h.Name, n, sumText(sum)})
		return err
	})
	switch {
	case err != nil:
		return m, err
	case m.Format == 0:
		return m, errCut
	}
	return m, m.matches(found)
}

// matches compares what a backup holds with what its manifest says.
func (m Manifest) matches(found []File) error {
	if m.Format > format {
		return fmt.Errorf("it is of a newer Vane (format %d, this one knows %d): use that one", m.Format, format)
	}
	for i, want := range m.Files {
		if i >= len(found) || found[i].Path != want.Path {
			return fmt.Errorf("it is damaged: %s is not where it was written; use another backup", want.Path)
		}
		if found[i] != want {
			return fmt.Errorf("it is damaged: %s has another content than was written; use another backup", want.Path)
		}
	}
	if len(found) > len(m.Files) {
		return fmt.Errorf("it is damaged: %s was not written into it; use another backup", found[len(m.Files)].Path)
	}
	return nil
}

func readManifest(r io.Reader, m *Manifest) error {
	text, err := io.ReadAll(io.LimitReader(r, maxManifest))
	if err != nil {
		return err
	}
	if err := json.Unmarshal(text, m); err != nil || m.Format < 1 {
		return errors.New("it is damaged: its manifest can't be read; use another backup")
	}
	return nil
}

// Extract writes the files of a backup that [Verify] found whole into a folder, which
// nothing leaves: not by a path with .., and not through a link.
func Extract(r io.Reader, dir string) (err error) {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fmt.Errorf("restore: %w", err)
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	return each(r, func(h *tar.Header, body io.Reader) error {
		if h.Name == manifestName {
			return nil
		}
		if err := extract(root, h.Name, body); err != nil {
			return fmt.Errorf("restore %s: %w", h.Name, err)
		}
		return nil
	})
}

func extract(root *os.Root, name string, body io.Reader) (err error) {
	if folder := path.Dir(name); folder != "." {
		if err := root.MkdirAll(filepath.FromSlash(folder), 0o700); err != nil {
			return err
		}
	}
	f, err := root.OpenFile(filepath.FromSlash(name), os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, body)
	return errors.Join(err, f.Sync(), f.Close())
}

// each reads the entries of a backup. Whoever made it up, an entry is a file with a path
// of its own inside of the folder.
func each(r io.Reader, do func(*tar.Header, io.Reader) error) error {
	t := tar.NewReader(r)
	var last string
	for {
		h, err := t.Next()
		switch {
		case errors.Is(err, io.EOF) && last == "":
			return errors.New("it is empty; use another backup")
		case errors.Is(err, io.EOF):
			return nil
		case err != nil && last == "":
			return errors.New("it is no file that vane backup wrote")
		case errors.Is(err, io.ErrUnexpectedEOF):
			return errCut
		case err != nil:
			return fmt.Errorf("it is damaged after %s: %w; use another backup", last, err)
		}
		if err := checkEntry(h); err != nil {
			return err
		}
		if last = h.Name; last == manifestName {
			return cutOr(do(h, t)) // nothing follows
		}
		if err := do(h, t); err != nil {
			return cutOr(err)
		}
	}
}

func checkEntry(h *tar.Header) error {
	clean := path.Clean(h.Name) == h.Name && filepath.IsLocal(filepath.FromSlash(h.Name))
	if !clean || h.Typeflag != tar.TypeReg || slices.Contains([]string{".", ""}, h.Name) {
		return fmt.Errorf("it holds %.100q, which is no file inside of a data directory: nobody should restore it", h.Name)
	}
	return nil
}

// cutOr names what a reader says when the file ends too early.
func cutOr(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return errCut
	}
	return err
}
