package access

import (
	"cmp"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"sync"
	"time"
	"unicode/utf8"

	"golang.org/x/crypto/bcrypt"
)

const (
	// passwordCost makes one check take about a quarter of a second, which a person
	// does not mind and a guesser does.
	passwordCost = 12
	// shortestPassword follows NIST SP 800-63B: length counts, kinds of characters don't.
	shortestPassword = 10 // characters
	longestPassword  = 72 // bytes that bcrypt looks at
	// mostTokens of one user: one for each of his programs.
	mostTokens = 10
	// mostUsers and the bytes that they take bound the file.
	mostUsers     = 1000
	mostFileBytes = 4 << 20
	// tokenPrefix lets scanners of leaked secrets recognise a token.
	tokenPrefix = "vane_"
)

// User is one entry of the users file.
type User struct {
	Name     string  `json:"name"`
	Role     Role    `json:"role"`
	Password string  `json:"password"` // bcrypt hash
	Tokens   []Token `json:"tokens,omitempty"`
}

// Token is an API token, known by its SHA-256 only: it has 256 random bits, so that
// nothing slower is needed.
type Token struct {
	Hash string    `json:"hash"` // hexadecimal
	Made time.Time `json:"made"`
}

// Users is the users file, read again whenever it has changed, so that what
// `vane users` does holds at once in a running vane. Its methods may be called from
// any goroutine.
type Users struct {
	path string

	mu      sync.Mutex
	read    os.FileInfo // of the file that the maps below hold; nil: no file
	byName  map[string]User
	byToken map[string]User // by the token's hash
}

// ErrNoUser says that there is no user of that name.
var ErrNoUser = errors.New("no such user")

// NewUsers is the users in that file, which need not exist.
func NewUsers(path string) *Users { return &Users{path: path} }

var userName = regexp.MustCompile(`^[\p{L}\p{N}][\p{L}\p{N}._@-]{0,63}$`)

// List is every user by name.
func (u *Users) List() ([]User, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.refresh(); err != nil {
		return nil, err
	}
	list := make([]User, 0, len(u.byName))
	for _, user := range u.byName {
		list = append(list, user)
	}
	slices.SortFunc(list, func(a, b User) int { return cmp.Compare(a.Name, b.Name) })
	return list, nil
}

// Len is the number of users.
func (u *Users) Len() (int, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	err := u.refresh()
	return len(u.byName), err
}

// Find is the user of that name, or [ErrNoUser].
func (u *Users) Find(name string) (User, error) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.refresh(); err != nil {
		return User{}, err
	}
	user, ok := u.byName[name]
	if !ok {
		return User{}, ErrNoUser
	}
	return user, nil
}

// ByToken is the user whose API token this is, or [ErrNoUser].
func (u *Users) ByToken(token string) (User, error) {
	hash := hashToken(token)
	u.mu.Lock()
	defer u.mu.Unlock()
	if err := u.refresh(); err != nil {
		return User{}, err
	}
	user, ok := u.byToken[hash]
	if !ok {
		return User{}, ErrNoUser
	}
	return user, nil
}

// Add adds a user, or gives the one of that name a new role and password, which ends
// his logins.
func (u *Users) Add(name string, role Role, password string) error {
	if !userName.MatchString(name) {
		return fmt.Errorf("user name %q: use 1 to 64 letters, digits and . _ @ -, a letter or digit first", name)
	}
	if _, err := ParseRole(string(role)); err != nil {
		return err
	}
	if n := utf8.RuneCountInString(password); n < shortestPassword || len(password) > longestPassword {
		return fmt.Errorf("the password has %d characters: use at least %d, and at most %d bytes", n, shortestPassword, longestPassword)
	}
	hash, err := bcrypt.GenerateFromPassword([]byte(password), passwordCost)
	if err != nil {
		return fmt.Errorf("hash the password: %w", err)
	}
	return u.change(func(list []User) ([]User, error) {
		i := slices.IndexFunc(list, func(user User) bool { return user.Name == name })
		if i < 0 {
			list, i = append(list, User{Name: name}), len(list)
		}
		list[i].Role, list[i].Password = role, string(hash)
		return list, nil
	})
}

