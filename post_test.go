package vane

import (
	"encoding/json"
	"testing"
)

func TestPostIDTellsSourcesAndIdsApart(t *testing.T) {
	ids := map[ID]string{}
	for _, c := range [][2]string{{"a", "1"}, {"a", "2"}, {"b", "1"}, {"a1", ""}, {"", "a1"}, {"ab", "c"}, {"a", "bc"}} {
		id := NewPostID(c[0], c[1])
		if other, taken := ids[id]; taken {
			t.Errorf("%q and %q share an id", c, other)
		}
		ids[id] = c[0] + "/" + c[1]
	}
	const always = "5390f6a188abff6e1e94cd9284bb47cd"
	if got := NewPostID("forum", "1").String(); got != always {
		t.Errorf("the id of forum/1 is %s, must stay %s: stored posts are known by it", got, always)
	}
}

func TestAuthorKeyNeedsTheSecret(t *testing.T) {
	key := NewAuthorKey([]byte("secret"), "forum", "张三")
	if key == NewAuthorKey([]byte("other"), "forum", "张三") || key == NewAuthorKey([]byte("secret"), "weibo", "张三") {
		t.Error("a key must depend on the secret and the source")
	}
	if !NewAuthorKey([]byte("secret"), "forum", "").IsZero() {
		t.Error("no name must have no key")
	}
}

func TestIDText(t *testing.T) {
	id := NewPostID("a", "1")
	if got, err := ParseID(id.String()); err != nil || got != id {
		t.Errorf("ParseID(%s) = %s, %v", id, got, err)
	}
	for _, bad := range []string{"12", "zz345678901234567890123456789012", id.String() + "00"} {
		if _, err := ParseID(bad); err == nil {
			t.Errorf("ParseID(%q) was taken", bad)
		}
	}
	out, err := json.Marshal(Post{ID: id})
	if err != nil {
		t.Fatal(err)
	}
	var back Post
	if err := json.Unmarshal(out, &back); err != nil || back.ID != id || !back.AuthorKey.IsZero() {
		t.Errorf("%s came back as %+v, %v", out, back, err)
	}
}

func TestBody(t *testing.T) {
	for _, c := range []struct{ title, text, want string }{
		{"标题", "正文", "标题\n正文"},
		{"", "正文", "正文"},
		{"标题", "", "标题"},
		{"买到柱子票", "买到柱子票，退不了", "买到柱子票，退不了"},
	} {
		if got := (Post{Title: c.title, Text: c.text}).Body(); got != c.want {
			t.Errorf("body of %q and %q is %q, want %q", c.title, c.text, got, c.want)
		}
	}
}
