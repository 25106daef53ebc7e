package main

import (
	"bytes"
	"math"
	"os"
	"strings"
	"testing"
)

// The table of docs/capacity.md is what this program prints.
func TestTheDocumentedTable(t *testing.T) {
	text, err := os.ReadFile("../../docs/capacity.md")
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	write(&out, []float64{1e5, 1e6, 1e7, 1e8})
	if !strings.Contains(string(text), out.String()) {
		t.Errorf("docs/capacity.md has another table than go run ./bench/capacity prints:\n%s", out.String())
	}
}

// Everything grows with the posts, and by hand one row is the same.
func TestPlan(t *testing.T) {
	one, ten := planFor(1e6), planFor(1e7)
	if math.Abs(ten.flowing()-10*one.flowing()) > 1e-9 || math.Abs(ten.detection-10*one.detection) > 1e-9 {
		t.Errorf("%+v, %+v", one, ten)
	}
	if want := 1e6 * 56 * 15.7e-6 / 600; math.Abs(one.detection-want) > 1e-9 { // 1.47 cores
		t.Errorf("detection takes %v cores, want %v", one.detection, want)
	}
}
