package hotspot

import (
	"slices"
	"time"

	"vane"
)

// Evaluate carries alerts to the instant at, at which these hotspots were found. It
// gives back every alert that is open, new or changed; what it leaves out stays as
// it was. It depends on its arguments alone: states may be kept anywhere between
// two calls, and an evaluation may be repeated.
//
// A rule and a node have at most one open alert, so that a hotspot whose start moves
// by an hour when late posts come in does not fire twice.
func (rules AlertRules) Evaluate(alerts []vane.Alert, hotspots []vane.Hotspot, at time.Time) []vane.Alert {
	var next []vane.Alert
	for _, r := range rules {
		met := r.hottest(hotspots, at)
		for _, a := range alerts {
			if a.Rule != r.Name || a.State == vane.AlertResolved {
				continue
			}
			h, meets := met[a.Node()]
			delete(met, a.Node())
			next = append(next, r.carry(a, h, meets, r.coolUntil(alerts, a.Node()), at))
		}
		for _, h := range hotspots { // in the order of the ranking
			if best, ok := met[h.Node()]; ok && best.From.Equal(h.From) {
				fresh, inherited := r.inherits(rules, alerts, h.Node())
				if !inherited {
					fresh = vane.Alert{Rule: r.Name, Tag: h.Tag, By: h.By, Part: h.Key, Name: h.Name, State: vane.AlertPending, Since: at, Held: at, Seen: at}
				}
				next = append(next, r.carry(fresh, h, true, r.coolUntil(alerts, h.Node()), at))
				delete(met, h.Node())
			}
		}
	}
	return append(next, orphans(rules, alerts, at)...)
}

// inherits is the node's firing alert of a rule that is no longer there, gone on with under
// r: a rule without any alert of its own that tells the same receivers is that rule under
// another name. Who was told is not told again.
func (r AlertRule) inherits(rules AlertRules, alerts []vane.Alert, node vane.Node) (a vane.Alert, ok bool) {
	if slices.ContainsFunc(alerts, func(a vane.Alert) bool { return a.Rule == r.Name }) {
		return a, false
	}
	for _, a := range alerts {
		if _, known := rules.Named(a.Rule); !known && a.State == vane.AlertFiring && a.Node() == node && slices.Equal(a.To, r.To) {
			a.Rule = r.Name
			return a, true
		}
	}
	return a, false
}

// hottest is the hottest hotspot of each node that meets the rule.
func (r AlertRule) hottest(hotspots []vane.Hotspot, at time.Time) map[vane.Node]vane.Hotspot {
	met := map[vane.Node]vane.Hotspot{}
	for _, h := range hotspots {
		if best, ok := met[h.Node()]; r.meets(h, at) && (!ok || h.Heat > best.Heat) {
			met[h.Node()] = h
		}
	}
	return met
}

// forgetPending is how long a pending alert may go unlooked at, besides the rule's
// hold: after a longer gap nobody knows whether the hotspot held, and its time
// begins anew.
const forgetPending = time.Hour

// carry is one open alert's next state. cool is the end of the node's cool-down.
func (r AlertRule) carry(a vane.Alert, h vane.Hotspot, meets bool, cool, at time.Time) vane.Alert {
	a.Told = slices.Clone(a.Told)
	if !meets {
		return r.miss(a, at)
	}
	if a.State == vane.AlertPending && at.Sub(a.Seen) > r.Hold+forgetPending {
		a.Held = at
	}
	a.Hotspot, a.Seen = h, later(a.Seen, at)
	a.PeakHeat = max(a.PeakHeat, h.Heat)
	if a.State == vane.AlertPending && at.Sub(a.Held) >= r.Hold && !at.Before(cool) {
		a.State, a.Fired, a.To = vane.AlertFiring, at, slices.Clone(r.To)
	}
	return a
}

// miss is an open alert whose hotspot does not meet the rule now. A firing one must
// be gone for as long as it had to hold: a value at its threshold would fire and
// resolve with every detection.
func (r AlertRule) miss(a vane.Alert, at time.Time) vane.Alert {
	if a.State == vane.AlertPending || at.Sub(a.Seen) >= r.Hold {
		a.State, a.Resolved = vane.AlertResolved, later(at, a.Seen)
	}
	return a
}