// Remove removes a user with his tokens, which ends his logins.
func (u *Users) Remove(name string) error {
	return u.change(func(list []User) ([]User, error) {
		i := slices.IndexFunc(list, func(user User) bool { return user.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("user %q: %w", name, ErrNoUser)
		}
		return slices.Delete(list, i, i+1), nil
	})
}

// AddToken makes an API token, which has its user's role. It is told this once: the
// file keeps its hash.
func (u *Users) AddToken(name string, now time.Time) (token string, err error) {
	secret := make([]byte, sha256.Size)
	rand.Read(secret) // never fails
	token = tokenPrefix + base64.RawURLEncoding.EncodeToString(secret)
	err = u.changeUser(name, func(user *User) error {
		if len(user.Tokens) >= mostTokens {
			return fmt.Errorf("user %q has %d tokens: revoke them before making more", name, mostTokens)
		}
		user.Tokens = append(user.Tokens, Token{Hash: hashToken(token), Made: now.UTC().Truncate(time.Second)})
		return nil
	})
	return token, err
}

// RevokeTokens ends every API token of a user.
func (u *Users) RevokeTokens(name string) error {
	return u.changeUser(name, func(user *User) error {
		user.Tokens = nil
		return nil
	})
}

func (u *Users) changeUser(name string, f func(*User) error) error {
	return u.change(func(list []User) ([]User, error) {
		i := slices.IndexFunc(list, func(user User) bool { return user.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("user %q: %w", name, ErrNoUser)
		}
		return list, f(&list[i])
	})
}

func hashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// change writes the list that f makes of the present one. The new file is written
// beside the old one and takes its place at once; it is the lock too, so that of two
// changes at one time one is refused rather than lost.
func (u *Users) change(f func([]User) ([]User, error)) (err error) {
	if err := os.MkdirAll(filepath.Dir(u.path), 0o700); err != nil {
		return fmt.Errorf("make the folder of the users file: %w", err)
	}
	next := u.path + ".new"
	file, err := os.OpenFile(next, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("another change of the users is under way: try again, or delete %s if none is", next)
	}
	if err != nil {
		return fmt.Errorf("write the users file: %w", err)
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, file.Close(), os.Remove(next))
		}
	}()
	list, err := u.List()
	if err != nil {
		return err
	}
	if list, err = f(list); err != nil {
		return err
	}
	if len(list) > mostUsers {
		return fmt.Errorf("the users file holds %d users, no more", mostUsers)
	}
	return writeUsers(file, u.path, list)
}

// writeUsers writes the list to file, puts it on disk, and renames it to path.
func writeUsers(file *os.File, path string, list []User) error {
	e := json.NewEncoder(file)
	e.SetIndent("", "  ")
	if err := e.Encode(usersFile{list}); err != nil {
		return fmt.Errorf("write the users file: %w", err)
	}
	if err := file.Sync(); err != nil {
		return fmt.Errorf("write the users file: %w", err)
	}
	if err := os.Rename(file.Name(), path); err != nil {
		return fmt.Errorf("replace the users file: %w", err)
	}
	if err := file.Close(); err != nil {
		return fmt.Errorf("close the users file: %w", err)
	}
	return nil
}

type usersFile struct {
	Users []User `json:"users"`
}

// refresh reads the file if it is not the one that was read last. The caller holds
// the lock.
func (u *Users) refresh() error {
	info, err := os.Stat(u.path)
	if errors.Is(err, fs.ErrNotExist) {
		u.read, u.byName, u.byToken = nil, nil, nil
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the users file: %w", err)
	}
	if u.read != nil && os.SameFile(u.read, info) && u.read.ModTime().Equal(info.ModTime()) && u.read.Size() == info.Size() {
		return nil
	}
	list, err := readUsers(u.path, info)
	if err != nil {
		return err
	}
	u.read, u.byName, u.byToken = info, map[string]User{}, map[string]User{}
	for _, user := range list {
		u.byName[user.Name] = user
		for _, t := range user.Tokens {
			u.byToken[t.Hash] = user
		}
	}
	return nil
}

func readUsers(path string, info os.FileInfo) ([]User, error) {
	if info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows" {
		return nil, fmt.Errorf("the users file %s is open to other accounts (%v): chmod 600 it", path, info.Mode().Perm())
	}
	if info.Size() > mostFileBytes {
		return nil, fmt.Errorf("the users file %s has %d bytes, more than any list of users", path, info.Size())
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("read the users file: %w", err)
	}
	return parseUsers(path, data)
}

// parseUsers reads and checks the text of a users file: nobody is let in by an entry
// that is only half understood.
func parseUsers(path string, data []byte) ([]User, error) {
	var f usersFile
	if err := json.Unmarshal(data, &f); err != nil {
		return nil, fmt.Errorf("users file %s: %w", path, err)
	}
	seen := map[string]bool{}
	for i, user := range f.Users {
		_, roleErr := ParseRole(string(user.Role))
		_, hashErr := bcrypt.Cost([]byte(user.Password))
		switch {
		case !userName.MatchString(user.Name):
			return nil, fmt.Errorf("users file %s: user %d has the name %q", path, i+1, user.Name)
		case seen[user.Name]:
			return nil, fmt.Errorf("users file %s: %q is there twice", path, user.Name)
		case roleErr != nil:
			return nil, fmt.Errorf("users file %s: user %q: %w", path, user.Name, roleErr)
		case hashErr != nil:
			return nil, fmt.Errorf("users file %s: the password of %q is no bcrypt hash: set it with 'vane users add'", path, user.Name)
		}
		seen[user.Name] = true
	}
	return f.Users, nil
}
