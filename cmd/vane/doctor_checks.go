package main

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"

	"vane"
	"vane/crawler"
	"vane/storage"
	"vane/storage/engine"
)

// checkConfig reads everything that the configuration names.
func (d *doctor) checkConfig() {
	const check, do = "配置", "按提示修改该文件，再运行 vane check"
	sources, err := d.cfg.sources()
	tax, taxonomyErr := d.cfg.taxonomy()
	_, calendarErr := d.cfg.detection()
	alerts, alertsErr := d.cfg.alerts()
	if err := errors.Join(err, taxonomyErr, calendarErr, alertsErr); err != nil {
		d.wrong(check, do, "%v", err)
		return
	}
	issues := 0
	for _, f := range tax {
		issues += len(f.Issues)
	}
	d.ok(check, "%s：来源 %d 个，问题类别 %d 个，报警规则 %d 条；vane %s", orBuiltIn(d.configFile), len(sources), issues, len(alerts.Rules), version())
}

// checkSecrets looks who may read what must stay secret.
func (d *doctor) checkSecrets() {
	const check = "密钥文件"
	var open, mend []string
	seen := 0
	for _, file := range d.secretFiles() {
		info, err := os.Stat(file)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		seen++
		// A service's configuration may be root's, and be read by the group of its account.
		strangers, repair := fs.FileMode(0o007), "chmod o-rwx "
		if strings.HasPrefix(file, d.dataDir+string(filepath.Separator)) {
			strangers, repair = 0o077, "chmod 600 "
		}
		if err != nil || info.Mode().Perm()&strangers != 0 && runtime.GOOS != "windows" {
			open, mend = append(open, file), append(mend, repair+file)
		}
	}
	if len(open) > 0 {
		d.wrong(check, strings.Join(mend, "; "), "其他账户可以读取：%s", strings.Join(open, "、"))
		return
	}
	if d.hasAuthorKey() {
		if _, err := d.cfg.authorSecret(d.dataDir); err != nil {
			d.wrong(check, "从备份恢复该文件", "%v", err)
			return
		}
	}
	d.ok(check, "%d 个，仅本账户可读", seen)
}

// secretFiles are the files that only vane's account may read, if they are there.
func (d *doctor) secretFiles() []string {
	in := func(name string) string { return filepath.Join(d.dataDir, name) }
	files := []string{
		in(authorKeyFile), in("users.json"), in("audit.jsonl"),
		filepath.Join(d.engineDir(), "writer.password"), filepath.Join(d.engineDir(), "grafana.password"),
	}
	for _, named := range []string{d.cfg.Access.TLSKey, d.cfg.Access.Users} {
		if named != "" {
			files = append(files, named)
		}
	}
	if d.configFile == "" {
		return files
	}
	if d.cfg.AuthorSecret != "" || strings.Contains(d.cfg.Storage.DSN, "@") {
		files = append(files, d.configFile)
	}
	if alerts, err := d.cfg.alerts(); err == nil && len(alerts.Receivers) > 0 { // whose addresses hold tokens
		files = append(files, filepath.Join(filepath.Dir(d.configFile), alertsFile))
	}
	return files
}

// hasAuthorKey keeps the check from making a key.
func (d *doctor) hasAuthorKey() bool {
	_, err := os.Stat(filepath.Join(d.dataDir, authorKeyFile))
	return err == nil
}

