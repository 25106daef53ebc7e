// Package nab scores detectors as the Numenta Anomaly Benchmark does: its windows,
// its probation, its position-weighted score, its one threshold for all series. On
// top of it are what the benchmark itself doesn't tell: the score when each series
// is judged by a threshold chosen on the others, and how many alarms are false.
//
// The rules are those of the benchmark's paper (Lavin and Ahmad, "Evaluating
// Real-time Anomaly Detection Algorithms", 2015) and of its version 1.1, written
// anew here.
package nab
