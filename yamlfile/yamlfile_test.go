package yamlfile

import (
	"testing"
)

type file struct {
	Name string   `yaml:"name"`
	Port int      `yaml:"port"`
	List []string `yaml:"list"`
}

func TestDecodeSaysWhere(t *testing.T) {
	refuse := func(text, want string) {
		t.Helper()
		err := Decode("a.yaml", []byte(text), &file{})
		if err == nil || err.Error() != want {
			t.Errorf("Decode(%q)\n got %v\nwant %s", text, err, want)
		}
	}
	refuse("name: x\nprot: 1\n", `a.yaml:2:1: unknown field "prot"`)
	refuse("name: x\nport: many\n", `a.yaml:2:7: cannot unmarshal string into Go struct field file.Port of type int (in key "port")`)
	refuse("name: [x\n", `a.yaml:1:7: sequence end token ']' not found (in key "name")`)
	refuse("name: x\nname: y\n", `a.yaml:2:1: mapping key "name" already defined at [1:1]`)
	refuse("list: 3\n", `a.yaml:1:7: int was used where sequence is expected (in key "list")`)
}

func TestDecodeKeepsDefaults(t *testing.T) {
	got := file{Name: "default", Port: 80}
	for _, text := range []string{"", "# only a comment\n", "port: 80\n"} {
		if err := Decode("a.yaml", []byte(text), &got); err != nil {
			t.Fatal(err)
		}
	}
	if got.Name != "default" || got.Port != 80 {
		t.Errorf("defaults were lost: %+v", got)
	}
}
