package nlp

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
)

//go:embed dict/demands.txt
var demandsTable string

// demandLists are the lists of dict/demands.txt that look at what stands before a word.
type demandLists struct {
	to, denies, affirms endings
	adverbs             []string
}

var demandWords = sync.OnceValue(func() *demandLists {
	lists := readLists(demandsTable)
	return &demandLists{to: newEndings(lists["to"]), denies: newEndings(lists["denies"]), affirms: newEndings(lists["affirms"]), adverbs: lists["adverbs"]}
})

// addDemands adds the words of dict/demands.txt. Of a word that is in two lists, the
// first counts.
func (b *gazetteerBuilder) addDemands() {
	roles := map[string]part{
		"asks": partAsks, "ought": partOught, "others": partOther, "promises": partSays, "plain": partPlain, "nothing": partPlain,
		"to": partNone, "denies": partNone, "affirms": partNone, "adverbs": partNone,
	}
	for line := range strings.Lines(demandsTable) {
		fields := strings.Fields(line)
		if len(fields) == 0 || fields[0] == "#" {
			continue
		}
		r, isList := roles[fields[0]]
		if isList && r == partNone {
			continue // no words to find, but to look for before others
		}
		demand := int32(0)
		if !isList {
			r, demand = partDemand, b.demand(strings.TrimSuffix(fields[0], "!"))
			if strings.HasSuffix(fields[0], "!") {
				r = partAlone
			}
		}
		for _, w := range fields[1:] {
			if m := b.word(w); m.part == partNone {
				m.part, m.demand = r, demand
			}
		}
	}
}

// demand is the number of a demand plus one.
func (b *gazetteerBuilder) demand(name string) int32 {
	n := slices.Index(b.demands, name)
	if n < 0 {
		n = len(b.demands)
		b.demands = append(b.demands, name)
	}
	return int32(n + 1)
}

// asking is what is known of a clause while its words are read from left to right.
type asking struct {
	from, to int32 // the clause
	asked    int32 // where the word that asks ends; -1 while nothing asks
	other    int32 // where a word for somebody else ends; -1
	said     bool  // what follows is what somebody says
}

// demandsOf lists what the text asks for: words of demands behind words that ask, in
// one clause or in a list that it begins.
func (l *gazetteer) demandsOf(text string, hits []hit, sc *scopes) []string {
	var found []string
	clause := asking{to: -1, asked: -1}
	for _, h := range hits {
		if h.from >= clause.to {
			clause = nextClause(clause, text, sc, h, l.words[h.pattern].demand != 0)
		}
		w := l.words[h.pattern]
		if w.demand == 0 {
			clause.read(text, h, w.part)
			continue
		}
		name := l.demands[w.demand-1]
		if clause.asksFor(text, h, w.part) && len(found) < maxNamed && !slices.Contains(found, name) {
			found = append(found, name)
		}
	}
	return found
}

// nextClause is the clause that holds the hit. It asks if the one before asked, and
// goes on in it: 要求退款、赔偿; 诉求:退款; 要求退款,并赔偿, where the hit is a demand.
func nextClause(before asking, text string, sc *scopes, h hit, demand bool) asking {
	c := asking{asked: -1, other: -1}
	c.from, c.to = unit(sc.clauses, h.from, int32(len(text)))
	if before.asked < 0 || before.to != c.from {
		return c
	}
	end := text[:c.from]
	listed := strings.HasSuffix(end, "、") || strings.HasSuffix(end, ":")
	joined := !strings.HasSuffix(end, "。") && !strings.HasSuffix(end, "!") && !strings.HasSuffix(end, "?")
	if listed || joined && demand && isJoint(text[c.from:h.from]) {
		c.asked = c.from
	}
	return c
}

// isJoint reports whether s, the beginning of a clause before a demand, only joins it
// to the clause before.
func isJoint(s string) bool {
	s = strings.TrimLeft(s, " 0123456789.、)(①②③④一二三四五")
	return slices.Contains([]string{"", "并", "并且", "以及", "和", "同时", "或", "或者", "给予", "进行", "及", "并给予", "并进行", "另外", "且", "还要", "再", "对商家", "公开", "并公开", "全额", "依法"}, s)
}

// read takes in a word that is no demand.
func (c *asking) read(text string, h hit, r part) {
	before := text[c.from:h.from]
	switch r {
	case partOther:
		if !demandWords().to.end(before) {
			c.other = h.to
		}
	case partSays:
		if !strings.HasSuffix(before, "我") {
			c.said = true
		}
	case partAsks:
		if !isDenied(before) && !c.otherSpeaks(text, h.from) {
			c.asked = h.to
		}
	case partOught:
		if !isDenied(before) && !c.said && !strings.HasSuffix(before, "我") && !strings.HasSuffix(before, "消费者") {
			c.asked = h.to
		}
	}
}

// otherSpeaks reports whether somebody else than the consumer stands right before the
// word at from: 商家又要求.
func (c *asking) otherSpeaks(text string, from int32) bool {
	if c.other < 0 {
		return false
	}
	between := text[c.other:from]
	return between == "" || slices.Contains(demandWords().adverbs, between)
}

// asksFor reports whether the demand at h is asked for.
func (c *asking) asksFor(text string, h hit, r part) bool {
	before, behind := text[c.from:h.from], text[h.to:]
	if isDenied(before) {
		return false
	}
	if r == partAlone {
		return true
	}
	if c.asked >= 0 {
		between := text[min(c.asked, h.from):h.from]
		return !strings.HasSuffix(between, "才") && !strings.HasSuffix(between, "才能") && !hasPrefix(behind, "了") && !hasPrefix(behind, "过")
	}
	return isShouted(before, text[h.to:c.to])
}

// isShouted reports whether a demand is the whole of its clause, and shouted: 退钱!
func isShouted(before, behind string) bool {
	behind = strings.TrimLeft(behind, "啊吧呀啦")
	return strings.TrimLeft(before, " ") == "" && hasPrefix(behind, "!")
}

// isDenied reports whether a text before a word ends with a denial of it.
func isDenied(before string) bool {
	lists := demandWords()
	return lists.denies.end(before) && !lists.affirms.end(before)
}
