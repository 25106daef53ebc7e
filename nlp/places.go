package nlp

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:generate sh -c "go run ./dict/gen-regions \"$CHINA_DIVISION\" > dict/regions.txt.new && mv dict/regions.txt.new dict/regions.txt"

var (
	//go:embed dict/regions.txt
	regionsTable string
	//go:embed dict/places.txt
	placesTable string
)

// region is a province, a city or prefecture, or a district or county.
type region struct {
	code string // that of what it lies in is a prefix of it
	full string // 广东省
	name string // as people say it, 广东; full where they say no other
}

// regionCodes are the lengths of the codes.
const (
	provinceCode = 2
	cityCode     = 4
)

// regionList is the list of dict/regions.txt, with what is looked up in it.
type regionList struct {
	all    []region
	byCode map[string]int32
}

var regions = sync.OnceValue(func() *regionList {
	r := &regionList{byCode: map[string]int32{}}
	for line := range strings.Lines(regionsTable) {
		f := strings.Fields(line)
		if len(f) != 3 || f[0] == "#" {
			continue
		}
		name := f[2]
		if name == "-" {
			name = f[1]
		}
		r.byCode[f[0]] = int32(len(r.all))
		r.all = append(r.all, region{code: f[0], full: f[1], name: name})
	}
	r.tellApart()
	return r
})

// tellApart gives cities that are called like a province a name of their own: 吉林市.
func (r *regionList) tellApart() {
	provinces := map[string]bool{}
	for _, p := range r.all {
		provinces[p.name] = provinces[p.name] || len(p.code) == provinceCode
	}
	for i := range r.all {
		c := &r.all[i]
		if len(c.code) == cityCode && provinces[c.name] {
			suffix, _ := utf8.DecodeLastRuneInString(c.full)
			c.name += string(suffix)
		}
	}
}

// province is the province of a region.
func (r *regionList) province(i int32) int32 { return r.byCode[r.all[i].code[:provinceCode]] }

// named is the region that a mention of region i names: itself if it is a province or
// a city, else the city it lies in, or its province if no city is between.
func (r *regionList) named(i int32) int32 {
	code := r.all[i].code
	if len(code) <= cityCode || strings.HasSuffix(r.all[i].full, "市") {
		return i
	}
	if city, ok := r.byCode[code[:cityCode]]; ok {
		return city
	}
	return r.province(i)
}

// placeWord is a word that may name regions.
type placeWord struct {
	regions []int32
	sure    bool // it names its region wherever it stands
	shared  bool // it would, if there were not several
}

// addPlaces adds the words for all regions.
func (b *gazetteerBuilder) addPlaces() {
	lists := readLists(placesTable)
	for i, r := range regions().all {
		b.addRegion(int32(i), r, lists)
	}
	for line := range strings.Lines(placesTable) {
		if f := strings.Fields(line); len(f) > 2 && f[0] == "alias" {
			i := slices.IndexFunc(regions().all, func(r region) bool { return r.name == f[1] })
			for _, w := range f[2:] {
				b.addPlace(w, int32(i), true)
			}
		}
	}
	for _, w := range lists["!"] {
		b.nameWord(w)
	}
	b.addBehind(lists)
}

// addRegion adds the words for one region. Full names are sure unless several regions
// bear them; bare names of cities are sure unless they are also something else; bare
// names of districts and counties never are.
func (b *gazetteerBuilder) addRegion(i int32, r region, lists map[string][]string) {
	switch {
	case len(r.code) == provinceCode:
		b.addPlace(r.full, i, true)
		b.addPlace(r.name, i, true)
	case len(r.code) == cityCode:
		guarded := slices.Contains(lists["guarded"], r.name)
		b.addPlace(r.full, i, r.full != r.name || !guarded)
		b.addPlace(r.name, i, !guarded)
		if strings.HasSuffix(r.full, "自治州") {
			b.addPlace(r.name+"州", i, true)
		}
	default:
		tells := len(r.full) > len("某县") && !slices.Contains(lists["generic"], r.full)
		b.addPlace(r.full, i, tells)
		if !slices.Contains(lists["common"], r.name) {
			b.addPlace(r.name, i, slices.Contains(lists["town"], r.name))
		}
	}
}

// addPlace adds a word for a region. Of several regions with one name the one of the
// highest rank has it; of equal ones, none.
func (b *gazetteerBuilder) addPlace(w string, i int32, sure bool) {
	m := b.nameWord(w)
	if m.place == 0 {
		b.places = append(b.places, placeWord{regions: []int32{i}, sure: sure})
		m.place = int32(len(b.places))
		return
	}
	p := &b.places[m.place-1]
	first, other := regions().all[p.regions[0]], regions().all[i]
	switch {
	case slices.Contains(p.regions, i), p.sure && len(first.code) < len(other.code), p.sure && isSame(first, other):
	case sure && p.sure:
		p.regions, p.sure, p.shared = append(p.regions, i), false, true
	case sure && !p.shared:
		p.regions, p.sure = []int32{i}, true
	default:
		p.regions = append(p.regions, i)
	}
}

// isSame reports whether two regions are a city and the county around it: 嘉义.
func isSame(a, b region) bool {
	return a.name == b.name && a.code[:provinceCode] == b.code[:provinceCode] && len(a.code) == cityCode
}

// addBehind adds the words that make the place before them part of another name.
func (b *gazetteerBuilder) addBehind(lists map[string][]string) {
	words := slices.Concat(lists["behind"], lists["goes"])
	b.behind = newMatcher(words)
	b.goes = make([]bool, len(words))
	for i := len(lists["behind"]); i < len(words); i++ {
		b.goes[i] = true
	}
}

