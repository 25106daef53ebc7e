package feel

import (
	"bytes"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"slices"
	"strings"
	"testing"
)

// someSamples is a few hundred sentences with labels, without real data.
func someSamples(t testing.TB) []Sample {
	t.Helper()
	samples, err := teaching()
	if err != nil {
		t.Fatal(err)
	}
	return samples[:400]
}

func somePosts() []Post {
	return []Post{
		{ID: "a-1", Text: "商家不给退款，客服推脱", Sensitive: true, Tagged: Tagged},
		{ID: "a-2", Text: "健身房跑路了，卡里的钱没退", Sensitive: true, Tagged: Tagged},
		{ID: "b-1", Text: "演唱会今天开票", Tagged: Untagged},
		{ID: "b-2", Text: "路灯坏了，请领导安排维修", Tagged: Untagged},
	}
}

func trained(t testing.TB, samples []Sample, o TrainOptions) []byte {
	t.Helper()
	m, err := Train(samples, somePosts(), o)
	if err != nil {
		t.Fatal(err)
	}
	data, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func TestTrainingIsDeterministic(t *testing.T) {
	samples := someSamples(t)
	var steps []string
	first := trained(t, samples, TrainOptions{Progress: func(step string, _, _ int) { steps = append(steps, step) }})
	if !bytes.Equal(first, trained(t, samples, TrainOptions{})) {
		t.Error("the same samples made another model")
	}
	if bytes.Equal(first, trained(t, samples, TrainOptions{Seed: 1})) {
		t.Error("another seed made the same model")
	}
	if steps = slices.Compact(steps); !slices.Equal(steps, []string{"read", "bayes", "network", "calibrate", "sensitive"}) {
		t.Errorf("progress was %q", steps)
	}
	if len(first) > 1_000_000 {
		t.Errorf("a model of %d bytes, want at most 1,000,000", len(first))
	}
}

func TestTrainingLearns(t *testing.T) {
	samples := someSamples(t)
	m, err := Train(samples[:300], somePosts(), TrainOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if r := EvalSentiment(samples[300:], m.Score); r.Accuracy < 0.8 {
		t.Errorf("accuracy %.2f on unseen sentences of the same patterns", r.Accuracy)
	}
	for _, p := range somePosts() {
		if got, _ := m.Sensitive(p.Text, p.Tagged); got != p.Sensitive {
			t.Errorf("%s: sensitive %v", p.Text, got)
		}
	}
}

func TestTrainNeedsBothLabels(t *testing.T) {
	for _, samples := range [][]Sample{nil, {{Text: "好", Good: true}}} {
		if _, err := Train(samples, nil, TrainOptions{}); err == nil || !strings.Contains(err.Error(), "both labels") {
			t.Errorf("%d samples: error %v", len(samples), err)
		}
	}
}

// TestNoProbeIsTaught keeps the probe honest.
func TestNoProbeIsTaught(t *testing.T) {
	taught, err := teaching()
	if err != nil {
		t.Fatal(err)
	}
	known := map[string]bool{}
	for _, s := range taught {
		known[s.Text] = true
	}
	for _, s := range append(probe(t, "probe.txt"), probe(t, "probe_heldout.txt")...) {
		if known[s.Text] {
			t.Errorf("%s is taught and probed", s.Text)
		}
	}
}

func TestRoundTrip(t *testing.T) {
	m := shippedModel(t)
	data, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, shipped) {
		t.Error("the shipped model did not come back as it was")
	}
	var back Model
	if err := back.UnmarshalBinary(data); err != nil {
		t.Fatal(err)
	}
	if got, want := back.Read(post, Tagged), m.Read(post, Tagged); got != want {
		t.Errorf("read back: %+v, want %+v", got, want)
	}
}

// sealed is data with a checksum that fits.
func sealed(body []byte) []byte {
	return binary.LittleEndian.AppendUint32(slices.Clone(body), crc32.ChecksumIEEE(body))
}

func TestBrokenModels(t *testing.T) {
	body := shipped[:len(shipped)-4]
	edit := func(at int, with ...byte) []byte {
		b := slices.Clone(body)
		copy(b[at:], with)
		return sealed(b)
	}
	const lexiconAt, entriesAt, filterAt, numbersAt = 6, 10, 14, headerBytes
	cases := []struct {
		name string
		data []byte
		want error
	}{
		{"empty", nil, ErrModel},
		{"header only", shipped[:headerBytes], ErrModel},
		{"cut off", shipped[:len(shipped)/2], ErrModel},
		{"one bit", func() []byte { b := slices.Clone(shipped); b[5000] ^= 1; return b }(), ErrModel},
		{"longer", append(slices.Clone(shipped), 0), ErrModel},
		{"other magic", edit(0, 'X'), ErrModel},
		{"other version", edit(5, 99), ErrModel},
		{"other lexicon", edit(lexiconAt, 1, 2, 3, 4), ErrLexicon},
		{"huge table", edit(entriesAt, 0xFF, 0xFF, 0xFF, 0xFF), ErrModel},
		{"no table", edit(entriesAt, 0, 0, 0, 0), ErrModel},
		{"odd filter", edit(filterAt, 3, 0, 0, 0), ErrModel},
		{"not a number", edit(numbersAt, binary.LittleEndian.AppendUint32(nil, math.Float32bits(float32(math.NaN())))...), ErrModel},
	}
	for _, c := range cases {
		m := shippedModel(t)
		if err := m.UnmarshalBinary(c.data); !errors.Is(err, c.want) {
			t.Errorf("%s: error %v, want %v", c.name, err, c.want)
		}
		if got, want := m.Read(post, NoHint), shippedModel(t).Read(post, NoHint); got != want {
			t.Errorf("%s: the model is no longer what it was", c.name)
		}
	}
}

func FuzzUnmarshal(f *testing.F) {
	f.Add([]byte(nil))
	f.Add(shipped[:200])
	f.Add(sealed(shipped[:headerBytes]))
	f.Fuzz(func(t *testing.T, data []byte) {
		var m Model
		for _, b := range [][]byte{data, sealed(data)} {
			if m.UnmarshalBinary(b) == nil {
				m.Read(post, Tagged)
			}
		}
	})
}

func FuzzReadSamples(f *testing.F) {
	f.Add("source,category,label,text\nshop,书籍,1,好\n")
	f.Add("source,category,label,text\nshop,书籍,2,\"好\n")
	f.Fuzz(func(t *testing.T, text string) {
		samples, err := ReadSamples(strings.NewReader(text))
		if err == nil && len(samples) > strings.Count(text, "\n")+1 {
			t.Errorf("%d samples of %q", len(samples), text)
		}
	})
}

func BenchmarkTrain(b *testing.B) {
	samples := someSamples(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Train(samples, somePosts(), TrainOptions{Quick: true}); err != nil {
			b.Fatal(err)
		}
	}
}
