// Package engine runs a real ClickHouse inside Vane's data directory, for those
// who have no server: [Install] fetches the library once, [Start] runs it as a
// child process on loopback, [Attach] finds the one that another Vane runs.
//
// The child is this same program: its hidden command calls [Serve], which loads
// libchdb without cgo and opens ClickHouse's native and HTTP ports. It lives
// exactly as long as its parent holds the pipe to its standard input, so a parent
// that is killed leaves nothing behind. What is on disk when it ends is what was
// acknowledged: that it ends abruptly is the normal case here, not an accident.
//
// Whoever talks to the engine does so by an address ([Engine.DSN]), exactly as to
// any other ClickHouse: nothing else in Vane knows that it is embedded.
package engine
