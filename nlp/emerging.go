package nlp

// Knows reports whether a folded word is one word to the segmenter: of its dictionary,
// or of the taxonomy.
func (a *Analyzer) Knows(word string) bool {
	return len(a.segmenter.AppendTokens(nil, word)) == 1
}

// Terms are the folded words of the taxonomy's terms and rules.
func (a *Analyzer) Terms() map[string]bool {
	terms := make(map[string]bool, len(a.rules.matcher.patterns))
	for _, p := range a.rules.matcher.patterns {
		terms[p] = true
	}
	return terms
}
