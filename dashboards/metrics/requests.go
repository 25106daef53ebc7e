package metrics

import (
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// gate is the route of requests that were answered before they reached one: logins, and
// strangers who were sent away.
const gate = "gate"

// named is where an inner handler leaves the route of a request.
type named struct{ route string }

type namedKey struct{}

// Requests counts every request and how long it took, by the route that [Routes] found.
func (m *Metrics) Requests(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start, name := time.Now(), &named{gate}
		answer := &answer{ResponseWriter: w}
		defer func() {
			m.requests.WithLabelValues(name.route, strconv.Itoa(answer.sent())).Inc()
			m.answered.WithLabelValues(name.route).Observe(time.Since(start).Seconds())
		}()
		next.ServeHTTP(answer, r.WithContext(context.WithValue(r.Context(), namedKey{}, name)))
	})
}

// Routes stands before a mux and tells [Metrics.Requests] which of its patterns a request
// met: there are as many as the program has, whatever is asked for.
func Routes(mux http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		name, ok := r.Context().Value(namedKey{}).(*named)
		if ok {
			defer func() { name.route = routeOf(r.Pattern) }()
		}
		mux.ServeHTTP(w, r)
	})
}

// routeOf is a pattern without its method.
func routeOf(pattern string) string {
	if _, path, ok := strings.Cut(pattern, " "); ok {
		pattern = path
	}
	if pattern == "" {
		return "none"
	}
	return strings.TrimSuffix(pattern, "{$}")
}

// answer remembers the status that was sent.
type answer struct {
	http.ResponseWriter
	status int
}

// WriteHeader implements http.ResponseWriter.
func (a *answer) WriteHeader(status int) {
	if a.status == 0 {
		a.status = status
	}
	a.ResponseWriter.WriteHeader(status)
}

// Flush lets a stream of the assistant's answers through.
func (a *answer) Flush() {
	if f, ok := a.ResponseWriter.(http.Flusher); ok {
		f.Flush()
	}
}

// Unwrap is for http.ResponseController.
func (a *answer) Unwrap() http.ResponseWriter { return a.ResponseWriter }

func (a *answer) sent() int {
	if a.status == 0 {
		return http.StatusOK
	}
	return a.status
}
