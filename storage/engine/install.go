package engine

import (
	"bytes"
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// The library is pinned in npm/package-lock.json, by a hash and without an address,
// so that npm fetches it from whichever registry it is set up for and refuses
// anything else than these bytes. The packages of the other platforms go in beside
// it once a registry serves them.
const (
	Version = "26.7.3-stable.1" // of libchdb

	libraryFile    = "libchdb.so"
	libraryPackage = "node_modules/@chdb/lib-linux-x64-gnu"
	libraryBytes   = 566_330_096 // unpacked, for the progress
	progressPoll   = 200 * time.Millisecond
)

//go:embed npm/package.json npm/package-lock.json
var pinned embed.FS

// DefaultCacheDir is vane/engine in the user's cache folder. It is for the edge of
// the program: it reads the environment.
func DefaultCacheDir() (string, error) {
	dir, err := os.UserCacheDir()
	if err != nil {
		return "", fmt.Errorf("find the cache folder: %w: set storage.engine.cache_dir", err)
	}
	return filepath.Join(dir, "vane", "engine"), nil
}

// FindLibrary is the path of the installed library of this [Version].
func FindLibrary(cacheDir string) (string, error) {
	path := filepath.Join(cacheDir, Version, libraryFile)
	if info, err := os.Stat(path); err != nil || !info.Mode().IsRegular() {
		return "", fmt.Errorf("the embedded engine is not installed (%s is not there): run `vane engine --install`, or set storage.dsn to a ClickHouse server", path)
	}
	return path, nil
}

// Install makes sure that the library of this [Version] is in cacheDir and returns
// its path. What is there already is not fetched again. progress, if not nil, is
// told now and then how many of total bytes are there. Any number of processes may
// install at once: one does, the others wait. A failure leaves nothing behind and
// says what to do.
func Install(ctx context.Context, cacheDir string, progress func(done, total int64)) (library string, err error) {
	return install(ctx, subFS(pinned, "npm"), cacheDir, progress)
}

// install is Install of what the package.json and package-lock.json of files name.
func install(ctx context.Context, files fs.FS, cacheDir string, progress func(done, total int64)) (library string, err error) {
	if path, err := FindLibrary(cacheDir); err == nil {
		return path, nil
	}
	if runtime.GOOS != "linux" || runtime.GOARCH != "amd64" {
		return "", errPlatform()
	}
	if err := os.MkdirAll(cacheDir, 0o750); err != nil {
		return "", fmt.Errorf("make cache folder: %w", err)
	}
	lock, err := waitLock(ctx, filepath.Join(cacheDir, "lock"))
	if err != nil {
		return "", fmt.Errorf("wait for another install: %w", err)
	}
	defer lock.Close()
	if path, err := FindLibrary(cacheDir); err == nil {
		return path, nil // by the one that was waited for
	}
	if err := fetch(ctx, files, cacheDir, progress); err != nil {
		return "", fmt.Errorf("install the embedded engine: %w", err)
	}
	return FindLibrary(cacheDir)
}

// fetch runs npm in a folder of its own and moves what came into place at once.
// The caller holds the lock, so what an earlier, killed install left can go.
func fetch(ctx context.Context, files fs.FS, cacheDir string, progress func(done, total int64)) (err error) {
	temp := filepath.Join(cacheDir, "installing")
	if err := os.RemoveAll(temp); err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()
	if err := os.CopyFS(temp, files); err != nil {
		return err
	}
	if err := runNPM(ctx, temp, progress); err != nil {
		return err
	}
	target := filepath.Join(cacheDir, Version)
	if err := os.RemoveAll(target); err != nil { // a folder without the library
		return err
	}
	if err := os.Rename(filepath.Join(temp, libraryPackage), target); err != nil {
		return fmt.Errorf("npm installed nothing: %w", err)
	}
	return nil
}

// runNPM installs what the lock file pins, without running any of its scripts, and
// without leaving anything in the account's home, which may be a service's data directory.
func runNPM(ctx context.Context, dir string, progress func(done, total int64)) error {
	npm, err := exec.LookPath("npm")
	if err != nil {
		return fmt.Errorf("%w: npm comes with Node.js: install that, or set storage.libchdb to a libchdb.so of %s, or storage.dsn to a ClickHouse server", err, Version)
	}
	var out bytes.Buffer
	//nolint:gosec // npm is what PATH says it is
	cmd := exec.CommandContext(ctx, npm, "ci", "--cache", filepath.Join(dir, "cache"), "--ignore-scripts", "--no-audit", "--no-fund", "--no-update-notifier")
	cmd.Dir, cmd.Stdout, cmd.Stderr = dir, &out, &out
	cmd.WaitDelay = time.Second
	done := make(chan error, 1)
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("start npm: %w", err)
	}
	go func() { done <- cmd.Wait() }()
	if err := watch(done, dir, progress); err != nil {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		return npmError(err, out.String())
	}
	return nil
}

