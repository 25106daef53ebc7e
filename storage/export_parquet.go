package storage

import (
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/parquet-go/parquet-go"
)

// rowGroup is how many rows Parquet gathers in memory before it writes their columns:
// some megabytes of posts.
const rowGroup = 10_000

// parquetSheet writes Parquet, compressed with zstd. The format orders columns by
// name. Written here and not by ClickHouse, whose native protocol carries no files.
type parquetSheet struct {
	w     *parquet.GenericWriter[any]
	order []int // of the row's values, by column of the file
	row   parquet.Row
}

func newParquetSheet(w io.Writer, columns []column) *parquetSheet {
	group := parquet.Group{}
	order := make([]int, len(columns))
	for i, c := range columns {
		group[c.name] = parquetNode(c.zero)
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int { return strings.Compare(columns[a].name, columns[b].name) })
	schema := parquet.NewSchema("vane", group)
	return &parquetSheet{
		w:     parquet.NewGenericWriter[any](w, schema, parquet.Compression(&parquet.Zstd), parquet.MaxRowsPerRowGroup(rowGroup)),
		order: order,
	}
}

// parquetNode is the type of a column. A time may be missing.
func parquetNode(zero any) parquet.Node {
	switch zero.(type) {
	case uint64:
		return parquet.Uint(64)
	case float64:
		return parquet.Leaf(parquet.DoubleType)
	case bool:
		return parquet.Leaf(parquet.BooleanType)
	case time.Time:
		return parquet.Optional(parquet.Timestamp(parquet.Millisecond))
	default:
		return parquet.String()
	}
}

func (s *parquetSheet) write(row []any) error {
	s.row = s.row[:0]
	for at, i := range s.order {
		value, err := parquetValue(row[i], at)
		if err != nil {
			return err
		}
		s.row = append(s.row, value)
	}
	_, err := s.w.WriteRows([]parquet.Row{s.row})
	return err
}

func parquetValue(value any, at int) (parquet.Value, error) {
	switch v := value.(type) {
	case string:
		return parquet.ByteArrayValue([]byte(v)).Level(0, 0, at), nil
	case uint64:
		return parquet.Int64Value(int64(v)).Level(0, 0, at), nil
	case float64:
		return parquet.DoubleValue(v).Level(0, 0, at), nil
	case bool:
		return parquet.BooleanValue(v).Level(0, 0, at), nil
	case time.Time:
		if v.IsZero() {
			return parquet.NullValue().Level(0, 0, at), nil
		}
		return parquet.Int64Value(v.UnixMilli()).Level(0, 1, at), nil
	default:
		return parquet.Value{}, fmt.Errorf("column %d holds a %T, which Parquet has no type for here", at, value)
	}
}

func (s *parquetSheet) close() error { return s.w.Close() }

func (s *parquetSheet) discard() error { return nil }