// orphans resolves open alerts whose rule is no longer there.
func orphans(rules AlertRules, alerts []vane.Alert, at time.Time) (resolved []vane.Alert) {
	for _, a := range alerts {
		if _, ok := rules.Named(a.Rule); !ok && a.State != vane.AlertResolved {
			a.State, a.Resolved = vane.AlertResolved, later(at, a.Seen)
			resolved = append(resolved, a)
		}
	}
	return resolved
}

// coolUntil is when the node may fire again.
func (r AlertRule) coolUntil(alerts []vane.Alert, node vane.Node) (until time.Time) {
	for _, a := range alerts {
		if a.Rule == r.Name && a.Node() == node && a.State == vane.AlertResolved && !a.Fired.IsZero() {
			until = later(until, a.Resolved.Add(r.CoolDown))
		}
	}
	return until
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// Notice is something a receiver must be told: that an alert fires, or that it is
// over. One that was over before anybody could be told is told once, as resolved.
type Notice struct {
	Receiver string
	Of       vane.AlertState
	Alert    vane.Alert
}

// Due lists what must be told at the instant at, by receiver in the order of the
// rules, oldest alert first. What a rule's quiet hours or its weekend hold back is
// due when they end: nothing is dropped, not even if the rule is no longer there by
// then. A receiver that is new in a rule is told of what fires from then on, and not of
// the past.
func (rules AlertRules) Due(alerts []vane.Alert, at time.Time) []Notice {
	var due []Notice
	for _, r := range rules {
		if r.hushed(at) {
			continue
		}
		for _, a := range alerts {
			if a.Rule != r.Name || a.Fired.IsZero() {
				continue
			}
			for _, receiver := range a.To {
				if !slices.Contains(r.To, receiver) {
					continue
				}
				if of, owed := r.owes(a, receiver); owed {
					due = append(due, Notice{receiver, of, a})
				}
			}
		}
	}
	due = append(due, rules.left(alerts, at)...)
	slices.SortStableFunc(due, func(a, b Notice) int { return a.Alert.Fired.Compare(b.Alert.Fired) })
	return due
}

// left are the notices of rules that are no longer there to receivers who know nothing of
// the alert yet: it was held back, or they could not be reached. They are told once, that
// it is over, when a rule that is there would disturb them.
func (rules AlertRules) left(alerts []vane.Alert, at time.Time) (due []Notice) {
	for _, a := range alerts {
		if _, ok := rules.Named(a.Rule); ok || a.Fired.IsZero() || a.State != vane.AlertResolved || rules.inherited(alerts, a) {
			continue
		}
		for _, receiver := range a.To {
			told := a.Knows(receiver, vane.AlertFiring) || a.Knows(receiver, vane.AlertResolved)
			if !told && slices.ContainsFunc(rules, func(r AlertRule) bool { return slices.Contains(r.To, receiver) && !r.hushed(at) }) {
				due = append(due, Notice{receiver, vane.AlertResolved, a})
			}
		}
	}
	return due
}

// inherited reports whether another rule goes on with an alert, and tells the same
// receivers.
func (AlertRules) inherited(alerts []vane.Alert, a vane.Alert) bool {
	return slices.ContainsFunc(alerts, func(b vane.Alert) bool {
		return b.Rule != a.Rule && b.Node() == a.Node() && b.Since.Equal(a.Since) && b.Fired.Equal(a.Fired) && slices.Equal(b.To, a.To)
	})
}

// owes says what the receiver has still to be told of an alert that fired.
func (r AlertRule) owes(a vane.Alert, receiver string) (of vane.AlertState, owed bool) {
	told := a.Knows(receiver, vane.AlertFiring)
	switch {
	case a.State == vane.AlertFiring:
		return vane.AlertFiring, !told
	case !told:
		return vane.AlertResolved, !a.Knows(receiver, vane.AlertResolved)
	default:
		return vane.AlertResolved, r.TellResolved && !a.Knows(receiver, vane.AlertResolved)
	}
}

// Tell is the alert after the notice about it was delivered.
func (n Notice) Tell(a vane.Alert, at time.Time) vane.Alert {
	a.Told = append(slices.Clone(a.Told), vane.Told{Receiver: n.Receiver, Of: n.Of, At: at})
	return a
}
