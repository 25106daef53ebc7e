package hotspot

import "vane"

// CaseScore is how well a post serves as a 典型案例, 0 for not at all: somebody's own
// complaint that tells what, where, how much, and what is asked for.
func CaseScore(m vane.Mention) float64 { return caseScore(&m) }
