package crawler

import (
	"bytes"
	"fmt"
	"time"

	"github.com/mmcdole/gofeed"
)

// feed reads an RSS, Atom or JSON feed. Dates are read as the feed writes them: the
// library takes one without zone for UTC, eight hours off.
func (r reader) feed(doc document, now time.Time) (listing, error) {
	if err := r.checkText(doc.body); err != nil {
		return listing{}, err
	}
	feed, err := gofeed.NewParser().Parse(bytes.NewReader(doc.body))
	if err != nil {
		return listing{}, fmt.Errorf("parse feed: %w", err)
	}
	var l listing
	for _, item := range feed.Items {
		r.addRow(&l, feedValues(item), doc.url, now)
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
