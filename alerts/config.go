package alerts

import (
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"text/template"
)

// Config is who can be told, and in which words.
type Config struct {
	Receivers []Receiver `yaml:"receivers"`
	// Message is the template of one alert, see message.tmpl, which is used when empty.
	Message string `yaml:"message"`
}

// Receiver is a chat group, a mailbox or a webhook.
type Receiver struct {
	Name string `yaml:"name"`
	URL  string `yaml:"url"` // see the package comment; secret
}

// schemes are the receivers that are tried out by this package's tests. shoutrrr
// knows more, but each has limits of its own that messages must respect.
func schemes() []string { return []string{"wecom", "lark", "dingtalk", "smtp", "generic"} }

// Validate names every receiver that can't be used, without its address.
func (c Config) Validate() error {
	var errs []error
	seen := map[string]bool{}
	for i, r := range c.Receivers {
		switch {
		case r.Name == "":
			errs = append(errs, fmt.Errorf("receivers[%d].name is empty: rules name receivers by it", i))
		case seen[r.Name]:
			errs = append(errs, fmt.Errorf("receivers[%d].name %q is taken by another receiver", i, r.Name))
		}
		seen[r.Name] = true
		if _, err := r.service(); err != nil {
			errs = append(errs, fmt.Errorf("receiver %q: %w", r.Name, err))
		}
	}
	if err := c.checkMessage(); err != nil {
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// Has reports whether there is a receiver of that name.
func (c Config) Has(name string) bool {
	return slices.ContainsFunc(c.Receivers, func(r Receiver) bool { return r.Name == name })
}

// scheme is the first part of the address, without what is put on a plain one, as
// in generic+https.
func (r Receiver) scheme() string {
	scheme, _, _ := strings.Cut(r.URL, "://")
	scheme, _, _ = strings.Cut(strings.ToLower(scheme), "+")
	return scheme
}

// service is what delivers to the receiver.
func (r Receiver) service() (service, error) {
	u, err := url.Parse(r.URL)
	if err != nil || !slices.Contains(schemes(), r.scheme()) {
		return nil, fmt.Errorf("url must begin with one of %s://, and what is special in it be percent-encoded", strings.Join(schemes(), "://, "))
	}
	if r.scheme() == "dingtalk" {
		return newDingTalk(u)
	}
	return newShoutrrr(r, u)
}

// checkMessage writes one message of each kind: a template that names what isn't there
// fails only then, and must not do so when there is something to tell.
func (c Config) checkMessage() error {
	t, err := parseMessage(c.Message)
	if err != nil {
		return err
	}
	for _, s := range samples() {
		if err := t.Execute(io.Discard, s.Message); err != nil {
			return fmt.Errorf("message can't be written of a %s alert: %w", s.kind, err)
		}
	}
	return nil
}

// parseMessage reads a template; "" is the built-in one.
func parseMessage(text string) (*template.Template, error) {
	if text == "" {
		text = builtInMessage
	}
	t, err := template.New("message").Funcs(messageFuncs()).Parse(text)
	if err != nil {
		return nil, fmt.Errorf("message is no template: %w", err)
	}
	return t, nil
}
