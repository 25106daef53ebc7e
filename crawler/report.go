package crawler

import "time"

// Reason is why a pass ended.
type Reason string

// The reasons. Where several hold, the one further down this list is recorded.
const (
	Done      Reason = "done"      // the lists ended
	Seen      Reason = "seen"      // a page held known posts only
	Budget    Reason = "budget"    // limits.pages, limits.depth or limits.time, or the quiet hours began
	Failed    Reason = "error"     // a list page could not be fetched or read
	Robots    Reason = "robots"    // robots.txt forbids the start pages
	Blocked   Reason = "blocked"   // the site keeps crawlers out
	Cancelled Reason = "cancelled" // the program was stopped
	Killed    Reason = "killed"    // the program ended without saying so
)

// PassReport is what one pass did. It is kept in the state.
type PassReport struct {
	ID      int64       `json:"id"`
	Source  string      `json:"source"`
	Started time.Time   `json:"started"`
	Ended   time.Time   `json:"ended"`
	Reason  Reason      `json:"reason"`
	Detail  string      `json:"detail,omitempty"` // what exactly, for people
	Pages   int         `json:"pages"`            // fetched, unchanged ones included
	Posts   int         `json:"posts"`            // read from them, known ones included
	New     int         `json:"new"`              // put in the outbox for the first time
	Changed int         `json:"changed"`          // put in the outbox again, as their content changed
	Gone    int         `json:"gone"`             // deleted by the site; each post counts once
	Undated int         `json:"undated"`          // of New and Changed: without a date
	Errors  int         `json:"errors"`           // pages and rows that could not be fetched or read
	Panics  int         `json:"panics"`           // of Errors: the reading code crashed
	Left    int         `json:"left"`             // pages that wait for the next pass
	Failed  []PageError `json:"failed,omitempty"` // the first of Errors

	Unchanged int      `json:"unchanged,omitempty"` // of Pages: the site said that they are as they were
	Empty     bool     `json:"empty,omitempty"`     // pages came, and nothing could be read from them
	Unmatched []string `json:"unmatched,omitempty"` // keys of the source whose selectors gave nothing on any page
}

// PageError is a page, or a row of one, that could not be used, and why.
type PageError struct {
	URL    string    `json:"url"`
	Reason string    `json:"reason"`
	At     time.Time `json:"at"`
}

// PassProgress is how far a pass is.
type PassProgress struct {
	Source                    string
	Pages, Posts, New, Errors int
	Queued                    int // pages known to wait
}

// maxReportedErrors of a pass are kept.
const maxReportedErrors = 20
