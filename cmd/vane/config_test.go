package main

import (
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"vane"
	"vane/yamlfile"
)

// The shipped file is the documentation of every key: it must hold exactly the
// defaults, and leave none out.
func TestShippedConfigIsTheDefault(t *testing.T) {
	got := defaultConfig()
	if err := yamlfile.Read(vane.Configs(), "vane.yaml", &got); err != nil {
		t.Fatal(err)
	}
	want := defaultConfig()
	ignoreFiles := cmp.FilterPath(func(p cmp.Path) bool { return p.Last().String() == ".files" }, cmp.Ignore())
	if diff := cmp.Diff(want, got, ignoreFiles); diff != "" {
		t.Errorf("configs/vane.yaml differs from the defaults (-default +file):\n%s", diff)
	}
	var inFile map[string]any
	if err := yamlfile.Read(vane.Configs(), "vane.yaml", &inFile); err != nil {
		t.Fatal(err)
	}
	for _, key := range keysOf(reflect.TypeFor[Config](), "") {
		if !has(inFile, strings.Split(key, ".")) {
			t.Errorf("configs/vane.yaml lacks %s", key)
		}
	}
}

// keysOf lists the dotted keys of a configuration struct.
func keysOf(typ reflect.Type, prefix string) []string {
	var keys []string
	for i := range typ.NumField() {
		f := typ.Field(i)
		name, options, _ := strings.Cut(f.Tag.Get("yaml"), ",")
		switch {
		case options == "inline":
			keys = append(keys, keysOf(f.Type, prefix)...)
		case name == "" || name == "-":
		case f.Type.Kind() == reflect.Struct:
			keys = append(keys, keysOf(f.Type, prefix+name+".")...)
		default:
			keys = append(keys, prefix+name)
		}
	}
	return keys
}

func has(m map[string]any, path []string) bool {
	v, ok := m[path[0]]
	if len(path) == 1 {
		return ok
	}
	inner, isMap := v.(map[string]any)
	return ok && isMap && has(inner, path[1:])
}

func TestUsersFolderGoesBeforeTheBuiltIn(t *testing.T) {
	dir := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(file), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	write("vane.yaml", "crawler: {contact: 'mailto:a@example.org'}\n")
	write("taxonomy/ticketing.yaml", "domain: ticketing\nzh: 我的票务\n")
	cfg, err := loadConfig(filepath.Join(dir, "vane.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	if cfg.Crawler.Contact != "mailto:a@example.org" || cfg.Crawler.Workers != defaultConfig().Crawler.Workers {
		t.Errorf("configuration is %+v", cfg.Crawler)
	}
	names, err := cfg.issueNames()
	if err != nil {
		t.Fatal(err)
	}
	if names["ticketing"] != "我的票务" || names["telecom"] != "电信服务" {
		t.Errorf("domains are %q and %q", names["ticketing"], names["telecom"])
	}
}

func TestAuthorSecretIsMadeOnceAndPrivate(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "new")
	first, err := defaultConfig().authorSecret(dir)
	if err != nil {
		t.Fatal(err)
	}
	second, err := defaultConfig().authorSecret(dir)
	if err != nil || string(first) != string(second) || len(first) != authorSecretBytes {
		t.Errorf("secrets %x and %x, %v", first, second, err)
	}
	info, err := os.Stat(filepath.Join(dir, authorKeyFile))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("author.key has mode %v, %v", info.Mode(), err)
	}
	if err := os.WriteFile(filepath.Join(dir, authorKeyFile), []byte("short"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := defaultConfig().authorSecret(dir); err == nil {
		t.Error("a damaged key was taken")
	}
	configured := Config{AuthorSecret: "0123456789012345678901234567890123456789"}
	if got, err := configured.authorSecret(dir); err != nil || string(got) != configured.AuthorSecret {
		t.Errorf("the configured key is %q, %v", got, err)
	}
}
