package crawler

import (
	"bytes"
	"fmt"
	"time"

	"github.com/mmcdole/gofeed"
	"github.com/tidwall/gjson"
)

// feed reads an RSS, Atom or JSON feed. Dates are read as the feed writes them: the
// library takes one without zone for UTC, eight hours off.
func (r reader) feed(doc document, now time.Time) (listing, error) {
	if err := r.checkText(doc.body); err != nil {
		return listing{}, err
	}
	body, cut, err := boundFeed(doc.body)
	if err != nil {
		return listing{}, fmt.Errorf("parse feed: %w", err)
	}
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(body))
	if err != nil {
		return listing{}, fmt.Errorf("parse feed: %w", err)
	}
	var l listing
	if cut {
		l.bad = append(l.bad, fmt.Errorf("%w: the first %d are", errManyItems, maxFeedItems))
	}
	for _, item := range feed.Items {
		v := feedValues(item)
		if r.plan.id != nil || v[fieldID] == v[fieldURL] {
			delete(v, fieldID) // the address says it, in one spelling
		}
		r.addRow(&l, v, doc.url, now)
	}
	return l, nil
}

// feedValues names the parts of a feed item as the fields of a source.
func feedValues(item *gofeed.Item) values {
	v := values{
		fieldID:        item.GUID,
		fieldURL:       item.Link,
		fieldTitle:     textOfHTML(item.Title),
		fieldText:      textOfHTML(item.Content),
		fieldPublished: item.Published,
	}
	if v[fieldText] == "" {
		v[fieldText] = textOfHTML(item.Description)
	}
	if v[fieldPublished] == "" {
		v[fieldPublished] = item.Updated
	}
	if len(item.Authors) > 0 && item.Authors[0] != nil {
		v[fieldAuthor] = item.Authors[0].Name
	}
	return v
}

// boundFeed cuts a feed behind the last item that is read, and refuses one that
// would be too deep for the parser.
func boundFeed(body []byte) (bounded []byte, cut bool, err error) {
	if trimmed := bytes.TrimSpace(body); len(trimmed) == 0 || trimmed[0] != '{' {
		return boundXML(body, maxFeedItems, "item", "entry")
	}
	if err := checkJSONDepth(body); err != nil {
		return nil, false, err
	}
	n, end := 0, 0
	gjson.GetBytes(body, "items").ForEach(func(_, item gjson.Result) bool {
		n++
		if n == maxFeedItems {
			end = item.Index + len(item.Raw)
		}
		return n <= maxFeedItems
	})
	if n <= maxFeedItems || end == 0 {
		return body, false, nil
	}
	return append(bytes.Clone(body[:end]), "]}"...), true, nil
}
