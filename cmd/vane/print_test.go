package main

import (
	"bytes"
	"strings"
	"testing"

	"vane"
)

func TestNoAnswersAreAnEmptyList(t *testing.T) {
	for want, v := range map[string]any{"[]": []vane.Hotspot(nil), "[\n  \"a\"\n]": []string{"a"}, "null": nil, "{}": struct{}{}} {
		var out bytes.Buffer
		if err := (&app{out: &out}).printJSON(v); err != nil || strings.TrimSpace(out.String()) != want {
			t.Errorf("%#v is written as %s, %v", v, out.String(), err)
		}
	}
}
