package nlp

import (
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Brands is the list of brands and platforms that posts name: configs/brands.yaml.
type Brands struct {
	Name   string              `yaml:"-"`      // of the file, for messages
	Kinds  []string            `yaml:"kinds"`  // what Kind of a brand may be
	Groups map[string][]string `yaml:"groups"` // words that Needs may name together, as $group
	Brands []Brand             `yaml:"brands"`
}

// Brand is a brand, a company or a platform, and what people call it. Words are
// written in any form: they are folded as texts are.
type Brand struct {
	Name    string   `yaml:"name"`    // what it is listed as; a word for it, too
	Kind    string   `yaml:"kind"`    // line of business
	Aliases []string `yaml:"aliases"` // other words for it, abbreviations and slang
	Unsure  []string `yaml:"unsure"`  // words that also mean something else; Name may be one
	Needs   []string `yaml:"needs"`   // one of these must stand near an unsure word
	Exclude []string `yaml:"exclude"` // longer words that hold one of its words and mean something else
}

// Validate names every entry that can't be.
func (b Brands) Validate() error {
	var errs []error
	owners := map[string]string{}
	for i, brand := range b.Brands {
		for _, problem := range b.problems(brand, owners) {
			errs = append(errs, fmt.Errorf("%s: brand %d, %q: %s", b.Name, i+1, brand.Name, problem))
		}
	}
	return errors.Join(errs...)
}

// problems lists what is wrong with an entry. owners are the brands of the words seen.
func (b Brands) problems(brand Brand, owners map[string]string) []string {
	var problems []string
	add := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if strings.TrimSpace(brand.Name) == "" {
		add("it has no name")
	}
	if !slices.Contains(b.Kinds, brand.Kind) {
		add("kind %q is none of kinds", brand.Kind)
	}
	if len(brand.Unsure) > 0 && len(brand.Needs) == 0 {
		add("unsure words need needs, or they never count")
	}
	for _, w := range brand.words() {
		folded := Fold(w).Text
		switch owner, taken := owners[folded]; {
		case !hasLetter(folded):
			add("word %q has no letter or digit", w)
		case taken && owner != brand.Name:
			add("word %q is one of %q as well", w, owner)
		}
		owners[folded] = brand.Name
	}
	for _, w := range brand.Needs {
		if group, ok := strings.CutPrefix(w, "$"); ok && len(b.Groups[group]) == 0 {
			add("group %q of needs is not in groups", group)
		}
	}
	for _, w := range brand.Exclude {
		if !brand.holds(w) {
			add("exclude %q holds none of its words", w)
		}
	}
	return problems
}

// words lists the words that mean the brand, sure or not.
func (b Brand) words() []string {
	return slices.Concat([]string{b.Name}, b.Aliases, b.Unsure)
}

// holds reports whether w holds a word of the brand and is longer.
func (b Brand) holds(w string) bool {
	folded := Fold(w).Text
	return slices.ContainsFunc(b.words(), func(own string) bool {
		own = Fold(own).Text
		return len(folded) > len(own) && strings.Contains(folded, own)
	})
}

// needs are the words that an unsure word needs near it, folded, without groups.
func (b Brands) needs(brand Brand) []string {
	var needs []string
	for _, w := range brand.Needs {
		group, ok := strings.CutPrefix(w, "$")
		if !ok {
			needs = append(needs, Fold(w).Text)
			continue
		}
		for _, w := range b.Groups[group] {
			needs = append(needs, Fold(w).Text)
		}
	}
	return needs
}

// hasLetter reports whether s has a letter or a digit.
func hasLetter(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return isHan(r) || r < 0x80 && isAlnum(byte(r)) || r > 0x80 && !isHan(r) })
}
