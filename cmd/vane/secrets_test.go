package main

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestSecretsAreNeverLogged runs vane with its chattiest log and every secret that it
// can be given, lets deliveries and logins fail, and looks for them in what it wrote.
func TestSecretsAreNeverLogged(t *testing.T) {
	const author, receiver, password, wrong = "pseudonyms-0123456789abcdef-0123", "receiver-s3cr3t-0123456789", "correct-horse-battery", "wrong-horse-battery"
	site := forum(t)
	addSecrets(t, site.config, author, receiver)
	data := t.TempDir()
	token := strings.TrimSpace(userWithToken(t, data, password))
	secrets := map[string]string{"author_secret": author, "a receiver's address": receiver, "a password": password, "a wrong password": wrong, "a token": token}

	running, log := process(t, "run", "--config", site.config, "--data-dir", data, "--log-level", "debug")
	board := "http://" + site.board
	soon(t, "an answer to the token", func() bool { return status(board+"/api/hotspots", token) == http.StatusOK })
	if got := status(board+"/api/hotspots", token[:len(token)-1]+"~"); got != http.StatusUnauthorized {
		t.Errorf("a broken token: status %d", got)
	}
	for _, try := range []string{wrong, password} {
		if session := loggedIn(t, board, try); session != "" {
			secrets["a session"] = session
		}
	}
	interrupted(t, running)
	_, delivery := finished(t, "alerts", "test", "热点", "--config", site.config, "--data-dir", data, "--log-level", "debug")
	log.WriteString(delivery)
	for name, file := range map[string]string{"the writer's password": "writer.password", "the reader's password": "grafana.password"} {
		secret, err := os.ReadFile(filepath.Join(data, "clickhouse", file))
		if err != nil {
			t.Fatal(err)
		}
		secrets[name] = string(secret)
	}
	if len(secrets) != 8 || !strings.Contains(log.String(), "值班群") {
		t.Fatalf("%d secrets; the log does not tell of the delivery:\n%s", len(secrets), log)
	}
	audit, err := os.ReadFile(filepath.Join(data, "audit.jsonl"))
	if err != nil {
		t.Fatal(err)
	}
	for name, secret := range secrets {
		if bytes.Contains(log.Bytes(), []byte(secret)) || bytes.Contains(audit, []byte(secret)) {
			t.Errorf("%s is in the log", name)
		}
	}
}

// addSecrets writes them into a configuration.
func addSecrets(t *testing.T, config, author, receiver string) {
	t.Helper()
	before, err := os.ReadFile(config)
	if err != nil {
		t.Fatal(err)
	}
	alerts := `rules: [{name: 热点, heat: 40, min_posts: 20, hold: 20m, to: [值班群]}]
receivers: [{name: 值班群, url: 'generic+http://127.0.0.1:1/` + receiver + `'}]
`
	for file, content := range map[string]string{config: "author_secret: " + author + "\n" + string(before), filepath.Join(filepath.Dir(config), "alerts.yaml"): alerts} {
		if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// userWithToken makes 李雷 and gives a token of theirs.
func userWithToken(t *testing.T, data, password string) string {
	t.Helper()
	add := vaneCommand(t.Context(), "users", "add", "李雷", "--role", "analyst", "--data-dir", data)
	add.Stdin = strings.NewReader(password + "\n")
	if out, err := add.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	token, err := vaneCommand(t.Context(), "users", "token", "李雷", "--data-dir", data).Output()
	if err != nil {
		t.Fatal(err)
	}
	return string(token)
}

func vaneCommand(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, os.Args[0], args...)
	cmd.Env = append(os.Environ(), beVane+"=1")
	return cmd
}

// status is that of an answer to a token, 0 if there is none.
func status(address, token string) int {
	req, err := http.NewRequest(http.MethodGet, address, nil)
	if err != nil {
		return 0
	}
	req.Header.Set("Authorization", "Bearer "+token)
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0
	}
	resp.Body.Close()
	return resp.StatusCode
}

// loggedIn is the session of a login, empty if it was refused.
func loggedIn(t *testing.T, board, password string) string {
	t.Helper()
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := http.Client{Jar: jar, CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	resp, err := client.PostForm(board+"/login", url.Values{"name": {"李雷"}, "password": {password}, "form_token": {formToken(t, &client, board+"/login")}})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if _, err := io.Copy(io.Discard, resp.Body); err != nil {
		t.Fatal(err)
	}
	if cookies := resp.Cookies(); resp.StatusCode == http.StatusSeeOther && len(cookies) == 1 {
		return cookies[0].Value
	}
	return ""
}
