package access

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"sync"
	"time"
)

// mostSessions bounds the memory of logins; the one idle for longest goes first.
const mostSessions = 10_000

// sessions are the logins, in memory: a restart ends them. They are known by the hash
// of their id, so that a copy of the memory lets nobody in.
type sessions struct {
	idle time.Duration

	mu   sync.Mutex
	byID map[[sha256.Size]byte]*session
}

type session struct {
	user     string
	password string // hash at login: another one ends the session
	made     time.Time
	seen     time.Time
}

func newSessions(idle time.Duration) *sessions {
	return &sessions{idle: idle, byID: map[[sha256.Size]byte]*session{}}
}

// start makes a session under a new random id, whatever id the visitor came with.
func (s *sessions) start(user User, now time.Time) (id string) {
	id = newSecret()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.byID) >= mostSessions {
		s.dropOldest(now)
	}
	s.byID[sha256.Sum256([]byte(id))] = &session{user: user.Name, password: user.Password, made: now, seen: now}
	return id
}

// newSecret is a random value of a cookie.
func newSecret() string {
	secret := make([]byte, sha256.Size)
	rand.Read(secret) // never fails
	return base64.RawURLEncoding.EncodeToString(secret)
}

// dropOldest drops every session that is over, or else the one idle for longest.
func (s *sessions) dropOldest(now time.Time) {
	var oldest [sha256.Size]byte
	var seen time.Time
	for id, ses := range s.byID {
		if s.over(ses, now) {
			delete(s.byID, id)
		} else if seen.IsZero() || ses.seen.Before(seen) {
			oldest, seen = id, ses.seen
		}
	}
	if len(s.byID) >= mostSessions {
		delete(s.byID, oldest)
	}
}

func (s *sessions) over(ses *session, now time.Time) bool {
	return now.Sub(ses.seen) > s.idle || now.Sub(ses.made) > sessionLife
}

// use finds a session that is not over and counts it as seen.
func (s *sessions) use(id string, now time.Time) (session, bool) {
	key := sha256.Sum256([]byte(id))
	s.mu.Lock()
	defer s.mu.Unlock()
	ses, ok := s.byID[key]
	if !ok {
		return session{}, false
	}
	if s.over(ses, now) {
		delete(s.byID, key)
		return session{}, false
	}
	ses.seen = now
	return *ses, true
}

// end ends a session.
func (s *sessions) end(id string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.byID, sha256.Sum256([]byte(id)))
}
