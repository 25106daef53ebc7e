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
	// tellingShares is how many values of a dimension a reader looks at.
	tellingShares = 20
	// samplePosts is how many earlier posts tell how everybody speaks: thousands are
	// enough for the share of a word, and the rest need not be read.
	samplePosts = 5_000
	// sampleOwn is how many of the node's own earlier posts are compared with.
	sampleOwn = 500
	// priorPosts is the weight of how everybody speaks against how the tag's own
	// posts did: it fades once the tag has some hundred posts a month.
	priorPosts = 50
	// standsOut is the score a word must pass: under chance alone one in forty does.
	standsOut = 1.96
)

// Facts tells what is stored about a node in a window.
func (s *Store) Facts(ctx context.Context, node vane.Node, w vane.Window) (vane.Facts, error) {
	facts, err := s.FactCounts(ctx, node, w)
	if err != nil || facts.Posts == 0 {
		return facts, err
	}
	first := facts.Evidence.First
	if facts.Evidence, err = s.evidence(ctx, node, w); err != nil {
		return vane.Facts{}, err
	}
	facts.Evidence.First = first
	facts.Evidence.Words, facts.Novelty, err = s.TellingWords(ctx, node, w)
	return facts, err
}

// FactCounts are the facts of a node without what takes longest to find: of the evidence
// it has the first post's time alone, and no novelty.
func (s *Store) FactCounts(ctx context.Context, node vane.Node, w vane.Window) (vane.Facts, error) {
	if err := w.Validate(); err != nil {
		return vane.Facts{}, err
	}
	var counts []factsRow
	if err := s.selectRows(ctx, &counts, "facts", aboutNode(node, w)); err != nil {
		return vane.Facts{}, err
	}
	c := counts[0] // an aggregate without groups is one row
	facts := vane.Facts{
		Posts: c.Posts, Sensitive: c.Sensitive, Authors: c.Authors, Texts: c.Texts, Sources: c.Sources, Regions: c.Regions, Reach: c.Reach,
	}
	if c.Posts == 0 {
		return facts, nil
	}
	facts.Evidence.First = c.First.UTC()
	var err error
	facts.Sketches, err = s.sketches(ctx, node, w)
	return facts, err
}

// aboutNode is the parameters of a question about a node in a window.
func aboutNode(n vane.Node, w vane.Window) params {
	return about(n.Tag, w).with("node_by", string(n.By)).with("node_key", n.Key)
}

// sketches are the distinct ones of a window, or none if there are more than
// maxSketches: to merge a part of them would count too few texts.
func (s *Store) sketches(ctx context.Context, node vane.Node, w vane.Window) ([]vane.Sketch, error) {
	var rows []struct {
		Sketch vane.Sketch `ch:"sketch"`
	}
	if err := s.selectRows(ctx, &rows, "sketches", aboutNode(node, w).with("limit", maxSketches+1)); err != nil {
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
	Regions   uint64    `ch:"regions"`
	Reach     float64   `ch:"reach"`
	First     time.Time `ch:"first"`
}

// evidence is everything of it but the first post's time and the words.
func (s *Store) evidence(ctx context.Context, node vane.Node, w vane.Window) (e vane.Evidence, err error) {
	var posts []evidenceRow
	if err := s.selectRows(ctx, &posts, "telling_posts", aboutNode(node, w).with("limit", tellingPosts)); err != nil {
		return e, err
	}
	e.Posts = evidencePosts(posts)
	for _, part := range []struct {
		by   string
		dest *[]vane.Share
	}{{"channel", &e.Channels}, {"region", &e.Regions}, {"brand", &e.Brands}, {"demand", &e.Demands}} {
		if *part.dest, err = s.shares(ctx, node, w, part.by); err != nil {
			return e, err
		}
	}
	return e, nil
}

func evidencePosts(rows []evidenceRow) []vane.EvidencePost {
	posts := make([]vane.EvidencePost, len(rows))
	for i, r := range rows {
		posts[i] = vane.EvidencePost{
			ID: r.ID, URL: r.URL, Source: r.Source, Title: r.Title, Text: r.Text, PublishedAt: r.PublishedAt.UTC(),
		}
	}
	return posts
}

// TellingWords are the most over-represented words of a node in a window, and by how much
// of the posts the first of them is more than usual, 0 to 1.
func (s *Store) TellingWords(ctx context.Context, node vane.Node, w vane.Window) (words []string, novelty float64, err error) {
	before := vane.Window{From: w.From.Add(-beforeWindow), To: w.From}
	var counts []struct {
		Posts uint64 `ch:"posts"`
		Own   uint64 `ch:"own"`
	}
	if err := s.selectRows(ctx, &counts, "count", aboutNode(node, before)); err != nil {
		return nil, 0, err
	}
	var rows []wordRow
	p := aboutNode(node, w).with("before", millis(before.From)).
		with("stride", stride(counts[0].Posts, samplePosts)).with("own_stride", stride(counts[0].Own, sampleOwn)).
		with("limit", tellingWords).with("prior", priorPosts).with("z", standsOut)
	if err := s.selectRows(ctx, &rows, "telling_words", p); err != nil {
		return nil, 0, err
	}
	for i, r := range rows {
		words = append(words, r.Word)
		if i == 0 {
			novelty = max(0, r.Novelty)
		}
	}
	return words, novelty, nil
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
	Word    string  `ch:"word"`
	Novelty float64 `ch:"novelty"`
}

// stride says of how many hours one is read, so that of n posts about sample are: an
// odd number, which meets every hour of the day.
func stride(n, sample uint64) uint64 { return n/sample | 1 }

// shares is how the posts are spread over channels, regions, brands or demands.
func (s *Store) shares(ctx context.Context, node vane.Node, w vane.Window, split string) ([]vane.Share, error) {
	var rows []shareRow
	if err := s.selectRows(ctx, &rows, "shares", aboutNode(node, w).with("split", split).with("limit", tellingShares)); err != nil {
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
