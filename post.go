package vane

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math"
	"time"
)

// ErrNoPost says that no such post is stored.
var ErrNoPost = errors.New("no such post")

// ID is a 128-bit name: of a post, or of an author whose real name is not kept.
// The zero ID means unknown. Its text form is 32 hexadecimal digits.
type ID [16]byte

// NewPostID names a post by its source and its id there. nativeID is the id the
// site uses, or the canonical URL where it shows none.
func NewPostID(source, nativeID string) ID {
	h := sha256.New()
	writeField(h, source)
	writeField(h, nativeID)
	return ID(h.Sum(nil)[:16])
}

// NewAuthorKey is the pseudonym of an author: HMAC-SHA-256 under a secret of the
// installation, so that the same person has one key and nobody can go back from
// the key to the name without the secret. No name gives the zero ID.
func NewAuthorKey(secret []byte, source, author string) ID {
	if author == "" {
		return ID{}
	}
	h := hmac.New(sha256.New, secret)
	writeField(h, source)
	writeField(h, author)
	return ID(h.Sum(nil)[:16])
}

// writeField writes s behind its length, so that ("ab","c") and ("a","bc") differ.
func writeField(w io.Writer, s string) {
	var n [8]byte
	binary.BigEndian.PutUint64(n[:], uint64(len(s)))
	w.Write(n[:]) // a hash never returns an error
	io.WriteString(w, s)
}

// ParseID reads the 32 hexadecimal digits that [ID.String] writes.
func ParseID(s string) (ID, error) {
	var id ID
	if err := id.UnmarshalText([]byte(s)); err != nil {
		return ID{}, err
	}
	return id, nil
}

// IsZero reports whether the ID is unknown.
func (id ID) IsZero() bool { return id == ID{} }

func (id ID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText writes 32 hexadecimal digits, or nothing for the zero ID.
func (id ID) MarshalText() ([]byte, error) {
	if id.IsZero() {
		return nil, nil
	}
	return []byte(id.String()), nil
}

// UnmarshalText reads what MarshalText writes.
func (id *ID) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*id = ID{}
		return nil
	}
	if len(b) != 2*len(id) {
		return fmt.Errorf("id %q has %d characters, not the 32 hexadecimal digits of an id", b, len(b))
	}
	if _, err := hex.Decode(id[:], b); err != nil {
		return fmt.Errorf("id %q: %w", b, err)
	}
	return nil
}

// Channel is where a post was said, in the words of the analysts' reports (传播渠道).
type Channel string

// The channels that reports compare.
const (
	Weibo     Channel = "微博"
	App       Channel = "客户端"
	Website   Channel = "网站"
	WeChat    Channel = "微信"
	Video     Channel = "视频"
	Forum     Channel = "论坛"
	Newspaper Channel = "数字报"
)

// Channels lists every channel in the order of the reports.
func Channels() []Channel {
	return []Channel{Weibo, App, Website, WeChat, Video, Forum, Newspaper}
}

// Engagement is how many people reacted to a post, as the site shows it. A count
// that the site does not show is 0.
type Engagement struct {
	Views    uint64 `json:"views,omitempty"`
	Likes    uint64 `json:"likes,omitempty"`
	Comments uint64 `json:"comments,omitempty"`
	Shares   uint64 `json:"shares,omitempty"`
}

// Damped is ln(1 + likes + comments + shares + views/100): how much a post moved
// people. The logarithm keeps one viral post from being all there is in a sum, and a
// view is a hundredth of a reaction.
func (e Engagement) Damped() float64 {
	return math.Log1p(float64(e.Likes) + float64(e.Comments) + float64(e.Shares) + float64(e.Views)/100)
}

// EngagementAt is the engagement of a post as it was at a moment.
type EngagementAt struct {
	At time.Time `json:"at"` // UTC
	Engagement
}

// Post is what was said, as one site showed it at CollectedAt.
type Post struct {
	ID          ID         `json:"id"`
	Source      string     `json:"source"` // name of the source file
	Channel     Channel    `json:"channel"`
	URL         string     `json:"url"`
	AuthorKey   ID         `json:"author_key,omitzero"` // never the name
	Region      string     `json:"region,omitempty"`    // province or city the source names, or the one province the text does; else ""
	Title       string     `json:"title"`
	Text        string     `json:"text"`
	Engagement  Engagement `json:"engagement,omitzero"`
	PublishedAt time.Time  `json:"published_at"`      // UTC
	Undated     bool       `json:"undated,omitempty"` // the source gave no date: PublishedAt is CollectedAt
	CollectedAt time.Time  `json:"collected_at"`      // UTC; of two versions of a post the later collected counts
	GoneAt      time.Time  `json:"gone_at,omitzero"`  // UTC; when the source was first seen to have deleted it (删帖), zero while it stands
}

// Body is what is analysed: title and text as one string, the title first. A
// title that only repeats the beginning of the text is left out.
func (p Post) Body() string {
	switch {
	case p.Title == "", len(p.Text) >= len(p.Title) && p.Text[:len(p.Title)] == p.Title:
		return p.Text
	case p.Text == "":
		return p.Title
	default:
		return p.Title + "\n" + p.Text
	}
}
