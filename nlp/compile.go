package nlp

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"vane"
)

// rules is a compiled taxonomy.
type rules struct {
	matcher *matcher
	texts   []string // by pattern: as the taxonomy writes it first
	// frequencies of the patterns in the dictionary of the segmenter
	frequencies []float32
	members     index    // by slot: the patterns of a set, one of which must occur
	slots       int      // how many there are
	rawFrom     int32    // slots from this one on count hits even inside words of the text
	within      index    // by pattern: the slots before rawFrom that hold it
	setKeys     []uint32 // by slot before rawFrom: what a model of tags knows it by
	rules       []rule   // in order of issues
	issues      []issue  // in the order of the files
	needs       []needs  // of rules, that hits meet, by pattern
	needsFrom   []int32  // by pattern: where its needs begin, and where those of the last end
	needless    []uint64 // needs that no rule has, 64 to a number: the first ones of all rules, the second ones, …
	infos       []IssueInfo
	version     uint32
}

// needs are needs of rules, as needless numbers them, of one number of 64.
type needs struct {
	bits uint64
	word int32
}

// needsOf are the needs that a hit of the pattern meets.
func (r *rules) needsOf(p int32) []needs { return r.needs[r.needsFrom[p]:r.needsFrom[p+1]] }

// index is lists of numbers in one piece: list i is all[starts[i]:starts[i+1]].
type index struct {
	starts, all []int32
}

func (x index) list(i int32) []int32 { return x.all[x.starts[i]:x.starts[i+1]] }

func newIndex(lists [][]int32) index {
	x := index{starts: make([]int32, 1, len(lists)+1)}
	for _, l := range lists {
		x.all = append(x.all, l...)
		x.starts = append(x.starts, int32(len(x.all)))
	}
	return x
}

// issue is a compiled issue.
type issue struct {
	id        vane.Tag
	zh        string
	exclude   int32          // slot, or -1
	negatable map[int32]bool // patterns
	unless    []string
}

// rule is a compiled rule, or all terms of an issue as one rule.
type rule struct {
	issue  int32
	text   string // as written; of terms: empty, the term that hit is named
	node   node
	terms  bool // negation counts for all words
	strong bool // gives the tag in spite of unless
}

// node is an expression whose words are resolved.
type node struct {
	op   op
	slot int32 // of opWord: a word of the slot occurs
	kids []node
}

// compiler collects words, slots and mistakes.
type compiler struct {
	out      *rules
	patterns map[string]int32         // folded word → pattern
	words    []string                 // by pattern
	slots    map[string]int32         // key of the set → slot
	members  [][]int32                // by slot: the words of a set, one of which must occur
	isRaw    []bool                   // by slot
	common   map[string]*TaxonomyFile // group → the file without domain that has it
	groups   map[string]node          // resolved, by file and name
	file     *TaxonomyFile
	issue    string
	building []string // groups that are being resolved
	raw      bool     // slots that are made count hits inside words too
	problems []error
}

// problem is a mistake in a file of the taxonomy.
func (c *compiler) problem(format string, args ...any) {
	where := c.file.Name
	if c.issue != "" {
		where += ": " + c.issue
	}
	// A group may be resolved twice, and is wrong once.
	what := fmt.Sprintf("%s: %s", where, fmt.Sprintf(format, args...))
	if !slices.ContainsFunc(c.problems, func(err error) bool { return err.Error() == what }) {
		c.problems = append(c.problems, errors.New(what))
	}
}

// compile resolves a taxonomy. Its error names every mistake by file, issue, rule and
// column.
func compile(tax Taxonomy) (*rules, error) {
	c := &compiler{
		out:      &rules{version: tax.version()},
		patterns: map[string]int32{},
		slots:    map[string]int32{},
		common:   map[string]*TaxonomyFile{},
		groups:   map[string]node{},
	}
	for i := range tax {
		if tax[i].Domain == "" {
			c.addCommon(&tax[i])
		}
	}
	for i := range tax {
		c.addFile(&tax[i])
	}
	c.checkUnless(tax)
	if len(c.problems) > 0 {
		return nil, fmt.Errorf("compile taxonomy: %w", errors.Join(c.problems...))
	}
	return c.finish(), nil
}

// addCommon makes the groups of a file without domain known to all files.
func (c *compiler) addCommon(f *TaxonomyFile) {
	c.file, c.issue = f, ""
	if len(f.Issues) > 0 {
		c.problem("issues need a domain")
	}
	for _, name := range sortedKeys(f.Groups) {
		if c.common[name] != nil {
			c.problem("group %s is in another common file too", name)
		}
		c.common[name] = f
	}
}