// checkDataDir reports whether there is one to look into.
func (d *doctor) checkDataDir() bool {
	const check = "数据目录"
	info, err := os.Stat(d.dataDir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		d.ok(check, "%s 还不存在，首次运行时建立", d.dataDir)
		return false
	case err != nil:
		d.wrong(check, "检查路径和权限", "%v", err)
		return false
	case !info.IsDir():
		d.wrong(check, "用 --data-dir 指定一个目录", "%s 不是目录", d.dataDir)
		return false
	case info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows":
		d.wrong(check, "chmod 700 "+d.dataDir, "其他账户可以进入 %s，待入库的信息尚未脱敏", d.dataDir)
		return true
	}
	probe, err := os.CreateTemp(d.dataDir, ".doctor-")
	if err == nil {
		err = errors.Join(probe.Close(), os.Remove(probe.Name()))
	}
	if err != nil {
		d.wrong(check, "把目录的所有者改为运行 vane 的账户（chown）", "不能写入：%v", err)
		return true
	}
	if _, err := os.Stat(filepath.Join(d.dataDir, restoring)); err == nil {
		d.wrong(check, "删除该目录后重新运行 vane restore", "%s 里有一次中断的恢复", d.dataDir)
		return true
	}
	d.ok(check, "%s", d.dataDir)
	return true
}

func (d *doctor) checkDisk() {
	free, err := freeBytes(d.dataDir)
	d.disk(free, err)
}

func (d *doctor) disk(free uint64, err error) {
	const check = "磁盘"
	switch {
	case err != nil:
		d.ok(check, "剩余空间未知：%v", err)
	case free < d.leastFree():
		d.wrong(check, "清理空间、把数据目录移到更大的磁盘，或设置 storage.keep_texts", "剩余 %s，少于 %s", bytesText(free), bytesText(d.leastFree()))
	default:
		d.ok(check, "剩余 %s", bytesText(free))
	}
}

// checkState looks at the crawl state, and gives how the sources do.
func (d *doctor) checkState(ctx context.Context) health {
	const check = "采集状态"
	if _, err := os.Stat(d.stateFile()); errors.Is(err, fs.ErrNotExist) {
		d.ok(check, "还没有采集过")
		return nil
	}
	state, err := crawler.ReadState(ctx, d.stateFile())
	if err != nil {
		d.wrong(check, "按提示处理；vane restore 可以从备份恢复", "%v", err)
		return nil
	}
	defer state.Close()
	whole := state.QuickCheck(ctx)
	list, err := state.Health(ctx)
	waiting, err2 := state.Backlog(ctx)
	switch err := errors.Join(whole, err, err2); {
	case whole == nil && errors.Is(err, crawler.ErrOlder):
		d.wrong(check, "先 vane backup，再运行 vane migrate 或直接启动 vane run", "完好，但由旧版本建立（表结构版本 %d）", state.Version())
		return nil
	case err != nil:
		d.wrong(check, "按提示处理；vane restore 可以从备份恢复", "%v", err)
		return nil
	}
	d.waiting(waiting, state.Shared())
	d.lastPass(list)
	return list
}

// waiting judges the outbox. Without a running vane nobody fetches it, and that is in
// order.
func (d *doctor) waiting(w crawler.Backlog, running bool) {
	const check = "采集状态"
	age := d.now.Sub(w.Oldest).Round(time.Minute)
	switch {
	case w.Posts >= d.cfg.Crawler.OutboxMax:
		d.wrong(check, "看 ClickHouse 一项；入库恢复后采集会自动继续", "待入库队列已满：%d 条", w.Posts)
	case w.Posts > 0 && running && age > stuckAfter:
		d.wrong(check, "看 ClickHouse 一项和 vane run 的日志", "%d 条信息等待入库，最早的已等 %s", w.Posts, age)
	case w.Posts > 0 && !running:
		d.ok(check, "%d 条信息等待入库，下次运行时入库", w.Posts)
	default:
		d.ok(check, "完好，%d 条等待入库", w.Posts)
	}
}

// lastPass holds the clock against what was recorded: nothing can have ended tomorrow.
func (d *doctor) lastPass(list health) {
	const check, ahead = "时钟", time.Minute
	for _, h := range list {
		if h.Ended.After(d.now.Add(ahead)) {
			d.wrong(check, "校准系统时间（如 timedatectl set-ntp true）", "现在是 %s，而 %s 的上次采集结束于 %s", clock(d.now), h.Source, clock(h.Ended))
			return
		}
	}
	d.ok(check, "%s", clock(d.now))
}

