package hotspot

import (
	"errors"
	"fmt"
)

// WordConfig says what counts as an emerging word.
type WordConfig struct {
	MinPosts   int     `yaml:"min_posts"`   // of the window that must have it
	MinAuthors int     `yaml:"min_authors"` // people who must write it
	Score      float64 `yaml:"score"`       // standard errors over the days before
	Cohesion   float64 `yaml:"cohesion"`    // of a new word's parts, in nats
	Freedom    float64 `yaml:"freedom"`     // of what stands beside a new word, in nats
}

// DefaultWordConfig is the configuration that Vane ships.
func DefaultWordConfig() WordConfig {
	return WordConfig{
		// A word of fewer posts or people is somebody's own.
		MinPosts: 5, MinAuthors: 3,
		// Of ten thousand strings chance alone lifts one to 4, and of those few are cohesive
		// and free.
		Score: 4,
		// The parts of a word meet e³ times as often as by chance; those of phrases that
		// people put together anew each time do less.
		Cohesion: 3,
		// As free as beside two and a half neighbours of equal frequency: part of a longer
		// word has one.
		Freedom: 0.9,
	}
}

// Validate names every value that can't work.
func (c WordConfig) Validate() error {
	var errs []error
	check := func(ok bool, key, must string) {
		if !ok {
			errs = append(errs, fmt.Errorf("words.%s must be %s", key, must))
		}
	}
	check(c.MinPosts >= 2, "min_posts", "at least 2")
	check(c.MinAuthors >= 1, "min_authors", "at least 1")
	check(c.Score > 0, "score", "over 0")
	check(c.Cohesion >= 0, "cohesion", "at least 0")
	check(c.Freedom >= 0, "freedom", "at least 0")
	return errors.Join(errs...)
}
