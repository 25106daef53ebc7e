package crawler

import (
	"bytes"
	"fmt"
	"io"
	"net/http"

	"github.com/chromedp/cdproto/fetch"
)

// fulfilled is an answer in the form the browser takes.
type fulfilled struct{ params fetch.FulfillRequestParams }

// roundTrip sends a stopped request through the chain.
func (v *view) roundTrip(stopped *fetch.EventRequestPaused) (fulfilled, error) {
	req, err := v.requestOf(stopped)
	if err != nil {
		return fulfilled{}, err
	}
	res, err := v.net.RoundTrip(req)
	if err != nil {
		return fulfilled{}, err
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body) // of limited length, and in memory already
	if err != nil {
		return fulfilled{}, fmt.Errorf("read %s: %w", req.URL.Redacted(), err)
	}
	p := fetch.FulfillRequestParams{RequestID: stopped.RequestID, ResponseCode: int64(res.StatusCode), Body: body}
	for name, values := range res.Header {
		for _, value := range values {
			p.ResponseHeaders = append(p.ResponseHeaders, &fetch.HeaderEntry{Name: name, Value: value})
		}
	}
	return fulfilled{p}, nil
}

// requestOf is a stopped request as the crawler sends it: in its own name.
func (v *view) requestOf(stopped *fetch.EventRequestPaused) (*http.Request, error) {
	var body bytes.Buffer
	for _, part := range stopped.Request.PostDataEntries {
		body.Write(part.Bytes)
	}
	req, err := http.NewRequestWithContext(v.ctx, stopped.Request.Method, stopped.Request.URL, &body)
	if err != nil {
		return nil, err
	}
	for name, value := range stopped.Request.Headers {
		if said, ok := value.(string); ok && !isOwnHeader(name) {
			req.Header.Set(name, said)
		}
	}
	req.Header.Set("User-Agent", v.agent)
	return req, nil
}
