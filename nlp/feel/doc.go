// Package feel reads how a post feels, from -1 to 1, and whether it is a negative
// evaluation of goods or services (吐槽类信息), in about two microseconds and without
// allocating.
//
// A text is read once: letters and clauses (text.go), words of the lexicon
// (lexicon.go, lexicon.txt), what negation, contrast, expectation and mockery make of
// them (clause.go), pairs and triples of characters looked up in a table of bytes
// (grams.go), and a small network that weighs clauses and words (net.go, model.go).
// Where the grammar knows better than the characters, as in 没有想象中那么差, it covers
// them.
//
// Train makes a model from labelled texts, always the same one from the same texts.
// MODEL.md says what the shipped model was trained on, what it can do and what not.
package feel
