package hotspot

import (
	"errors"
	"fmt"
	"time"
)

// Config says what counts as a hotspot.
type Config struct {
	Level      float64       `yaml:"level"`       // burst at which an episode starts, in nats of log-likelihood
	Shock      float64       `yaml:"shock"`       // how sudden a rise within minutes must be to be heard
	MinAuthors int           `yaml:"min_authors"` // an episode needs that many voices in its window
	MinHeat    float64       `yaml:"min_heat"`    // hotspots cooler than this are not shown, 0 to 100
	History    time.Duration `yaml:"history"`     // length of the series that teaches the baseline
	Lookback   time.Duration `yaml:"lookback"`    // how long a hotspot that is over stays in the list
	Every      time.Duration `yaml:"every"`       // how often hotspots are looked for
	HotLists   []string      `yaml:"hot_lists"`   // names of the sources that are public hot lists
}

// DefaultConfig is the configuration that Vane ships.
func DefaultConfig() Config {
	return Config{
		// In nats. Lower finds bursts earlier and is passed by chance more often:
		// bench/hotspot measures both.
		Level: 2.2,
		// On real series of tweets 0.4 is heard about once in a month, a third of the times
		// for nothing.
		Shock: 0.4,
		// Fewer than five people is a quarrel, not a hotspot.
		MinAuthors: 5,
		// Under this the list fills with copies of one text and one-account waves.
		MinHeat: 15,
		// Eight weeks teach every hour of the week eight times.
		History: 8 * 7 * 24 * time.Hour,
		// A week lets the Monday meeting see the weekend.
		Lookback: 7 * 24 * time.Hour,
		// The grain of sudden rises: more often finds nothing sooner.
		Every:    10 * time.Minute,
		HotLists: []string{"weibo_hot", "weibo_hotrank"},
	}
}

// Validate names every value that can't work.
func (c Config) Validate() error {
	var errs []error
	check := func(ok bool, key, must string) {
		if !ok {
			errs = append(errs, fmt.Errorf("hotspot.%s must be %s", key, must))
		}
	}
	check(c.Level > 0, "level", "over 0")
	check(c.Shock > 0, "shock", "over 0")
	check(c.MinAuthors > 0, "min_authors", "at least 1")
	check(c.MinHeat >= 0 && c.MinHeat < 100, "min_heat", "from 0 to under 100")
	check(c.History >= 2*warmUp*time.Hour, "history", "at least "+(2*warmUp*time.Hour).String())
	check(c.Lookback > 0, "lookback", "over 0")
	check(c.Every >= time.Second, "every", "at least 1s")
	return errors.Join(errs...)
}
