package judge

import (
	"encoding/binary"
	"errors"
	"hash/crc32"
	"math"
	"slices"
)

// A model file is, little endian: magic, version, how many issues and rows, the
// issues each as length and bytes, float32s (bias and scale by lane, how common by
// issue), the keys, the table, the two forests (base, how many trees and nodes, the
// roots, the nodes), and the CRC-32 of all that. It holds no text but the ids of issues.
const (
	magic        = "VJUDGE"
	version      = 2
	headerBytes  = len(magic) + 1 + 2*4
	maxModelSize = 16 << 20 // what is bigger was not made by Train
	maxRows      = math.MaxUint16
)

// ErrModel is what is wrong with a file that is no model of this version.
var ErrModel = errors.New("not a model of tags of this version, or damaged: make one with `vane train`")

// numbers are the float32s of a model, in the order of the file.
func (m *Model) numbers() []*float32 {
	var all []*float32
	for _, list := range [][]float32{m.bias, m.scale, m.common} {
		for i := range list {
			all = append(all, &list[i])
		}
	}
	return all
}

// allocate makes room for the numbers of the lanes.
func (m *Model) allocate() {
	m.words = (m.lanes() + 7) / 8
	m.bias, m.scale, m.common = make([]float32, m.lanes()), make([]float32, m.lanes()), make([]float32, len(m.issues))
}

// MarshalBinary is the model as a file.
func (m *Model) MarshalBinary() ([]byte, error) {
	b := append([]byte(magic), version)
	b = binary.LittleEndian.AppendUint32(b, uint32(len(m.issues)))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(m.keys)))
	for _, id := range m.issues {
		b = append(append(b, byte(len(id))), id...)
	}
	for _, x := range m.numbers() {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(*x))
	}
	for _, key := range m.keys {
		b = binary.LittleEndian.AppendUint32(b, key)
	}
	for _, word := range m.table {
		b = binary.LittleEndian.AppendUint64(b, word)
	}
	b = m.sensitive.append(m.tags.append(b))
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b)), nil
}

// Bytes of the head and of a node of a forest.
const forestBytes, nodeBytes = 4 + 2 + 2, 1 + 4 + 2 + 2

// append writes a forest behind b.
func (f *forest) append(b []byte) []byte {
	order := binary.LittleEndian
	b = order.AppendUint32(b, math.Float32bits(f.base))
	b = order.AppendUint16(order.AppendUint16(b, uint16(len(f.roots))), uint16(len(f.nodes)))
	for _, root := range f.roots {
		b = order.AppendUint16(b, root)
	}
	for _, n := range f.nodes {
		b = order.AppendUint32(append(b, n.input), math.Float32bits(n.at))
		b = order.AppendUint16(order.AppendUint16(b, n.left), n.right)
	}
	return b
}

// readForest reads a forest of so many inputs, and is what stands behind it.
func readForest(b []byte, inputs int) (f forest, rest []byte, ok bool) {
	order := binary.LittleEndian
	if len(b) < forestBytes {
		return f, nil, false
	}
	f.base = math.Float32frombits(order.Uint32(b))
	roots, nodes := int(order.Uint16(b[4:])), int(order.Uint16(b[6:]))
	b = b[forestBytes:]
	if len(b) < 2*roots+nodeBytes*nodes {
		return f, nil, false
	}
	for range roots {
		f.roots = append(f.roots, order.Uint16(b))
		b = b[2:]
	}
	for range nodes {
		f.nodes = append(f.nodes, node{b[0], math.Float32frombits(order.Uint32(b[1:])), order.Uint16(b[5:]), order.Uint16(b[7:])})
		b = b[nodeBytes:]
	}
	return f, b, f.valid(inputs)
}

// Checksum changes with the model.
func (m *Model) Checksum() uint32 {
	b, _ := m.MarshalBinary() // it has no error
	return crc32.ChecksumIEEE(b[:len(b)-4])
}

// UnmarshalBinary reads a model file into m, which it leaves alone on error. The error
// is ErrModel.
func (m *Model) UnmarshalBinary(data []byte) error {
	next, ok := decode(data)
	if !ok {
		return ErrModel
	}
	next.place()
	*m = *next
	return nil
}

// decode checks everything before it allocates by it.
func decode(data []byte) (m *Model, ok bool) {
	if len(data) < headerBytes+4 || len(data) > maxModelSize ||
		string(data[:len(magic)]) != magic || data[len(magic)] != version {
		return nil, false
	}
	body, sum := data[:len(data)-4], binary.LittleEndian.Uint32(data[len(data)-4:])
	issues, rows := binary.LittleEndian.Uint32(body[len(magic)+1:]), binary.LittleEndian.Uint32(body[len(magic)+5:])
	if crc32.ChecksumIEEE(body) != sum || issues == 0 || issues >= maxIssues || rows == 0 || rows >= maxRows {
		return nil, false
	}
	m, rest := &Model{}, body[headerBytes:]
	for range issues {
		if len(rest) == 0 || len(rest) < 1+int(rest[0]) {
			return nil, false
		}
		m.issues = append(m.issues, string(rest[1:1+rest[0]]))
		rest = rest[1+rest[0]:]
	}
	m.nameIssues(m.issues)
	m.allocate()
	numbers := m.numbers()
	if len(rest) < 4*len(numbers)+int(rows)*(4+8*m.words) {
		return nil, false
	}
	for _, x := range numbers {
		*x = math.Float32frombits(binary.LittleEndian.Uint32(rest))
		rest = rest[4:]
		if f := float64(*x); math.IsNaN(f) || math.IsInf(f, 0) {
			return nil, false
		}
	}
	for range rows {
		m.keys = append(m.keys, binary.LittleEndian.Uint32(rest))
		rest = rest[4:]
	}
	for range int(rows) * m.words {
		m.table = append(m.table, binary.LittleEndian.Uint64(rest))
		rest = rest[8:]
	}
	if m.tags, rest, ok = readForest(rest, tagInputs); !ok {
		return nil, false
	}
	if m.sensitive, rest, ok = readForest(rest, evaluationInputs); !ok {
		return nil, false
	}
	return m, len(rest) == 0 && slices.IsSorted(m.keys)
}
