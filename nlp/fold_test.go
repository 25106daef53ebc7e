package nlp

import "testing"

func TestFoldQuick(t *testing.T) {
	for in, want := range map[string]string{
		"電信行業誘導消費者公升級**、取消業務難": "电信行业诱导消费者升级**、取消业务难",
		"14 公升級": "14 公升级", "辦公升級": "办公升级", "乙個": "一个", "甲乙個別": "甲乙个别",
		"退.款": "退款", "送༵来༵不༵": "送来不", "看著他著急": "看着他着急", "著名": "著名", "ＡＰＰ，１２３": "app,123",
		"演藝票務中的“跳票”、“柱子票”、“牆根票”": "演艺票务中的“跳票”、“柱子票”、“墙根票”",
	} {
		if got := Fold(in).Text; got != want {
			t.Errorf("%s: got %s want %s", in, got, want)
		}
	}
}
