package storage

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net"
	"reflect"
	"syscall"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// patience is how long a question waits for a server that went away: the embedded
// engine is started again within seconds, whatever ended it.
const patience = 30 * time.Second

// patient asks again what a lost connection left without an answer. Only questions, and
// alerts: what else writes is repeated by whoever knows what was written.
type patient struct {
	driver.Conn
	log *slog.Logger
}

// Query implements [driver.Conn]. It is asked again until its first rows are there.
func (p patient) Query(ctx context.Context, query string, args ...any) (driver.Rows, error) {
	var rows driver.Rows
	err := p.again(ctx, func() (err error) {
		rows, err = p.Conn.Query(ctx, query, args...)
		return err
	})
	return rows, err
}

// Select implements [driver.Conn].
func (p patient) Select(ctx context.Context, dest any, query string, args ...any) error {
	return p.again(ctx, func() error {
		reflect.ValueOf(dest).Elem().SetZero() // of what came before the connection broke
		return p.Conn.Select(ctx, dest, query, args...)
	})
}

// again repeats ask while connections are lost, for as long as patience lasts.
func (p patient) again(ctx context.Context, ask func() error) error {
	end := time.Now().Add(patience)
	for wait := 50 * time.Millisecond; ; wait *= 2 {
		err := ask()
		if !lost(err) || time.Now().Add(wait).After(end) {
			return err
		}
		p.log.WarnContext(ctx, "the connection to clickhouse was lost, the question is asked again", "err", err)
		select {
		case <-ctx.Done():
			return errors.Join(ctx.Err(), err)
		case <-time.After(wait):
		}
	}
}

// lost reports whether the server went away, or is not there yet. A deadline is none.
func lost(err error) bool {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return false
	}
	for _, sign := range []error{io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNREFUSED, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, sign) {
			return true
		}
	}
	return false
}
