package web

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"testing/synctest"
	"time"
)

// A page is fresh for some seconds, then shown while it is made anew, then waited for; a
// change throws it away, and what was begun before it is not kept.
func TestShelf(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, n := newShelf(time.Now), 0
		var fails error
		load := func(context.Context) (any, error) { n++; return n, fails }
		ask := func(key string) string {
			page, at, err := s.get(t.Context(), key, load)
			age := time.Since(at).Round(time.Second)
			synctest.Wait() // for what is made in the background
			return fmt.Sprint(page, " ", age, " ", err)
		}
		for _, c := range []struct {
			wait      time.Duration
			key, want string
			do        func()
		}{
			{0, "a", "1 0s <nil>", nil},
			{4 * time.Second, "a", "1 4s <nil>", nil},
			{0, "b", "2 0s <nil>", nil},
			{2 * time.Second, "a", "1 6s <nil>", nil}, // 3 is made
			{0, "a", "3 0s <nil>", nil},
			{2 * time.Minute, "a", "4 0s <nil>", nil},
			{0, "a", "5 0s <nil>", s.clear},
			{10 * time.Second, "a", "5 10s <nil>", func() { fails = errors.New("away") }},
			{time.Minute, "a", "7 0s away", nil},
			{0, "a", "8 0s <nil>", func() { fails = nil }},
		} {
			time.Sleep(c.wait)
			if c.do != nil {
				c.do()
			}
			if got := ask(c.key); got != c.want {
				t.Errorf("after %s: %s is %s, want %s", c.wait, c.key, got, c.want)
			}
		}
		slow := func(context.Context) (any, error) { s.clear(); return "before the change", nil }
		if _, _, err := s.get(t.Context(), "c", slow); err != nil {
			t.Fatal(err)
		}
		if got := ask("c"); got != "9 0s <nil>" {
			t.Errorf("after a change: %s", got)
		}
		for i := range 3 * mostKept {
			ask(fmt.Sprint(i))
		}
		if len(s.pages) > mostKept {
			t.Errorf("%d pages are kept", len(s.pages))
		}
	})
}
