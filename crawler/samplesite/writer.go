package samplesite

import (
	"math/rand/v2"
	"strconv"
	"strings"
)

// writer writes one post. Within it a name always stands for the same words, so
// that title and text speak of the same shop.
type writer struct {
	rng   *rand.Rand
	scope []*block // where a name is looked up, in order
	said  map[string]string
	used  map[string][]bool // which variants of a list were taken
}

func newWriter(rng *rand.Rand, scope ...*block) *writer {
	return &writer{rng: rng, scope: scope, said: map[string]string{}, used: map[string][]bool{}}
}

// expand fills the braces of a text:
//
//	{name}        a variant of the list, the same in the whole post
//	{name*}       another variant at every place; nothing when all are used up
//	{name.她}      the same, told by somebody else: 我 becomes 她
//	{name.头}      its first clause, for a title
//	{a|b|}        one of the texts between the bars
//	{3-9} {100-900/50}  a number, in steps
//
// A name that is in no list stays as it is, braces and all.
func (w *writer) expand(text string) string {
	var out strings.Builder
	for {
		open := strings.IndexByte(text, '{')
		if open < 0 {
			out.WriteString(text)
			return out.String()
		}
		end := closing(text, open)
		if end < 0 {
			out.WriteString(text)
			return out.String()
		}
		out.WriteString(text[:open])
		out.WriteString(w.slot(text[open+1 : end]))
		text = text[end+1:]
	}
}

// closing is where the brace at open closes, or -1.
func closing(text string, open int) int {
	depth := 0
	for i := open; i < len(text); i++ {
		switch text[i] {
		case '{':
			depth++
		case '}':
			depth--
			if depth == 0 {
				return i
			}
		}
	}
	return -1
}

func (w *writer) slot(inner string) string {
	if choices := alternatives(inner); len(choices) > 1 {
		return w.expand(choices[w.rng.IntN(len(choices))])
	}
	if n, ok := w.number(inner); ok {
		return n
	}
	name, person, _ := strings.Cut(inner, ".")
	name, fresh := strings.CutSuffix(name, "*")
	return inPerson(w.name(name, fresh), person)
}

// alternatives splits at the bars that are not inside further braces.
func alternatives(inner string) []string {
	if !strings.Contains(inner, "|") {
		return nil
	}
	var parts []string
	depth, from := 0, 0
	for i := range len(inner) {
		switch inner[i] {
		case '{':
			depth++
		case '}':
			depth--
		case '|':
			if depth == 0 {
				parts = append(parts, inner[from:i])
				from = i + 1
			}
		}
	}
	return append(parts, inner[from:])
}

// number is a number of {from-to} or {from-to/step}.
func (w *writer) number(inner string) (string, bool) {
	span, stepText, stepped := strings.Cut(inner, "/")
	fromText, toText, _ := strings.Cut(span, "-")
	from, err1 := strconv.Atoi(fromText)
	to, err2 := strconv.Atoi(toText)
	step := 1
	if stepped {
		var err error
		if step, err = strconv.Atoi(stepText); err != nil {
			return "", false
		}
	}
	if err1 != nil || err2 != nil || to < from || step < 1 {
		return "", false
	}
	return strconv.Itoa(from + step*w.rng.IntN((to-from)/step+1)), true
}

// name is what a name stands for.
func (w *writer) name(name string, fresh bool) string {
	if said, ok := w.said[name]; ok && !fresh {
		return said
	}
	list := w.list(name)
	if list == nil {
		return "{" + name + "}"
	}
	i := w.pick(name, len(list))
	if i < 0 {
		return ""
	}
	text := w.expand(list[i])
	if !fresh {
		w.said[name] = text
	}
	return text
}

// pick is a variant of n that was not taken yet, or -1 when all were.
func (w *writer) pick(name string, n int) int {
	if w.used[name] == nil {
		w.used[name] = make([]bool, n)
	}
	taken, from := w.used[name], w.rng.IntN(n)
	for step := range n {
		if i := (from + step) % n; !taken[i] {
			taken[i] = true
			return i
		}
	}
	return -1
}

func (w *writer) list(name string) []string {
	for _, b := range w.scope {
		if list := b.lists[name]; list != nil {
			return list
		}
	}
	return nil
}

// inPerson lets somebody else than 我 tell a text.
func inPerson(text, person string) string {
	switch person {
	case "":
		return text
	case "头":
		return firstClause(text)
	case "本人":
		return strings.NewReplacer("我们", "我们", "我", "本人").Replace(text)
	default:
		return strings.NewReplacer("我们", "他们", "我", person).Replace(text)
	}
}

// firstClause is a text up to a comma, of a length that can be a title.
func firstClause(text string) string {
	const least, most = 6, 30
	runes := []rune(text)
	for i, r := range runes {
		if strings.ContainsRune("，。！？", r) && i >= least {
			return string(runes[:i])
		}
		if i == most {
			return string(runes[:i]) + "…"
		}
	}
	return text
}

// clean puts paragraphs on lines of their own and single spaces between words, as
// a reader sees a page.
func clean(text string) string {
	var lines []string
	for line := range strings.SplitSeq(text, "¶") {
		if line = strings.Join(strings.Fields(line), " "); line != "" {
			lines = append(lines, line)
		}
	}
	return strings.Join(lines, "\n")
}
