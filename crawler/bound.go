package crawler

import (
	"bytes"
	"errors"
	"fmt"
)

const (
	// maxNesting is deeper than any answer of an API or feed, and far from where the
	// recursive parsers of JSON and XML would use up the stack, which kills a process
	// and can't be recovered from. HTML has a bound of 512 in its parser.
	maxNesting = 500
	// maxFeedItems of a feed are read: the newest come first, and real feeds have a
	// hundred.
	maxFeedItems = 10_000
	// maxTags of an HTML page. Each costs some 150 bytes when parsed, so that a page of
	// a few MB of <p> would cost hundreds. The largest article seen has 6,000.
	maxTags = 500_000
)

var (
	errNested    = fmt.Errorf("the page is nested deeper than %d levels", maxNesting)
	errManyTags  = fmt.Errorf("the page has more than %d tags", maxTags)
	errManyItems = errors.New("the page has more items than are read")
)

// checkJSONDepth refuses JSON that is nested too deep for the parsers.
func checkJSONDepth(body []byte) error {
	depth := 0
	for i := 0; i < len(body); i++ {
		switch body[i] {
		case '"':
			i = endOfString(body, i+1)
		case '{', '[':
			if depth++; depth > maxNesting {
				return errNested
			}
		case '}', ']':
			depth--
		}
	}
	return nil
}

// endOfString is where the JSON string that begins at i ends.
func endOfString(body []byte, i int) int {
	for ; i < len(body) && body[i] != '"'; i++ {
		if body[i] == '\\' {
			i++
		}
	}
	return i
}

// xmlBound walks over XML without building anything, to see how deep it is nested
// and where it has enough items.
type xmlBound struct {
	open  [][]byte // names of the elements that are open
	items int
}

// boundXML refuses XML that is nested too deep for the parsers, and cuts it behind
// max elements that are called as one of names, closing what is open there.
func boundXML(body []byte, max int, names ...string) (out []byte, cut bool, err error) {
	var b xmlBound
	for at := 0; ; {
		start := bytes.IndexByte(body[at:], '<')
		if start < 0 {
			return body, false, nil
		}
		start += at
		tag := body[start:]
		if skip := skippable(tag); skip > 0 {
			at = start + skip
			continue
		}
		end := tagEnd(tag)
		if end < 0 {
			return body, false, nil // the parser says what is wrong
		}
		if b.isItem(tag, names) {
			if b.items++; b.items > max {
				return b.closed(body[:start]), true, nil
			}
		}
		if err := b.tag(tag[:end]); err != nil {
			return nil, false, err
		}
		at = start + end
	}
}

// skippable is the length of what is no element at the start of tag: a comment,
// CDATA, a processing instruction. 0 is an element.
func skippable(tag []byte) int {
	for _, part := range []struct{ from, to string }{{"<!--", "-->"}, {"<![CDATA[", "]]>"}, {"<?", "?>"}, {"<!", ">"}} {
		if bytes.HasPrefix(tag, []byte(part.from)) {
			end := bytes.Index(tag[len(part.from):], []byte(part.to))
			if end < 0 {
				return len(tag)
			}
			return len(part.from) + end + len(part.to)
		}
	}
	return 0
}

// tagEnd is the length of a tag; a > between quotes does not end it.
func tagEnd(tag []byte) int {
	var quote byte
	for i, c := range tag {
		switch {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '"', c == '\'':
			quote = c
		case c == '>':
			return i + 1
		}
	}
	return -1
}

func (b *xmlBound) isItem(tag []byte, names []string) bool {
	for _, name := range names {
		if string(nameOf(tag[1:])) == name {
			return true
		}
	}
	return false
}

func nameOf(tag []byte) []byte {
	if end := bytes.IndexAny(tag, " \t\r\n/>"); end >= 0 {
		return tag[:end]
	}
	return tag
}

// tag opens or closes an element.
func (b *xmlBound) tag(tag []byte) error {
	switch {
	case bytes.HasPrefix(tag, []byte("</")):
		if len(b.open) > 0 {
			b.open = b.open[:len(b.open)-1]
		}
	case bytes.HasSuffix(tag, []byte("/>")):
	default:
		if b.open = append(b.open, nameOf(tag[1:])); len(b.open) > maxNesting {
			return errNested
		}
	}
	return nil
}

// closed is what was read, with all that is open closed behind it.
func (b *xmlBound) closed(read []byte) []byte {
	out := bytes.Clone(read)
	for i := len(b.open) - 1; i >= 0; i-- {
		out = fmt.Appendf(out, "</%s>", b.open[i])
	}
	return out
}