// regionNames lists the names of regions, each once: 广东 and 深圳.
func regionNames(places []int32) []string {
	var names []string
	for _, i := range places {
		if name := regions().all[i].name; !slices.Contains(names, name) && len(names) < maxNamed {
			names = append(names, name)
		}
	}
	return names
}

// regionsOf appends the provinces and cities that the text names to found, each once.
// What is not sure counts behind what it lies in: 辽宁朝阳, 北京朝阳区.
func (l *gazetteer) regionsOf(text string, tokens []Token, hits []hit, found []int32) []int32 {
	last, lastEnd := int32(-1), int32(-1) // the place before, and where it ends
	for k, h := range hits {
		n := l.words[h.pattern].place - 1
		if n < 0 || len(found) == cap(found) {
			continue
		}
		tokens = tokensFrom(tokens, h.from)
		// Places side by side are sure of each other: 山西大同.
		beside := lastEnd == h.from || k+1 < len(hits) && hits[k+1].from == h.to && l.words[hits[k+1].pattern].place > 0
		p := l.places[n]
		i := p.regions[0]
		if !beside && !l.isWordOfPlace(text, tokens, h, i) || l.isPartOfName(text, tokens, h) {
			continue
		}
		if !p.sure || lastEnd == h.from && isClosed(text[:h.from]) {
			i = behindParent(p.regions, last, text[max(lastEnd, 0):h.from])
			if i < 0 {
				i = inOneOf(p.regions, found, text[h.from:h.to])
			}
		}
		if i < 0 {
			continue
		}
		last, lastEnd = i, h.to
		if named := regions().named(i); !slices.Contains(found, named) {
			found = append(found, named)
		}
	}
	return found
}

// behindParent is the candidate that lies in the region last, if nothing but between
// stands between them; of several the one of the highest rank; -1 if there is none.
func behindParent(candidates []int32, last int32, between string) int32 {
	if last < 0 || !slices.Contains([]string{"", " ", "的", "·", "-", "省", "市"}, between) {
		return -1
	}
	all := regions().all
	best := int32(-1)
	for _, i := range candidates {
		if all[i].code == all[last].code || !strings.HasPrefix(all[i].code, all[last].code) {
			continue
		}
		switch {
		case best < 0 || len(all[i].code) < len(all[best].code):
			best = i
		case len(all[i].code) == len(all[best].code):
			return -1
		}
	}
	return best
}

// inOneOf is the only one of the candidates that is called word in full and lies in one
// of the regions found; -1 if there is none.
func inOneOf(candidates, found []int32, word string) int32 {
	all := regions().all
	only := int32(-1)
	for _, i := range candidates {
		lies := all[i].full == word && slices.ContainsFunc(found, func(f int32) bool { return strings.HasPrefix(all[i].code, all[f].code) })
		if lies && only >= 0 {
			return -1
		}
		if lies {
			only = i
		}
	}
	return only
}

// longName is how many bytes of the name of a province or city tell it without a look
// at the words: with three characters, no other word is likely to hold it by chance.
const longName = 9

// isWordOfPlace reports whether words of the text begin and end where the hit of a word
// for region i does, or go on with a suffix of places.
func (l *gazetteer) isWordOfPlace(text string, tokens []Token, h hit, i int32) bool {
	long := h.to-h.from >= longName && len(regions().all[i].code) <= cityCode
	return len(tokens) == 0 || long || tokens[0].From == int(h.from) && endsPlace(text, tokens, int(h.to))
}

// isClosed reports whether a place ends with its suffix, so that another place right
// behind it is in it, or is the name of something else: 深圳市花莲物业, 东莞市东城区.
func isClosed(s string) bool {
	return strings.HasSuffix(s, "市") || strings.HasSuffix(s, "区") || strings.HasSuffix(s, "县")
}

// isPartOfName reports whether what follows the hit makes it the beginning of another
// name: a road, a bank, a dish.
func (l *gazetteer) isPartOfName(text string, tokens []Token, h hit) bool {
	if int(h.to) >= len(text) {
		return false
	}
	id, ok := l.behind.longestAt(text, int(h.to))
	if !ok || l.goes[id] {
		return false
	}
	behind := l.behind.patterns[id]
	if _, n := decode(behind, 0); n < len(behind) {
		return true
	}
	rest := tokensFrom(tokens, h.to)
	return len(rest) > 0 && rest[0].To == int(h.to)+len(behind)
}

// endsPlace reports whether a word ends at the byte to, or goes on with a suffix of
// places only.
func endsPlace(text string, tokens []Token, to int) bool {
	for _, t := range tokens {
		switch {
		case t.To == to:
			return true
		case t.To > to:
			return isStation(text[to:]) || t.From < to && slices.Contains([]string{"省", "市", "人", "站", "版", "区", "县", "港"}, text[to:t.To])
		}
	}
	return false
}

// isStation reports whether s begins as the stations of a city are called: 东站.
func isStation(s string) bool {
	return len(s) >= 6 && strings.Contains("东西南北", s[:3]) && s[3:6] == "站"
}

// onlyProvince is the province of all the places, if it is the same; else "".
func onlyProvince(places []int32) string {
	if len(places) == 0 {
		return ""
	}
	province := regions().province(places[0])
	for _, i := range places[1:] {
		if regions().province(i) != province {
			return ""
		}
	}
	return regions().all[province].name
}
