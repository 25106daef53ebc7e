package alerts

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"text/template"
	"time"

	"vane"
)

// service delivers one message to one receiver.
type service interface {
	// send returns when the receiver took the message or refused it. It must give up
	// when ctx ends.
	send(ctx context.Context, title, text string) error
}

const (
	// attempts, with waits of firstWait and twice as long each, bridge a restart of a
	// gateway. What lasts longer is tried again at the next detection.
	attempts  = 3
	firstWait = time.Second
	// sendTimeout ends an attempt at a receiver that has gone silent.
	sendTimeout = 15 * time.Second
)

// Sender delivers messages to the configured receivers. It may be used from any
// goroutine.
type Sender struct {
	receivers map[string]target
	message   *template.Template
	wait      time.Duration // before the second attempt
	log       *slog.Logger
}

// target is a receiver that is ready.
type target struct {
	service service
	limit   int // bytes of a message
	hide    *strings.Replacer
}

// New prepares the receivers. Nothing is contacted.
func New(cfg Config, log *slog.Logger) (*Sender, error) {
	if err := cfg.Validate(); err != nil {
		return nil, err
	}
	message, err := parseMessage(cfg.Message)
	if err != nil {
		return nil, err
	}
	s := &Sender{receivers: map[string]target{}, message: message, wait: firstWait, log: log}
	for _, r := range cfg.Receivers {
		service, err := r.service()
		if err != nil {
			return nil, fmt.Errorf("receiver %q: %w", r.Name, err)
		}
		limit := chatLimit
		if scheme := r.scheme(); scheme == "smtp" || scheme == "generic" {
			limit = longLimit
		}
		s.receivers[r.Name] = target{service, limit, hideSecrets(r.URL)}
	}
	return s, nil
}

// Send tells a receiver of alerts, as many in a message as fit. It calls delivered
// with how many of the messages have got through after each that did, so that the
// caller can remember it: what was delivered must not be sent again. It fails when
// a message is not taken after some attempts, and sends no more then.
func (s *Sender) Send(ctx context.Context, receiver string, messages []Message, delivered func(n int) error) error {
	t, ok := s.receivers[receiver]
	if !ok {
		return fmt.Errorf("there is no receiver %q: add it to receivers in alerts.yaml", receiver)
	}
	texts := make([]string, len(messages))
	for i, m := range messages {
		var out strings.Builder
		if err := s.message.Execute(&out, m); err != nil {
			return fmt.Errorf("write the alert of %s: %w; mend message in alerts.yaml", m.Alert.Tag, err)
		}
		texts[i] = strings.TrimSpace(out.String())
	}
	for done := 0; done < len(texts); {
		text, n := packed(texts[done:], t.limit)
		if err := s.try(ctx, receiver, t, title(messages[done:done+n]), text); err != nil {
			return err
		}
		done += n
		if err := delivered(done); err != nil {
			return err
		}
	}
	return nil
}

// title is the subject of a mail about some alerts.
func title(messages []Message) string {
	name := plain(messages[0].Alert.Name, lineLength)
	if messages[0].Test {
		return "消费舆情风向标：测试消息"
	}
	if len(messages) > 1 {
		return fmt.Sprintf("消费舆情风向标：%s等 %d 条报警", name, len(messages))
	}
	return "消费舆情风向标：" + name
}

// try sends until the receiver takes the message, or attempts are used up.
func (s *Sender) try(ctx context.Context, receiver string, t target, title, text string) error {
	wait := s.wait
	for attempt := 1; ; attempt++ {
		limited, cancel := context.WithTimeout(ctx, sendTimeout)
		err := t.service.send(limited, title, text)
		cancel()
		if err == nil {
			return nil
		}
		// The words of the error are kept and the error is not: it may hold the address.
		err = errors.New(t.hide.Replace(err.Error()))
		if attempt == attempts || ctx.Err() != nil {
			return fmt.Errorf("tell %q after %d attempts: %w", receiver, attempt, err)
		}
		s.log.Warn("receiver did not take an alert", "receiver", receiver, "retry_in", wait, "err", err)
		select {
		case <-ctx.Done():
			return fmt.Errorf("tell %q: %w", receiver, ctx.Err())
		case <-time.After(wait):
		}
		wait *= 2
	}
}

// MessageOf is what a notice reads like.
func MessageOf(a vane.Alert, of vane.AlertState, receiver string) Message {
	over := of == vane.AlertResolved
	return Message{Alert: a, Over: over, Missed: over && !a.Knows(receiver, vane.AlertFiring)}
}