func (c *compiler) addFile(f *TaxonomyFile) {
	c.file, c.issue = f, ""
	c.checkGroups()
	if f.Domain == "" {
		return
	}
	if f.Zh == "" {
		c.problem("the domain has no Chinese name (zh)")
	}
	for i := range f.Issues {
		c.addIssue(&f.Issues[i])
	}
}

// checkGroups resolves every group once, so that a mistake in one that no rule uses
// is found as well.
func (c *compiler) checkGroups() {
	for _, name := range sortedKeys(c.file.Groups) {
		c.group(name, "group "+name, 1)
	}
}

func (c *compiler) addIssue(is *Issue) {
	c.issue = is.ID
	c.checkIssue(is)
	out := issue{id: vane.Tag(is.ID), zh: is.Zh, exclude: -1, negatable: map[int32]bool{}, unless: is.Unless}
	if len(is.Exclude) > 0 {
		c.raw = true
		out.exclude = c.slotOf(c.wordList("exclude", is.Exclude))
		c.raw = false
	}
	number := int32(len(c.out.issues))
	if len(is.Terms) > 0 {
		terms := node{op: opWord, slot: c.slotOf(c.wordList("term", is.Terms))}
		c.out.rules = append(c.out.rules, rule{issue: number, node: terms, terms: true})
	}
	for _, text := range is.Rules {
		c.addRule(rule{issue: number, text: text})
	}
	for _, text := range is.Strong {
		c.addRule(rule{issue: number, text: text, strong: true})
	}
	for _, p := range c.wordList("negatable", is.Negatable) {
		out.negatable[p] = true
	}
	c.out.issues = append(c.out.issues, out)
	c.out.infos = append(c.out.infos, IssueInfo{
		ID: out.id, Zh: is.Zh, Domain: c.file.Domain, DomainZh: c.file.Zh,
		Nature: is.Nature, NatureZh: NatureNames()[is.Nature], Means: is.Means,
	})
}

// checkIssue checks what is not a rule.
func (c *compiler) checkIssue(is *Issue) {
	if domain, name, ok := strings.Cut(is.ID, "."); !ok || domain != c.file.Domain || name == "" {
		c.problem("the id of an issue of this file is %s.NAME, not %q", c.file.Domain, is.ID)
	}
	if slices.ContainsFunc(c.out.issues, func(o issue) bool { return string(o.id) == is.ID }) {
		c.problem("the id is used twice")
	}
	if is.Zh == "" {
		c.problem("the issue has no Chinese name (zh)")
	}
	if NatureNames()[is.Nature] == "" {
		c.problem("nature %q is none of %s", is.Nature, strings.Join(sortedKeys(NatureNames()), ", "))
	}
	if len(is.Terms)+len(is.Rules)+len(is.Strong) == 0 {
		c.problem("the issue has neither terms nor rules")
	}
}

// checkUnless checks that the tags of unless exist. Domains that this taxonomy does
// not have may be named: a user can leave out a file.
func (c *compiler) checkUnless(tax Taxonomy) {
	known, domains := map[string]bool{"*": true}, map[string]bool{}
	for _, info := range c.out.infos {
		known[string(info.ID)] = true
		known[info.Domain+".*"] = true
		domains[info.Domain] = true
	}
	for f := range tax {
		c.file = &tax[f]
		for _, is := range tax[f].Issues {
			c.issue = is.ID
			for _, pattern := range is.Unless {
				if domain, _, ok := strings.Cut(pattern, "."); !known[pattern] && (!ok || domains[domain]) {
					c.problem("unless names %q, which is no issue, DOMAIN.* or *", pattern)
				}
			}
		}
	}
}

// wordList folds a list of plain words.
func (c *compiler) wordList(what string, words []string) []int32 {
	var list []int32
	for _, w := range words {
		if p, ok := c.pattern(w); ok {
			list = append(list, p)
		} else {
			c.problem("%s %q is empty", what, w)
		}
	}
	return list
}

// pattern is the number of a word.
func (c *compiler) pattern(word string) (int32, bool) {
	folded := Fold(strings.TrimSpace(word)).Text
	if folded == "" {
		return 0, false
	}
	p, ok := c.patterns[folded]
	if !ok {
		p = int32(len(c.words))
		c.patterns[folded] = p
		c.words = append(c.words, folded)
		c.out.texts = append(c.out.texts, word)
	}
	return p, true
}

