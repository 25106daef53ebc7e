package storage

import (
	"context"
	"time"

	"vane"
)

const (
	tellingPosts = 5  // as many as fit under a hotspot on one screen
	tellingWords = 10 // likewise
	// maxSketches is what near copies are merged among: 6 MB, and more posts than a
	// hotspot has but for the largest.
	maxSketches = 100_000
	// beforeWindow is what "more than usual" is measured against: four of each
	// weekday.
	beforeWindow = 28 * 24 * time.Hour
	// priorPosts is the weight of how everybody speaks against how the tag's own
	// posts did: it fades once the tag has some hundred posts a month.
	priorPosts = 50
	// standsOut is the score a word must pass: under chance alone one in forty does.
	standsOut = 1.96
)

// Facts tells what is stored about a tag (an issue, a domain, or every post if
// empty) in a window.
func (s *Store) Facts(ctx context.Context, tag vane.Tag, w vane.Window) (vane.Facts, error) {
	if err := w.Validate(); err != nil {
		return vane.Facts{}, err
	}
	var counts []factsRow
	if err := s.selectRows(ctx, &counts, "facts", about(tag, w)); err != nil {
		return vane.Facts{}, err
	}
	c := counts[0] // an aggregate without groups is one row
	facts := vane.Facts{Posts: c.Posts, Sensitive: c.Sensitive, Authors: c.Authors, Texts: c.Texts, Sources: c.Sources}
	if c.Posts == 0 {
		return facts, nil
	}
	var err error
	if facts.Sketches, err = s.sketches(ctx, tag, w); err != nil {
		return vane.Facts{}, err
	}
	facts.Evidence, err = s.evidence(ctx, tag, w)
	facts.Evidence.First = c.First.UTC()
	return facts, err
}

// sketches are the distinct ones of a window, or none if there are more than
// maxSketches: to merge a part of them would count too few texts.
func (s *Store) sketches(ctx context.Context, tag vane.Tag, w vane.Window) ([]vane.Sketch, error) {
	var rows []struct {
		Sketch vane.Sketch `ch:"sketch"`
	}
	if err := s.selectRows(ctx, &rows, "sketches", about(tag, w).with("limit", maxSketches+1)); err != nil {
		return nil, err
	}
	if len(rows) > maxSketches {
		return nil, nil
	}
	sketches := make([]vane.Sketch, len(rows))
	for i, r := range rows {
		sketches[i] = r.Sketch
	}
	return sketches, nil
}

type factsRow struct {
	Posts     uint64    `ch:"posts"`
	Sensitive uint64    `ch:"negative"`
	Authors   uint64    `ch:"authors"`
	Texts     uint64    `ch:"texts"`
	Sources   uint64    `ch:"sources"`
	First     time.Time `ch:"first"`
}

// evidence is everything of it but the first post's time.
func (s *Store) evidence(ctx context.Context, tag vane.Tag, w vane.Window) (vane.Evidence, error) {
	var posts []evidenceRow
	if err := s.selectRows(ctx, &posts, "telling_posts", about(tag, w).with("limit", tellingPosts)); err != nil {
		return vane.Evidence{}, err
	}
	var words []wordRow
	before := millis(w.From.Add(-beforeWindow))
	p := about(tag, w).with("before", before).with("limit", tellingWords).with("prior", priorPosts).with("z", standsOut)
	if err := s.selectRows(ctx, &words, "telling_words", p); err != nil {
		return vane.Evidence{}, err
	}
	channels, err := s.shares(ctx, tag, w, vane.ByChannel)
	if err != nil {
		return vane.Evidence{}, err
	}
	regions, err := s.shares(ctx, tag, w, vane.ByRegion)
	if err != nil {
		return vane.Evidence{}, err
	}
	e := vane.Evidence{Channels: channels, Regions: regions}
	for _, r := range posts {
		e.Posts = append(e.Posts, vane.EvidencePost{
			ID: r.ID, URL: r.URL, Source: r.Source, Title: r.Title, Text: r.Text, PublishedAt: r.PublishedAt.UTC(),
		})
	}
	for _, r := range words {
		e.Words = append(e.Words, r.Word)
	}
	return e, nil
}

type evidenceRow struct {
	ID          vane.ID   `ch:"id"`
	URL         string    `ch:"url"`
	Source      string    `ch:"source"`
	Title       string    `ch:"title"`
	Text        string    `ch:"text"`
	PublishedAt time.Time `ch:"published_at"`
}

type wordRow struct {
	Word string `ch:"word"`
}

// shares is how the posts are spread over channels or regions.
func (s *Store) shares(ctx context.Context, tag vane.Tag, w vane.Window, by vane.Dimension) ([]vane.Share, error) {
	var rows []shareRow
	if err := s.selectRows(ctx, &rows, "shares", about(tag, w).with("by", string(by))); err != nil {
		return nil, err
	}
	var shares []vane.Share
	for _, r := range rows {
		shares = append(shares, vane.Share(r))
	}
	return shares, nil
}

type shareRow struct {
	Key   string `ch:"key"`
	Posts uint64 `ch:"posts"`
}
