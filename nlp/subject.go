package nlp

const (
	// subject is how many characters of a text may begin the evidence of a tag. What
	// stands further down is background, other grievances and what law says: on
	// labelled posts two in three of such tags were wrong.
	subject = 400
	// askedSubject is the same for a text whose title is a question: below it stands
	// the news that it asks about, with much that it doesn't.
	askedSubject = 200
)

// subjectEnd is the byte offset at which the subject of a folded text ends.
func subjectEnd(text string) int32 {
	left := subject
	if titleIsQuestion(text) {
		left = askedSubject
	}
	for i := range text {
		if left == 0 {
			return int32(i)
		}
		left--
	}
	return int32(len(text))
}
