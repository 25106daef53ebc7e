package alerts

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"mime"
	"net"
	"net/http"
	"net/http/httptest"
	"net/mail"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"vane"
)

var fired = time.Date(2026, 3, 16, 2, 0, 0, 0, time.UTC)

func alert(name string) vane.Alert {
	return vane.Alert{
		Rule: "热点", Tag: "ticketing.pillar_seat", Name: name, State: vane.AlertFiring, Fired: fired, PeakHeat: 61.4,
		Hotspot: vane.Hotspot{
			Heat: 58.2, State: vane.Emerging, From: fired.Add(-5 * time.Hour), Posts: 120, Expected: 3.5,
			SensitiveShare: 0.8125, Authors: 96, Sources: 4,
			Evidence: vane.Evidence{
				Words: []string{"柱子", "退票"},
				Posts: []vane.EvidencePost{{Title: "全是柱子票", Text: "花八百块\n看柱子 @所有人", URL: "https://forum.test/1"}},
			},
		},
	}
}

func messages(names ...string) (all []Message) {
	for _, n := range names {
		all = append(all, MessageOf(alert(n), vane.AlertFiring, ""))
	}
	return all
}

// sender is one with a single receiver that logs into the buffer.
func sender(t *testing.T, address string) (*Sender, *bytes.Buffer) {
	t.Helper()
	var log bytes.Buffer
	s, err := New(Config{Receivers: []Receiver{{"值班群", address}}}, slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug})))
	if err != nil {
		t.Fatal(err)
	}
	s.wait = time.Millisecond
	return s, &log
}

func ignore(int) error { return nil }

// inbox is a web server that keeps what it is sent and answers as told.
type inbox struct {
	*httptest.Server
	mu     sync.Mutex
	paths  []string
	bodies []string
}

// newInbox serves; answer is asked with the number of requests so far, from 1.
func newInbox(t *testing.T, secure bool, answer func(n int, w http.ResponseWriter)) *inbox {
	t.Helper()
	in := &inbox{}
	in.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		in.mu.Lock()
		in.paths, in.bodies = append(in.paths, r.Host+r.URL.RequestURI()), append(in.bodies, string(body))
		n := len(in.paths)
		in.mu.Unlock()
		answer(n, w)
	}))
	if secure {
		in.StartTLS()
	} else {
		in.Start()
	}
	t.Cleanup(in.Close)
	return in
}

func reply(text string) func(int, http.ResponseWriter) {
	return func(_ int, w http.ResponseWriter) { io.WriteString(w, text) }
}

const wantText = `【报警】柱子票
热度 58.2，爆发；3月16日 05:00 起 120 条，平常约 3.5 条
吐槽类占 81.25%，96 人，4 个来源
关键词：柱子、退票
例：全是柱子票 花八百块 看柱子 ＠所有人
https://forum.test/1
规则：热点；触发 3月16日 10:00`

func TestGenericWebhook(t *testing.T) {
	in := newInbox(t, false, reply("ok"))
	s, _ := sender(t, "generic+"+in.URL+"/hook?template=json")
	if err := s.Send(t.Context(), "值班群", messages("柱子票"), ignore); err != nil {
		t.Fatal(err)
	}
	var got map[string]string
	if err := json.Unmarshal([]byte(in.bodies[0]), &got); err != nil {
		t.Fatal(err)
	}
	want := map[string]string{"title": "消费舆情风向标：柱子票", "message": wantText}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
}

// The wanted signature was computed with openssl dgst -sha256 -hmac: 钉钉 publishes no
// example with its result.
func TestDingTalkSignature(t *testing.T) {
	const want = "XdkzEBHwxHnGFkKeg9eLYXf+M3vcXnpOzi3AYYWI8tk="
	if got := signature("SEC0123", "1577262236757"); got != want {
		t.Errorf("signature %s, want %s", got, want)
	}
}

func TestDingTalk(t *testing.T) {
	in := newInbox(t, false, reply(`{"errcode":0,"errmsg":"ok"}`))
	s, _ := sender(t, "dingtalk://token123?secret=SEC456&api="+url.QueryEscape(in.URL+"/robot/send"))
	if err := s.Send(t.Context(), "值班群", messages("柱子票"), ignore); err != nil {
		t.Fatal(err)
	}
	_, query, _ := strings.Cut(in.paths[0], "?")
	values, _ := url.ParseQuery(query)
	if values.Get("access_token") != "token123" || values.Get("sign") != signature("SEC456", values.Get("timestamp")) {
		t.Errorf("asked for %s", in.paths[0])
	}
	if want := fmt.Sprintf(`{"msgtype":"text","text":{"content":%q}}`, wantText); in.bodies[0] != want {
		t.Errorf("sent %s\nwant %s", in.bodies[0], want)
	}
}

