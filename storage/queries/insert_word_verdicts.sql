INSERT INTO word_verdicts (word, accepted, issue, at)
