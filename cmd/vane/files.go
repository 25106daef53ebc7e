package main

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

const (
	// personal is the mode of files that hold people's words or a secret.
	personal = 0o600
	// shared is that of files which are meant for others too: reports, dashboards.
	shared = 0o644
)

// writeWhole makes or replaces a file so that at every moment, also after a power cut,
// the whole old one or the whole new one is there. What is being written lies beside it
// and is its owner's alone, whatever the mode.
func writeWhole(file string, mode os.FileMode, write func(io.Writer) error) error {
	f, err := os.CreateTemp(filepath.Dir(file), ".vane-*") // a name of 255 bytes leaves no room for more
	if err != nil {
		return fmt.Errorf("write %s: %w", file, err)
	}
	out := bufio.NewWriter(f)
	err = write(out)
	for _, step := range []func() error{out.Flush, func() error { return f.Chmod(mode) }, f.Sync} {
		if err == nil {
			err = step()
		}
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), file)
	}
	if err != nil {
		return errors.Join(fmt.Errorf("write %s: %w", file, err), os.Remove(f.Name()))
	}
	return syncFolder(filepath.Dir(file))
}

// writePassedOn is writeWhole into a folder of files that others read, which is made.
func writePassedOn(file string, mode os.FileMode, write func(io.Writer) error) error {
	if err := os.MkdirAll(filepath.Dir(file), 0o755); err != nil { //nolint:gosec // others read there
		return fmt.Errorf("make the folder of %s: %w", filepath.Base(file), err)
	}
	return writeWhole(file, mode, write)
}

// bytesTo writes what is there already.
func bytesTo(data []byte) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := w.Write(data)
		return err
	}
}

// placeNew gives a file that is whole its name, unless the name is taken. The name is
// taken first and replaced then, for not every mount has hard links, which do it at once.
func placeNew(from, file string) error {
	taken, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, personal)
	if err != nil {
		return fmt.Errorf("name the new file: %w", err)
	}
	if err := errors.Join(taken.Close(), os.Rename(from, file)); err != nil {
		return errors.Join(fmt.Errorf("name the new file: %w", err), os.Remove(file))
	}
	return syncFolder(filepath.Dir(file))
}

// syncFolder puts the names in a folder on disk. Not every file system can.
func syncFolder(dir string) error {
	d, err := os.Open(dir)
	if err != nil {
		return fmt.Errorf("open %s: %w", dir, err)
	}
	_ = d.Sync() // where it can't, the file is as safe as it gets
	return d.Close()
}
