package alerts

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strconv"
	"time"
)

// dingTalkAPI is where robots of 钉钉 groups take messages. A private gateway is
// named by ?api= in the receiver's address.
const dingTalkAPI = "https://oapi.dingtalk.com/robot/send"

// maxReply is more than any answer of a robot.
const maxReply = 64 << 10

// dingTalk delivers to a robot of a 钉钉 group, which shoutrrr does not know.
type dingTalk struct {
	api    *url.URL
	token  string
	secret string // 加签; empty: the robot is guarded by a key word or addresses
	now    func() time.Time
}

func newDingTalk(u *url.URL) (service, error) {
	d := &dingTalk{token: u.Host, secret: u.Query().Get("secret"), now: time.Now}
	if d.token == "" {
		return nil, errors.New("url has no token: write dingtalk://TOKEN?secret=SECRET")
	}
	address := u.Query().Get("api")
	if address == "" {
		address = dingTalkAPI
	}
	var err error
	if d.api, err = url.Parse(address); err != nil || d.api.Host == "" {
		return nil, errors.New("api in the url is no address of a page")
	}
	return d, nil
}

// signature is 钉钉's: the HMAC-SHA-256 of the time in milliseconds, a line break and
// the secret, under the secret, in Base64
// (open.dingtalk.com/document/robots/customize-robot-security-settings).
func signature(secret, milliseconds string) string {
	h := hmac.New(sha256.New, []byte(secret))
	io.WriteString(h, milliseconds+"\n"+secret)
	return base64.StdEncoding.EncodeToString(h.Sum(nil))
}

// address is the page to post to at this moment.
func (d *dingTalk) address() string {
	u, query := *d.api, d.api.Query()
	query.Set("access_token", d.token)
	if d.secret != "" {
		ms := strconv.FormatInt(d.now().UnixMilli(), 10)
		query.Set("timestamp", ms)
		query.Set("sign", signature(d.secret, ms))
	}
	u.RawQuery = query.Encode()
	return u.String()
}

func (d *dingTalk) send(ctx context.Context, _, text string) error {
	body, err := json.Marshal(map[string]any{"msgtype": "text", "text": map[string]string{"content": text}})
	if err != nil {
		return fmt.Errorf("write the message: %w", err)
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, d.address(), bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("write the request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		var wrapped *url.Error // says the address, which holds the token
		if errors.As(err, &wrapped) {
			err = wrapped.Err
		}
		return fmt.Errorf("reach the robot: %w", err)
	}
	defer resp.Body.Close()
	return dingTalkReply(resp)
}

// dingTalkReply is nil if the robot took the message. It refuses with status 200.
func dingTalkReply(resp *http.Response) error {
	data, err := io.ReadAll(io.LimitReader(resp.Body, maxReply))
	if err != nil {
		return fmt.Errorf("read the robot's answer: %w", err)
	}
	var reply struct {
		Code    *int   `json:"errcode"`
		Message string `json:"errmsg"`
	}
	if resp.StatusCode != http.StatusOK || json.Unmarshal(data, &reply) != nil || reply.Code == nil {
		return fmt.Errorf("the robot answers %s and no errcode", resp.Status)
	}
	if *reply.Code != 0 {
		return fmt.Errorf("the robot refuses: %d %s", *reply.Code, plain(reply.Message, addressLength))
	}
	return nil
}
