package hotspot

import (
	"errors"
	"fmt"
	"time"
)

// EventConfig says what counts as one event.
type EventConfig struct {
	Window     time.Duration `yaml:"window"`     // how long an event waits for its next post
	Similarity float64       `yaml:"similarity"` // of a post to a large event that it joins, 0 to 1
	MinPosts   int           `yaml:"min_posts"`  // events with fewer are not listed
	MaxOpen    int           `yaml:"max_open"`   // events held in memory, lone posts included
}

// DefaultEventConfig is the configuration that Vane ships.
func DefaultEventConfig() EventConfig {
	return EventConfig{
		// The complaints about one building site or one estate come weeks apart.
		Window: 60 * 24 * time.Hour,
		// On complaints to a city this gives the most events of which the pairs are right
		// nine times in ten; see testdata/event_pairs.tsv of cmd/vane.
		Similarity: 0.15,
		// Two posts may be one person's.
		MinPosts: 3,
		// Weeks of a busy installation.
		MaxOpen: 100_000,
	}
}

// Validate names every value that can't work.
func (c EventConfig) Validate() error {
	var errs []error
	check := func(ok bool, key, must string) {
		if !ok {
			errs = append(errs, fmt.Errorf("events.%s must be %s", key, must))
		}
	}
	check(c.Window >= time.Hour, "window", "at least 1h")
	check(c.Similarity > 0 && c.Similarity < 1, "similarity", "between 0 and 1")
	check(c.MinPosts >= 1, "min_posts", "at least 1")
	check(c.MaxOpen >= 100, "max_open", "at least 100")
	return errors.Join(errs...)
}
