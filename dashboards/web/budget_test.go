package web_test

import (
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"vane"
	"vane/storage/storagetest"
)

// budget is what the first look at a page may take over the wire, in bytes.
const budget = 300 << 10

// TestFirstLoadIsSmall counts what a browser with an empty cache is sent for a page: the
// page of a bad week, with long posts, in a few dozen kilobytes.
func TestFirstLoadIsSmall(t *testing.T) {
	browser := startBrowser(t)
	store := storagetest.New(t)
	fill(t, store)
	var hotspots []vane.Hotspot
	for i := range 30 {
		h := vane.Hotspot{
			Tag: vane.Tag(fmt.Sprintf("ticketing.issue_%d", i)), Name: fmt.Sprintf("第%d个问题", i), From: now.Add(-30 * time.Hour), To: now, Peak: now, State: vane.Lasting,
			Heat: 60 - float64(i), Posts: 500, Expected: 7, Authors: 300, Texts: 290, Sources: 9,
			Components: vane.Components{{Name: "volume", Points: 45, Says: "30 小时内 500 条，平常约 7 条"}, {Name: "acceleration", Points: 15, Says: "最热时后半程是前半程的 3 倍"}},
			Evidence:   vane.Evidence{Words: strings.Fields("座位 柱子 退款 客服 看台 遮挡 票价 主办 投诉 平台"), Channels: []vane.Share{{Key: "论坛", Posts: 400}, {Key: "微博", Posts: 100}}},
		}
		for k := range 5 {
			h.Evidence.Posts = append(h.Evidence.Posts, vane.EvidencePost{URL: fmt.Sprintf("https://example.com/%d/%d", i, k), Source: "forum", Text: strings.Repeat(fmt.Sprintf("第%d条，座位后面有柱子，", i*5+k), 80), PublishedAt: now})
		}
		for k := range 168 {
			h.Evidence.Hours = append(h.Evidence.Hours, vane.HourCount{At: now.Add(time.Duration(k-168) * time.Hour), Voices: float64(k * (i + 3) % 37), Expected: 3, High: 8})
		}
		hotspots = append(hotspots, h)
	}
	if err := store.SaveHotspots(t.Context(), now, hotspots); err != nil {
		t.Fatal(err)
	}
	server := boardOver(t, store)
	for _, path := range []string{"/", "/hotspots/ticketing.pillar_seat", "/search?q=%E6%A0%87%E9%A2%98", "/events", "/words", "/corrections", "/sources", "/reports"} {
		tab, cancel := chromedp.NewContext(browser)
		tab, stop := context.WithTimeout(tab, pageTimeout)
		var sent, files atomic.Int64
		err := chromedp.Listen(tab, func(ev any) {
			switch ev := ev.(type) {
			case *network.EventLoadingFinished:
				sent.Add(int64(ev.EncodedDataLength))
				files.Add(1)
			case *network.EventRequestWillBeSent:
				if !strings.HasPrefix(ev.Request.URL, server.URL+"/") && !strings.HasPrefix(ev.Request.URL, "data:") {
					t.Errorf("%s asks for %s", path, ev.Request.URL)
				}
			}
		})
		if err == nil {
			_, err = chromedp.Call(tab, network.Enable, network.EnableParams{})
		}
		if err == nil {
			_, err = chromedp.Call(tab, network.SetCacheDisabled, network.SetCacheDisabledParams{CacheDisabled: true})
		}
		if err == nil {
			err = chromedp.Do(tab, chromedp.Navigate(server.URL+path))
		}
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%-34s %6.1f KB in %d files", path, float64(sent.Load())/1024, files.Load())
		if n := sent.Load(); n > budget || n == 0 {
			t.Errorf("%s: the first load is %d bytes", path, n)
		}
		stop()
		cancel()
	}
}

// Whoever takes no compression gets the page as it is, and both get the same.
func TestCompressionChangesNothing(t *testing.T) {
	server := board(t)
	for _, path := range []string{"/", "/nothing", "/assets/style.css"} {
		_, plain := get(t, server.URL+path)
		req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+path, nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Accept-Encoding", "gzip") // said by hand, it is not undone by the client
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		z, err := gzip.NewReader(resp.Body)
		if err != nil {
			t.Fatalf("%s is not compressed: %v", path, err)
		}
		packed, err := io.ReadAll(z)
		resp.Body.Close()
		if err != nil || string(packed) != plain {
			t.Errorf("%s: compressed it is another one, %v", path, err)
		}
	}
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.URL+"/search/export?format=xlsx", nil)
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Accept-Encoding", "gzip")
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	resp.Body.Close()
	if resp.Header.Get("Content-Encoding") != "" {
		t.Error("a workbook is compressed twice")
	}
}
