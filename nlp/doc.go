// Package nlp understands posts. A post goes through one chain, a file or two each:
//
//		fold → redact → segment → tag → feel
//
//	  - [Fold] brings a text into one form: Simplified, half-width, lower case, without
//	    what people put between characters to get past a filter. It keeps offsets.
//	  - [Redact] puts marks in the place of personal data, before anything is stored.
//	  - [Segmenter] cuts the text into words. It is the only part that knows gse.
//	  - Tagging evaluates the rules of a [Taxonomy], written as analysts write them,
//	    (A|B)+(C~D)-E, with negation and word boundaries, and keeps the evidence.
//	  - A learned model gives a second opinion on the tags: package judge.
//	  - Entities are found in one pass: the brands of a list ([Brands]), provinces and cities,
//	    sums of money, and what the speaker asks for (诉求).
//	  - [Feeler] says how the text feels; cues say who speaks, and whether it evaluates
//	    goods or services negatively (吐槽类信息).
//
// An [Analyzer] is the chain with its rules and dictionaries. It never changes; [Live]
// exchanges one for another while posts are being analysed.
//
// The word lists are in the folder dict, which lists say in their first lines what
// they are for. What the chain must do is in testdata, one case a line.
package nlp
