package backup_test

import (
	"archive/tar"
	"bytes"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vane/backup"
)

var created = time.Date(2026, 3, 8, 12, 0, 0, 0, time.UTC)

// content is what is backed up.
func content() map[string]string {
	return map[string]string{
		"vane.sqlite": "state", "author.key": strings.Repeat("k", 32),
		"clickhouse/backup/posts/.backup": "xml", "clickhouse/backup/posts/data/vane/posts/202603_1_1_0/data.bin": strings.Repeat("posts", 5000),
		"clickhouse/backup/posts/data/empty.bin": "",
	}
}

// written is a backup of content.
func written(t testing.TB) []byte {
	t.Helper()
	dir := t.TempDir()
	for name, text := range content() {
		put(t, filepath.Join(dir, name), text)
	}
	var out bytes.Buffer
	w := backup.NewWriter(&out, backup.Manifest{Vane: "1.0.0", Created: created, State: 4, ClickHouse: true, Schema: 30})
	for _, name := range []string{"vane.sqlite", "author.key"} {
		if err := w.Add(name, filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.AddTree("clickhouse/backup", filepath.Join(dir, "clickhouse", "backup")); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func put(t testing.TB, file, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestRoundTrip(t *testing.T) {
	data, dir := written(t), t.TempDir()
	m, err := backup.Verify(bytes.NewReader(data))
	if err != nil || m.Vane != "1.0.0" || !m.Created.Equal(created) || m.State != 4 || m.Schema != 30 || !m.ClickHouse || len(m.Files) != len(content()) {
		t.Fatalf("%+v, %v", m, err)
	}
	if err := backup.Extract(bytes.NewReader(data), dir); err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	err = filepath.WalkDir(dir, func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil || info.Mode() != 0o600 {
			t.Errorf("%s: %v, %v", name, info.Mode(), err)
		}
		text, err := os.ReadFile(name)
		rel, _ := filepath.Rel(dir, name)
		got[filepath.ToSlash(rel)] = string(text)
		return err
	})
	if err != nil || !maps.Equal(got, content()) {
		t.Errorf("extracted %q, %v", slices.Sorted(maps.Keys(got)), err)
	}
}

// A backup that ends too early, wherever, is refused.
func TestCutOff(t *testing.T) {
	data := written(t)
	tail := bytes.LastIndex(data, []byte("}")) // of the manifest
	for n := 0; n <= tail; n += 511 {
		if _, err := backup.Verify(bytes.NewReader(data[:n])); err == nil {
			t.Errorf("the first %d of %d bytes are taken for a backup", n, len(data))
		}
	}
	for n, want := range map[int]string{
		0: "it is empty", 100: "it is no file", 3000: "it is cut off", tail: "it is cut off",
	} {
		if _, err := backup.Verify(bytes.NewReader(data[:n])); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("the first %d bytes: %v, want %s", n, err, want)
		}
	}
}

// A bit that changed is found, wherever it is in a file or in the manifest.
func TestDamaged(t *testing.T) {
	data := written(t)
	for _, part := range []string{"statestate"[:5], "kkkkkk", "postspostsposts", `"sha256"`} {
		at := bytes.Index(data, []byte(part))
		broken := slices.Clone(data)
		broken[at] ^= 1
		if _, err := backup.Verify(bytes.NewReader(broken)); err == nil {
			t.Errorf("a bit of %q is changed, and nobody sees it", part)
		}
	}
	if _, err := backup.Verify(strings.NewReader(strings.Repeat("no backup at all. ", 100))); err == nil || err.Error() != "it is no file that vane backup wrote" {
		t.Errorf("another file: %v", err)
	}
}

// entry is a made-up part of a backup.
type entry struct {
	name, link string
	kind       byte
}

// Whoever makes a backup up, nothing gets out of the folder it is extracted into.
func TestNothingLeavesTheFolder(t *testing.T) {
	for _, c := range []entry{
		{name: "../evil"},
		{name: "/tmp/evil"},
		{name: "clickhouse/../../evil"},
		{name: "clickhouse/./evil"},
		{name: "clickhouse//evil"},
		{name: "."},
		{name: "evil", kind: tar.TypeSymlink, link: "/etc/passwd"},
		{name: "evil", kind: tar.TypeLink, link: "../evil"},
		{name: "evil", kind: tar.TypeDir},
		{name: "evil", kind: tar.TypeFifo},
		{name: "evil", kind: tar.TypeChar},
	} {
		if c.kind == 0 {
			c.kind = tar.TypeReg
		}
		var out bytes.Buffer
		w := tar.NewWriter(&out)
		if err := w.WriteHeader(&tar.Header{Name: c.name, Linkname: c.link, Typeflag: c.kind, Mode: 0o777}); err != nil {
			t.Fatal(err)
		}
		w.Close()
		parent := t.TempDir()
		dir := filepath.Join(parent, "data")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		_, err := backup.Verify(bytes.NewReader(out.Bytes()))
		extracted := backup.Extract(bytes.NewReader(out.Bytes()), dir)
		if err == nil || extracted == nil || !strings.Contains(err.Error(), "nobody should restore it") {
			t.Errorf("%+v: %v, %v", c, err, extracted)
		}
		onlyFolder(t, parent)
		if left, err := os.ReadDir(dir); err != nil || len(left) != 0 {
			t.Errorf("%+v left %v, %v", c, left, err)
		}
	}
}

// A link that is in the folder already leads nowhere either.
func TestNothingLeavesThroughALink(t *testing.T) {
	parent := t.TempDir()
	dir := filepath.Join(parent, "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("..", filepath.Join(dir, "clickhouse")); err != nil {
		t.Fatal(err)
	}
	if err := backup.Extract(bytes.NewReader(written(t)), dir); err == nil {
		t.Error("a link was followed")
	}
	onlyFolder(t, parent)
}

func onlyFolder(t *testing.T, parent string) {
	t.Helper()
	if left, err := os.ReadDir(parent); err != nil || len(left) != 1 {
		t.Errorf("beside the folder: %v, %v", left, err)
	}
}

func TestPathsOfTheWriter(t *testing.T) {
	w := backup.NewWriter(new(bytes.Buffer), backup.Manifest{})
	if err := w.Add("../evil", "backup_test.go"); err == nil || !strings.Contains(err.Error(), "leaves the backup") {
		t.Error(err)
	}
}

// Foreign bytes are refused without a crash, and write nothing outside of the folder.
func FuzzRead(f *testing.F) {
	data := written(f)
	f.Add(data)
	f.Add(data[:3000])
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, data []byte) {
		parent := t.TempDir()
		dir := filepath.Join(parent, "data")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if m, err := backup.Verify(bytes.NewReader(data)); err == nil && m.Format != 1 {
			t.Errorf("taken for a backup: %+v", m)
		}
		_ = backup.Extract(bytes.NewReader(data), dir)
		onlyFolder(t, parent)
	})
}
