package hotspot

import (
	"cmp"
	"math"
	"slices"
	"time"

	"vane"
)

// usualFamily is how many series Config.Level is meant for. With more of them the
// level rises by perFold for each factor of e, so that the chance episodes of a week
// stay as few.
const (
	usualFamily = 100.0
	perFold     = 0.5
)

// Family is how many series were looked at: the whole issues and domains, and their
// parts, which are many more. Each kind has its own level, lest a dozen large issues
// must be as exceptional as the largest of ten thousand corners.
type Family struct{ Whole, Parts int }

func (f Family) level(cfg Config, n vane.Node) float64 {
	size := f.Whole
	if n.By != vane.ByNothing {
		size = f.Parts
	}
	return cfg.Level + perFold*max(0, math.Log(float64(max(size, 1))/usualFamily))
}

// Settle takes from the episodes of many series what is chance or echo. Of the more
// series that were looked at, the higher a burst must stand. A part of an issue (a
// brand, a region, a channel) that explains it stands for the whole: the issue alone
// is not over its level. Otherwise the part is an echo of the whole. So it is with
// the issues of a domain.
func Settle(cfg Config, episodes []Episode, f Family) []Episode {
	kept := slices.DeleteFunc(slices.Clone(episodes), func(e Episode) bool { return e.Burst.Score < f.level(cfg, e.Node) })
	slices.SortStableFunc(kept, func(a, b Episode) int { return cmp.Compare(b.Burst.Score, a.Burst.Score) })
	echo := make([]bool, len(kept))
	for _, parents := range []func(Episode) bool{partial, whole, domain} {
		for i, parent := range kept {
			if !echo[i] && parents(parent) {
				settleOne(f.level(cfg, parent.Node), kept, echo, i)
			}
		}
	}
	var settled []Episode
	for i, e := range kept {
		if !echo[i] {
			settled = append(settled, e)
		}
	}
	return settled
}

func partial(e Episode) bool { return e.Node.By != vane.ByNothing }
func whole(e Episode) bool {
	return e.Node.By == vane.ByNothing && !e.Node.Tag.IsDomain()
}
func domain(e Episode) bool { return e.Node.By == vane.ByNothing && e.Node.Tag.IsDomain() }

// settleOne decides between an episode and its parts at the same time: the most
// prominent part that explains it, or itself.
func settleOne(level float64, all []Episode, echo []bool, i int) {
	parent := all[i]
	for k, child := range all {
		if k != i && !echo[k] && partOf(child.Node, parent.Node) && overlap(child.Window, parent.Window) &&
			telling(parent, child) && without(parent, child) < level {
			echo[i] = true
			return
		}
	}
	for k, child := range all {
		if k != i && partOf(child.Node, parent.Node) && overlap(child.Window, parent.Window) {
			echo[k] = true
		}
	}
}

// usualPart is the share of an issue's usual voices from which on a brand, region or
// channel is no news: where all posts come from one channel, that says nothing.
const usualPart = 0.8

// telling reports whether the child says more than the parent. An issue always does.
func telling(parent, child Episode) bool {
	var whole, part float64
	for _, h := range parent.path {
		whole += h.mean
	}
	for _, h := range child.path {
		part += h.mean
	}
	return child.Node.By == vane.ByNothing || part < usualPart*whole
}

// partOf reports whether every post of the child is one of the parent.
func partOf(child, parent vane.Node) bool {
	if parent.By != vane.ByNothing {
		return child.By == parent.By && child.Key == parent.Key && parent.Tag.IsDomain() && child.Tag != parent.Tag && child.Tag.Domain() == parent.Tag
	}
	if child.Tag == parent.Tag {
		return child.By != vane.ByNothing
	}
	return parent.Tag.IsDomain() && child.Tag.Domain() == parent.Tag
}

func overlap(a, b vane.Window) bool { return a.From.Before(b.To) && b.From.Before(a.To) }

// without is the burst of the parent's hours less the child's. What a burst is worth
// in the parent's own series is taken over.
func without(parent, child Episode) float64 {
	whole, rest := largest(parent.path), make([]hourCount, len(parent.path))
	for i, h := range parent.path {
		at := parent.start.Add(time.Duration(i) * time.Hour)
		if k := int(at.Sub(child.start) / time.Hour); !at.Before(child.start) && k < len(child.path) {
			c := child.path[k]
			h.count -= min(c.count, h.count)
			h.mean -= min(c.mean, h.mean)
			h.variance = max(h.variance-c.variance, h.mean)
		}
		rest[i] = h
	}
	if whole == 0 {
		return 0
	}
	return largest(rest) * parent.Burst.Score / whole
}

// largest is the largest burst of hours, without what the series before them taught.
func largest(hours []hourCount) (most float64) {
	s := newScan()
	for i, h := range hours {
		score, _ := s.add(h.surprise(), i)
		most = max(most, score)
	}
	return most
}
