package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func TestTable(t *testing.T) {
	folder := t.TempDir()
	write := func(name, text string) {
		t.Helper()
		if err := os.WriteFile(filepath.Join(folder, "dist", name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(folder, "dist"), 0o700); err != nil {
		t.Fatal(err)
	}
	write("provinces.csv", "code,name\n11,\"北京市\"\n42,\"湖北省\"\n")
	write("cities.csv", "code,name,provinceCode\n1101,\"市辖区\",11\n4228,\"恩施土家族苗族自治州\",42\n4290,\"省直辖县级行政区划\",42\n")
	write("areas.csv", "code,name,cityCode,provinceCode\n110105,\"朝阳区\",1101,11\n429021,\"神农架林区\",4290,42\n")
	write("HK-MO-TW.json", `{"台湾省": {"台北市": ["中正区"], "台东县": ["成功镇"]}, "香港特别行政区": {"九龙": []}}`)
	var b strings.Builder
	if err := run(folder, &b); err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(b.String(), "EDIT.\n")
	want := `11 北京市 北京
110105 朝阳区 朝阳
42 湖北省 湖北
4228 恩施土家族苗族自治州 恩施
429021 神农架林区 神农架
71 台湾省 台湾
7101 台东县 台东
7102 台北市 台北
710201 中正区 中正
81 香港特别行政区 香港
8101 九龙 -
`
	if table != want {
		t.Errorf("got %s\nwant %s", table, want)
	}
}

func TestSpoken(t *testing.T) {
	for name, want := range map[string]string{
		"新疆维吾尔自治区": "新疆", "克孜勒苏柯尔克孜自治州": "克孜勒苏", "黔东南苗族侗族自治州": "黔东南",
		"东乡族自治县": "东乡族", "积石山保安族东乡族撒拉族自治县": "积石山", "赵县": "-", "浦东新区": "浦东", "阿里地区": "阿里",
	} {
		if got := spoken(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

func TestBrokenFolder(t *testing.T) {
	if err := run(t.TempDir(), &strings.Builder{}); err == nil || !strings.HasPrefix(err.Error(), "read china-division: ") {
		t.Errorf("got %v", err)
	}
}
