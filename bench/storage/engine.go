package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// sql runs a statement over HTTP, which needs no driver.
func (b *bench) sql(ctx context.Context, statement string, values map[string]any) (string, error) {
	dsn, err := url.Parse(b.engine.DSN())
	if err != nil {
		return "", err
	}
	password, _ := dsn.User.Password()
	q := url.Values{"database": {"vane"}}
	for name, value := range values {
		q.Set("param_"+name, fmt.Sprint(value))
	}
	address := fmt.Sprintf("http://127.0.0.1:%d/?%s", b.engine.ReadOnly().HTTPPort, q.Encode())
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader(statement))
	if err != nil {
		return "", err
	}
	request.SetBasicAuth(dsn.User.Username(), password)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer response.Body.Close()
	answer, err := io.ReadAll(response.Body)
	if err != nil {
		return "", err
	}
	if response.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the engine says: %.500s", answer)
	}
	return strings.TrimSpace(string(answer)), nil
}

// number asks for one number.
func (b *bench) number(ctx context.Context, question string) (n float64, err error) {
	answer, err := b.sql(ctx, question, nil)
	if err != nil {
		return 0, err
	}
	_, err = fmt.Sscan(answer, &n)
	return n, err
}

// cpu is how many CPU seconds the engine used so far.
func (b *bench) cpu(ctx context.Context) (float64, error) {
	return b.number(ctx, "SELECT sum(value) / 1e6 FROM system.events WHERE event = 'OSCPUVirtualTimeMicroseconds'")
}

// bytesOf is how much the parts of a table take on disk.
func (b *bench) bytesOf(ctx context.Context, table string) (float64, error) {
	return b.number(ctx, "SELECT sum(bytes_on_disk) FROM system.parts WHERE active AND database = 'vane' AND table = '"+table+"'")
}
