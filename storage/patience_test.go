package storage_test

import (
	"testing"

	"vane/storage/storagetest"
)

// TestQuestionsOutliveTheEngine: whoever asks while the engine's process dies gets the
// answer of the next one.
func TestQuestionsOutliveTheEngine(t *testing.T) {
	store := storagetest.New(t)
	insert(t, store, mention("a", noon))
	storagetest.Kill(t)
	stored(t, store, "a")
}
