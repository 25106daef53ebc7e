package main

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"vane/storage"
	"vane/yamlfile"
)

// TestProvisionedGrafanaMayRead writes the files beside a running engine and connects
// as they say: the reader is let in, and only their owner reads the password.
func TestProvisionedGrafanaMayRead(t *testing.T) {
	cfg, err := loadConfig("")
	if err != nil {
		t.Fatal(err)
	}
	a := testApp(t, cfg)
	var out strings.Builder
	a.out, a.errOut = &out, &strings.Builder{}
	var opened stack
	defer func() {
		if opened.close(&err); err != nil {
			t.Error(err)
		}
	}()
	if _, err := a.openStore(t.Context(), &opened); err != nil {
		t.Fatal(err)
	}
	dir := filepath.Join(t.TempDir(), `$HOME "quoted"`)
	if err := a.provisionGrafana(dir); err != nil {
		t.Fatal(err)
	}
	name := filepath.Join(dir, "datasources", "vane.yaml")
	if info, err := os.Stat(name); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v, want 0600", info.Mode(), err)
	}
	var sources struct {
		APIVersion  int `yaml:"apiVersion"`
		Datasources []struct {
			Name, UID, Type, Access string
			Editable                bool
			JSONData                struct {
				Host            string `yaml:"host"`
				Port            string `yaml:"port"`
				Protocol        string `yaml:"protocol"`
				Username        string `yaml:"username"`
				DefaultDatabase string `yaml:"defaultDatabase"`
				DialTimeout     string `yaml:"dialTimeout"`
				QueryTimeout    string `yaml:"queryTimeout"`
			} `yaml:"jsonData"`
			SecureJSONData struct {
				Password string `yaml:"password"`
			} `yaml:"secureJsonData"`
		} `yaml:"datasources"`
	}
	decode(t, name, &sources)
	s := sources.Datasources[0]
	dsn := "clickhouse://" + s.JSONData.Username + ":" + s.SecureJSONData.Password + "@" + s.JSONData.Host + ":" + s.JSONData.Port + "/" + s.JSONData.DefaultDatabase
	store, err := storage.Open(t.Context(), storage.Config{DSN: dsn}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	if err := store.Close(); err != nil {
		t.Error(err)
	}
	boards, err := os.ReadFile(filepath.Join(dir, "dashboards", "vane.yaml"))
	if want := `$$HOME \"quoted\"/vane"`; err != nil || !strings.Contains(string(boards), want) {
		t.Errorf("%s, %v: want %s in it", boards, err, want)
	}
}

func decode(t *testing.T, name string, dest any) {
	t.Helper()
	text, err := os.ReadFile(name)
	if err == nil {
		err = yamlfile.Decode(name, text, dest)
	}
	if err != nil {
		t.Fatal(err)
	}
}
