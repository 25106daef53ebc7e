//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"time"

	"vane/test/rig"
)

// smallDisk is a file system of its own at dir, of some megabytes. Where the user may
// not mount one, it says why not.
func smallDisk(dir string, megabytes int) (unmount func(), err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	if err := syscall.Mount("vane-faults", dir, "tmpfs", 0, size(megabytes)); err != nil {
		return nil, fmt.Errorf("a small disk can't be mounted (%w): run the suite as root, in a container that may mount", err)
	}
	return func() { _ = syscall.Unmount(dir, syscall.MNT_DETACH) }, nil
}

func size(megabytes int) string { return "size=" + strconv.Itoa(megabytes) + "m" }

// usedMegabytes is what is written on the disk at dir.
func usedMegabytes(dir string) (int, error) {
	var fs syscall.Statfs_t
	err := syscall.Statfs(dir, &fs)
	return int(int64(fs.Blocks-fs.Bfree) * fs.Bsize >> 20), err
}

// grow gives a small disk another size.
func grow(dir string, megabytes int) error {
	return syscall.Mount("vane-faults", dir, "tmpfs", syscall.MS_REMOUNT, size(megabytes))
}

// diskOutbox fills the disk of the outbox: the store is away, and crawling goes on
// without the bound that would stop it.
func (s *suite) diskOutbox(ctx context.Context, r *result) error {
	rem, err := s.remote(ctx, filepath.Join(s.dir, "disk-outbox", "remote"))
	if err != nil {
		return err
	}
	defer rem.close()
	p, err := s.place(ctx, "disk-outbox", s.posts/10, rig.Config{DSN: rem.through(), Crawl: "min_free_bytes: 0"})
	if err != nil {
		return err
	}
	defer p.close()
	unmount, err := smallDisk(p.data, 2)
	if err != nil {
		r.notRun = err.Error()
		return nil
	}
	defer unmount()
	return p.fill(ctx, rem, "disk of the outbox full", "the disk is full", r, func(*rig.Process) error { return grow(p.data, 200) })
}

// diskQuota is diskOutbox where nobody may mount: no file may grow over some size, until
// it is raised again.
func (s *suite) diskQuota(ctx context.Context, r *result) error {
	rem, err := s.remote(ctx, filepath.Join(s.dir, "disk-quota", "remote"))
	if err != nil {
		return err
	}
	defer rem.close()
	p, err := s.place(ctx, "disk-quota", s.posts/10, rig.Config{DSN: rem.through()})
	if err != nil {
		return err
	}
	defer p.close()
	if _, err := exec.LookPath("prlimit"); err != nil {
		r.notRun = "there is no prlimit (util-linux) to raise the quota with"
		return nil
	}
	return p.fill(ctx, rem, "files may not grow", "the disk", r, func(v *rig.Process) error {
		return exec.CommandContext(ctx, "prlimit", "--pid", strconv.Itoa(v.PID()), "--fsize=unlimited").Run() //nolint:gosec // the suite's own process
	})
}

// fill crawls with the store away until vane complains of the disk, makes room, and
// wants everything stored.
func (p *place) fill(ctx context.Context, rem *remote, fault, sign string, r *result, room func(*rig.Process) error) error {
	var v *rig.Process
	var err error
	if fault == "files may not grow" {
		const most = 1 << 20 // of a file, in the blocks of 512 bytes that sh counts
		v, err = rig.Start("sh", append([]string{"-c", fmt.Sprintf(`ulimit -S -f %d; exec "$0" "$@"`, most/512), p.s.program}, p.args("run")...)...)
	} else {
		v, err = p.start()
	}
	if err != nil {
		return err
	}
	defer v.Kill()
	if err := p.says(ctx, v, "看板"); err != nil {
		return err
	}
	rem.line.Stop()
	if err := p.says(ctx, v, sign); err != nil {
		return errors.Join(err, p.keep(v))
	}
	r.rounds, r.faults[fault] = 1, 1
	rig.Sleep(ctx, 3*time.Second)
	if err := errors.Join(room(v), rem.line.Start()); err != nil {
		return err
	}
	err = p.complete(ctx, v, rem.engineDir())
	if err == nil {
		err = p.judge(ctx, rem.engineDir(), r)
	}
	return errors.Join(err, p.end(v))
}

// says waits until vane says something.
func (p *place) says(ctx context.Context, v *rig.Process, sign string) error {
	const patience = 2 * time.Minute
	for start := time.Now(); !strings.Contains(v.Said(), sign); {
		if !v.Alive() {
			return errors.Join(fmt.Errorf("vane ended with %d: %s", v.Code(), lastLine(v.Said())), p.keep(v))
		}
		if time.Since(start) > patience {
			return errors.Join(fmt.Errorf("vane did not say %q within %s", sign, patience), p.keep(v))
		}
		if !rig.Sleep(ctx, 100*time.Millisecond) {
			return ctx.Err()
		}
	}
	return nil
}

// diskEngine fills the disk of the engine. Posts wait in the outbox, on another disk.
func (s *suite) diskEngine(ctx context.Context, r *result) error {
	dir := filepath.Join(s.dir, "disk-engine", "remote")
	const enough = 600 // megabytes
	unmount, err := smallDisk(dir, enough)
	if err != nil {
		r.notRun = err.Error()
		return nil
	}
	defer unmount()
	rem, err := s.remote(ctx, dir)
	if err != nil {
		return err
	}
	defer rem.close()
	p, err := s.place(ctx, "disk-engine", s.posts/4, rig.Config{DSN: rem.through()})
	if err != nil {
		return err
	}
	defer p.close()
	p.site.Answer(1) // until the disk is small
	v, err := p.start()
	if err != nil {
		return err
	}
	defer v.Kill()
	if err := p.says(ctx, v, "看板"); err != nil { // the tables are made
		return err
	}
	used, err := usedMegabytes(dir)
	if err == nil {
		err = grow(dir, used+1)
	}
	if err != nil {
		return err
	}
	p.site.Answer(0)
	if err := p.says(ctx, v, "store is away"); err != nil {
		return errors.Join(err, p.keep(v))
	}
	r.rounds, r.faults["disk of the engine full"] = 1, 1
	rig.Sleep(ctx, 3*time.Second)
	if err := grow(dir, enough); err != nil {
		return err
	}
	err = p.complete(ctx, v, rem.engineDir())
	if err == nil {
		err = p.judge(ctx, rem.engineDir(), r)
	}
	return errors.Join(err, p.end(v))
}
