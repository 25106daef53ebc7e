package main

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"vane"
)

// A backup is taken in the middle of a crawl, beside the running vane. What is made from
// it goes on where the copy was taken, and ends with every post once: those that were in
// the outbox are delivered, and those that came later are crawled again.
func TestBackupBesideARunningVane(t *testing.T) {
	site := forum(t)
	config, posts := site.config, len(site.posts)
	data, backups := t.TempDir(), t.TempDir()
	site.most.Store(int64(posts / 2))
	running, _ := process(t, "run", "--config", config, "--data-dir", data)
	soon(t, "half of a crawl", func() bool { return site.asked.Load() > site.most.Load() })
	mustEnd(t, exitDone, "校验", "backup", backups, "--config", config, "--data-dir", data)
	site.most.Store(0)
	interrupted(t, running)

	files, err := filepath.Glob(filepath.Join(backups, "*"))
	if err != nil || len(files) != 1 || filepath.Ext(files[0]) != ".tar" {
		t.Fatalf("backups: %v, %v", files, err)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode() != 0o600 {
		t.Errorf("who may read the backup: %v, %v", info.Mode(), err)
	}
	again := filepath.Join(t.TempDir(), "new", "data")
	mustEnd(t, exitDone, "已恢复", "restore", files[0], "--config", config, "--data-dir", again)
	mustEnd(t, exitDone, "", "crawl", "sample_forum", "--config", config, "--data-dir", again)
	if got := counted(t, config, again); got != posts {
		t.Errorf("%d posts after the restored crawl went on, not %d", got, posts)
	}
}

// What is restored is what was backed up: trends, frontier, the key of pseudonyms.
func TestBackupRoundTrip(t *testing.T) {
	site := forum(t)
	config, posts := site.config, len(site.posts)
	data := t.TempDir()
	mustEnd(t, exitDone, "", "crawl", "sample_forum", "--config", config, "--data-dir", data)
	mustEnd(t, exitDone, "", "hotspots", "--config", config, "--data-dir", data)
	file := filepath.Join(t.TempDir(), "vane.tar")
	mustEnd(t, exitDone, "", "backup", file, "--config", config, "--data-dir", data)
	mustEnd(t, exitFailed, "name another file", "backup", file+"/no/vane.tar", "--config", config, "--data-dir", data)
	mustEnd(t, exitFailed, "exists", "backup", file, "--config", config, "--data-dir", data)
	mustEnd(t, exitFailed, "there is no data of Vane", "backup", file+"2", "--config", config, "--data-dir", t.TempDir())
	left, err := filepath.Glob(filepath.Join(data, ".backup*"))
	inEngine, err2 := filepath.Glob(filepath.Join(data, "clickhouse", "backup", ".*"))
	if err != nil || err2 != nil || len(left)+len(inEngine) > 0 {
		t.Errorf("left behind: %v %v", left, inEngine)
	}
	cutOff := filepath.Join(data, ".backup-1")
	if err := os.Mkdir(cutOff, 0o700); err != nil {
		t.Fatal(err)
	}
	mustEnd(t, exitFailed, "delete "+cutOff, "backup", file+"3", "--config", config, "--data-dir", data)
	if err := os.Remove(cutOff); err != nil {
		t.Fatal(err)
	}

	again := t.TempDir()
	mustEnd(t, exitDone, "已入库 "+strconv.Itoa(posts)+" 条，待入库 0 条", "restore", file, "--config", config, "--data-dir", again)
	for _, name := range []string{"author.key", "clickhouse/grafana.password"} {
		want, err := os.ReadFile(filepath.Join(data, name))
		got, err2 := os.ReadFile(filepath.Join(again, name))
		if err != nil || err2 != nil || string(got) != string(want) || len(want) == 0 {
			t.Errorf("%s is not as it was: %v, %v", name, err, err2)
		}
	}
	if want, got := trendOf(t, config, data), trendOf(t, config, again); len(want) == 0 || got != want {
		t.Errorf("trends:\n%s, not\n%s", got, want)
	}
	was, is := sourceRows(t, config, data)["sample_forum"].Health, sourceRows(t, config, again)["sample_forum"].Health
	if was == nil || !reflect.DeepEqual(was, is) {
		t.Errorf("the source: %+v, not %+v", is, was)
	}
	// The frontier knows every page: a pass over the restored one finds nothing new.
	asked := site.asked.Load()
	mustEnd(t, exitDone, "", "crawl", "sample_forum", "--config", config, "--data-dir", again)
	if n := site.asked.Load() - asked; n > 5 || counted(t, config, again) != posts {
		t.Errorf("%d requests after a restore, as if nothing was known", n)
	}
	refusedRestores(t, config, file, again)
}

// TestInFolder says which files of the configuration a backup takes along.
func TestInFolder(t *testing.T) {
	for _, c := range [][3]string{
		{"/var/lib/vane", "/var/lib/vane/words.yaml", "words.yaml"},
		{"/var/lib/vane", "/var/lib/vane/mine/../words.yaml", "words.yaml"},
		{"/var/lib/vane", "/var/lib/vane-old/words.yaml", ""},
		{"/var/lib/vane", "/etc/vane/words.yaml", ""},
		{".", "words.yaml", "words.yaml"},
		{".", "", ""},
	} {
		if got := inFolder(c[0], c[1]); got != c[2] {
			t.Errorf("%s in %s: %q, want %q", c[1], c[0], got, c[2])
		}
	}
}

// A backup counts what it copies twice where its file lies on the disk of the data.
func TestRoomForABackup(t *testing.T) {
	dir := t.TempDir()
	free, err := freeBytes(dir)
	if err != nil {
		t.Skip("the free space is not known here:", err)
	}
	a := &app{dataDir: dir}
	for _, c := range []struct {
		parts []uint64
		says  string
	}{
		{[]uint64{1 << 10, 1 << 10}, ""},
		{[]uint64{free / 2, 1 << 30}, "the copy and the file need"},
		{[]uint64{1 << 60}, "free some space, or write to another disk"},
	} {
		if err := a.roomFor(filepath.Join(dir, "vane.tar"), c.parts...); (err == nil) != (c.says == "") || err != nil && !strings.Contains(err.Error(), c.says) {
			t.Errorf("%v of %d bytes: %v, want %q", c.parts, free, err, c.says)
		}
	}
	if err := a.roomFor(filepath.Join(dir, "none", "vane.tar"), 1<<60); err == nil || !strings.Contains(err.Error(), "the copy needs") {
		t.Errorf("on another disk: %v", err)
	}
}

// refusedRestores: over data, from half a file, from no file.
func refusedRestores(t *testing.T, config, file, taken string) {
	t.Helper()
	mustEnd(t, exitFailed, "is not empty", "restore", file, "--config", config, "--data-dir", taken)
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	half, fresh := filepath.Join(t.TempDir(), "half.tar"), filepath.Join(t.TempDir(), "fresh")
	if err := os.WriteFile(half, whole[:len(whole)/2], 0o600); err != nil {
		t.Fatal(err)
	}
	mustEnd(t, exitFailed, "half.tar: it is cut off: its end is missing; use another backup", "restore", half, "--config", config, "--data-dir", fresh)
	mustEnd(t, exitFailed, "vane.yaml: it is no file that vane backup wrote", "restore", config, "--config", config, "--data-dir", fresh)
	mustEnd(t, exitFailed, "no such file", "restore", half+"x", "--config", config, "--data-dir", fresh)
	if _, err := os.Stat(fresh); !os.IsNotExist(err) {
		t.Errorf("a refused restore made the data directory: %v", err)
	}
	server := filepath.Join(t.TempDir(), "vane.yaml")
	if err := os.WriteFile(server, []byte("storage: {dsn: 'clickhouse://vane@127.0.0.1:1/vane'}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	mustEnd(t, exitFailed, "without storage.dsn", "restore", file, "--config", server, "--data-dir", fresh)
	// Of a server of one's own the local state alone is backed up, and that is said.
	mustEnd(t, exitDone, "the posts on the server of storage.dsn are not in the backup", "backup", filepath.Join(t.TempDir(), "b.tar"), "--config", server, "--data-dir", taken)
}

// mustEnd runs vane to its end, and asks for its exit code and a word of its output.
func mustEnd(t *testing.T, want int, says string, args ...string) {
	t.Helper()
	if code, out := finished(t, args...); code != want || !strings.Contains(out, says) {
		t.Fatalf("vane %s: exit code %d, want %d and %q:\n%s", strings.Join(args, " "), code, want, says, out)
	}
}

// trendOf is the days of every issue, as far as they are whole numbers: sums of
// fractions depend on the order of the rows.
func trendOf(t *testing.T, config, data string) string {
	t.Helper()
	cmd := exec.Command(os.Args[0], "trends", "--json", "--by", "tag", "--step", "day", "--from", "2020-01-01", "--config", config, "--data-dir", data)
	cmd.Env, cmd.Stderr = append(os.Environ(), beVane+"=1"), t.Output()
	out, err := cmd.Output()
	if err != nil {
		t.Fatal(err)
	}
	var series []vane.Series
	if err := json.Unmarshal(out, &series); err != nil {
		t.Fatal(err)
	}
	var days []string
	for _, s := range series {
		for _, p := range s.Points {
			if p.Posts > 0 {
				days = append(days, strings.Join([]string{s.Key, p.At.String(), strconv.Itoa(int(p.Posts)), strconv.Itoa(int(p.Sensitive)), strconv.Itoa(int(p.Authors))}, " "))
			}
		}
	}
	return strings.Join(days, "\n")
}
