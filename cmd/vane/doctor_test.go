package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"vane"
	"vane/crawler"
	"vane/storage"
)

var noon = time.Date(2026, 3, 8, 12, 0, 0, 0, time.UTC)

// healthy is a doctor for an installation with which nothing is wrong yet.
func healthy(t *testing.T) *doctor {
	t.Helper()
	cfg, err := loadConfig("")
	if err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	listener.Close()
	cfg.Web.Listen = listener.Addr().String()
	return &doctor{app: &app{cfg: cfg, dataDir: dir, log: slog.New(slog.DiscardHandler)}, now: noon}
}

func lay(t *testing.T, file, text string, mode os.FileMode) {
	t.Helper()
	if err := errors.Join(os.MkdirAll(filepath.Dir(file), 0o700), os.WriteFile(file, []byte(text), mode), os.Chmod(file, mode)); err != nil {
		t.Fatal(err)
	}
}

// unloaded is a library that nobody loads.
func unloaded(t *testing.T, dir string) string {
	t.Helper()
	file := filepath.Join(dir, "libchdb.so")
	lay(t, file, "", 0o600)
	return file
}

// TestDoctor has one line for everything that can be wrong, and what is said then.
func TestDoctor(t *testing.T) {
	key := strings.Repeat("k", authorSecretBytes)
	for _, c := range []struct {
		what string
		make func(d *doctor)
		want string // of the first finding that is wrong; "" if none is
	}{
		{"nothing", func(d *doctor) { d.checkConfig(); d.checkDataDir(); d.checkSecrets(); d.checkBoard(t.Context()) }, ""},
		{"the configuration can't be read", func(d *doctor) { d.examine(t.Context(), errors.New("vane.yaml:3:1: unknown key")) }, "配置 vane.yaml:3:1: unknown key → 按提示修改配置文件"},
		{"a source is broken", func(d *doctor) {
			file := filepath.Join(d.dataDir, "conf", "vane.yaml")
			lay(t, filepath.Join(filepath.Dir(file), "sources", "broken.yaml"), "name: broken\n", 0o600)
			lay(t, file, "", 0o600)
			if d.cfg, _ = loadConfig(file); d.cfg.files != nil {
				d.checkConfig()
			}
		}, "配置 sources/broken.yaml: "},
		{"others may read the key", func(d *doctor) {
			lay(t, filepath.Join(d.dataDir, authorKeyFile), key, 0o644)
			d.checkSecrets()
		}, "密钥文件 其他账户可以读取："},
		{"the key is cut off", func(d *doctor) {
			lay(t, filepath.Join(d.dataDir, authorKeyFile), key[:5], 0o600)
			d.checkSecrets()
		}, "密钥文件 "},
		{"others may read the users", func(d *doctor) {
			lay(t, filepath.Join(d.dataDir, "users.json"), "{}", 0o640)
			d.checkSecrets()
		}, "密钥文件 其他账户可以读取："},
		{"others may read the engine's password", func(d *doctor) {
			lay(t, filepath.Join(d.engineDir(), "writer.password"), "x", 0o604)
			d.checkSecrets()
		}, "密钥文件 其他账户可以读取："},
		{"others may read the address of ClickHouse", func(d *doctor) {
			d.configFile = filepath.Join(d.dataDir, "vane.yaml")
			d.cfg.Storage.DSN = "clickhouse://vane:secret@127.0.0.1:9000/vane"
			lay(t, d.configFile, "x", 0o644)
			d.checkSecrets()
		}, "密钥文件 其他账户可以读取："},
		{"others may enter the data directory", func(d *doctor) { os.Chmod(d.dataDir, 0o755); d.checkDataDir() }, "数据目录 其他账户可以进入"},
		{"the data directory is a file", func(d *doctor) {
			d.dataDir = filepath.Join(d.dataDir, "file")
			lay(t, d.dataDir, "", 0o600)
			d.checkDataDir()
		}, "数据目录 "},
		{"a restore was cut off", func(d *doctor) { os.Mkdir(filepath.Join(d.dataDir, restoring), 0o700); d.checkDataDir() }, "数据目录 "},
		{"the disk is full", func(d *doctor) { d.disk(100<<20, nil) }, "磁盘 剩余 100 MB，少于 1024 MB → 清理空间"},
		{"the disk has room", func(d *doctor) { d.disk(100<<30, nil); d.checkDisk() }, ""},
		{"the clock went back", func(d *doctor) {
			d.lastPass(health{{Source: "forum", Ended: noon.Add(time.Hour)}})
		}, "时钟 现在是 2026-03-08 20:00，而 forum 的上次采集结束于 2026-03-08 21:00 → 校准系统时间"},
		{"the crawl state is no database", func(d *doctor) {
			lay(t, d.stateFile(), strings.Repeat("no database ", 1000), 0o600)
			d.checkState(t.Context())
		}, "采集状态 "},
		{"the outbox is full", func(d *doctor) { d.waiting(crawler.Backlog{Posts: d.cfg.Crawler.OutboxMax, Oldest: noon}, true) }, "采集状态 待入库队列已满"},
		{"the outbox is stuck", func(d *doctor) { d.waiting(crawler.Backlog{Posts: 5, Oldest: noon.Add(-time.Hour)}, true) }, "采集状态 5 条信息等待入库，最早的已等 1h0m0s"},
		{"posts wait for the next run", func(d *doctor) { d.waiting(crawler.Backlog{Posts: 5, Oldest: noon.Add(-time.Hour)}, false) }, ""},
		{"the library is not there", func(d *doctor) { d.cfg.Storage.Engine.CacheDir = d.dataDir; d.checkLibrary() }, "引擎 "},
		{"the configured library is not there", func(d *doctor) { d.cfg.Storage.Libchdb = "/nowhere/libchdb.so"; d.checkLibrary() }, "引擎 stat /nowhere/libchdb.so"},
		{"ClickHouse is away", func(d *doctor) {
			d.cfg.Storage.DSN = "clickhouse://vane@127.0.0.1:1/vane"
			d.checkClickHouse(t.Context())
		}, "ClickHouse reach clickhouse at 127.0.0.1:1"},
		{"nothing was stored yet", func(d *doctor) {
			d.cfg.Storage.Libchdb = unloaded(t, d.dataDir)
			d.checkClickHouse(t.Context())
			if list, err := os.ReadDir(d.dataDir); err != nil || len(list) != 1 {
				t.Errorf("the doctor made %v, %v", list, err)
			}
		}, ""},
		{"the schema is behind", func(d *doctor) { d.schema(storage.SchemaState{Version: 20, Missing: []string{"00030_engagement.sql"}}) }, "表结构 落后 1 步：00030_engagement.sql → 先 vane backup，再运行 vane migrate"},
		{"the schema is a newer Vane's", func(d *doctor) { d.schema(storage.SchemaState{Version: 99, Unknown: []int64{99}}) }, "表结构 比本程序新"},
		{"the schema is right", func(d *doctor) { d.schema(storage.SchemaState{Version: 30}) }, ""},
		{"nobody can reach the crawler's operator", func(d *doctor) { crawling(t, d, ""); d.checkSources(nil) }, "联系方式 启用了"},
		{"a source fails", func(d *doctor) {
			crawling(t, d, "you@example.org")
			d.checkSources(health{{Source: "sample_forum", Failing: 4, Detail: "503"}})
		}, "来源 *连续失败 4 次（503）"},
		{"a source is late", func(d *doctor) {
			crawling(t, d, "you@example.org")
			d.checkSources(health{{Source: "sample_forum", Next: noon.Add(-10 * time.Hour), Every: time.Hour}})
		}, "来源 *该采集而没有采集"},
		{"sources do well", func(d *doctor) {
			crawling(t, d, "you@example.org")
			d.checkSources(health{{Source: "sample_forum", Next: noon.Add(time.Hour), Every: time.Hour}})
		}, ""},
		{"everybody could read the board", func(d *doctor) { d.cfg.Web.Listen = "0.0.0.0:0"; d.checkBoard(t.Context()) }, "看板 web.listen 0.0.0.0:0 can be reached from other machines"},
		{"the board's port is taken", func(d *doctor) { d.cfg.Web.Listen = answering(t, http.NotFound); d.checkBoard(t.Context()) }, "看板 open the board's port"},
		{"a running vane is not ready", func(d *doctor) {
			d.cfg.Web.Listen = answering(t, (&readiness{now: time.Now, why: func(context.Context, time.Time) string { return "the disk is full" }}).ServeHTTP)
			d.checkBoard(t.Context())
		}, "看板 *未就绪：the disk is full"},
		{"a running vane is ready", func(d *doctor) {
			d.cfg.Web.Listen = answering(t, (&readiness{now: time.Now, why: func(context.Context, time.Time) string { return "" }}).ServeHTTP)
			d.checkBoard(t.Context())
		}, ""},
	} {
		d := healthy(t)
		c.make(d)
		got := ""
		if i := slices.IndexFunc(d.findings, func(f finding) bool { return !f.OK }); i >= 0 {
			f := d.findings[i]
			got = f.Check + " " + f.Found + " → " + f.Do
			if f.Do == "" {
				t.Errorf("%s: nobody says what to do", c.what)
			}
		}
		begins, holds, _ := strings.Cut(c.want, "*")
		if (got == "") != (c.want == "") || !strings.HasPrefix(got, begins) || !strings.Contains(got, holds) || len(d.findings) == 0 {
			t.Errorf("%s: %q, want %q", c.what, got, c.want)
		}
	}
}

