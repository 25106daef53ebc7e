package nlp

import (
	"encoding/hex"
	"strings"
	"testing"
)

// TestSketchesStayComparable pins what is stored: whoever changes it makes the stored
// sketches and fingerprints worthless until all posts are analysed again.
func TestSketchesStayComparable(t *testing.T) {
	const text = "我在平台买了两张演唱会门票,到现场才发现座位正对着一根柱子,什么也看不到"
	s := NewSketch(text)
	if got, want := hex.EncodeToString(s[:]), "220000000008000600400350000e13900c00900f000700ec0b00000000000007000000007003000300c2c000000900f002000000001a0000000e7000040000c0"; got != want {
		t.Errorf("the sketch is %s, want %s", got, want)
	}
	if got, want := fingerprint(text), uint64(0x645134d0cf098eb2); got != want {
		t.Errorf("the fingerprint is %#x, want %#x", got, want)
	}
	if s := NewSketch("退款𠮷a"); hex.EncodeToString(s[:14]) != "0400"+"009000"+"3e6b00"+"b70b02"+"610000" {
		t.Errorf("the sketch of a short text is %x", s)
	}
}

func TestSketchOfNothingAndOfMuch(t *testing.T) {
	if s := NewSketch("!?"); s != (Sketch{}) {
		t.Errorf("a text without letters has the sketch %x", s)
	}
	long := []rune(strings.Repeat("健身房收了年卡的钱第二天就关门跑路了", 4000)) // more than the header can count
	if a, b := NewSketch(string(long)), NewSketch(string(long[1:])); !SameText(a, b) {
		t.Errorf("two long texts have similarity %.2f", Similarity(a, b))
	}
	short := NewSketch("健身房收了年卡的钱")
	if long := NewSketch(string(long)); SameText(short, long) || Similarity(short, short) != 1 {
		t.Error("a line is a copy of a book, or is not like itself")
	}
}

func TestSimilarityIsThatOfBigrams(t *testing.T) {
	for _, c := range []struct {
		a, b        string
		least, most float64
	}{
		{"健身房收了年卡的钱第二天就关门跑路了", "健身房收了年卡的钱第二天就关门跑路了", 1, 1},
		{"健身房收了年卡的钱第二天就关门跑路了", "宽带装好三个月开始限速客服说套餐到期", 0, 0.05},
		{"健身房收了年卡的钱第二天就关门跑路了", "健身房收了年卡的钱第二天就关门", 0.74, 0.90}, // 14 of 17
		{"退", "款", 0, 0},
		{"", "退款", 0, 0},
	} {
		if got := Similarity(NewSketch(c.a), NewSketch(c.b)); got < c.least || got > c.most {
			t.Errorf("%s and %s have similarity %.2f, want %.2f to %.2f", c.a, c.b, got, c.least, c.most)
		}
	}
}
