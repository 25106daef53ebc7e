package storage

import (
	"context"
	"slices"
	"time"

	"vane"
)

// maxHistory is how many observations of one post are read: a post that is followed
// for a month at every hour has 720.
const maxHistory = 1000

// EngagementHistory is how many reacted to a post, oldest first, each observation that
// differs from the one before: of the last two years, and not more than the newest
// thousand. A post that is not stored, or whose site shows no counts, has none.
func (s *Store) EngagementHistory(ctx context.Context, id vane.ID) ([]vane.EngagementAt, error) {
	var rows []struct {
		ObservedAt time.Time `ch:"observed_at"`
		Views      uint64    `ch:"views"`
		Likes      uint64    `ch:"likes"`
		Comments   uint64    `ch:"comments"`
		Shares     uint64    `ch:"shares"`
	}
	if err := s.selectRows(ctx, &rows, "engagement", params{"id": id.String(), "limit": maxHistory}); err != nil {
		return nil, err
	}
	history := make([]vane.EngagementAt, 0, len(rows))
	for _, r := range slices.Backward(rows) {
		history = append(history, vane.EngagementAt{
			At: r.ObservedAt.UTC(), Engagement: vane.Engagement{Views: r.Views, Likes: r.Likes, Comments: r.Comments, Shares: r.Shares},
		})
	}
	return slices.CompactFunc(history, func(a, b vane.EngagementAt) bool { return a.Engagement == b.Engagement }), nil
}