// checkLibrary looks for the embedded engine.
func (d *doctor) checkLibrary() bool {
	const check = "引擎"
	if d.cfg.Storage.DSN != "" {
		return true
	}
	library := d.cfg.Storage.Libchdb
	var err error
	if library != "" {
		_, err = os.Stat(library)
	} else {
		dir := d.cfg.Storage.Engine.CacheDir
		if dir == "" {
			dir, err = engine.DefaultCacheDir()
		}
		if err == nil {
			_, err = engine.FindLibrary(dir)
		}
	}
	if err != nil {
		d.wrong(check, "运行 vane engine --install，或改正 storage.libchdb", "%v", err)
		return false
	}
	d.ok(check, "libchdb %s", engine.Version)
	return true
}

// checkClickHouse asks the server, the engine of a running vane, or one that is started
// for this.
func (d *doctor) checkClickHouse(ctx context.Context) {
	const check = "ClickHouse"
	if !d.checkLibrary() {
		return
	}
	if _, err := os.Stat(d.engineDir()); d.cfg.Storage.DSN == "" && errors.Is(err, fs.ErrNotExist) {
		d.ok(check, "还没有数据，首次运行时建立") // an engine that is started would make some
		return
	}
	var opened stack
	var err error
	defer func() {
		if opened.close(&err); err != nil {
			d.wrong(check, "看日志；磁盘或内存不足是最常见的原因", "%v", err)
		}
	}()
	cfg, err := d.server(ctx, &opened)
	if errors.Is(err, engine.ErrLocked) {
		cfg.DSN, err = engine.Attach(d.engineDir())
	}
	if err != nil {
		return
	}
	store, err := d.connected(ctx, cfg, &opened)
	if err != nil {
		return
	}
	d.store(ctx, store)
}

// store asks a ClickHouse that answers for its version, its clock and its tables.
func (d *doctor) store(ctx context.Context, store *storage.Store) {
	const check = "ClickHouse"
	v, err := store.ServerVersion()
	server, err2 := store.ServerTime(ctx)
	if err := errors.Join(err, err2); err != nil {
		d.wrong(check, "看 ClickHouse 的日志", "%v", err)
		return
	}
	d.ok(check, "%s", v)
	if off := time.Until(server).Round(time.Second); off.Abs() > time.Minute {
		d.wrong("时钟", "在两台机器上都校准系统时间", "ClickHouse 的时钟相差 %s", off)
	}
	schema, err := store.Schema(ctx)
	if err != nil {
		d.ok("表结构", "还没有建立，首次运行时建立")
		return
	}
	d.schema(schema)
	if len(schema.Missing)+len(schema.Unknown) == 0 { // else the tables may not have what is asked for
		d.taxonomy(ctx, store)
	}
}

func (d *doctor) schema(s storage.SchemaState) {
	const check = "表结构"
	switch {
	case len(s.Unknown) > 0:
		d.wrong(check, "运行那个版本的 vane", "比本程序新（%v）", s.Unknown)
	case len(s.Missing) > 0:
		d.wrong(check, "先 vane backup，再运行 vane migrate 或直接启动 vane run", "落后 %d 步：%s", len(s.Missing), strings.Join(s.Missing, "、"))
	default:
		d.ok(check, "版本 %d，最新", s.Version)
	}
}

// outdatedMonth is what the taxonomy's check looks at: what analysts look at most.
const outdatedMonth = 30 * 24 * time.Hour

// taxonomy looks whether the last month was tagged by the rules that hold now.
func (d *doctor) taxonomy(ctx context.Context, store *storage.Store) {
	const check = "分类体系"
	analyzer, err := d.analyzer()
	if err != nil {
		d.wrong(check, "运行 vane check", "%v", err)
		return
	}
	days, err := store.Outdated(ctx, analyzer.TaxonomyVersion(), vane.Window{From: d.now.Add(-outdatedMonth), To: d.now})
	if err != nil {
		d.wrong(check, "看 ClickHouse 一项", "%v", err)
		return
	}
	var posts uint64
	for _, day := range days {
		posts += day.Posts
	}
	if posts > 0 {
		d.wrong(check, "运行 vane retag --diff 查看差别，再运行 vane retag", "近 30 天有 %d 条信息是旧规则标注的", posts)
		return
	}
	d.ok(check, "版本 %08x，近 30 天的信息都按它标注", analyzer.TaxonomyVersion())
}

