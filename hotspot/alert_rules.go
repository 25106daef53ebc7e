package hotspot

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"vane"
)

// AlertRule says which hotspots are worth telling somebody at once, and when not to
// disturb them. Every condition must hold; a condition of zero always does.
type AlertRule struct {
	Name           string        `yaml:"name" json:"name"`
	Tags           []string      `yaml:"tags" json:"tags"`                       // issues or domains; empty: all
	Heat           float64       `yaml:"heat" json:"heat"`                       // at least, 0 to 100
	SensitiveShare float64       `yaml:"sensitive_share" json:"sensitive_share"` // of the posts, at least, 0 to 1
	MinPosts       uint64        `yaml:"min_posts" json:"min_posts"`
	Hold           time.Duration `yaml:"hold" json:"hold"`               // how long it must hold before it fires, and be gone before it is resolved
	CoolDown       time.Duration `yaml:"cool_down" json:"cool_down"`     // after an alert, before the same tag fires again
	QuietHours     string        `yaml:"quiet_hours" json:"quiet_hours"` // Beijing time, such as 22:00-08:00; what fires then is told at its end
	Weekends       bool          `yaml:"weekends" json:"weekends"`       // whether it is told on Saturday and Sunday, or on Monday
	TellResolved   bool          `yaml:"tell_resolved" json:"tell_resolved"`
	To             []string      `yaml:"to" json:"to"` // names of receivers
}

// AlertRules are the rules of configs/alerts.yaml.
type AlertRules []AlertRule

// maxCoolDown keeps every alert that a cool-down must know of among those that are
// looked at again, see [AlertMemory].
const maxCoolDown = 14 * 24 * time.Hour

// AlertMemory is how long an alert that is over is still looked at: to be told, if
// its receiver can't be reached, and for the cool-down.
const AlertMemory = 30 * 24 * time.Hour

// Validate names every value that can't work.
func (rules AlertRules) Validate() error {
	var errs []error
	seen := map[string]bool{}
	for i, r := range rules {
		if r.Name == "" {
			errs = append(errs, fmt.Errorf("rules[%d].name is empty: alerts are listed by it", i))
		}
		if seen[r.Name] {
			errs = append(errs, fmt.Errorf("rules[%d].name %q is taken by another rule", i, r.Name))
		}
		seen[r.Name] = true
		errs = append(errs, r.validate())
	}
	return errors.Join(errs...)
}

func (r AlertRule) validate() error {
	var errs []error
	check := func(ok bool, key, must string) {
		if !ok {
			errs = append(errs, fmt.Errorf("rule %q: %s must be %s", r.Name, key, must))
		}
	}
	check(r.Heat >= 0 && r.Heat <= 100, "heat", "from 0 to 100")
	check(r.SensitiveShare >= 0 && r.SensitiveShare <= 1, "sensitive_share", "from 0 to 1")
	check(r.Hold >= 0 && r.Hold <= 24*time.Hour, "hold", "from 0 to 24h")
	check(r.CoolDown >= 0 && r.CoolDown <= maxCoolDown, "cool_down", "from 0 to "+maxCoolDown.String())
	_, err := parseQuiet(r.QuietHours)
	check(err == nil, "quiet_hours", "two times of day such as 22:00-08:00")
	return errors.Join(errs...)
}

// Named is the rule of that name.
func (rules AlertRules) Named(name string) (AlertRule, bool) {
	i := slices.IndexFunc(rules, func(r AlertRule) bool { return r.Name == name })
	if i < 0 {
		return AlertRule{}, false
	}
	return rules[i], true
}

// LeastHeat is the heat under which a hotspot meets none of the rules.
func (rules AlertRules) LeastHeat() float64 {
	least := math.Inf(1)
	for _, r := range rules {
		least = min(least, r.Heat)
	}
	return least
}

// alertFresh is how recent the end of a hotspot must be for an alarm, which is about
// now. Posts that are months old when they come in, and a collection that stood
// still for days, make hotspots and no alarms.
const alertFresh = 12 * time.Hour

// meets reports whether the hotspot is of now and fulfils the rule.
func (r AlertRule) meets(h vane.Hotspot, at time.Time) bool {
	return h.State != vane.Closed && !h.To.Before(at.Add(-alertFresh)) && !h.From.After(at) &&
		r.about(h.Tag) && h.Heat >= r.Heat && h.SensitiveShare >= r.SensitiveShare && h.Posts >= r.MinPosts
}

// about reports whether the rule is about the tag.
func (r AlertRule) about(t vane.Tag) bool {
	return len(r.Tags) == 0 || slices.Contains(r.Tags, string(t)) || slices.Contains(r.Tags, string(t.Domain()))
}

// quiet is a span of the day in minutes; from equal to to is no quiet at all, and
// from after to is a night.
type quiet struct{ from, to int }

func parseQuiet(s string) (quiet, error) {
	if s == "" {
		return quiet{}, nil
	}
	from, to, ok := strings.Cut(s, "-")
	if !ok {
		return quiet{}, fmt.Errorf("quiet hours %q have no -", s)
	}
	f, err := time.Parse("15:04", strings.TrimSpace(from))
	if err != nil {
		return quiet{}, fmt.Errorf("read the start of quiet hours: %w", err)
	}
	t, err := time.Parse("15:04", strings.TrimSpace(to))
	if err != nil {
		return quiet{}, fmt.Errorf("read the end of quiet hours: %w", err)
	}
	return quiet{f.Hour()*60 + f.Minute(), t.Hour()*60 + t.Minute()}, nil
}

func (q quiet) contains(minute int) bool {
	if q.from <= q.to {
		return minute >= q.from && minute < q.to
	}
	return minute >= q.from || minute < q.to
}

// hushed reports whether receivers must not be disturbed at that instant.
func (r AlertRule) hushed(at time.Time) bool {
	local := at.In(vane.Beijing())
	if day := local.Weekday(); !r.Weekends && (day == time.Saturday || day == time.Sunday) {
		return true
	}
	q, err := parseQuiet(r.QuietHours)
	return err == nil && q.contains(local.Hour()*60+local.Minute()) // Validate has refused what can't be read
}
