package judge

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"testing"
)

var twoIssues = []string{"food.safety", "travel.ride_dispute"}

// lessons are posts about two issues and about none. What the rules say of them is
// right, but for those that name a word and are about something else.
func lessons() []Example {
	var all []Example
	say := func(given []Given, issues []string, format string, times int) {
		for n := range times {
			woken := make([]uint8, len(twoIssues))
			for _, g := range given {
				woken[g.Lane] = 1
			}
			all = append(all, Example{Case: Case{Text: fmt.Sprintf(format, n), Given: given, Woken: woken}, Issues: issues})
		}
	}
	food, ride := []Given{{Lane: 0, Title: true}}, []Given{{Lane: 1, Title: true}}
	say(food, twoIssues[:1], "买的面包吃出虫子,第%d次了,商家不赔", 30)
	say(ride, twoIssues[1:], "出租车司机绕路%d公里,多收我的钱", 30)
	say(nil, twoIssues[1:], "打车多收我%d块钱,司机不认", 30)
	say(food, nil, "树上的虫子多,第%d小学门口没人管", 30)
	say(nil, nil, "建议在第%d小学门口装路灯", 40)
	return all
}

func trained(t testing.TB) *Model {
	t.Helper()
	m, err := Train(twoIssues, lessons(), func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestSecondOpinion(t *testing.T) {
	m := trained(t)
	var mem Memory
	food := []Given{{Lane: 0, Title: true}}
	for _, c := range []struct {
		text    string
		given   []Given
		doubted []bool
		missing []int
	}{
		{"面包吃出虫子,商家不赔", food, []bool{false}, nil},
		{"树上的虫子多,小学门口没人管", food, []bool{true}, nil},
		{"打车多收我三十块钱,司机不认", nil, nil, []int{1}},
		{"建议在小学门口装路灯", nil, nil, nil},
		{"树上的虫子多,小学门口没人管", []Given{{Lane: -1}}, []bool{false}, nil}, // not learnt: the rules know better
		{"", nil, nil, nil},
	} {
		woken := make([]uint8, len(twoIssues))
		for _, g := range c.given {
			if g.Lane >= 0 {
				woken[g.Lane] = 1
			}
		}
		o := m.Judge(&mem, &Case{Text: c.text, Given: c.given, Woken: woken})
		if !slices.Equal(o.Doubted, c.doubted) || !slices.Equal(o.Missing, c.missing) {
			t.Errorf("%s: doubted %v, missing %v, want %v, %v", c.text, o.Doubted, o.Missing, c.doubted, c.missing)
		}
	}
}

func TestReasons(t *testing.T) {
	const text = "昨天打车多收我三十块钱"
	reasons := trained(t).Reasons(text, 1)
	if len(reasons) == 0 || len(reasons) > maxReasons {
		t.Fatalf("got %d reasons", len(reasons))
	}
	for i, r := range reasons {
		if r.From >= r.To || r.To > len(text) {
			t.Errorf("reason %v is not in the text", r)
		}
		for _, other := range reasons[:i] {
			if r.From < other.To && other.From < r.To {
				t.Errorf("%q and %q overlap", text[r.From:r.To], text[other.From:other.To])
			}
		}
	}
}

func TestTrainingIsDeterministic(t *testing.T) {
	a, b := written(t, trained(t)), written(t, trained(t))
	if !bytes.Equal(a, b) {
		t.Error("the same examples made two models")
	}
	if _, err := Train(twoIssues, lessons()[120:], func(int, int) {}); !errors.Is(err, ErrNoExamples) {
		t.Errorf("training on posts about nothing: %v", err)
	}
}

func TestModelFile(t *testing.T) {
	m := trained(t)
	data := written(t, m)
	var again Model
	if err := again.UnmarshalBinary(data); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(data, written(t, &again)) || m.Checksum() != again.Checksum() {
		t.Error("a model is not what was written")
	}
	if bytes.Contains(data, []byte("面包")) {
		t.Error("the file holds text that was learnt from")
	}
	for _, at := range []int{0, len(magic), len(magic) + 1, len(data) / 2, len(data) - 1} {
		broken := bytes.Clone(data)
		broken[at] ^= 0x55
		if err := again.UnmarshalBinary(broken); !errors.Is(err, ErrModel) {
			t.Errorf("a file damaged at %d: %v", at, err)
		}
	}
	for _, n := range []int{0, 5, len(data) / 2, len(data) - 1} {
		if err := again.UnmarshalBinary(data[:n]); !errors.Is(err, ErrModel) {
			t.Errorf("a file cut off at %d: %v", n, err)
		}
	}
}

func TestSetKeysDiffer(t *testing.T) {
	keys := map[uint32]string{}
	for _, words := range [][]string{nil, {"退"}, {"退", "款"}, {"退款"}, {"款", "退"}} {
		key := SetKey(words)
		if other, taken := keys[key]; taken {
			t.Errorf("%v has the key of %s", words, other)
		}
		keys[key] = fmt.Sprint(words)
	}
}

func FuzzModelFile(f *testing.F) {
	data := written(f, trained(f))
	f.Add(data)
	f.Add(data[:40])
	f.Add([]byte(magic))
	f.Fuzz(func(t *testing.T, data []byte) {
		var m Model
		if m.UnmarshalBinary(data) != nil {
			return
		}
		var mem Memory
		m.Judge(&mem, &Case{Text: "出租车司机绕路", Woken: make([]uint8, m.Lanes())})
	})
}

func FuzzJudge(f *testing.F) {
	m := trained(f)
	for _, s := range []string{"面包吃出虫子", "", "\xff\xfe", "👨‍👩‍👧a1", "\u202e退款"} {
		f.Add(s)
	}
	var mem Memory
	f.Fuzz(func(t *testing.T, text string) {
		m.Judge(&mem, &Case{Text: text, Woken: make([]uint8, m.Lanes())})
		for _, r := range m.Reasons(text, 1) {
			_ = text[r.From:r.To]
		}
	})
}

func BenchmarkJudge(b *testing.B) {
	m := trained(b)
	c := Case{Text: "打车多收我三十块钱,司机不认,投诉三次平台也不管,只说会核实", Woken: make([]uint8, m.Lanes())}
	var mem Memory
	b.SetBytes(int64(len(c.Text)))
	b.ReportAllocs()
	for b.Loop() {
		m.Judge(&mem, &c)
	}
}

func written(t testing.TB, m *Model) []byte {
	t.Helper()
	data, err := m.MarshalBinary()
	if err != nil {
		t.Fatal(err)
	}
	return data
}
