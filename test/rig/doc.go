// Package rig is what the fault suite and the soak share: the sample site behind a
// tap, a folder of configuration for it, vane as processes of its own, a receiver of
// alerts, and the truth to compare with.
//
// Nothing in it reaches into vane: it starts the program that a user would start, and
// reads what is stored as vane's own commands do.
package rig
