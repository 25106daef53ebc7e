package crawler

import (
	"fmt"
	"regexp"
	"strconv"
	"time"
)

// chinaOffset is right for every date that ParseTime accepts: China has had one
// zone without summer time since 1991. So the usual zone needs no zone database.
const chinaOffset = 8 * 60 * 60

var offsetForm = regexp.MustCompile(`^(?:UTC|GMT)?([+-])(\d{1,2})(?::?([0-5]\d))?$`)

// ParseZone reads the zone of a source: an IANA name such as Asia/Shanghai, or an
// offset such as +08:00. Empty is Asia/Shanghai.
func ParseZone(name string) (*time.Location, error) {
	switch name {
	case "", defaultZone:
		return time.FixedZone(defaultZone, chinaOffset), nil
	case "UTC", "GMT", "Z":
		return time.UTC, nil
	}
	if m := offsetForm.FindStringSubmatch(name); m != nil {
		if offset, ok := offsetSeconds(m[1], m[2], m[3]); ok {
			return time.FixedZone(name, offset), nil
		}
	}
	zone, err := time.LoadLocation(name)
	if err != nil || name == "Local" {
		return nil, fmt.Errorf("zone %q is neither an IANA name nor an offset such as +08:00", name)
	}
	return zone, nil
}

// offsetSeconds reads the parts of an offset, as +, 8 and 00 or nothing.
func offsetSeconds(sign, hours, minutes string) (int, bool) {
	h, _ := strconv.Atoi(hours)   // two digits at most
	m, _ := strconv.Atoi(minutes) // or nothing, which is 0
	if h > 14 {
		return 0, false // no place on Earth
	}
	seconds := h*3600 + m*60
	if sign == "-" {
		seconds = -seconds
	}
	return seconds, true
}
