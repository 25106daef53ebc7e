package crawler

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"sync"
)

// tooLargeError is about a page that is larger than the source's limits.body. It is
// not cut: half a page reads as a page that lost its posts.
type tooLargeError struct{ Limit int64 }

func (e *tooLargeError) Error() string {
	return fmt.Sprintf("the page is larger than limits.body, %d bytes", e.Limit)
}

// bodyTransport reads the whole body, after decompression at most limit bytes of it.
type bodyTransport struct {
	next    http.RoundTripper
	limit   int64
	cut     bool       // cut a larger body, instead of failing
	buffers *sync.Pool // of *bytes.Buffer
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

// maxPooled is the largest buffer that is kept for the next page.
const maxPooled = 1 << 20

func (t bodyTransport) readAll(r io.Reader, size int64) ([]byte, error) {
	switch {
	case size > t.limit && !t.cut:
		return nil, &tooLargeError{t.limit}
	case size >= 0 && size <= t.limit:
		buf := bytes.NewBuffer(make([]byte, 0, size+bytes.MinRead))
		err := t.fill(buf, r)
		return buf.Bytes(), err
	}
	// A buffer of its own would grow from nothing, several times.
	buf, ok := t.buffers.Get().(*bytes.Buffer)
	if !ok {
		buf = new(bytes.Buffer)
	}
	buf.Reset()
	defer func() {
		if buf.Cap() <= maxPooled {
			t.buffers.Put(buf)
		}
	}()
	err := t.fill(buf, r)
	return bytes.Clone(buf.Bytes()), err
}

// fill reads as much as the limit lets through, and cuts or fails where there is more.
func (t bodyTransport) fill(buf *bytes.Buffer, r io.Reader) error {
	_, err := buf.ReadFrom(io.LimitReader(r, t.limit+1))
	switch {
	case err != nil:
		buf.Reset()
		return err
	case int64(buf.Len()) <= t.limit:
		return nil
	case t.cut:
		buf.Truncate(int(t.limit))
		return nil
	default:
		buf.Reset()
		return &tooLargeError{t.limit}
	}
}
