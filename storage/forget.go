package storage

import (
	"context"
	"fmt"
	"slices"

	"vane"
)

// Forgotten is what Forget did.
type Forgotten struct {
	Posts []vane.ID `json:"posts"` // deleted, or not to be stored if they come
}

// ForgottenPosts counts the posts that were forgotten. Who holds texts in memory
// asks for it before reading more, and lets go of them when it changes.
func (s *Store) ForgottenPosts(ctx context.Context) (uint64, error) {
	var rows []struct {
		Posts uint64 `ch:"posts"`
	}
	if err := s.selectRows(ctx, &rows, "count_forgotten", params{"forgotten": uint64(forgotten)}); err != nil {
		return 0, err
	}
	return rows[0].Posts, nil
}

// forgetRounds bounds how often Forget looks for posts of an author that were stored
// while it deleted the others.
const forgetRounds = 10

// Forget deletes posts for good, and all posts of authors: their rows, their part in
// every trend, and their texts in hotspots, events and alerts. It returns when they are
// off the disk. Delivered once more, they are not stored: a claim that nothing beats
// stays behind for each post, and the pseudonym of each author. Called again, it
// changes nothing; after a failure, call it again: posts of an author that were deleted
// and are still on the disk are found once more, and those that are not, by the ids that
// it gave with the error.
func (s *Store) Forget(ctx context.Context, posts, authors []vane.ID) (Forgotten, error) {
	done := Forgotten{Posts: []vane.ID{}}
	if err := s.bar(ctx, authors); err != nil {
		return done, err
	}
	todo, known := slices.Clone(posts), map[vane.ID]bool{}
	for range forgetRounds {
		found, err := s.postsOf(ctx, authors)
		if err != nil {
			return done, err
		}
		todo = slices.DeleteFunc(append(todo, found...), func(id vane.ID) bool { return known[id] })
		if len(todo) == 0 {
			break
		}
		if err := s.bury(ctx, todo); err != nil {
			return done, fmt.Errorf("delete %d posts: %w", len(todo), err)
		}
		for _, id := range todo {
			known[id] = true
		}
		done.Posts, todo = append(done.Posts, todo...), nil
	}
	return done, s.scrub(ctx, done.Posts)
}

// bar keeps the authors' posts from being stored.
func (s *Store) bar(ctx context.Context, authors []vane.ID) error {
	err := s.insertRows(ctx, "insert_forgotten_authors", len(authors), func(i int) []any { return []any{authors[i][:]} })
	if err != nil {
		return fmt.Errorf("keep which authors to forget: %w", err)
	}
	return nil
}

// postsOf are the posts of authors, those among them that an earlier Forget deleted and
// did not get off the disk.
func (s *Store) postsOf(ctx context.Context, authors []vane.ID) ([]vane.ID, error) {
	if len(authors) == 0 {
		return nil, nil
	}
	ctx, err := withIDs(ctx, len(authors), func(i int) vane.ID { return authors[i] })
	if err != nil {
		return nil, err
	}
	return s.selectIDs(ctx, "posts_of_authors", params{"forgotten": uint64(forgotten)})
}

// bury puts a tombstone that nothing beats on every row that posts have, or may get
// from an insert that is on its way. As in Insert, the claim comes before the look: an
// insert sees it and writes nothing, or its own claim is seen here.
func (s *Store) bury(ctx context.Context, ids []vane.ID) error {
	batch := make([]entry, len(ids))
	for i, id := range ids {
		batch[i].claim = claim{id, 0, forgotten}
	}
	if err := s.writeClaims(ctx, batch); err != nil {
		return err
	}
	known, err := s.readClaims(ctx, batch)
	if err != nil {
		return err
	}
	var dead []claim
	for _, claims := range known {
		for _, c := range claims {
			dead = append(dead, claim{c.id, c.slot, forgotten})
		}
	}
	if err := s.writePosts(ctx, nil, dead); err != nil {
		return err
	}
	return s.touch(ctx, nil, dead)
}

// scrub takes what was deleted off the disk. The rows are hidden already, and merging
// would get to them one day. They go last: by them a repetition knows the posts of an
// author.
func (s *Store) scrub(ctx context.Context, ids []vane.ID) error {
	if len(ids) == 0 {
		return nil
	}
	const atOnce = 1000 // a statement carries its ids as text
	for len(ids) > 0 {
		n := min(atOnce, len(ids))
		names := make([]string, n)
		for i, id := range ids[:n] {
			names[i] = id.String()
		}
		for _, name := range []string{"scrub_hotspots", "scrub_events", "scrub_alerts", "scrub_corrections"} {
			if err := s.upkeep(ctx, name, params{"ids": names}); err != nil {
				return err
			}
		}
		ids = ids[n:]
	}
	for _, name := range []string{"scrub_engagement", "scrub_posts"} {
		if err := s.upkeep(ctx, name, params{"forgotten": uint64(forgotten)}); err != nil {
			return err
		}
	}
	return nil
}
