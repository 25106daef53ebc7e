package main

import (
	"context"

	"github.com/schollz/progressbar/v3"

	"vane/storage/engine"
)

// bar is a progress bar on a person's terminal; elsewhere it draws nothing.
func (a *app) bar(total int64, what string, options ...progressbar.Option) *progressbar.ProgressBar {
	if !a.terminal() {
		return progressbar.DefaultSilent(total, what)
	}
	return progressbar.NewOptions64(total, append([]progressbar.Option{
		progressbar.OptionSetDescription(what),
		progressbar.OptionSetWriter(a.errOut),
		progressbar.OptionShowCount(),
		progressbar.OptionFullWidth(),
		progressbar.OptionClearOnFinish(),
	}, options...)...)
}

// installEngine fetches the engine's library if it is not in the cache yet, and
// says where it is.
func (a *app) installEngine(ctx context.Context) (string, error) {
	dir, err := a.cacheDir()
	if err != nil {
		return "", err
	}
	if library, err := engine.FindLibrary(dir); err == nil {
		return library, nil
	}
	a.say("下载内嵌 ClickHouse（libchdb，约 180 MB，只需一次）到 %s", dir)
	bar := a.bar(1, "下载", progressbar.OptionShowBytes(true))
	defer bar.Close() // only the drawing
	return engine.Install(ctx, dir, func(done, total int64) {
		bar.ChangeMax64(total)
		bar.Set64(done) // only the drawing
	})
}

// cacheDir is where the engine's library is kept: the configured folder, or the
// user's cache.
func (a *app) cacheDir() (string, error) {
	if dir := a.cfg.Storage.Engine.CacheDir; dir != "" {
		return dir, nil
	}
	return engine.DefaultCacheDir()
}
