// Package hotspot finds issues that are said more often than they should be. It
// is pure: series and the instant go in, hotspots come out; it knows no database,
// no clock and no web.
//
//	Detect   hourly series → episodes: when an issue stood over its baseline
//	Explain  an episode and the facts stored about it → a vane.Hotspot with its heat
//
// Voices are counted, not posts: the unit is the hourly number of distinct
// authors, so that five accounts can't make a hotspot by posting all day.
package hotspot
