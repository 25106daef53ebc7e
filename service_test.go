package vane_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestServiceIsHardened looks at vane.service: an account of its own, nothing of the
// system to write to; and asks systemd, where it is there, what it thinks of it.
func TestServiceIsHardened(t *testing.T) {
	text, err := os.ReadFile("vane.service")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range []string{
		"User=vane", "NoNewPrivileges=yes", "CapabilityBoundingSet=", "ProtectSystem=strict", "ProtectHome=yes", "PrivateTmp=yes",
		"StateDirectoryMode=0700", "UMask=0077", "SystemCallFilter=@system-service", "KillMode=mixed", "Restart=on-failure",
	} {
		if !strings.Contains(string(text), "\n"+line+"\n") {
			t.Errorf("vane.service has no line %s", line)
		}
	}
	if _, err := exec.LookPath("systemd-analyze"); err != nil {
		t.Log("systemd-analyze is not there: the unit was read, and not checked by systemd")
		return
	}
	// The program need not be installed where the unit looks for it.
	unit := filepath.Join(t.TempDir(), "vane.service")
	if err := os.WriteFile(unit, regexp.MustCompile(`ExecStart=\S+`).ReplaceAll(text, []byte("ExecStart=/bin/true")), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"verify", unit}, {"security", "--offline=true", "--no-pager", "--threshold=25", unit}} {
		if out, err := exec.Command("systemd-analyze", args...).CombinedOutput(); err != nil || args[0] == "verify" && len(out) > 0 {
			t.Errorf("systemd-analyze %s: %v\n%s", args[0], err, out)
		}
	}
}

// TestImageRunsAsNobody looks at the Dockerfile: the last USER is a number that is not
// root's, so that an orchestrator can tell, and the base has no shell.
func TestImageRunsAsNobody(t *testing.T) {
	text, err := os.ReadFile("Dockerfile")
	if err != nil {
		t.Fatal(err)
	}
	users := regexp.MustCompile(`(?m)^USER (\d+):(\d+)$`).FindAllStringSubmatch(string(text), -1)
	if len(users) == 0 || users[len(users)-1][1] == "0" || users[len(users)-1][2] == "0" {
		t.Errorf("USER of the image: %v", users)
	}
	if stages := regexp.MustCompile(`(?m)^FROM (\S+)`).FindAllStringSubmatch(string(text), -1); len(stages) != 2 || !strings.Contains(stages[1][1], "nonroot") {
		t.Errorf("stages of the image: %v", stages)
	}
	if found := regexp.MustCompile(`(?mi)^(?:ENV|ARG) .*(?:password|secret|token|key).*`).FindString(string(text)); found != "" {
		t.Errorf("the image holds a secret: %s", found)
	}
	if !strings.Contains(string(text), "-trimpath") {
		t.Error("the image's program is not built as a release is")
	}
}