// checkSources looks at those that are crawled.
func (d *doctor) checkSources(list health) {
	const check = "来源"
	sources, err := d.cfg.sources()
	if err != nil {
		return // said by checkConfig
	}
	enabled := slices.DeleteFunc(sources, func(s crawler.Source) bool { return !s.Enabled })
	if len(enabled) == 0 {
		d.ok(check, "没有启用的来源：把 sources/ 中某个文件的 enabled 改为 true，或用 vane import")
		return
	}
	if d.cfg.Crawler.Contact == "" {
		d.wrong("联系方式", "设置 crawler.contact 为网址或邮箱", "启用了 %d 个来源，而 crawler.contact 为空：网站的管理员找不到您", len(enabled))
	}
	var troubles []string
	for _, h := range list {
		if slices.ContainsFunc(enabled, func(s crawler.Source) bool { return s.Name == h.Source }) && late(h, d.now) {
			troubles = append(troubles, h.Source+trouble(h))
		}
	}
	if len(troubles) > 0 {
		d.wrong(check, "运行 vane sources 查看，vane sources test 试读页面", "%s", strings.Join(troubles, "；"))
		return
	}
	d.ok(check, "启用 %d 个，都正常", len(enabled))
}

func trouble(h crawler.SourceHealth) string {
	switch {
	case h.Failing > 0:
		return fmt.Sprintf("连续失败 %d 次（%s）", h.Failing, oneLine(h.Detail, 80))
	case h.Flagged:
		return "的选择器可能不再适用"
	}
	return "该采集而没有采集，vane run 在运行吗"
}

// checkBoard looks at the address of the board, and asks a vane that runs there.
func (d *doctor) checkBoard(ctx context.Context) {
	const check = "看板"
	address := d.cfg.Web.Listen
	if why, running := d.askReady(ctx, address); running {
		if why != "" {
			d.wrong(check, "按这句话处理", "vane 正在 %s 运行，但未就绪：%s", address, why)
			return
		}
		d.ok(check, "vane 正在 %s 运行，已就绪", address)
		return
	}
	site, err := d.listen(ctx)
	if err != nil {
		d.wrong(check, "修改 web.listen，或按提示处理", "%v", err)
		return
	}
	if err := site.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		d.wrong(check, "修改 web.listen", "%v", err)
		return
	}
	d.ok(check, "%s 可用，vane 未在运行", address)
}

// askReady asks whoever listens at an address whether vane is ready there.
func (d *doctor) askReady(ctx context.Context, address string) (why string, running bool) {
	scheme, client := "http", http.DefaultClient
	if d.cfg.Access.TLSCert != "" {
		// Its certificate is for another name than the address; it is asked one thing, and told nothing.
		scheme, client = "https", &http.Client{Transport: &http.Transport{TLSClientConfig: &tls.Config{InsecureSkipVerify: true}}} //nolint:gosec // see above
	}
	ctx, cancel := context.WithTimeout(ctx, 2*readyTimeout)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, scheme+"://"+address+"/readyz", nil)
	if err != nil {
		return "", false
	}
	resp, err := client.Do(req)
	if err != nil {
		return "", false
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(io.LimitReader(resp.Body, 1<<10))
	text := strings.TrimSpace(string(body))
	switch {
	case err == nil && resp.StatusCode == http.StatusOK && text == "ready":
		return "", true
	case err == nil && resp.StatusCode == http.StatusServiceUnavailable:
		return oneLine(text, 300), true
	}
	return "", false
}
