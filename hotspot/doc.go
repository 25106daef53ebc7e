// Package hotspot finds issues that are said more often than they should be. It
// is pure: pulses and the instant go in, hotspots come out; it knows no database, no
// clock and no web.
//
//	Detector.Detect  the hours of a node → episodes: when it stood over its baseline
//	Settle           the episodes of all nodes → those that are no chance and no echo
//	Sudden           the last minutes of the issues → what the hours can't know yet (潜伏)
//	Listed           what stands on hot lists
//	Keep             what was known before → the identity and the end of hotspots
//	Explain          an episode and the facts stored about it → a vane.Hotspot with its heat
//	Events           posts in order → events: what is about one thing
//	Words            the posts of a window and before → emerging words
//	AlertRules       alerts and hotspots at an instant → the alerts as they are then
//
// Voices are counted, not posts: people, each once a day, so that five accounts can't
// make a hotspot by posting all day. An hour is judged by the hours before it only.
//
// Why two detectors: hours and minutes are different tasks. The scan of hours ranks
// and is hard to fool, and is blind to what is minutes old; the shock of minutes hears
// a rise at once, and can't tell a flash from a fire. See bench/hotspot.
package hotspot