// crawling gives an installation one enabled source, sample_forum.
func crawling(t *testing.T, d *doctor, contact string) {
	t.Helper()
	source, err := fs.ReadFile(vane.Configs(), "sources/sample_forum.yaml")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	lay(t, filepath.Join(dir, "sources", "sample_forum.yaml"), strings.Replace(string(source), "enabled: false", "enabled: true", 1), 0o600)
	lay(t, filepath.Join(dir, "vane.yaml"), "crawler: {contact: '"+contact+"'}\n", 0o600)
	if d.cfg, err = loadConfig(filepath.Join(dir, "vane.yaml")); err != nil {
		t.Fatal(err)
	}
}

// answering is the address of a server.
func answering(t *testing.T, do http.HandlerFunc) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: do}
	go server.Serve(listener)
	t.Cleanup(func() { server.Close() })
	return listener.Addr().String()
}

// examined is what vane doctor says, by check, and its exit code.
func examined(t *testing.T, args ...string) (map[string]finding, int) {
	t.Helper()
	cmd := exec.Command(os.Args[0], append([]string{"doctor", "--json"}, args...)...)
	cmd.Env, cmd.Stderr = append(os.Environ(), beVane+"=1"), t.Output()
	out, err := cmd.Output()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	var list []finding
	if err := json.Unmarshal(out, &list); err != nil {
		t.Fatalf("%v in %s", err, out)
	}
	found := map[string]finding{}
	for _, f := range list {
		found[f.Check] = f
	}
	return found, cmd.ProcessState.ExitCode()
}

