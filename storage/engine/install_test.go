package engine

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha512"
	"encoding/base64"
	"fmt"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"
)

const packageName = "@chdb/lib-linux-x64-gnu"

// registry serves one small package in the place of the real one, to the real npm.
// It returns the files that pin it and the number of downloads.
func registry(t *testing.T) (fs.FS, *atomic.Int64) {
	t.Helper()
	if _, err := exec.LookPath("npm"); err != nil {
		t.Skip("npm is not installed")
	}
	tarball := pack(t, map[string]string{
		"package.json": fmt.Sprintf(`{"name": %q, "version": %q, "scripts": {"install": "touch ran"}}`, packageName, Version),
		libraryFile:    "a library",
	})
	var downloads atomic.Int64
	mux := http.NewServeMux()
	server := httptest.NewServer(mux)
	t.Cleanup(server.Close)
	mux.HandleFunc("/tarball.tgz", func(w http.ResponseWriter, _ *http.Request) {
		downloads.Add(1)
		w.Write(tarball)
	})
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/"+packageName {
			http.NotFound(w, r)
			return
		}
		fmt.Fprintf(w, `{"name": %q, "versions": {%q: {"name": %q, "version": %q, "dist": {"tarball": "%s/tarball.tgz"}}}}`,
			packageName, Version, packageName, Version, server.URL)
	})
	t.Setenv("npm_config_registry", server.URL)
	t.Setenv("npm_config_cache", t.TempDir())
	t.Setenv("npm_config_fetch_retries", "0")
	sum := sha512.Sum512(tarball)
	return pins("sha512-" + base64.StdEncoding.EncodeToString(sum[:])), &downloads
}

// pins are the two files that pin the package to a hash.
func pins(integrity string) fs.FS {
	root := fmt.Sprintf(`{"name": "vane-engine", "dependencies": {%q: %q}}`, packageName, Version)
	lock := fmt.Sprintf(`{"name": "vane-engine", "lockfileVersion": 3, "packages": {"": %s, "node_modules/%s": {"version": %q, "integrity": %q}}}`,
		root, packageName, Version, integrity)
	return fstest.MapFS{"package.json": {Data: []byte(root)}, "package-lock.json": {Data: []byte(lock)}}
}

func pack(t *testing.T, files map[string]string) []byte {
	t.Helper()
	var out bytes.Buffer
	zip := gzip.NewWriter(&out)
	archive := tar.NewWriter(zip)
	for name, text := range files {
		header := &tar.Header{Name: "package/" + name, Mode: 0o644, Size: int64(len(text))}
		if err := archive.WriteHeader(header); err != nil {
			t.Fatal(err)
		}
		if _, err := archive.Write([]byte(text)); err != nil {
			t.Fatal(err)
		}
	}
	if err := archive.Close(); err != nil {
		t.Fatal(err)
	}
	if err := zip.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// entries lists what a folder holds.
func entries(t *testing.T, dir string) string {
	t.Helper()
	list, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range list {
		names = append(names, e.Name())
	}
	return strings.Join(names, " ")
}

func TestInstallOnceForMany(t *testing.T) {
	files, downloads := registry(t)
	dir := filepath.Join(t.TempDir(), "cache")
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			path, err := install(t.Context(), files, dir, nil)
			if err != nil || path != filepath.Join(dir, Version, libraryFile) {
				t.Errorf("installed %s, %v", path, err)
			}
		})
	}
	wg.Wait()
	if n := downloads.Load(); n != 1 {
		t.Errorf("downloaded %d times, want once", n)
	}
	if got, want := entries(t, dir), Version+" lock"; got != want {
		t.Errorf("the cache holds %s, want %s", got, want)
	}
	if got, want := entries(t, filepath.Join(dir, Version)), libraryFile+" package.json"; got != want {
		t.Errorf("the installation holds %s, want %s: no script may run", got, want)
	}
}

func TestInstallReportsProgress(t *testing.T) {
	files, _ := registry(t)
	var last int64
	_, err := install(t.Context(), files, t.TempDir(), func(done, total int64) {
		if done < last || total != libraryBytes {
			t.Errorf("progress went from %d to %d of %d", last, done, total)
		}
		last = done
	})
	if err != nil || last != libraryBytes {
		t.Errorf("progress ended at %d, %v", last, err)
	}
}

