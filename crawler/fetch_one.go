package crawler

import (
	"context"
	"fmt"
)

// Fetch fetches one page, UTF-8 whatever it came in, by the rules of every pass:
// robots.txt, the host's pace, the limit of a page, no private address.
func (c *Crawler) Fetch(ctx context.Context, address string) ([]byte, error) {
	if _, err := resolve(nil, address); err != nil {
		return nil, err
	}
	f := newFetcher(ctx, c.chain(DefaultSource()), c.cfg.userAgent())
	got, err := f.get(request{url: address})
	if err == nil {
		err = judgeStatus(got.status)
	}
	if err != nil {
		return nil, fmt.Errorf("fetch %s: %w", address, err)
	}
	return got.body, nil
}
