package web

import (
	"compress/gzip"
	"net/http"
	"strings"
)

// compressed sends pages and assets compressed to who takes that. Downloads are compressed
// already. The one secret in a page, the token of its forms, is masked anew each time, so that
// lengths tell nothing of it (package access).
func compressed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Vary", "Accept-Encoding")
		if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") || r.Header.Get("Range") != "" {
			next.ServeHTTP(w, r)
			return
		}
		z := &zipped{ResponseWriter: w}
		defer z.close()
		next.ServeHTTP(z, r)
	})
}

// zipped compresses an answer of text.
type zipped struct {
	http.ResponseWriter
	started bool
	out     *gzip.Writer // nil: as it is
}

func (z *zipped) WriteHeader(status int) {
	if !z.started {
		z.started = true
		h := z.Header()
		kind := h.Get("Content-Type")
		if bodied(status) && (strings.HasPrefix(kind, "text/") || strings.HasPrefix(kind, "image/svg")) {
			h.Del("Content-Length")
			h.Set("Content-Encoding", "gzip")
			z.out = gzip.NewWriter(z.ResponseWriter)
		}
	}
	z.ResponseWriter.WriteHeader(status)
}

// bodied reports whether an answer of a status has a body.
func bodied(status int) bool {
	return status >= http.StatusOK && status != http.StatusNoContent && status != http.StatusNotModified
}

func (z *zipped) Write(p []byte) (int, error) {
	if !z.started {
		z.WriteHeader(http.StatusOK)
	}
	if z.out != nil {
		return z.out.Write(p)
	}
	return z.ResponseWriter.Write(p)
}

// close sends what is left; a reader that went away needs none of it.
func (z *zipped) close() {
	if z.out != nil {
		z.out.Close()
	}
}
