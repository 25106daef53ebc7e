package crawler

import (
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"hash"
	"io"
	"net/url"
	"strings"
	"time"

	"vane"
)

// draft is a post while it is put together from its list row and its own page. It
// waits in the frontier, so it holds the author's key and not the name.
type draft struct {
	Native     string          `json:"id"` // the site's own id, or the canonical URL
	URL        string          `json:"url,omitempty"`
	Title      string          `json:"title,omitempty"`
	Text       string          `json:"text,omitempty"`
	Author     vane.ID         `json:"author,omitzero"`
	Region     string          `json:"region,omitempty"`
	Published  time.Time       `json:"published,omitzero"` // zero: not told
	Distance   bool            `json:"distance,omitempty"` // Published was told as 3分钟前
	Revised    string          `json:"revised,omitempty"`  // when a sitemap says that the page was changed, as it says it
	Engagement vane.Engagement `json:"engagement,omitzero"`

	has fields // what the row or page that it was filled from gave
}

var (
	errNoIdentity = errors.New("the row gives neither id nor url")
	errNoContent  = errors.New("no title and no text: the selectors do not fit the page")
)

// drafter makes drafts of what the fields gave.
type drafter struct {
	plan   *plan
	secret []byte
	learn  func(id vane.ID, said string) // told what ids of posts and authors were made of, for people who look at saved pages; may be nil
}

// row drafts the post of a list row. A note is about a part that was left out.
func (d drafter) row(v values, page *url.URL, now time.Time) (row draft, notes []error, err error) {
	if v[fieldURL] != "" {
		u, err := resolve(page, v[fieldURL])
		if err != nil {
			return row, nil, err
		}
		row.URL = u.String()
		row.Native = d.nativeOf(u)
	}
	if v[fieldID] != "" {
		row.Native = v[fieldID]
	}
	if d.plan.src.Daily && row.Native != "" {
		row.Native += now.In(d.plan.zone).Format(" 2006-01-02")
	}
	switch {
	case row.Native == "":
		return row, nil, errNoIdentity
	case d.plan.src.Detail != nil && row.URL == "":
		return row, nil, errors.New("the row gives no url, so its detail page can't be found")
	case row.URL == "":
		row.URL = page.String()
	}
	notes, err = d.fill(&row, v, now)
	return row, notes, err
}

// nativeOf names a post by its URL.
func (d drafter) nativeOf(u *url.URL) string {
	if d.plan.id != nil {
		if m := d.plan.id.FindStringSubmatch(u.String()); m != nil {
			return m[min(1, len(m)-1)]
		}
	}
	return canonicalURL(u)
}

// fill puts everything but the identity in a draft; what v does not have stays. A
// date that can't be read is an error: a post on the wrong day would be worse than
// a missing one. A count that can't be read is left out and noted.
func (d drafter) fill(into *draft, v values, now time.Time) (notes []error, err error) {
	into.has = v.has()
	replace(&into.Title, v[fieldTitle])
	replace(&into.Text, v[fieldText])
	replace(&into.Region, v[fieldRegion])
	if name := v[fieldAuthor]; name != "" {
		into.Author = vane.NewAuthorKey(d.secret, d.plan.src.Name, name)
		if d.learn != nil {
			d.learn(into.Author, name)
		}
	}
	if said := v[fieldPublished]; said != "" {
		t, distance, err := readTime(said, now, d.plan.zone)
		if err != nil {
			return nil, fmt.Errorf("published: %w", err)
		}
		into.Published, into.Distance = t, distance
	}
	for name, count := range map[string]*uint64{
		fieldViews: &into.Engagement.Views, fieldLikes: &into.Engagement.Likes,
		fieldComments: &into.Engagement.Comments, fieldShares: &into.Engagement.Shares,
	} {
		// 赞 without a number is how a site shows none.
		if said := v[name]; strings.ContainsAny(foldWidth(said), "0123456789") {
			n, err := ParseCount(said)
			if err != nil {
				notes = append(notes, fmt.Errorf("%s: %w", name, err))
				continue
			}
			*count = n
		}
	}
	return notes, nil
}

func replace(old *string, s string) {
	if s != "" {
		*old = s
	}
}

// post is the finished post.
func (d drafter) post(from draft, collected time.Time) (vane.Post, error) {
	if from.Title == "" && from.Text == "" {
		return vane.Post{}, errNoContent
	}
	p := vane.Post{
		ID:          vane.NewPostID(d.plan.src.Name, from.Native),
		Source:      d.plan.src.Name,
		Channel:     d.plan.src.Channel,
		URL:         from.URL,
		AuthorKey:   from.Author,
		Region:      from.Region,
		Title:       from.Title,
		Text:        from.Text,
		Engagement:  from.Engagement,
		PublishedAt: from.Published,
		CollectedAt: collected.UTC().Truncate(time.Millisecond),
	}
	if d.learn != nil {
		d.learn(p.ID, from.Native)
	}
	replaceEmpty(&p.Region, d.plan.src.Region)
	if p.PublishedAt.IsZero() {
		p.PublishedAt, p.Undated = p.CollectedAt, true
	}
	return p, nil
}

func replaceEmpty(old *string, s string) {
	if *old == "" {
		*old = s
	}
}

// contentHash is equal for two versions of a post that say the same. The date is
// not in it: 3分钟前 on one crawl is 昨天 12:30 on the next. Nor is the engagement,
// which changes all the time, see moved.
func contentHash(p vane.Post) []byte {
	h := sha256.New()
	for _, s := range []string{string(p.Channel), p.URL, p.Region, p.Title, p.Text} {
		hashString(h, s)
	}
	h.Write(p.AuthorKey[:])
	return h.Sum(nil)[:16]
}

// rowHash changes when a list row shows that its detail page is worth another
// fetch. Views are not in it: they change all the time.
func rowHash(row draft) []byte {
	h := sha256.New()
	for _, s := range []string{row.Title, row.Text, row.Region} {
		hashString(h, s)
	}
	hashNumber(h, row.Engagement.Comments)
	if row.Revised != "" {
		hashString(h, row.Revised)
	}
	return h.Sum(nil)[:8]
}

func hashString(h hash.Hash, s string) {
	hashNumber(h, uint64(len(s)))
	io.WriteString(h, s) // a hash never returns an error
}

func hashNumber(h hash.Hash, n uint64) {
	var b [8]byte
	binary.BigEndian.PutUint64(b[:], n)
	h.Write(b[:])
}