// The doctor works before the first run, beside a running vane, and after it.
func TestDoctorBesideAndWithoutVane(t *testing.T) {
	site := forum(t)
	data := filepath.Join(t.TempDir(), "data")
	args := []string{"--config", site.config, "--data-dir", data}
	found, code := examined(t, args...)
	if code != exitFailed || found["联系方式"].OK || !strings.Contains(found["数据目录"].Found, "首次运行时建立") {
		t.Errorf("before the first run: %d %+v", code, found)
	}
	if _, err := os.Stat(data); !errors.Is(err, os.ErrNotExist) {
		t.Error("the doctor made the data directory")
	}
	config, err := os.ReadFile(site.config)
	if err != nil {
		t.Fatal(err)
	}
	lay(t, site.config, strings.Replace(string(config), "allow_private: true", "allow_private: true, contact: you@example.org", 1), 0o600)

	running, _ := process(t, append([]string{"run"}, args...)...)
	soon(t, "a vane that is ready", func() bool {
		resp, err := http.Get("http://" + site.board + "/readyz")
		if err != nil {
			return false
		}
		resp.Body.Close()
		return resp.StatusCode == http.StatusOK
	})
	soon(t, "the crawl", func() bool { return counted(t, site.config, data) == len(site.posts) })
	found, code = examined(t, args...)
	if code != exitDone || !strings.Contains(found["看板"].Found, "已就绪") || !strings.HasPrefix(found["ClickHouse"].Found, "26.") {
		t.Errorf("beside a running vane: %d %+v", code, found)
	}
	interrupted(t, running)
	found, code = examined(t, args...)
	if code != exitDone || !strings.Contains(found["看板"].Found, "未在运行") || len(found) < 10 {
		t.Errorf("after it: %d %+v", code, found)
	}
	code, out := finished(t, append([]string{"doctor"}, args...)...)
	if code != exitDone || strings.Count(out, "✓") != len(found) || strings.Contains(out, "✗") {
		t.Errorf("as a table: %d\n%s", code, out)
	}
	lay(t, site.config, "nonsense: 1\n", 0o600)
	if code, out := finished(t, append([]string{"doctor"}, args...)...); code != exitFailed || !strings.Contains(out, "✗") || !strings.Contains(out, "nonsense") {
		t.Errorf("with a broken configuration: %d\n%s", code, fmt.Sprint(out))
	}
}
