package feel

import (
	_ "embed"
	"fmt"
	"math/rand/v2"
	"strings"
)

//go:embed teach.txt
var teachText string

// teachEach is how many sentences come of each pattern, doubles included.
const teachEach = 60

// teaching is the sentences of teach.txt, always the same ones.
func teaching() ([]Sample, error) {
	lists := map[string][]string{}
	slots := []string{"GOOD", "BAD", "PLUS", "MINUS"}
	random := seeded(1, 1)
	var out []Sample
	seen := map[string]bool{}
	for line := range strings.Lines(teachText) {
		head, rest, ok := strings.Cut(strings.TrimSpace(line), "\t")
		switch {
		case head == "" || strings.HasPrefix(head, "#"):
		case ok && (head == "0" || head == "1"):
			for range teachEach {
				text := fill(rest, slots, lists, random)
				if !seen[text] {
					seen[text] = true
					out = append(out, Sample{Text: text, Good: head == "1"})
				}
			}
		case ok:
			lists[head] = strings.Fields(rest)
		default:
			return nil, fmt.Errorf("read teach.txt: %q is neither a list nor label TAB pattern", line)
		}
	}
	// Mixed, so that a part of them is balanced too.
	random.Shuffle(len(out), func(i, j int) { out[i], out[j] = out[j], out[i] })
	return out, nil
}

// fill replaces each slot of a pattern by a word of its list.
func fill(pattern string, slots []string, lists map[string][]string, random *rand.Rand) string {
	for _, slot := range slots {
		for len(lists[slot]) > 0 && strings.Contains(pattern, slot) {
			pattern = strings.Replace(pattern, slot, lists[slot][random.IntN(len(lists[slot]))], 1)
		}
	}
	return pattern
}
