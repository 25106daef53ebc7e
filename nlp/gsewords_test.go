package nlp

import (
	"bytes"
	"errors"
	"slices"
	"strings"
	"testing"
)

func writtenBytes(t testing.TB, w *Words) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := w.Write(&b); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestWordsAreReadAsWritten(t *testing.T) {
	w, err := LoadWords()
	if err != nil {
		t.Fatal(err)
	}
	b := writtenBytes(t, w)
	got, err := ReadWords(bytes.NewReader(b))
	if err != nil {
		t.Fatal(err)
	}
	if got.text != w.text || !slices.Equal(got.ends, w.ends) || !slices.Equal(got.freqs, w.freqs) {
		t.Error("other words are read than were written")
	}
	t.Logf("%d words in %d bytes of %s", len(w.ends), len(b), WordsVersion())
}

func TestDamagedWordsAreRefused(t *testing.T) {
	whole := writtenBytes(t, &Words{"退款退", []int32{6, 9}, []float64{100, 2}})
	if _, err := ReadWords(bytes.NewReader(whole)); err != nil {
		t.Fatal(err)
	}
	for n := range whole {
		if _, err := ReadWords(bytes.NewReader(whole[:n])); err == nil {
			t.Errorf("the first %d of %d bytes are read as words", n, len(whole))
		}
		bad := bytes.Clone(whole)
		bad[n] ^= 4
		if _, err := ReadWords(bytes.NewReader(bad)); err == nil {
			t.Errorf("words with a damaged byte %d are read", n)
		}
	}
	for _, w := range []*Words{
		{}, {"退款", []int32{6}, nil}, {"退款", []int32{9}, []float64{1}}, {"退款", []int32{6, 3, 6}, []float64{1, 1, 1}}, {"退款", []int32{-1, 6}, []float64{1, 1}},
		{"退款", []int32{6}, []float64{0}},
	} {
		if _, err := ReadWords(bytes.NewReader(writtenBytes(t, w))); err == nil || !strings.Contains(err.Error(), "not a dictionary") {
			t.Errorf("%v is read as words: %v", w, err)
		}
	}
}

// fullDisk can't be written to.
type fullDisk struct{}

var errFull = errors.New("disk full")

func (fullDisk) Write([]byte) (int, error) { return 0, errFull }

func TestWordsThatCannotBeWritten(t *testing.T) {
	if err := (&Words{}).Write(fullDisk{}); !errors.Is(err, errFull) {
		t.Errorf("got %v", err)
	}
}

func TestWordsVersion(t *testing.T) {
	if v := WordsVersion(); v != "" && !strings.HasPrefix(v, "gse-v") {
		t.Errorf("got %q", v)
	}
}

func FuzzReadWords(f *testing.F) {
	f.Add(writtenBytes(f, &Words{"退款退", []int32{6, 9}, []float64{100, 2}}))
	f.Add([]byte("vane"))
	f.Fuzz(func(t *testing.T, b []byte) {
		w, err := ReadWords(bytes.NewReader(b))
		if err != nil {
			return
		}
		if _, err := newDictionary(w, nil); err == nil {
			for i := range w.ends {
				w.word(i)
			}
		}
	})
}
