package api_test

import (
	"bytes"
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"vane/storage/storagetest"
)

// Who goes away before the answer is no fault of the store, and in no log of faults.
func TestWhoLeavesIsNoFault(t *testing.T) {
	a := newAPI(t, storagetest.New(t), 0)
	var log bytes.Buffer
	a.Log = slog.New(slog.NewTextHandler(&log, nil))
	ctx, leave := context.WithCancel(t.Context())
	leave()
	for _, path := range []string{"/api/trends", "/api/search?q=x"} {
		a.Handler().ServeHTTP(httptest.NewRecorder(), httptest.NewRequestWithContext(ctx, http.MethodGet, path, nil))
	}
	if log.Len() > 0 {
		t.Errorf("the log says %s", log.String())
	}
}
