package crawler

import (
	"bytes"
	"errors"
	"mime"
	"net/http"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/wlynxg/chardet"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/htmlindex"
	"golang.org/x/text/encoding/simplifiedchinese"
	"golang.org/x/text/encoding/unicode"
)

const (
	// metaWindow is where a label is looked for: twice what pages that put scripts
	// before their <meta> were seen to need.
	metaWindow = 16 << 10
	// detectWindow is enough text to tell Big5 from GB18030.
	detectWindow = 32 << 10
)

// charsetTransport turns every text into UTF-8, and says so in its Content-Type. It
// stands before a bodyTransport.
type charsetTransport struct{ next http.RoundTripper }

func (t charsetTransport) RoundTrip(req *http.Request) (*http.Response, error) {
	res, err := t.next.RoundTrip(req)
	if err != nil {
		return nil, err
	}
	media, params, err := mime.ParseMediaType(res.Header.Get("Content-Type"))
	if err != nil {
		media = "text/html" // a server that does not say, or not readably
	}
	if !isText(media) {
		return res, nil
	}
	body, ok := res.Body.(readBody)
	if !ok {
		return nil, errors.New("decode page: the body was not read") // the layers are in the wrong order
	}
	setBody(res, toUTF8(body.all, params["charset"]))
	res.Header.Set("Content-Type", media+"; charset=utf-8")
	return res, nil
}

func isText(media string) bool {
	return strings.HasPrefix(media, "text/") || strings.Contains(media, "html") || strings.Contains(media, "xml") ||
		strings.Contains(media, "json") || strings.Contains(media, "javascript")
}

// toUTF8 decodes a page. Labels are often wrong, so the bytes have the first word:
// a byte order mark; then UTF-8 if they are valid as such; then of what the header,
// the <meta> and the XML prolog say, the first that fits; then what the bytes look
// like; then GB18030, in which nearly everything can be read.
func toUTF8(body []byte, header string) []byte {
	if out, ok := decodeBOM(body); ok {
		return relabelXML(out)
	}
	if utf8.Valid(body) {
		return relabelXML(body)
	}
	if !isWestern(encodingOf(header)) {
		if out, lost := decodeBest(body, []string{header}); lost == 0 {
			return relabelXML(out) // the usual page, which need not be searched for other labels
		}
	}
	said, western := labels(body, header)
	best, lost := decodeBest(body, said)
	if lost != 0 { // the detector costs more than all the rest, so it is asked last
		best, lost = decodeBest(body, append(said, looksLike(body), "gb18030"))
	}
	// Everything can be read as a Western charset, and servers' default settings say
	// it of pages in every language. It is believed where the others lose much.
	if len(western) > 0 && lost*tolerated > highBytes(body) {
		best, _ = decodeBest(body, western)
	}
	return relabelXML(best)
}

// tolerated is how many bytes above ASCII stand for one broken character in a page
// that is read as the right charset all the same.
const tolerated = 50

func highBytes(body []byte) int {
	n := 0
	for _, c := range body {
		if c >= utf8.RuneSelf {
			n++
		}
	}
	return n
}

// looksLike is what a multi-byte page looks like, else nothing: the detector is
// good at telling these apart, and not at seeing that a page is none.
func looksLike(body []byte) string {
	label := chardet.Detect(body[:min(len(body), detectWindow)]).Charset
	if isWestern(encodingOf(label)) {
		return ""
	}
	return label
}

// decodeBest decodes as the first label that loses no character, or the one that
// loses fewest. Without a label that is known, lost is -1.
func decodeBest(body []byte, labels []string) (best []byte, lost int) {
	lost = -1
	for _, label := range labels {
		out := decode(body, label)
		if out == nil {
			continue
		}
		if bad := bytes.Count(out, []byte("\uFFFD")); lost < 0 || bad < lost {
			best, lost = out, bad
		}
		if lost == 0 {
			break
		}
	}
	return best, lost
}

// decode is nil for a label that is unknown.
func decode(body []byte, label string) []byte {
	if strings.EqualFold(strings.TrimSpace(label), eucTW) {
		return decodeEUCTW(body)
	}
	enc := encodingOf(label)
	if enc == nil {
		return nil
	}
	// Room for all of it: two bytes become at most three in the charsets of this
	// package, and the decoder would double its room and copy.
	if size := len(body) + len(body)/2 + utf8.UTFMax; !isWestern(enc) {
		out := make([]byte, size)
		if n, read, err := enc.NewDecoder().Transform(out, body, true); err == nil && read == len(body) {
			return out[:n]
		}
	}
	out, err := enc.NewDecoder().Bytes(body)
	if err != nil {
		return nil
	}
	return out
}

func decodeBOM(body []byte) ([]byte, bool) {
	var enc encoding.Encoding
	switch {
	case bytes.HasPrefix(body, []byte{0xef, 0xbb, 0xbf}):
		return bytes.ToValidUTF8(body[3:], []byte("\uFFFD")), true
	case bytes.HasPrefix(body, []byte{0xff, 0xfe}):
		enc = unicode.UTF16(unicode.LittleEndian, unicode.ExpectBOM)
	case bytes.HasPrefix(body, []byte{0xfe, 0xff}):
		enc = unicode.UTF16(unicode.BigEndian, unicode.ExpectBOM)
	default:
		return nil, false
	}
	out, err := enc.NewDecoder().Bytes(body)
	return out, err == nil
}

var (
	metaLabel = regexp.MustCompile(`(?i)<meta[^>]{0,200}?charset\s*=\s*["']?\s*([a-z0-9_:-]{2,40})`)
	xmlLabel  = regexp.MustCompile(`^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9_.:-]{2,40})["']`)
)

// labels is what the page is said to be.
func labels(body []byte, header string) (said, western []string) {
	all := []string{header}
	head := body[:min(len(body), metaWindow)]
	for _, form := range []*regexp.Regexp{metaLabel, xmlLabel} {
		if m := form.FindSubmatch(head); m != nil {
			all = append(all, string(m[1]))
		}
	}
	for _, label := range all {
		if isWestern(encodingOf(label)) {
			western = append(western, label)
		} else {
			said = append(said, label)
		}
	}
	return said, western
}

// isWestern reports whether a charset has one byte for each character.
func isWestern(enc encoding.Encoding) bool {
	_, ok := enc.(*charmap.Charmap)
	return ok
}

// encodingOf finds the decoder of a label; nil if there is none. GB18030 holds all
// of GB2312 and GBK, and pages labelled with these use its signs.
func encodingOf(label string) encoding.Encoding {
	switch label = strings.ToLower(strings.TrimSpace(label)); label {
	case "gb2312", "gbk", "gb-2312", "gb_2312", "x-gbk", "cp936", "gb18030", "gb-18030", "gb_2312-80", "euc-cn":
		return simplifiedchinese.GB18030
	}
	enc, err := htmlindex.Get(label)
	if err != nil {
		return nil
	}
	return enc
}

// relabelXML corrects the prolog of XML, which parsers would obey.
func relabelXML(body []byte) []byte {
	at := xmlLabel.FindSubmatchIndex(body[:min(len(body), 256)])
	if at == nil || strings.EqualFold(string(body[at[2]:at[3]]), "utf-8") {
		return body
	}
	return append(append(bytes.Clone(body[:at[2]]), "utf-8"...), body[at[3]:]...)
}
