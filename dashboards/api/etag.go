package api

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strings"
)

// etagOf names a body by its content.
func etagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
}

// conditional gives answers an ETag and leaves out what the client has already
// (RFC 9110, 13.1.2). An answer whose ETag the handler knows passes through; the
// others, which are bounded, are held until it is known.
func conditional(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method != http.MethodGet && r.Method != http.MethodHead {
			next.ServeHTTP(w, r)
			return
		}
		h := &held{ResponseWriter: w, has: r.Header.Get("If-None-Match")}
		next.ServeHTTP(h, r)
		h.finish()
	})
}

// held is an answer whose status and body wait until its ETag is known.
type held struct {
	http.ResponseWriter
	has     string // If-None-Match
	status  int
	body    bytes.Buffer
	passing bool // headers are out
	same    bool // the client has it: the body is dropped
}

func (h *held) WriteHeader(status int) {
	if h.status != 0 {
		return
	}
	h.status = status
	if status != http.StatusOK || h.Header().Get("ETag") != "" {
		h.release()
	}
}

func (h *held) Write(p []byte) (int, error) {
	if h.status == 0 {
		h.WriteHeader(http.StatusOK)
	}
	switch {
	case h.same:
		return len(p), nil
	case h.passing:
		return h.ResponseWriter.Write(p)
	default:
		return h.body.Write(p)
	}
}

// release sends the headers, as not modified if the client has this answer.
func (h *held) release() {
	h.passing = true
	if h.status == http.StatusOK && matches(h.has, h.Header().Get("ETag")) {
		h.same, h.status = true, http.StatusNotModified
		h.Header().Del("Content-Type")
		h.Header().Del("Content-Length")
	}
	h.ResponseWriter.WriteHeader(h.status)
}

// finish sends what was held.
func (h *held) finish() {
	if h.status == 0 || h.passing {
		return
	}
	h.Header().Set("ETag", etagOf(h.body.Bytes()))
	h.release()
	if !h.same {
		w := h.ResponseWriter
		w.Write(h.body.Bytes()) // a client that went away needs no answer
	}
}

// matches compares an If-None-Match header with an ETag, weakly.
func matches(header, etag string) bool {
	if header == "" || etag == "" {
		return false
	}
	for part := range strings.SplitSeq(header, ",") {
		part = strings.TrimSpace(part)
		if part == "*" || strings.TrimPrefix(part, "W/") == etag {
			return true
		}
	}
	return false
}
