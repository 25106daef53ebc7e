package storage

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
)

// backupPoll is how often it is asked whether a backup is done.
const backupPoll = 100 * time.Millisecond

// backupParts are copied in this order, each into a folder of its name.
func backupParts() []string { return []string{"posts", "claims", "empty"} }

// Backup copies the database into a folder that the server may write to, also while
// posts are inserted.
//
// A copy of one table is of one moment, those of two tables are not. So what an insert
// writes first is copied last: a post of the copy has its claims and its taxonomy in the
// copy. Of an insert that crosses the copy there may be claims without posts, as of an
// insert that was cut off; it is repeated from the outbox. What was counted ahead is
// left out, for it could hold without the posts that it counts.
func (s *Store) Backup(ctx context.Context, folder string) error {
	for _, part := range backupParts() {
		if err := s.copying(ctx, "backup_"+part, folder+"/"+part); err != nil {
			return fmt.Errorf("back up clickhouse: %w", err)
		}
	}
	return nil
}

// Restore makes the database from what [Store.Backup] wrote. There must be none yet, or
// one without tables.
func (s *Store) Restore(ctx context.Context, folder string) error {
	opts, err := s.cfg.options()
	if err != nil {
		return err
	}
	sc, err := s.schema()
	if err == nil {
		err = sc.createDatabase(ctx, *opts)
	}
	if err != nil {
		return fmt.Errorf("restore clickhouse: %w", err)
	}
	for _, part := range backupParts() {
		if err := s.copying(ctx, "restore_"+part, folder+"/"+part); err != nil {
			return fmt.Errorf("restore clickhouse: %w", err)
		}
	}
	return nil
}

// BytesOnDisk is what the database takes, and so about what a backup takes.
func (s *Store) BytesOnDisk(ctx context.Context) (uint64, error) {
	var rows []struct {
		Bytes uint64 `ch:"bytes"`
	}
	if err := s.selectRows(ctx, &rows, "bytes_on_disk", nil); err != nil {
		return 0, err
	}
	return rows[0].Bytes, nil
}

// copying runs a statement in the server's background, for it may take hours, and waits
// for its end. If ctx ends it is stopped.
func (s *Store) copying(ctx context.Context, name, folder string) error {
	sc, err := s.schema()
	if err != nil {
		return err
	}
	statement, err := sc.upkeep(name, 0)
	if err != nil {
		return err
	}
	query := rand.Text()
	var id, status string
	row := s.conn.QueryRow(clickhouse.Context(ctx, clickhouse.WithQueryID(query)), statement, params{"folder": folder}.args()...)
	if err := row.Scan(&id, &status); err != nil {
		return fmt.Errorf("run %s: %w", name, err)
	}
	for {
		done, err := s.copied(ctx, id)
		if err != nil && ctx.Err() != nil {
			return errors.Join(ctx.Err(), s.kill(context.WithoutCancel(ctx), query))
		}
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
		case <-time.After(backupPoll):
		}
	}
}

// copied reports whether a backup or restore is done, or why it failed.
func (s *Store) copied(ctx context.Context, id string) (bool, error) {
	var rows []struct {
		Status string `ch:"status"`
		Error  string `ch:"error"`
	}
	if err := s.selectRows(ctx, &rows, "backup_status", params{"id": id}); err != nil {
		return false, err
	}
	if len(rows) == 0 {
		return false, errors.New("the server has forgotten it: it was started again meanwhile")
	}
	switch rows[0].Status {
	case "BACKUP_CREATED", "RESTORED":
		return true, nil
	case "CREATING_BACKUP", "RESTORING":
		return false, nil
	}
	reason, _, _ := strings.Cut(rows[0].Error, ", Stack trace")
	return false, fmt.Errorf("%s: %s", strings.ToLower(rows[0].Status), reason)
}

func (s *Store) kill(ctx context.Context, id string) error {
	if err := s.conn.Exec(ctx, query("kill"), params{"query": id}.args()...); err != nil {
		return fmt.Errorf("stop it: %w", err)
	}
	return nil
}