// watch reports the bytes below dir until done says how it ended.
func watch(done <-chan error, dir string, progress func(done, total int64)) error {
	if progress == nil {
		return <-done
	}
	tick := time.NewTicker(progressPoll)
	defer tick.Stop()
	for {
		select {
		case err := <-done:
			if err == nil {
				progress(libraryBytes, libraryBytes)
			}
			return err
		case <-tick.C:
			progress(min(size(dir), libraryBytes), libraryBytes)
		}
	}
}

// size is the number of bytes of the files below dir, as far as they can be seen:
// npm moves them while we look.
func size(dir string) (n int64) {
	count := func(_ string, d fs.DirEntry, err error) error {
		if err == nil && d.Type().IsRegular() {
			if info, err := d.Info(); err == nil {
				n += info.Size()
			}
		}
		return nil //nolint:nilerr // what has just been moved away is seen next time
	}
	_ = filepath.WalkDir(dir, count) // count returns no error
	return n
}

// npmAdvice is what to do about npm's error codes.
const npmAdvice = `
ENOSPC      the disk is full: the library needs 1 GB for a moment, 600 MB in the end
EINTEGRITY  the registry sent other bytes than those pinned: nothing was installed; try another registry (npm config get registry)
E404        the registry that npm is set up for does not have the package (npm config get registry)
E401        the registry wants a login: npm login
E403        the registry refuses the package (npm config get registry)
ENOTFOUND   the registry can't be reached: check the network and npm's proxy
EAI_AGAIN   the registry can't be reached: check the network and npm's proxy
ECONN       the registry can't be reached: check the network and npm's proxy
ETIMEDOUT   the registry can't be reached: check the network and npm's proxy
EACCES      the cache folder can't be written: check its owner, or set storage.engine.cache_dir
EROFS       the cache folder can't be written: set storage.engine.cache_dir
EBADPLATFORM the library is for Linux with glibc on x86-64: set storage.dsn to a ClickHouse server
`

// npmError puts the advice for npm's complaint before its last words.
func npmError(err error, output string) error {
	said := strings.Join(lastLines(output, 4), "; ")
	for line := range strings.Lines(npmAdvice) {
		code, advice, _ := strings.Cut(strings.TrimSpace(line), " ")
		if code != "" && strings.Contains(output, code) {
			return fmt.Errorf("%s (npm: %w: %s)", strings.TrimSpace(advice), err, said)
		}
	}
	return fmt.Errorf("npm ci: %w: %s", err, said)
}

// lastLines are the last n lines of text that hold anything.
func lastLines(text string, n int) []string {
	var lines []string
	for line := range strings.Lines(text) {
		if line = strings.TrimSpace(line); line != "" {
			lines = append(lines, line)
		}
	}
	return lines[max(0, len(lines)-n):]
}

func errPlatform() error {
	return fmt.Errorf("no library of the embedded engine is pinned for %s/%s: set storage.libchdb to a libchdb of %s, or storage.dsn to a ClickHouse server", runtime.GOOS, runtime.GOARCH, Version)
}

func subFS(f fs.FS, dir string) fs.FS {
	sub, err := fs.Sub(f, dir)
	if err != nil {
		panic(err) // dir is a constant and a valid path
	}
	return sub
}