// 企业微信 and 飞书 have fixed addresses: for this test a local server with TLS stands
// where they lead to.
func TestChatGroups(t *testing.T) {
	in := newInbox(t, true, reply(`{"errcode":0,"code":0}`))
	whole := http.DefaultTransport
	t.Cleanup(func() { http.DefaultTransport = whole })
	http.DefaultTransport = &http.Transport{
		DialTLSContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&tls.Dialer{Config: &tls.Config{InsecureSkipVerify: true}}).DialContext(ctx, "tcp", in.Listener.Addr().String())
		},
	}
	for i, c := range []struct{ address, path, body string }{
		{"wecom://key-1234", "qyapi.weixin.qq.com/cgi-bin/webhook/send?key=key-1234", `"msgtype":"text"`},
		{"lark://open.feishu.cn/hook-1234?secret=S12345678", "open.feishu.cn/open-apis/bot/v2/hook/hook-1234", `"sign":"`},
	} {
		s, _ := sender(t, c.address)
		if err := s.Send(t.Context(), "值班群", messages("柱子票"), ignore); err != nil {
			t.Fatal(err)
		}
		if in.paths[i] != c.path || !strings.Contains(in.bodies[i], c.body) || !strings.Contains(in.bodies[i], "【报警】柱子票") {
			t.Errorf("%s: %s got %s", c.address, in.paths[i], in.bodies[i])
		}
	}
}

func TestMail(t *testing.T) {
	letters := smtpServer(t)
	s, _ := sender(t, "smtp://"+letters.address+"/?from=vane@example.org&to=duty@example.org&starttls=no")
	if err := s.Send(t.Context(), "值班群", messages("柱子票", "限速套餐"), ignore); err != nil {
		t.Fatal(err)
	}
	m, err := mail.ReadMessage(strings.NewReader(<-letters.received))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	if err != nil || subject != "消费舆情风向标：柱子票等 2 条报警" {
		t.Errorf("subject %q, %v", subject, err)
	}
	body, _ := io.ReadAll(m.Body)
	if got := strings.TrimSpace(strings.ReplaceAll(string(body), "\r\n", "\n")); got != wantText+"\n\n"+strings.Replace(wantText, "【报警】柱子票", "【报警】限速套餐", 1) {
		t.Errorf("letter:\n%s", got)
	}
}

// letterBox is a mail server on loopback that takes every letter.
type letterBox struct {
	address  string
	received chan string
}

func smtpServer(t *testing.T) letterBox {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { listener.Close() })
	box := letterBox{listener.Addr().String(), make(chan string, 1)}
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		box.serve(conn)
	}()
	return box
}

func (b letterBox) serve(conn net.Conn) {
	fmt.Fprint(conn, "220 local\r\n")
	for lines := bufio.NewScanner(conn); lines.Scan(); {
		switch lines.Text() {
		case "DATA":
			fmt.Fprint(conn, "354 go on\r\n")
			var letter strings.Builder
			for lines.Scan() && lines.Text() != "." {
				letter.WriteString(lines.Text() + "\r\n")
			}
			b.received <- letter.String()
			fmt.Fprint(conn, "250 taken\r\n")
		case "QUIT":
			fmt.Fprint(conn, "221 bye\r\n")
			return
		default:
			fmt.Fprint(conn, "250 fine\r\n")
		}
	}
}

func TestRetriesUntilTaken(t *testing.T) {
	in := newInbox(t, false, func(n int, w http.ResponseWriter) {
		if n < attempts {
			w.WriteHeader(http.StatusBadGateway)
		}
	})
	s, log := sender(t, "generic+"+in.URL+"/hook/secret-path-7788")
	if err := s.Send(t.Context(), "值班群", messages("柱子票"), ignore); err != nil || len(in.bodies) != attempts {
		t.Errorf("after %d attempts: %v", len(in.bodies), err)
	}
	if !strings.Contains(log.String(), "502") || strings.Contains(log.String(), "7788") {
		t.Errorf("log: %s", log)
	}
}

// What got through is reported before what fails, and is not sent again.
func TestDeliveredPartIsRemembered(t *testing.T) {
	long := strings.Repeat("长", 500) // two messages of them do not fit into one
	refuse := true
	in := newInbox(t, false, func(n int, w http.ResponseWriter) {
		if n > 1 && refuse {
			io.WriteString(w, `{"errcode":310000,"errmsg":"sign not match"}`)
			return
		}
		io.WriteString(w, `{"errcode":0}`)
	})
	s, _ := sender(t, "dingtalk://token-9988?api="+url.QueryEscape(in.URL))
	all := messages("一"+long, "二"+long, "三"+long)
	var got []int
	remember := func(n int) error { got = append(got, n); return nil }
	err := s.Send(t.Context(), "值班群", all, remember)
	if err == nil || !strings.Contains(err.Error(), "310000") || !cmp.Equal(got, []int{1}) {
		t.Errorf("delivered %v, %v", got, err)
	}
	refuse = false
	if err := s.Send(t.Context(), "值班群", all[1:], remember); err != nil || !cmp.Equal(got, []int{1, 1, 2}) {
		t.Errorf("delivered %v, %v", got, err)
	}
}

