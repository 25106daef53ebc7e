// Package burst plants bursts into real rhythms and measures who finds them, how
// soon, and at how many false alarms.
//
// The rhythms are hourly counts of real series, thinned to several volumes: their
// seasons, drifts and unexplained spikes stay. Bursts are added at random hours after
// two weeks of warm-up, away from what is already labelled in the real series. Each
// detector gives every hour of every series a score, knowing only what came before;
// one threshold serves all series, and is chosen so that the false alarms stay under
// a given rate.
package burst
