package crawler

import "testing"

func TestTextOfHTML(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"退款", "退款"},
		{" 一  二\t三 ", "一 二 三"},
		{"一\n\n  二  ", "一\n二"},
		{"<p>第一段</p><p>第二段</p>", "第一段\n第二段"},
		{"一<br>二<br/><br>三", "一\n二\n三"},
		{"一<div>二<span>三</span></div>四", "一\n二三\n四"},
		{"标题 \n <font>[图]</font>", "标题 [图]"},
		{"<b>粗</b><i>斜</i> <u>线</u>", "粗斜 线"},
		{"<table><tr><td>一</td><td>二</td></tr><tr><td>三</td></tr></table>", "一 二\n三"},
		{"<ul><li>一<li>二</ul>", "一\n二"},
		{"前<script>alert('x')</script><style>p{}</style>后", "前后"},
		{"<noscript>请开启JavaScript</noscript>正文<!-- 注释 -->", "正文"},
		{"a &amp; b &lt;3 &nbsp; c", "a & b <3 c"},
		{"", ""},
		{"<p> </p><br>", ""},
	} {
		if got := textOfHTML(c.in); got != c.want {
			t.Errorf("textOfHTML(%q) = %q, want %q", c.in, got, c.want)
		}
	}
}

func FuzzTextOfHTML(f *testing.F) {
	f.Add("<p>第一段</p><p>第二段<br>二")
	f.Fuzz(func(t *testing.T, s string) {
		once := textOfHTML(s)
		if again := cleanLines(once); again != once {
			t.Errorf("text of %q is not clean: %q, then %q", s, once, again)
		}
	})
}
