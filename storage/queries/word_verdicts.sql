SELECT word, accepted, issue, at
FROM word_verdicts FINAL
ORDER BY at DESC, word
