package storage_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vane"
	"vane/storage/storagetest"
)

func TestTheLastVerdictCounts(t *testing.T) {
	s := storagetest.New(t)
	rejected := vane.WordVerdict{Word: "墙根票", At: noon}
	other := vane.WordVerdict{Word: "天板票", At: noon.Add(time.Minute)}
	accepted := vane.WordVerdict{Word: "墙根票", Accepted: true, Issue: "ticketing.wall_seat", At: noon.Add(time.Hour)}
	for _, v := range []vane.WordVerdict{rejected, other, accepted} {
		if err := s.SaveWordVerdict(t.Context(), v); err != nil {
			t.Fatal(err)
		}
	}
	got, err := s.WordVerdicts(t.Context())
	if diff := cmp.Diff([]vane.WordVerdict{accepted, other}, got); err != nil || diff != "" {
		t.Errorf("%v (-want +got)\n%s", err, diff)
	}
}
