package storage_test

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"pgregory.net/rapid"

	"vane"
	"vane/storage"
	"vane/storage/engine"
	"vane/storage/storagetest"
)

// shardsConfig names two engines as the shards of a cluster.
const shardsConfig = `<clickhouse><remote_servers><shards>
	<shard><replica><host>127.0.0.1</host><port>%d</port><user>vane</user><password>secret</password></replica></shard>
	<shard><replica><host>127.0.0.1</host><port>%d</port><user>vane</user><password>secret</password></replica></shard>
</shards></remote_servers></clickhouse>`

// shard is an engine of a cluster, which can be killed and started again.
type shard struct {
	*engine.Engine
	cfg engine.Config
}

func (s *shard) start(t *testing.T) {
	t.Helper()
	var err error
	if s.Engine, err = engine.Start(t.Context(), s.cfg, slog.New(slog.NewTextHandler(t.Output(), nil))); err != nil {
		t.Fatal(err)
	}
}

// twoShards starts two engines that know each other, with the tables of a cluster
// on both, but not replicated and not made by the cluster itself: those need a
// Keeper.
func twoShards(t *testing.T) (shards [2]*shard) {
	t.Helper()
	ports := freePorts(t)
	for i, port := range ports {
		cfg := engine.DefaultConfig()
		cfg.Library, cfg.DataDir, cfg.TCPPort = storagetest.Library(t), t.TempDir(), port
		write(t, filepath.Join(cfg.DataDir, "writer.password"), "secret")
		write(t, filepath.Join(cfg.DataDir, "config.d", "shards.xml"), fmt.Sprintf(shardsConfig, ports[0], ports[1]))
		s := &shard{cfg: cfg}
		s.start(t)
		t.Cleanup(func() { s.Close() })
		shards[i] = s
	}
	for _, s := range shards {
		makeShard(t, s.DSN())
	}
	return shards
}

func freePorts(t *testing.T) (ports [2]int) {
	t.Helper()
	for i := range ports {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		defer l.Close()
		ports[i] = l.Addr().(*net.TCPAddr).Port
	}
	return ports
}

func write(t *testing.T, path, text string) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}

func makeShard(t *testing.T, address string) {
	t.Helper()
	options, err := clickhouse.ParseDSN(address)
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range append([]string{"database.sql"}, migrations(t)...) {
		statements, err := storage.Statements(file, "vane", "shards")
		if err != nil {
			t.Fatal(err)
		}
		options.Auth.Database = "vane"
		if file == "database.sql" {
			options.Auth.Database = "default"
		}
		conn, err := clickhouse.Open(options)
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		for _, statement := range statements {
			plain := strings.NewReplacer(" ON CLUSTER 'shards'", "", "ENGINE = Replicated", "ENGINE = ").Replace(statement)
			if err := conn.Exec(t.Context(), plain); err != nil {
				t.Fatalf("%v\n%s", err, plain)
			}
		}
	}
}

// TestTwoShards inserts by both shards in turn, as two Vanes would, and asks either.
func TestTwoShards(t *testing.T) {
	var stores [2]*storage.Store
	shards := twoShards(t)
	for i, s := range shards {
		stores[i] = storagetest.Open(t, s.DSN())
	}
	meetTaxonomies(t, stores[0])
	w := newWorld(0)
	var delivered []vane.Mention
	r := rand.New(rand.NewPCG(1, 2))
	all := rapid.SliceOfN(rapid.Custom(w.mention), 120, 120).Example(2)
	for i := range 30 {
		at := r.IntN(len(all) - 10)
		insert(t, stores[i%2], all[at:at+10]...)
		delivered = append(delivered, all[at:at+10]...)
	}
	posts := latest(delivered)
	for _, s := range stores {
		compare(t, s, w.window(), posts)
		for _, want := range posts {
			got, err := s.Post(t.Context(), want.ID)
			if err != nil || !got.PublishedAt.Equal(want.PublishedAt) {
				t.Errorf("post %s is published at %s, %v; want %s", want.ID, got.PublishedAt, err, want.PublishedAt)
			}
		}
		if found, err := s.Posts(t.Context(), "", w.window(), 3); err != nil || len(found) != 3 {
			t.Errorf("%d posts, %v; want 3", len(found), err)
		}
		if err := s.SaveHotspots(t.Context(), noon, []vane.Hotspot{hotspot("a.b", noon, 1, 1), hotspot("c.d", noon, 1, 1)}); err != nil {
			t.Fatal(err)
		}
		if found, err := s.Hotspots(t.Context(), noon, 0); err != nil || len(found) != 2 {
			t.Errorf("%d hotspots, %v; want 2", len(found), err)
		}
	}
	for _, s := range shards {
		if n := localPosts(t, s.DSN()); n == 0 || n == uint64(len(posts)) {
			t.Errorf("%d of %d posts are on one shard", n, len(posts))
		}
	}
}

// localPosts counts the posts of one shard.
func localPosts(t *testing.T, address string) (n uint64) {
	t.Helper()
	options, err := clickhouse.ParseDSN(address)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := clickhouse.Open(options)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if err := conn.QueryRow(t.Context(), "SELECT count() FROM posts_local FINAL").Scan(&n); err != nil {
		t.Fatal(err)
	}
	return n
}
