package crawler

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
)

// tooLargeError is about a page that is larger than the source's limits.body. It is
// not cut: half a page reads as a page that lost its posts.
type tooLargeError struct{ Limit int64 }

func (e *tooLargeError) Error() string {
	return fmt.Sprintf("the page is larger than limits.body, %d bytes", e.Limit)
}

// bodyTransport reads the whole body, after decompression at most limit bytes of it.
type bodyTransport struct {
	next  http.RoundTripper
	limit int64
	cut   bool // cut a larger body, instead of failing
}

func (t bodyTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := t.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	defer res.Body.Close()
	body, err := t.read(res)
	if err != nil {
		return nil, fmt.Errorf("read %s: %w", req.URL.Redacted(), err)
	}
	setBody(res, body)
	return res, nil
}

// readBody is a body that is in memory already.
type readBody struct {
	*bytes.Reader
	all []byte
}

func (readBody) Close() error { return nil }

func setBody(res *http.Response, body []byte) {
	res.Body = readBody{bytes.NewReader(body), body}
	res.ContentLength = int64(len(body))
	res.Header.Del("Content-Encoding")
	res.Header.Del("Content-Length")
	res.Uncompressed = true // nothing behind this layer is to try again
}

// read takes off the transport's compression, which it asked for itself, and that
// of a file that is compressed as a file.
func (t bodyTransport) read(res *http.Response) ([]byte, error) {
	body, err := t.readAll(res.Body, res.ContentLength)
	if err != nil || !bytes.HasPrefix(body, []byte{0x1f, 0x8b}) {
		return body, err
	}
	unzip, err := gzip.NewReader(bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	return t.readAll(unzip, -1)
}

func (t bodyTransport) readAll(r io.Reader, size int64) ([]byte, error) {
	if size > t.limit && !t.cut {
		return nil, &tooLargeError{t.limit}
	}
	var buf bytes.Buffer
	if size > 0 && size <= t.limit {
		buf.Grow(int(size) + bytes.MinRead)
	}
	_, err := buf.ReadFrom(io.LimitReader(r, t.limit+1))
	switch {
	case err != nil:
		return nil, err
	case int64(buf.Len()) <= t.limit:
		return buf.Bytes(), nil
	case t.cut:
		return buf.Bytes()[:t.limit], nil
	default:
		return nil, &tooLargeError{t.limit}
	}
}
