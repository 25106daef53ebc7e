package access

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"
)

// Action is what the audit log records.
type Action string

// The actions.
const (
	LoggedIn     Action = "login"
	LoginRefused Action = "login_refused"
	LoggedOut    Action = "logout"
	UserAdded    Action = "user_added"
	UserRemoved  Action = "user_removed"
	TokenMade    Action = "token_made"
	TokenRevoked Action = "token_revoked"
	Exported     Action = "export"
	Corrected    Action = "correction"
	Deleted      Action = "deletion"
)

// Entry is one line of the audit log.
type Entry struct {
	At      time.Time `json:"at"`
	User    string    `json:"user"`
	Role    Role      `json:"role,omitempty"`
	Address string    `json:"address,omitempty"`
	Action  Action    `json:"action"`
	Object  string    `json:"object,omitempty"` // what it was done to: a query, a post's id, a user
}

const (
	// auditFileBytes and auditFiles bound the log: some hundred thousand entries.
	auditFileBytes = 10 << 20
	auditFiles     = 10
	// longestObject and longestName keep an entry short, whatever a visitor sends.
	longestObject = 500
	longestName   = 64
)

// Audit is the append-only record of who did what: JSON lines in a file that only its
// owner may read, the older ones in FILE.1 to FILE.9. Refused logins, which anybody can
// make, stand in a file of their own, FILE with .refused before its ending: whatever
// strangers try pushes nothing out of the other.
type Audit struct {
	path string
	mu   sync.Mutex
	most int64 // bytes of one file
}

// NewAudit is the log in that file, made at the first entry.
func NewAudit(path string) *Audit { return &Audit{path: path, most: auditFileBytes} }

// Record appends what the user of ctx did. The line is on disk when it returns. If it
// fails, what should be recorded must not be done.
func (a *Audit) Record(ctx context.Context, at time.Time, action Action, object string) error {
	who := From(ctx)
	e := Entry{At: at.UTC(), User: cut(who.Name, longestName), Role: who.Role, Action: action, Object: cut(object, longestObject)}
	if who.Address.IsValid() {
		e.Address = who.Address.String()
	}
	line, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("write the audit log: %w", err)
	}
	path := a.path
	if action == LoginRefused {
		ending := filepath.Ext(path)
		path = strings.TrimSuffix(path, ending) + ".refused" + ending
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	if err := a.append(path, append(line, '\n')); err != nil {
		return fmt.Errorf("write the audit log: %w", err)
	}
	return nil
}

// Before records every request as an action before next does it; what can't be
// recorded is not done.
func (a *Audit) Before(action Action, now func() time.Time, next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if err := a.Record(r.Context(), now(), action, r.URL.RequestURI()); err != nil {
			Problem(w, http.StatusServiceUnavailable, "the audit log can't be written; see its file in the data directory")
			return
		}
		next.ServeHTTP(w, r)
	})
}

// append opens the file for every line: entries are rare, and another process may
// append, or may have moved the file away.
func (a *Audit) append(path string, line []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && info.Size()+int64(len(line)) > a.most {
		if err := rotate(path); err != nil {
			return err
		}
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	if _, err := f.Write(line); err != nil {
		return errors.Join(err, f.Close())
	}
	return errors.Join(f.Sync(), f.Close())
}

// rotate moves FILE to FILE.1, FILE.1 to FILE.2, and so on; the last is dropped.
func rotate(path string) error {
	name := func(i int) string {
		if i == 0 {
			return path
		}
		return fmt.Sprintf("%s.%d", path, i)
	}
	for i := auditFiles - 1; i > 0; i-- {
		if err := os.Rename(name(i-1), name(i)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}

// cut is at most the first n bytes of s, without half a character at the end.
func cut(s string, n int) string {
	if len(s) <= n {
		return s
	}
	return strings.ToValidUTF8(s[:n], "")
}
