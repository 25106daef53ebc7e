package nlp

import (
	"strings"
	"testing"
	"unicode/utf8"
)

func TestSubjectEnd(t *testing.T) {
	long := strings.Repeat("长", 500)
	tests := []struct {
		text string
		want int // characters
	}{
		{"", 0},
		{"健身房跑路了", 6},
		{long, subject},
		{"健身房为什么跑路?" + long, askedSubject},
		{"我的卡怎么办。健身房为什么跑路?" + long, subject}, // the question is no title
	}
	for _, tt := range tests {
		end := subjectEnd(tt.text)
		if got := utf8.RuneCountInString(tt.text[:end]); got != tt.want {
			t.Errorf("the subject of %.20q is %d characters, want %d", tt.text, got, tt.want)
		}
	}
}

// What is read ends with the sentence in which the subject does, if that is near.
func TestReadEnd(t *testing.T) {
	long := strings.Repeat("长", subject)
	tests := []struct{ text, more string }{ // more: what is read beyond the subject
		{"短", ""},
		{long + "完了。还有", "完了。"},
		{long + "没有句号", "没有句号"},
		{long + strings.Repeat("很", 200), strings.Repeat("很", overhang/3)},
	}
	for _, tt := range tests {
		end := subjectEnd(tt.text)
		if got := tt.text[end:readEnd(tt.text, end)]; got != tt.more {
			t.Errorf("beyond the subject of …%s: read %q, want %q", strings.TrimLeft(tt.text, "长"), got, tt.more)
		}
	}
}

// An issue far below what a question asks is not what it is about.
func TestTagsOfSubject(t *testing.T) {
	a := shippedAnalyzer(t)
	background := strings.Repeat("天气晴朗，游人如织。", 25)
	tests := []struct {
		text string
		want bool
	}{
		{"健身房频繁跑路，会员怎么办？" + background, true},
		{"如何看待这座城市的发展？" + background + "健身房频繁跑路，会员的卡打水漂。", false},
		{"我要反映一个问题。" + background + "健身房频繁跑路，会员的卡打水漂。", true},
	}
	for _, tt := range tests {
		if got := hasTag(a.AnalyzeText(tt.text).Tags, "prepaid.store_closed"); got != tt.want {
			t.Errorf("store_closed %v, want %v: %.30s", got, tt.want, tt.text)
		}
	}
}
