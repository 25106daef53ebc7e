package api_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"syscall"
	"testing"
	"time"

	"vane"
	"vane/dashboards/access"
)

// manyHotspots is a store with a long list of hotspots, each with texts as long as
// they are kept: about what a bad week gives.
type manyHotspots struct{ away }

func (manyHotspots) Hotspots(context.Context, time.Time, time.Duration) ([]vane.Hotspot, error) {
	var list []vane.Hotspot
	for i := range 30 {
		list = append(list, hotspot(vane.Tag(fmt.Sprintf("ticketing.issue_%d", i)), float64(90-i)))
	}
	return list, nil
}

// BenchmarkHotspots asks for the list of hotspots over 64 connections that are kept
// open, as API clients do, through the guard. CPU time is that of the server and of the
// client, which share this process; req/s is what both reach together.
func BenchmarkHotspots(b *testing.B) {
	const connections = 64
	a := newAPI(b, nil, 0)
	a.Desk.Reader, a.Desk.Now = manyHotspots{}, time.Now
	guard, err := access.NewGuard(access.DefaultConfig(), access.NewUsers(b.TempDir()+"/users.json"), a.Audit, true, time.Now, a.Log)
	if err != nil {
		b.Fatal(err)
	}
	server := httptest.NewServer(guard.Protect(a.Handler()))
	defer server.Close()
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: connections, MaxConnsPerHost: connections}}
	ask := func() (int64, error) {
		resp, err := client.Get(server.URL + "/api/hotspots")
		if err != nil {
			return 0, err
		}
		defer resp.Body.Close()
		if resp.StatusCode != http.StatusOK {
			return 0, fmt.Errorf("status %s", resp.Status)
		}
		return io.Copy(io.Discard, resp.Body)
	}
	size, err := ask()
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	b.SetBytes(size)
	before, start := cpuTime(b), time.Now()
	next := make(chan struct{}, connections)
	var clients sync.WaitGroup
	for range connections {
		clients.Go(func() {
			for range next {
				if _, err := ask(); err != nil {
					b.Error(err)
				}
			}
		})
	}
	n := 0
	for b.Loop() {
		next <- struct{}{}
		n++
	}
	close(next)
	clients.Wait()
	b.ReportMetric(float64(n)/time.Since(start).Seconds(), "req/s")
	b.ReportMetric(float64((cpuTime(b)-before).Microseconds())/float64(n), "cpu-µs/req")
}

// cpuTime is the CPU time that this process has used.
func cpuTime(b *testing.B) time.Duration {
	b.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
