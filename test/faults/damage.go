//go:build linux

package main

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"time"

	"vane/test/rig"
)

// wound is a way to damage what is on disk.
type wound struct {
	name    string
	inflict func(p *place, rng *rand.Rand) error
	command []string // that must refuse, saying the words
	words   string
	repair  func(p *place) error // what the words say; nil: it heals by itself
}

func wounds() []wound {
	return []wound{
		{"SQLite page", woundPage, []string{"run"}, "move it away", (*place).forgetState},
		{"ClickHouse part, its columns", woundColumns, []string{"run"}, "delete that folder", (*place).dropDetached},
		{"ClickHouse part, its data", woundData, []string{"export", "posts", "--from", "2000-01-01"}, "delete that folder", (*place).dropWounded},
		{"ClickHouse counts", woundCounts, nil, "", nil},
	}
}

// damage damages the files of an installation that is complete, one after the other.
// Each must be refused in words that name the repair, and the repair must bring
// everything back.
func (s *suite) damage(ctx context.Context, r *result) error {
	p, err := s.place(ctx, "damage", s.posts/10, rig.Config{})
	if err != nil {
		return err
	}
	defer p.close()
	rng := s.chance(3)
	if err := p.finish(ctx, r); err != nil {
		return err
	}
	for _, w := range wounds() {
		if err := w.inflict(p, rng); err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		r.rounds++
		r.faults[w.name]++
		if w.command != nil {
			code, said, err := rig.Run(2*time.Minute, p.s.program, p.args(w.command...)...)
			if err != nil {
				return err
			}
			if code != 1 || !strings.Contains(said, w.words) {
				return fmt.Errorf("%s: vane %s ended with %d and does not say %q: %s", w.name, w.command[0], code, w.words, lastLine(said))
			}
			if err := w.repair(p); err != nil {
				return fmt.Errorf("%s: %w", w.name, err)
			}
		}
		if err := p.finish(ctx, r); err != nil {
			return fmt.Errorf("after %s was repaired: %w", w.name, err)
		}
	}
	return nil
}

// finish runs a vane until everything is stored, and compares.
func (p *place) finish(ctx context.Context, r *result) error {
	v, err := p.start()
	if err != nil {
		return err
	}
	defer v.Kill()
	err = p.complete(ctx, v, p.engineDir())
	if err == nil {
		r.note = ""
		err = p.judge(ctx, p.engineDir(), r)
	}
	return errors.Join(err, p.end(v))
}

// woundPage overwrites a page of the crawler's state: a leaf or branch of a table, as
// its first byte says.
func woundPage(p *place, rng *rand.Rand) error {
	const page = 4096
	file := filepath.Join(p.data, "vane.sqlite")
	content, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	for range 10_000 {
		at := (1 + rng.IntN(len(content)/page-1)) * page
		if !strings.ContainsRune("\x02\x05\x0a\x0d", rune(content[at])) {
			continue // free, or the rest of a long row
		}
		for i := range page {
			content[at+i] = byte(rng.Uint32())
		}
		return os.WriteFile(file, content, 0o600)
	}
	return errors.New("the state has no pages")
}

// partName is how ClickHouse names the parts of posts: month, first and last insert.
var partName = regexp.MustCompile(`^2\d{5}_\d+_\d+_\d+$`)

// parts are the folders of parts, by a pattern of their names.
func (p *place) parts(pattern string) ([]string, error) {
	return filepath.Glob(filepath.Join(p.engineDir(), "data", "store", "*", "*", pattern))
}

// part is a random part of posts that is in use. The older parts of its month, from
// which ClickHouse could take up what is lost, are deleted as they are after eight
// minutes.
func (p *place) part(rng *rand.Rand) (string, error) {
	all, err := p.parts("2?????_*_*_*")
	if err != nil {
		return "", err
	}
	var live []string
	for _, dir := range all {
		if !partName.MatchString(filepath.Base(dir)) {
			continue
		}
		if covered(dir, all) {
			if err := os.RemoveAll(dir); err != nil {
				return "", err
			}
			continue
		}
		live = append(live, dir)
	}
	if len(live) == 0 {
		return "", errors.New("there are no parts of posts")
	}
	return live[rng.IntN(len(live))], nil
}

// covered reports whether another part was made of this one and others.
func covered(dir string, all []string) bool {
	month, from, to := rangeOf(dir)
	for _, other := range all {
		m, f, t := rangeOf(other)
		if other != dir && filepath.Dir(other) == filepath.Dir(dir) && m == month && f <= from && t >= to {
			return true
		}
	}
	return false
}

func rangeOf(dir string) (month string, from, to int) {
	fields := strings.Split(filepath.Base(dir), "_")
	_, _ = fmt.Sscan(fields[1], &from) // the name matches
	_, _ = fmt.Sscan(fields[2], &to)
	return fields[0], from, to
}

func woundColumns(p *place, rng *rand.Rand) error {
	dir, err := p.part(rng)
	if err != nil {
		return err
	}
	return os.Truncate(filepath.Join(dir, "columns.txt"), 5)
}

// woundData changes some bytes in the middle of a part's texts.
func woundData(p *place, rng *rand.Rand) error {
	dir, err := p.part(rng)
	if err != nil {
		return err
	}
	p.wounded = dir
	for _, name := range []string{"data.bin", "text.bin"} { // one file, or one for each column
		content, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		for i := range content {
			if i%100 == 50 {
				content[i] ^= 0xff
			}
		}
		return os.WriteFile(filepath.Join(dir, name), content, 0o600)
	}
	return fmt.Errorf("%s has no texts", dir)
}

// woundCounts damages everything that was counted ahead, if anything was.
func woundCounts(p *place, _ *rand.Rand) error {
	dirs, err := p.parts(strings.Repeat("[0-9a-f]", 32) + "_*")
	for _, dir := range dirs {
		err = errors.Join(err, os.Truncate(filepath.Join(dir, "columns.txt"), 5))
	}
	return err
}

// forgetState moves the crawler's state away.
func (p *place) forgetState() error {
	files, err := filepath.Glob(filepath.Join(p.data, "vane.sqlite*"))
	if err != nil {
		return err
	}
	away := filepath.Join(p.dir, "away-"+fmt.Sprint(p.runs))
	if err := os.MkdirAll(away, 0o700); err != nil {
		return err
	}
	for _, f := range files {
		err = errors.Join(err, os.Rename(f, filepath.Join(away, filepath.Base(f))))
	}
	return err
}

// dropDetached deletes the folder that the refusal names.
func (p *place) dropDetached() error {
	dirs, err := p.parts("detached/broken-on-start_*")
	if err == nil && len(dirs) != 1 {
		err = fmt.Errorf("%d parts were set aside", len(dirs))
	}
	for _, dir := range dirs {
		err = errors.Join(err, os.RemoveAll(dir))
	}
	return errors.Join(err, p.forgetState())
}

func (p *place) dropWounded() error { return errors.Join(os.RemoveAll(p.wounded), p.forgetState()) }