func TestSecretsStayHidden(t *testing.T) {
	const secret = "s3cr3t-t0ken"
	closed := httptest.NewServer(nil)
	closed.Close()
	host := strings.TrimPrefix(closed.URL, "http://")
	for _, address := range []string{
		"generic+http://" + host + "/" + secret, "generic+http://" + host + "/hook?key=" + secret,
		"dingtalk://" + secret + "?api=" + url.QueryEscape(closed.URL),
		"dingtalk://token?secret=" + secret + "&api=" + url.QueryEscape(closed.URL),
		"smtp://user:" + secret + "@" + host + "/?from=a@example.org&to=b@example.org",
	} {
		s, log := sender(t, address)
		err := s.Send(t.Context(), "值班群", messages("柱子票"), ignore)
		if err == nil || strings.Contains(err.Error()+log.String(), secret) {
			t.Errorf("%s: %v\n%s", address, err, log)
		}
	}
	for _, address := range []string{"smpt://user:" + secret + "@h", "wecom://" + secret + "!", "lark://" + secret + ".example.org", "dingtalk://?secret=" + secret, "%zz" + secret, secret} {
		err := Config{Receivers: []Receiver{{"甲", address}}}.Validate()
		if err != nil && strings.Contains(err.Error(), secret) {
			t.Errorf("refusal of %s: %v", address, err)
		}
	}
}

func TestCancelEndsWaiting(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	in := newInbox(t, false, func(_ int, w http.ResponseWriter) {
		cancel()
		w.WriteHeader(http.StatusInternalServerError)
	})
	s, _ := sender(t, "generic+"+in.URL)
	s.wait = time.Hour
	if err := s.Send(ctx, "值班群", messages("柱子票"), ignore); err == nil {
		t.Error("a cancelled delivery reports success")
	}
}

func TestMessages(t *testing.T) {
	a := alert("柱子票")
	a.State, a.Resolved = vane.AlertResolved, fired.Add(8*time.Hour)
	knows := a
	knows.Told = []vane.Told{{Receiver: "值班群", Of: vane.AlertFiring}}
	for _, c := range []struct {
		name string
		m    Message
		want string
	}{
		{"over", MessageOf(knows, vane.AlertResolved, "值班群"), "【解除】柱子票"},
		{"missed", MessageOf(a, vane.AlertResolved, "值班群"), "【补报·已结束】柱子票"},
		{"test", Message{Alert: vane.Alert{Rule: "热点"}, Test: true}, "【测试】"},
		{"a test has no figures", Message{Alert: vane.Alert{Rule: "热点"}, Test: true}, "收到即表示送达正常"},
		{"duration", MessageOf(knows, vane.AlertResolved, "值班群"), "触发 3月16日 10:00，解除 3月16日 18:00，最高热度 61.4"},
	} {
		s, _ := sender(t, "generic://unused.test")
		var out strings.Builder
		if err := s.message.Execute(&out, c.m); err != nil || !strings.Contains(out.String(), c.want) {
			t.Errorf("%s: %v\n%s", c.name, err, out.String())
		}
	}
}

func TestConfigValidate(t *testing.T) {
	err := Config{
		Receivers: []Receiver{{"", "wecom://k"}, {"甲", "wecom://k"}, {"甲", "telegram://x"}, {"乙", "lark://example.org/x"}},
		Message:   "{{.Nothing",
	}.Validate()
	for _, want := range []string{"receivers[0].name is empty", `"甲" is taken`, "must begin with one of wecom://", "message is no template"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%q is missing in %v", want, err)
		}
	}
}

// A template is tried with every kind of message before there is something to tell.
func TestConfigTriesTheMessage(t *testing.T) {
	for text, want := range map[string]string{
		"{{.Alert.Name}} {{.Alert.Hotspot.Heat}}":       "",
		"{{.Alert.Heat}}":                               "can't evaluate field Heat",
		"{{if .Over}}{{.Alert.Ended}}{{end}}":           "field Ended",
		"{{if .Missed}}{{.Late}}{{end}}":                "a missed alert",
		"{{if .Test}}{{.Receiver}}{{end}}":              "a test alert",
		"{{(index .Alert.Hotspot.Evidence.Posts 0).X}}": "field X",
	} {
		err := Config{Message: text}.Validate()
		if want == "" && err != nil || want != "" && (err == nil || !strings.Contains(err.Error(), want)) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// FuzzMessage: whatever a post holds, a chat message stays within its limit and one
// post stays on its line.
func FuzzMessage(f *testing.F) {
	f.Add("柱子票", "看柱子\x1b[2J\u202e", "https://a.test/1")
	f.Add("", "\xff\xfe@all <at>", "javascript:alert(1)")
	s, err := New(Config{}, slog.New(slog.DiscardHandler))
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, name, text, address string) {
		a := alert(plain(name, lineLength))
		a.Hotspot.Evidence.Posts = []vane.EvidencePost{{Title: name, Text: text, URL: address}}
		a.Hotspot.Evidence.Words = []string{text, name}
		var out strings.Builder
		if err := s.message.Execute(&out, MessageOf(a, vane.AlertFiring, "")); err != nil {
			t.Fatal(err)
		}
		got, _ := packed([]string{out.String()}, chatLimit)
		if len(got) > chatLimit || strings.Count(got, "\n") > 8 || strings.ContainsAny(got, "\x1b\u202e@") && !strings.Contains(address, "@") {
			t.Errorf("%q", got)
		}
	})
}
