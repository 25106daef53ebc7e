package nlp

import (
	"testing"

	"vane"
)

// The text that Vane was founded on, a report of 2023 in Traditional characters that a
// machine converted, names what to watch. Each clause must name its issues.
func TestFoundingClauses(t *testing.T) {
	a := shippedAnalyzer(t)
	names := func(clause string, issues ...string) {
		t.Helper()
		got := a.AnalyzeText(clause).Tags
		for _, want := range issues {
			if !hasTag(got, vane.Tag(want)) {
				t.Errorf("%s\nlacks %s, got %v", clause, want, got)
			}
		}
	}
	names("實體超市關閉導致預付卡、購物券難以使用", "prepaid.card_unusable")
	names("教育培訓消費難以退款", "education.refund_hard")
	names("電信行業誘導消費者公升級**、取消業務難、購買流量套餐後需購買解除限速套餐",
		"telecom.induced_upgrade", "telecom.cancel_hard", "telecom.speed_cap")
	names("演藝票務中的“跳票”、“柱子票”、“牆根票”",
		"ticketing.skipped_show", "ticketing.pillar_seat", "ticketing.wall_seat")
	names("實體超市關閉導致預付卡、購物券難以使用；教育培訓消費難以退款；電信行業誘導消費者公升級**、取消業務難、購買流量套餐後需購買解除限速套餐；演藝票務中的“跳票”、“柱子票”、“牆根票”",
		"prepaid.card_unusable", "education.refund_hard", "telecom.induced_upgrade", "telecom.cancel_hard", "telecom.speed_cap",
		"ticketing.skipped_show", "ticketing.pillar_seat", "ticketing.wall_seat")
}
