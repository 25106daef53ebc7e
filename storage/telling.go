package storage

import (
	"context"

	"vane"
)

// Telling lists at most limit posts of the window that tell best what a node (of
// every post if it is empty) is about: complaints first, then what
// people reacted to, one per text.
func (s *Store) Telling(ctx context.Context, node vane.Node, w vane.Window, limit int) ([]vane.EvidencePost, error) {
	if err := w.Validate(); err != nil {
		return nil, err
	}
	var rows []evidenceRow
	if err := s.selectRows(ctx, &rows, "telling_posts", aboutNode(node, w).with("limit", limit)); err != nil {
		return nil, err
	}
	return evidencePosts(rows), nil
}
