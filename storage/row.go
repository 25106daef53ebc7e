package storage

import (
	"time"

	"vane"
)

// row is a row of the view mentions.
type row struct {
	ID              vane.ID     `ch:"id"`
	PublishedAt     time.Time   `ch:"published_at"`
	CollectedAt     time.Time   `ch:"collected_at"`
	GoneAt          time.Time   `ch:"gone_at"`
	Undated         bool        `ch:"undated"`
	Source          string      `ch:"source"`
	Channel         string      `ch:"channel"`
	Region          string      `ch:"region"`
	URL             string      `ch:"url"`
	Author          vane.ID     `ch:"author"`
	Title           string      `ch:"title"`
	Text            string      `ch:"text"`
	Views           uint64      `ch:"views"`
	Likes           uint64      `ch:"likes"`
	Comments        uint64      `ch:"comments"`
	Shares          uint64      `ch:"shares"`
	Tags            []string    `ch:"tags"`
	Domains         []string    `ch:"domains"`
	TagNames        []string    `ch:"tag_names"`
	TagNatures      []string    `ch:"tag_natures"`
	TagRules        []string    `ch:"tag_rules"`
	TagFrom         []uint32    `ch:"tag_from"`
	TagTo           []uint32    `ch:"tag_to"`
	TagTexts        []string    `ch:"tag_texts"`
	Sentiment       float32     `ch:"sentiment"`
	Sensitive       bool        `ch:"sensitive"`
	Voice           string      `ch:"voice"`
	Brands          []string    `ch:"brands"`
	Places          []string    `ch:"places"`
	Amounts         []float64   `ch:"amounts"`
	Demands         []string    `ch:"demands"`
	Words           []string    `ch:"words"`
	Fingerprint     uint64      `ch:"fingerprint"`
	Sketch          vane.Sketch `ch:"sketch"`
	TaxonomyVersion uint32      `ch:"taxonomy_version"`
}

// mention is the row in the words of the project.
func (r *row) mention() vane.Mention {
	return vane.Mention{
		Post: vane.Post{
			ID:          r.ID,
			Source:      r.Source,
			Channel:     vane.Channel(r.Channel),
			URL:         r.URL,
			AuthorKey:   r.Author,
			Region:      r.Region,
			Title:       r.Title,
			Text:        r.Text,
			Engagement:  vane.Engagement{Views: r.Views, Likes: r.Likes, Comments: r.Comments, Shares: r.Shares},
			PublishedAt: r.PublishedAt.UTC(),
			Undated:     r.Undated,
			CollectedAt: r.CollectedAt.UTC(),
			GoneAt:      known(r.GoneAt),
		},
		Words:           r.Words,
		Tags:            r.matches(),
		Sentiment:       vane.Sentiment(r.Sentiment),
		Sensitive:       r.Sensitive,
		Voice:           vane.Voice(r.Voice),
		Entities:        vane.Entities{Brands: r.Brands, Places: r.Places, Amounts: r.Amounts, Demands: r.Demands},
		Fingerprint:     r.Fingerprint,
		Sketch:          r.Sketch,
		TaxonomyVersion: r.TaxonomyVersion,
	}
}

func (r *row) matches() []vane.TagMatch {
	matches := make([]vane.TagMatch, len(r.Tags))
	for i := range matches {
		matches[i] = vane.TagMatch{
			ID:   vane.Tag(r.Tags[i]),
			Name: r.TagNames[i], Nature: r.TagNatures[i],
			Rule: r.TagRules[i],
			Span: vane.Span{int(r.TagFrom[i]), int(r.TagTo[i])},
			Text: r.TagTexts[i],
		}
	}
	return matches
}

// stands is what the column gone_at holds for a post that was not deleted: the zero
// time is before what the column can hold.
var stands = time.UnixMilli(0).UTC()

func orStands(goneAt time.Time) time.Time {
	if goneAt.IsZero() || !storable(goneAt) {
		return stands
	}
	return goneAt
}

// known is a moment of the column gone_at, zero for a post that stands.
func known(goneAt time.Time) time.Time {
	if goneAt.Equal(stands) {
		return time.Time{}
	}
	return goneAt.UTC()
}

// matchColumns are a mention's tags as the columns that run beside each other.
type matchColumns struct {
	ids, names, natures, rules, texts []string
	from, to                          []uint32
}

func columnsOf(matches []vane.TagMatch) (c matchColumns) {
	for _, m := range matches {
		c.ids = append(c.ids, string(m.ID))
		c.names = append(c.names, m.Name)
		c.natures = append(c.natures, m.Nature)
		c.rules = append(c.rules, m.Rule)
		c.texts = append(c.texts, m.Text)
		c.from = append(c.from, uint32(m.Span[0]))
		c.to = append(c.to, uint32(m.Span[1]))
	}
	return c
}

// What the column deleted says.
const (
	alive     uint8 = 0
	tombstone uint8 = 1
)

// values are a mention in the order of queries/insert_posts.sql. Where the driver takes a
// pointer there is one, for a value would be copied to the heap to become an any.
func values(m *vane.Mention, version uint64, deleted uint8) []any {
	tags := columnsOf(m.Tags)
	return []any{
		m.ID[:], version, deleted, m.PublishedAt, m.CollectedAt, orStands(m.GoneAt), m.Undated,
		m.Source, string(m.Channel), m.Region, &m.URL, m.AuthorKey[:], &m.Title, &m.Text, &m.Folded,
		&m.Engagement.Views, &m.Engagement.Likes, &m.Engagement.Comments, &m.Engagement.Shares,
		tags.ids, tags.names, tags.natures, tags.rules, tags.from, tags.to, tags.texts,
		float32(m.Sentiment), m.Sensitive, string(m.Voice),
		m.Entities.Brands, m.Entities.Places, m.Entities.Amounts, m.Entities.Demands,
		m.Words, &m.Fingerprint, m.Sketch[:], &m.TaxonomyVersion,
	}
}
