package main

import (
	"archive/tar"
	"compress/gzip"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"vane"
	"vane/backup"
	"vane/storage"
)

// TestUpgrade opens the data directory of every earlier release in testdata/upgrade,
// migrates it, and finds the trends that the release itself counted.
func TestUpgrade(t *testing.T) {
	releases, err := filepath.Glob("testdata/upgrade/*.trends.json.gz")
	if err != nil || len(releases) == 0 {
		t.Fatalf("no releases, %v", err)
	}
	for _, file := range releases {
		release := strings.TrimSuffix(file, ".trends.json.gz")
		t.Run(filepath.Base(release), func(t *testing.T) {
			var want []vane.Series
			if err := json.NewDecoder(unzipped(t, file)).Decode(&want); err != nil {
				t.Fatal(err)
			}
			data := t.TempDir()
			if err := os.Chmod(data, 0o700); err != nil {
				t.Fatal(err)
			}
			untar(t, unzipped(t, release+".tar.gz"), data)
			lookedAt(t, data)
			mustEnd(t, exitDone, "the schema is up to date", "migrate", "--data-dir", data)

			points := want[0].Points
			from, to := points[0].At, points[len(points)-1].At.Add(24*time.Hour)
			out, _ := answer(t, "trends", "--json", "--by", "tag", "--step", "day", "--data-dir", data, "--from", from.Format(time.RFC3339), "--to", to.Format(time.RFC3339))
			var got []vane.Series
			if err := json.Unmarshal([]byte(out), &got); err != nil {
				t.Fatal(err)
			}
			sameSeries(t, want, got)
			// The crawl goes on where it was: every sample source is known.
			var sources []sourceRow
			out, _ = answer(t, "sources", "--json", "--data-dir", data)
			if err := json.Unmarshal([]byte(out), &sources); err != nil {
				t.Fatal(err)
			}
			known := 0
			for _, s := range sources {
				if strings.HasPrefix(s.Name, samplePrefix) && s.Health != nil && s.Health.Reason != "" {
					known++
				}
			}
			if known < 3 {
				t.Errorf("the passes of %d sample sources are known", known)
			}
			mustEnd(t, exitDone, "", "hotspots", "--data-dir", data)
		})
	}
}

// lookedAt examines and backs up what an older Vane left, which changes nothing: the
// copy can be restored by that one.
func lookedAt(t *testing.T, data string) {
	t.Helper()
	for range 2 {
		mustEnd(t, exitFailed, "落后", "doctor", "--data-dir", data)
	}
	file := filepath.Join(t.TempDir(), "old.tar")
	mustEnd(t, exitDone, "已校验", "backup", file, "--data-dir", data)
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	newest, err := storage.SchemaVersion()
	if err != nil {
		t.Fatal(err)
	}
	if m, err := backup.Verify(f); err != nil || m.Schema == 0 || m.Schema >= newest {
		t.Errorf("the backup is of schema %d, %v, and this program makes %d", m.Schema, err, newest)
	}
	mustEnd(t, exitFailed, "落后", "doctor", "--data-dir", data)
}

// sameSeries compares counts to the last post, and sums of fractions up to the order in
// which they were added.
func sameSeries(t *testing.T, want, got []vane.Series) {
	t.Helper()
	keyed := map[string]vane.Series{}
	for _, s := range got {
		keyed[s.Key] = s
	}
	total := uint64(0)
	for _, w := range want {
		g := keyed[w.Key]
		if len(g.Points) != len(w.Points) {
			t.Errorf("%s has %d days, not %d", w.Key, len(g.Points), len(w.Points))
			continue
		}
		for i, p := range w.Points {
			total += p.Posts
			q := g.Points[i]
			near := math.Abs(p.Engagement-q.Engagement) < 1e-6 && math.Abs(p.Sentiment-q.Sentiment) < 1e-6
			if !q.At.Equal(p.At) || q.Posts != p.Posts || q.Sensitive != p.Sensitive || q.Authors != p.Authors || q.Texts != p.Texts || !near {
				t.Errorf("%s: %+v, want %+v", w.Key, q, p)
			}
		}
	}
	if total < 20 || len(got) != len(want) {
		t.Errorf("%d series with %d posts, want %d series", len(got), total, len(want))
	}
}

// unzipped reads a file that gzip wrote.
func unzipped(t *testing.T, file string) io.Reader {
	t.Helper()
	f, err := os.Open(file)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

// untar extracts folders, files and the links of ClickHouse's databases.
func untar(t *testing.T, from io.Reader, dir string) {
	t.Helper()
	for archive := tar.NewReader(from); ; {
		h, err := archive.Next()
		if errors.Is(err, io.EOF) {
			return
		}
		if err == nil {
			err = untarOne(archive, h, filepath.Join(dir, filepath.Clean("/"+h.Name)))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
}

func untarOne(from io.Reader, h *tar.Header, to string) error {
	switch h.Typeflag {
	case tar.TypeDir:
		return os.MkdirAll(to, 0o700)
	case tar.TypeSymlink:
		return os.Symlink(h.Linkname, to)
	case tar.TypeReg:
		f, err := os.OpenFile(to, os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			return err
		}
		_, err = io.Copy(f, from)
		return errors.Join(err, f.Close())
	}
	return fmt.Errorf("%s is of kind %c", h.Name, h.Typeflag)
}
