package crawler

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"vane"
)

// exportedKeys are the columns beside [importKeys] that vane export writes and a post
// is made of. post_id makes a row a post that was stored before: it stays the same
// one, whatever the file is called.
func exportedKeys() []string {
	return []string{"post_id", "source", "channel", "author_key", "undated", "collected_at", "gone_at"}
}

// restore makes p the post that was exported, by the keys that only exports have.
func restore(p *vane.Post, fields map[string]string) error {
	var err error
	if p.ID, err = vane.ParseID(fields["post_id"]); err != nil {
		return fmt.Errorf("post_id: %w", err)
	}
	if p.AuthorKey, err = vane.ParseID(fields["author_key"]); err != nil {
		return fmt.Errorf("author_key: %w", err)
	}
	if fields["source"] != "" {
		p.Source = fields["source"]
	}
	if fields["channel"] != "" {
		p.Channel = vane.Channel(fields["channel"])
	}
	if said := fields["undated"]; said != "" {
		if p.Undated, err = strconv.ParseBool(said); err != nil {
			return fmt.Errorf("undated: %w", err)
		}
	}
	for key, t := range map[string]*time.Time{"published_at": &p.PublishedAt, "collected_at": &p.CollectedAt, "gone_at": &p.GoneAt} {
		if fields[key] == "" {
			continue
		}
		if *t, err = time.Parse(time.RFC3339, fields[key]); err != nil {
			return fmt.Errorf("%s: %w", key, err)
		}
		*t = t.UTC()
	}
	return nil
}

// unguarded takes away the ' that an export puts before cells which a spreadsheet
// could run as formulas.
func unguarded(cell string) string {
	if rest := strings.TrimLeft(cell, "'"); len(rest) < len(cell) && rest != "" && strings.IndexByte("=+-@\t\r", rest[0]) >= 0 {
		return cell[1:]
	}
	return cell
}
