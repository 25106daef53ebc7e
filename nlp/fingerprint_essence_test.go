package nlp

import (
	"strings"
	"testing"
)

func TestEssence(t *testing.T) {
	const said = "健身房收了年卡的钱第二天就关门跑路了"
	for _, text := range []string{
		said,
		"健身房，收了年卡的钱——第二天就关门跑路了！！",
		"#健身房跑路# 健身房收了年卡的钱第二天就关门跑路了 #维权 #避雷",
		"@消费者协会 健身房收了年卡的钱第二天就关门跑路了[怒]",
		"【跑路】健身房收了年卡的钱第二天就关门跑路了",
		"健身房跑路\n健身房收了年卡的钱第二天就关门跑路了",
		"跑路\n【跑路】健身房收了年卡的钱第二天就关门跑路了",
		"转发//@甲:转//@乙:健身房收了年卡的钱第二天就关门跑路了//@丙:顶",
		"健身房收了年卡的钱第二天就关门跑路了 (图/张三)",
		"健身房收了年卡的钱第二天就关门跑路了\n责任编辑:张三 审核:李四",
		"健身房收了年卡的钱第二天就关门跑路了https://t.example/abc?d=1",
		"本报讯(记者 张三)健身房收了年卡的钱第二天就关门跑路了",
	} {
		if got := string(essence(Fold(text).Text, nil)); got != said {
			t.Errorf("%q\n got %q\nwant %q", text, got, said)
		}
	}
	// What looks like a mark and is none.
	for _, text := range []string{
		"健身房的会员费(转账记录还在)说不退就不退了",
		"健身房的会员费[说不退就不退了店里连一个人都没有",
		"健身房@后面没有空格的这么一句话不会是谁的名字吧",
		"健身房收的费用来源不明说不退就不退了",
		"转发给朋友看健身房的年卡说不退就不退了",
		"健身房跑路,\n健身房收了年卡的钱第二天就关门跑路了",
		"#健身房跑路#",
		"转发微博",
		"//@张三:",
		"【】",
		"回复@张三",
	} {
		all := string(appendLetters(nil, text, false))
		if got := string(essence(text, nil)); got != all {
			t.Errorf("%q\n got %q\nwant %q", text, got, all)
		}
	}
}

// TestEssenceOfLongText keeps the parts of a text that no frame may take.
func TestEssenceOfLongText(t *testing.T) {
	body := strings.Repeat("健身房收了年卡的钱第二天就关门跑路了。", 100)
	text := "来源:晚报,原标题:跑路。" + body
	if got, want := len(essence(text, nil)), len(appendLetters(nil, text, false)); got != want {
		t.Errorf("%d letters of %d are left", got, want)
	}
	if n := testing.AllocsPerRun(10, func() { NewSketch(body[:2000]) }); n != 0 {
		t.Errorf("the sketch of a complaint allocates %v times", n)
	}
}
