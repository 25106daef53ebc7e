package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/http"
	"path"
	"time"
)

// assets are the files that pages load, by name. Their addresses hold a hash of what is in
// them, so that browsers fetch each once and a new version at once.
type assets map[string]asset

type asset struct {
	data []byte
	hash string
}

func newAssets() (assets, error) {
	all := assets{}
	entries, err := files.ReadDir("assets")
	if err != nil {
		return nil, fmt.Errorf("open the board's assets: %w", err)
	}
	for _, e := range entries {
		data, err := files.ReadFile("assets/" + e.Name())
		if err != nil {
			return nil, fmt.Errorf("open the board's assets: %w", err)
		}
		const length = 6 // bytes: enough to tell versions apart
		sum := sha256.Sum256(data)
		all[e.Name()] = asset{data, hex.EncodeToString(sum[:length])}
	}
	return all, nil
}

// path is the address of a file; one that is not there is an error of the template.
func (all assets) path(name string) (string, error) {
	a, ok := all[name]
	if !ok {
		return "", fmt.Errorf("no asset %s", name)
	}
	return "/assets/" + name + "?v=" + a.hash, nil
}

// ServeHTTP serves a file: under its full address for a year, else to be asked for again.
func (all assets) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	name := path.Base(r.URL.Path)
	a, ok := all[name]
	if !ok || r.URL.Path != "/assets/"+name {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("ETag", `W/"`+a.hash+`"`)
	w.Header().Set("Cache-Control", "no-cache")
	if r.URL.RawQuery == "v="+a.hash {
		w.Header().Set("Cache-Control", "public, max-age=31536000, immutable")
	}
	http.ServeContent(w, r, name, time.Time{}, bytes.NewReader(a.data))
}