func TestInstallRepairs(t *testing.T) {
	files, _ := registry(t)
	dir := t.TempDir()
	for _, left := range []string{filepath.Join(dir, "installing", "node_modules"), filepath.Join(dir, Version, "half")} {
		if err := os.MkdirAll(left, 0o755); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := install(t.Context(), files, dir, nil); err != nil {
		t.Fatal(err)
	}
	if got, want := entries(t, filepath.Join(dir, Version)), libraryFile+" package.json"; got != want {
		t.Errorf("the installation holds %s, want %s", got, want)
	}
}

func TestInstallSaysWhatToDo(t *testing.T) {
	files, _ := registry(t)
	good := os.Getenv("npm_config_registry")
	other := sha512.Sum512([]byte("another library"))
	forged := pins("sha512-" + base64.StdEncoding.EncodeToString(other[:]))
	empty := httptest.NewServer(http.NotFoundHandler())
	defer empty.Close()
	refuse := func(name, want, registry, path string, files fs.FS) {
		t.Helper()
		t.Setenv("npm_config_registry", registry)
		t.Setenv("PATH", path)
		dir := t.TempDir()
		_, err := install(t.Context(), files, dir, nil)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s\n got %v\nwant %s", name, err, want)
		}
		if got := entries(t, dir); got != "lock" {
			t.Errorf("%s left %s behind", name, got)
		}
	}
	path := os.Getenv("PATH")
	refuse("no npm", "npm comes with Node.js: install that, or set storage.libchdb", good, "/nowhere", files)
	refuse("other bytes", "the registry sent other bytes than those pinned", good, path, forged)
	refuse("no such package", "the registry that npm is set up for does not have the package", empty.URL, path, files)
	refuse("no network", "the registry can't be reached", "http://127.0.0.1:1", path, files)
}

func TestInstallIsCancelled(t *testing.T) {
	files, _ := registry(t)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if _, err := install(ctx, files, t.TempDir(), nil); err == nil {
		t.Error("installed after it was cancelled")
	}
}

func TestPinsHoldNoAddress(t *testing.T) {
	lock, err := pinned.ReadFile("npm/package-lock.json")
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{`"integrity": "sha512-`, Version, packageName} {
		if !bytes.Contains(lock, []byte(want)) {
			t.Errorf("the lock file lacks %s", want)
		}
	}
	for _, refuse := range []string{"resolved", "://"} {
		if bytes.Contains(lock, []byte(refuse)) {
			t.Errorf("the lock file holds %q, which ties it to one registry", refuse)
		}
	}
}

func FuzzLogLine(f *testing.F) {
	f.Add("2026.11.24 05:52:30.097438 [ 14432 ] {b1596dd5} <Error> Application: disk is slow")
	f.Add("2026.11.24 05:52:30.097438 [ 14432 ] {} <Warning> Pool: paused")
	f.Fuzz(func(t *testing.T, line string) {
		if _, text, ok := logLine(line); ok && strings.ContainsAny(text, "\n") {
			t.Errorf("%q became more than a line: %q", line, text)
		}
	})
}

func TestLogLine(t *testing.T) {
	read := func(line, want string) {
		t.Helper()
		level, text, ok := logLine("2026.11.24 05:52:30.097438 [ 14432 ] {b1596dd5} " + line)
		if got := fmt.Sprint(level, " ", text); !ok || got != want {
			t.Errorf("%s\n got %s\nwant %s", line, got, want)
		}
	}
	read("<Error> MergeTreeBackgroundExecutor: no space left", "ERROR MergeTreeBackgroundExecutor: no space left")
	read("<Fatal> BaseDaemon: received signal 11", "ERROR BaseDaemon: received signal 11")
	read("<Warning> BgSchPool: Temporarily pause scheduling", "DEBUG BgSchPool: Temporarily pause scheduling")
	read("<Error> executeQuery: Code: 60. unknown table", "DEBUG executeQuery: Code: 60. unknown table")
	read("<Error> void DB::TCPHandler::sendData(): connection reset", "DEBUG void DB::TCPHandler::sendData(): connection reset")
	if _, _, ok := logLine("0. ? @ 0x000000001c8fa4b3"); ok {
		t.Error("a frame of a stack trace is taken for a line")
	}
}
