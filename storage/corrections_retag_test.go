package storage_test

import (
	"testing"
	"time"

	"vane"
	"vane/storage/storagetest"
)

// TestCorrectionAfterRetaggingElsewhere: another process tags a post by another taxonomy
// and back; a judgement that is made here afterwards counts all the same.
func TestCorrectionAfterRetaggingElsewhere(t *testing.T) {
	dsn := storagetest.DSN(t)
	here, there := storagetest.Open(t, dsn), storagetest.Open(t, dsn)
	if _, err := here.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	m := mention("a", noon.Add(-time.Hour))
	insert(t, here, m)
	for _, taxonomy := range []uint32{8, 7} {
		m.TaxonomyVersion = taxonomy
		if err := there.Promote(t.Context(), taxonomy); err != nil {
			t.Fatal(err)
		}
		insert(t, there, m)
	}
	c := vane.PostCorrection{Post: m.ID, At: noon, User: "李雷", Fingerprint: m.Fingerprint, Before: m.Judgement(), After: m.Judgement()}
	c.After.Sensitive, c.After.Sentiment = false, 1
	if err := here.Correct(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if got := stored(t, here, "a"); got.Sensitive || got.Sentiment != 1 {
		t.Errorf("the post is still as it was: sentiment %v, sensitive %t", got.Sentiment, got.Sensitive)
	}
}
