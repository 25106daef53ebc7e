package storage

import (
	"context"
	"fmt"
	"math"

	"vane"
)

// version orders the versions of a post, in one number that ClickHouse compares:
//
//	42 bits  when it was collected, in milliseconds: the later counts
//	21 bits  generation of the taxonomy that tagged it: of one moment the newer counts
//	 1 bit   whether the row is a tombstone
//
// The generation is what makes retagging safe: a post that an older Vane delivers
// once more, tagged by older rules, does not undo it. The bit gives a tombstone a
// number of its own, above the claim that it deletes and below the next one. It must
// not be higher, for a later claim of that hour may win.
type version uint64

const (
	generationBits = 21
	lastGeneration = 1<<generationBits - 1

	// forgotten is above every version that a post can have: what the operator
	// deleted does not come back.
	forgotten version = math.MaxUint64
)

func versionOf(m *vane.Mention, generation uint32) version {
	return version(m.CollectedAt.UnixMilli())<<(generationBits+1) | version(generation)<<1
}

// collected is when the version was collected, in Unix milliseconds.
func (v version) collected() int64 { return int64(v >> (generationBits + 1)) }

// tombstone is the version of a row that deletes the one of version v.
func (v version) tombstone() version { return v | 1 }

// generations are the taxonomies that this store met, numbered in the order in which
// they came to the database.
type generations map[uint32]uint32 // by vane.Mention.TaxonomyVersion

type generationRow struct {
	Generation uint32 `ch:"known"`
	Newest     uint32 `ch:"newest"`
}

// generationOf is the number of a taxonomy, giving it the next one if it is new. Two
// Vanes that bring two new taxonomies at one moment may give both the same number:
// then of equal versions the one stored last counts.
func (s *Store) generationOf(ctx context.Context, taxonomy uint32) (uint32, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if g, ok := s.generations[taxonomy]; ok {
		return g, nil
	}
	r, err := s.lookUpGeneration(ctx, taxonomy)
	if err != nil {
		return 0, err
	}
	if r.Generation == 0 {
		if r.Generation, err = s.addGeneration(ctx, taxonomy, r.Newest); err != nil {
			return 0, err
		}
	}
	s.generations[taxonomy] = r.Generation
	return r.Generation, nil
}

// forgetGenerations makes the next insert look the generations of taxonomies up again.
func (s *Store) forgetGenerations() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.generations)
}

func (s *Store) lookUpGeneration(ctx context.Context, taxonomy uint32) (generationRow, error) {
	var rows []generationRow
	if err := s.selectRows(ctx, &rows, "generation", params{"taxonomy": taxonomy}); err != nil {
		return generationRow{}, err
	}
	return rows[0], nil // an aggregate without groups is one row
}

func (s *Store) addGeneration(ctx context.Context, taxonomy, newest uint32) (uint32, error) {
	if newest >= lastGeneration {
		return 0, fmt.Errorf("the taxonomy changed %d times, more often than versions can tell", newest)
	}
	err := s.insertRows(ctx, "insert_taxonomies", 1, func(int) []any { return []any{newest + 1, taxonomy} })
	if err != nil {
		return 0, fmt.Errorf("keep the taxonomy's number: %w", err)
	}
	return newest + 1, nil
}

// promote makes a taxonomy the newest, so that what it tags replaces what the others
// tagged. It may have been the newest before, and others since.
func (s *Store) promote(ctx context.Context, taxonomy uint32) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, err := s.lookUpGeneration(ctx, taxonomy)
	if err != nil {
		return err
	}
	if r.Generation == 0 || r.Generation < r.Newest {
		if r.Generation, err = s.addGeneration(ctx, taxonomy, r.Newest); err != nil {
			return err
		}
	}
	s.generations[taxonomy] = r.Generation
	return nil
}
