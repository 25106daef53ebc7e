package vane

import (
	"slices"
	"time"
)

// Alert is one hotspot's way through one rule of configs/alerts.yaml: it waits
// (pending) until the hotspot has held for some time, fires, and is resolved when
// the hotspot no longer meets the rule. Rule, node and Since name it.
type Alert struct {
	Rule     string     `json:"rule"`
	Tag      Tag        `json:"tag"`
	By       Dimension  `json:"by,omitempty"`  // of the hotspot's node, if it is a part of the tag's posts
	Part     string     `json:"key,omitempty"` // value of By
	Name     string     `json:"name"`          // of the node, in Chinese
	State    AlertState `json:"state"`
	Since    time.Time  `json:"since"`             // when the hotspot was first seen to meet the rule
	Held     time.Time  `json:"held"`              // since when it did without a gap
	Seen     time.Time  `json:"seen"`              // when it was last seen to
	Fired    time.Time  `json:"fired,omitzero"`    // zero: it never did
	Resolved time.Time  `json:"resolved,omitzero"` // zero: it is not yet
	PeakHeat float64    `json:"peak_heat"`         // the most while it met the rule
	Hotspot  Hotspot    `json:"hotspot"`           // as last seen to meet the rule
	To       []string   `json:"to"`                // receivers that the rule named when it fired
	Told     []Told     `json:"told"`              // who knows of it, in the order of telling
}

// AlertState is where an alert stands.
type AlertState string

// The states, in the order of a life.
const (
	AlertPending  AlertState = "pending"  // meets the rule, not yet for long enough
	AlertFiring   AlertState = "firing"   // receivers are told
	AlertResolved AlertState = "resolved" // over; if it never fired, nobody was told
)

// Told records that a receiver was told of a state of an alert.
type Told struct {
	Receiver string     `json:"receiver"`
	Of       AlertState `json:"of"` // firing or resolved
	At       time.Time  `json:"at"`
}

// Knows reports whether the receiver was told of that state.
func (a Alert) Knows(receiver string, of AlertState) bool {
	return slices.ContainsFunc(a.Told, func(t Told) bool { return t.Receiver == receiver && t.Of == of })
}

// Key names the alert among all.
func (a Alert) Key() AlertKey { return AlertKey{a.Rule, a.Node(), a.Since.UnixMilli()} }

// Node is what the alert is about.
func (a Alert) Node() Node { return Node{Tag: a.Tag, By: a.By, Key: a.Part} }

// AlertKey is what names an alert: its rule, its node and when it began, in Unix
// milliseconds.
type AlertKey struct {
	Rule  string
	Node  Node
	Since int64
}
