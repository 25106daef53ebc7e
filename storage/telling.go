package storage

import (
	"context"

	"vane"
)

// Telling lists at most limit posts of the window that tell best what a tag (an
// issue, a domain, or every post if empty) is about: complaints first, then what
// people reacted to, one per text.
func (s *Store) Telling(ctx context.Context, tag vane.Tag, w vane.Window, limit int) ([]vane.EvidencePost, error) {
	if err := w.Validate(); err != nil {
		return nil, err
	}
	var rows []evidenceRow
	if err := s.selectRows(ctx, &rows, "telling_posts", about(tag, w).with("limit", limit)); err != nil {
		return nil, err
	}
	posts := make([]vane.EvidencePost, len(rows))
	for i, r := range rows {
		posts[i] = vane.EvidencePost{
			ID: r.ID, URL: r.URL, Source: r.Source, Title: r.Title, Text: r.Text, PublishedAt: r.PublishedAt.UTC(),
		}
	}
	return posts, nil
}
