package api_test

import (
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/crypto/bcrypt"

	"vane/dashboards/access"
	"vane/storage/storagetest"
)

// Every operation and every role, through the real guard.
func TestEveryOperationAndRole(t *testing.T) {
	store := storagetest.New(t)
	fill(t, store)
	a := newAPI(t, store, 0)
	dir := t.TempDir()
	users, tokens := people(t, dir)
	guard, err := access.NewGuard(access.DefaultConfig(), users, a.Audit, false, a.Desk.Now, a.Log)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(guard.Protect(a.Handler()))
	defer server.Close()
	for _, c := range []struct{ path, want string }{ // statuses of a stranger, reader, analyst, admin
		{"/api/hotspots", "401 200 200 200"},
		{"/api/hotspots/ticketing.pillar_seat", "401 200 200 200"},
		{"/api/trends", "401 200 200 200"},
		{"/api/search?q=script", "401 200 200 200"},
		{"/api/posts/" + postID(0).String(), "401 200 200 200"},
		{"/api/events", "401 200 200 200"},
		{"/api/corrections", "401 200 200 200"},
		{"/api/words", "401 200 200 200"},
		{"/api/issues", "401 200 200 200"},
		{"/api/sources", "401 200 200 200"},
		{"/api/report?from=2026-03-01&to=2026-03-07", "401 403 200 200"},
		{"/api/openapi.json", "401 200 200 200"},
		{"/api/nothing", "401 404 404 404"},
	} {
		var got []string
		for _, token := range tokens {
			got = append(got, fmt.Sprint(get(t, server.URL+c.path, nil, "Authorization", "Bearer "+token).StatusCode))
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%s: %s, want %s", c.path, s, c.want)
		}
	}
}

// people are users of each role, and the tokens of a stranger and of each of them.
func people(t *testing.T, dir string) (*access.Users, []string) {
	t.Helper()
	hash, err := bcrypt.GenerateFromPassword([]byte("correct horse"), bcrypt.MinCost)
	if err != nil {
		t.Fatal(err)
	}
	var list []access.User
	for _, role := range access.Roles() {
		list = append(list, access.User{Name: string(role), Role: role, Password: string(hash)})
	}
	data, err := json.Marshal(map[string]any{"users": list})
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "users.json")
	if err := os.WriteFile(path, data, 0o600); err != nil {
		t.Fatal(err)
	}
	users, tokens := access.NewUsers(path), []string{"vane_of_a_stranger"}
	for _, role := range access.Roles() {
		token, err := users.AddToken(string(role), now)
		if err != nil {
			t.Fatal(err)
		}
		tokens = append(tokens, token)
	}
	return users, tokens
}
