package main

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"vane"
)

var (
	// fence is a block of commands.
	fence = regexp.MustCompile("(?ms)^ *```sh\n(.*?)^ *```")
	// span is a command in running text.
	span = regexp.MustCompile("`(?:bin/)?vane ([^`]+)`")
	// called is vane in a line of a shell, by whatever path, behind whatever is before it.
	called = regexp.MustCompile(`(?:^|[|;&(]\s*|\bsudo\s+|\bsudo -u vane\s+(?:env \S+\s+)?)(?:\S*/)?vane\s+([^|;&#>)]+)`)
	// choice is what a synopsis leaves to the reader: [FILE], or one of accept|reject.
	choice = regexp.MustCompile(`[\[\]]|\.\.\.|…`)
	word   = regexp.MustCompile(`'[^']*'|"[^"]*"|\S+`)
)

// TestDocumentedCommands parses every command line of the documents as vane itself does:
// the command is there, its flags are, and so many arguments are taken.
func TestDocumentedCommands(t *testing.T) {
	files, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := 0
	for _, file := range append(files, "../../README.md", "../../README.zh-CN.md", "../../vane.service") {
		data, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range shellLines(string(data)) {
			for _, m := range called.FindAllStringSubmatch(line, -1) {
				lines++
				if err := parsed(words(m[1]), true); err != nil {
					t.Errorf("%s: %s: %v", filepath.Base(file), line, err)
				}
			}
		}
		for _, m := range span.FindAllStringSubmatch(string(data), -1) {
			lines++
			if err := parsed(words(choice.ReplaceAllString(m[1], " ")), false); err != nil {
				t.Errorf("%s: vane %s: %v", filepath.Base(file), m[1], err)
			}
		}
	}
	if lines < 60 {
		t.Errorf("only %d command lines were found", lines)
	}
}

// shellLines are the lines of a document's shell blocks, continued ones as one, and what
// a unit of systemd starts.
func shellLines(text string) []string {
	var lines []string
	for _, block := range fence.FindAllStringSubmatch(text, -1) {
		lines = append(lines, strings.Split(strings.ReplaceAll(block[1], "\\\n", " "), "\n")...)
	}
	for line := range strings.Lines(text) {
		if command, ok := strings.CutPrefix(line, "ExecStart="); ok {
			lines = append(lines, strings.TrimSpace(command))
		}
	}
	return lines
}

func words(line string) []string {
	all := word.FindAllString(line, -1)
	for i, w := range all {
		all[i] = strings.Trim(w, `'"`)
		if first, _, ok := strings.Cut(w, `\|`); ok && !strings.Contains(w, "'") {
			all[i] = first // one of several
		} else if first, _, ok := strings.Cut(w, "|"); ok && !strings.ContainsAny(w, "'()") {
			all[i] = first
		}
	}
	return all
}

// parsed reads a command line without running it. Running text may leave arguments and
// values out.
func parsed(args []string, whole bool) error {
	root := newRoot(&app{in: strings.NewReader(""), out: io.Discard, errOut: io.Discard})
	cmd, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	if !whole {
		return flagsKnown(cmd, rest)
	}
	cmd.InheritedFlags() // adds the global ones
	if err := cmd.ParseFlags(rest); err != nil {
		return err
	}
	return cmd.ValidateArgs(cmd.Flags().Args())
}

func flagsKnown(cmd *cobra.Command, args []string) error {
	if cmd == cmd.Root() && len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		return wrongUse("unknown command %q", args[0])
	}
	known := func(name string) bool {
		return cmd.Flags().Lookup(name) != nil || cmd.InheritedFlags().Lookup(name) != nil
	}
	for _, a := range args {
		if name, ok := strings.CutPrefix(a, "--"); ok {
			name, _, _ = strings.Cut(name, "=")
			if !known(name) && name != "help" {
				return wrongUse("unknown flag: --%s", name)
			}
		}
	}
	return nil
}

// TestServiceSaysWhereItWrites follows docs/install.md: what its sed makes of the shipped
// configuration names the folders that vane.service lets the account write to, so that the
// service and what is run beside it work on the same data.
func TestServiceSaysWhereItWrites(t *testing.T) {
	page, err := os.ReadFile("../../docs/install.md")
	if err != nil {
		t.Fatal(err)
	}
	command := regexp.MustCompile(`(?m)^sudo (sed -i .*) /etc/vane/vane.yaml$`).FindSubmatch(page)
	if command == nil {
		t.Fatal("docs/install.md has no sed of /etc/vane/vane.yaml")
	}
	dir := t.TempDir()
	if err := os.CopyFS(dir, vane.Configs()); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(dir, "vane.yaml")
	if out, err := exec.Command("sh", "-c", string(command[1])+" "+file).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	cfg, err := loadConfig(file)
	if err != nil {
		t.Fatal(err)
	}
	got := []string{cfg.DataDir, cfg.Storage.Engine.CacheDir, cfg.NLP.Accepted}
	if want := []string{"/var/lib/vane", "/var/cache/vane/engine", "/var/lib/vane/words.yaml"}; !slices.Equal(got, want) {
		t.Errorf("it writes to %v, want %v", got, want)
	}
	unit, err := os.ReadFile("../../vane.service")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{"StateDirectory=vane", "CacheDirectory=vane"} {
		if !strings.Contains(string(unit), "\n"+line+"\n") {
			t.Errorf("vane.service has no %s", line)
		}
	}
	if strings.Contains(string(unit), "--data-dir") || strings.Contains(string(unit), "XDG_") {
		t.Error("vane.service says by itself where to write, which what is run beside it does not know")
	}
}