func (c *compiler) addRule(r rule) {
	e, err := parseRule(r.text)
	var wrong *syntaxError
	if errors.As(err, &wrong) {
		c.problem("rule %q, column %d: %s", r.text, wrong.col, wrong.msg)
		return
	}
	r.node = c.resolve(e, fmt.Sprintf("rule %q", r.text))
	c.out.rules = append(c.out.rules, r)
}

// resolve turns words and groups into slots. where begins the messages of mistakes.
func (c *compiler) resolve(e expr, where string) node {
	switch e.op {
	case opWord:
		p, ok := c.pattern(e.word)
		if !ok {
			c.problem("%s, column %d: nothing is left of the word %q when it is folded", where, e.col, e.word)
		}
		return node{op: opWord, slot: c.slotOf([]int32{p})}
	case opGroup:
		return c.group(e.word, where, e.col)
	}
	n := node{op: e.op}
	for i, k := range e.kids {
		raw := c.raw
		c.raw = raw || e.op == opNot && i == 1 // what must not occur, may not occur inside words either
		n.kids = append(n.kids, c.resolve(k, where))
		c.raw = raw
	}
	if n.op == opAny {
		return c.merge(n)
	}
	return n
}

// merge puts all words of an alternative into one slot.
func (c *compiler) merge(any node) node {
	var words []int32
	var rest []node
	for _, k := range any.kids {
		switch k.op {
		case opWord:
			words = append(words, c.members[k.slot]...)
		case opAny: // its words are one slot already
			words = append(words, c.members[k.kids[0].slot]...)
			rest = append(rest, k.kids[1:]...)
		default:
			rest = append(rest, k)
		}
	}
	word := node{op: opWord, slot: c.slotOf(words)}
	if len(rest) == 0 {
		return word
	}
	return node{op: opAny, kids: append([]node{word}, rest...)}
}

// group resolves the words of a group, once: a group of the file, or else a common one.
func (c *compiler) group(name, where string, col int) node {
	home := c.file
	if _, local := home.Groups[name]; !local {
		home = c.common[name]
	}
	nothing := node{op: opWord, slot: c.slotOf(nil)}
	if home == nil {
		c.problem("%s, column %d: there is no group %s", where, col, name)
		return nothing
	}
	key := fmt.Sprint(home.Name, "$", name, c.raw)
	if n, done := c.groups[key]; done {
		return n
	}
	if slices.Contains(c.building, name) {
		c.problem("group %s includes itself (%s)", name, strings.Join(append(c.building, name), " → "))
		return nothing
	}
	n := c.buildGroup(home, name)
	c.groups[key] = n
	return n
}

// buildGroup resolves the members of a group in the file it is written in.
func (c *compiler) buildGroup(home *TaxonomyFile, name string) node {
	file, issue := c.file, c.issue
	c.file, c.issue = home, ""
	c.building = append(c.building, name)
	defer func() {
		c.file, c.issue = file, issue
		c.building = c.building[:len(c.building)-1]
	}()
	members := home.Groups[name]
	if len(members) == 0 {
		c.problem("group %s is empty", name)
	}
	any := node{op: opAny}
	for _, m := range members {
		any.kids = append(any.kids, c.member(name, m))
	}
	return c.merge(any)
}

// member resolves a member of a group: a word, in which + - and spaces are nothing
// special, $another group, or words that stand near each other (不>退).
func (c *compiler) member(name, text string) node {
	where := fmt.Sprintf("group %s, word %q", name, text)
	if !strings.ContainsAny(text, `$>~()|"`) {
		return c.resolve(expr{op: opWord, word: text, col: 1}, where)
	}
	e, err := parseRule(text)
	var wrong *syntaxError
	switch {
	case errors.As(err, &wrong):
		c.problem("%s, column %d: %s", where, wrong.col, wrong.msg)
	case e.wide():
		c.problem("%s: + and - may not stand in a group", where)
	default:
		return c.resolve(e, where)
	}
	return node{op: opWord, slot: c.slotOf(nil)}
}

// slotOf is the slot of a set of patterns.
func (c *compiler) slotOf(patterns []int32) int32 {
	set := slices.Compact(slices.Sorted(slices.Values(patterns)))
	key := fmt.Sprint(set, c.raw)
	s, ok := c.slots[key]
	if !ok {
		s = int32(len(c.members))
		c.slots[key] = s
		c.isRaw = append(c.isRaw, c.raw)
		c.members = append(c.members, set)
	}
	return s
}
