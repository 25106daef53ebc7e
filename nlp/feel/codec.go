package feel

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"math"
)

// A model file is, little endian: magic, version, checksum of the lexicon, entries,
// words of the filter, the float32 numbers in the order of numbers, the table, the
// filter, and the CRC-32 of all that. It holds no text.
const (
	magic        = "VFEEL"
	version      = 1
	headerBytes  = len(magic) + 1 + 3*4
	maxModelSize = 16 << 20 // what is bigger was not made by Train
)

// ErrModel is what is wrong with a file that is no model of this version.
var ErrModel = errors.New("not a feeling model of this version, or damaged: make one with `vane train`")

// ErrLexicon is the error of a model that was trained with another lexicon.
var ErrLexicon = errors.New("the model was trained with another lexicon.txt: run `vane train` again")

// numbers is every float of a model, in the order of the file.
func (m *Model) numbers() []*float32 {
	out := []*float32{&m.feel.A, &m.feel.B, &m.sensOf.A, &m.sensOf.B}
	for i := range m.scale {
		out = append(out, &m.scale[i])
	}
	for i := range m.sens {
		out = append(out, &m.sens[i])
	}
	return append(out, m.net.numbers()...)
}

// MarshalBinary is the model as a file.
func (m *Model) MarshalBinary() ([]byte, error) {
	numbers := m.numbers()
	b := make([]byte, 0, headerBytes+4*len(numbers)+len(m.table)+8*len(m.known)+4)
	b = append(append(b, magic...), version)
	b = binary.LittleEndian.AppendUint32(b, m.lex.checksum)
	b = binary.LittleEndian.AppendUint32(b, uint32(m.table.entries()))
	b = binary.LittleEndian.AppendUint32(b, uint32(len(m.known)))
	for _, x := range numbers {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(*x))
	}
	b = append(b, m.table...)
	for _, w := range m.known {
		b = binary.LittleEndian.AppendUint64(b, w)
	}
	return binary.LittleEndian.AppendUint32(b, crc32.ChecksumIEEE(b)), nil
}

// UnmarshalBinary reads a model file into m, which it leaves alone on error. The error
// is ErrModel or ErrLexicon, or wraps it.
func (m *Model) UnmarshalBinary(data []byte) error {
	next, err := newModel()
	if err != nil {
		return err
	}
	if err := next.decode(data); err != nil {
		return fmt.Errorf("read model: %w", err)
	}
	m.lex, m.table, m.known, m.scale, m.net = next.lex, next.table, next.known, next.scale, next.net
	m.feel, m.sens, m.sensOf = next.feel, next.sens, next.sensOf
	m.start()
	return nil
}

// decode checks everything before it allocates by it.
func (m *Model) decode(data []byte) error {
	if len(data) < headerBytes+4 || len(data) > maxModelSize ||
		string(data[:len(magic)]) != magic || data[len(magic)] != version {
		return ErrModel
	}
	body, sum := data[:len(data)-4], binary.LittleEndian.Uint32(data[len(data)-4:])
	if crc32.ChecksumIEEE(body) != sum {
		return ErrModel
	}
	word := func(i int) uint32 { return binary.LittleEndian.Uint32(body[len(magic)+1+4*i:]) }
	entries, filterWords := uint64(word(1)), uint64(word(2))
	numbers := m.numbers()
	tableBytes := entries*lanes + loadBytes - lanes
	want := uint64(headerBytes) + 4*uint64(len(numbers)) + tableBytes + 8*filterWords
	if entries == 0 || filterWords == 0 || filterWords&(filterWords-1) != 0 || want != uint64(len(body)) {
		return ErrModel
	}
	if word(0) != m.lex.checksum {
		return ErrLexicon
	}
	rest := body[headerBytes:]
	for _, x := range numbers {
		*x = math.Float32frombits(binary.LittleEndian.Uint32(rest))
		if f := float64(*x); math.IsNaN(f) || math.IsInf(f, 0) {
			return ErrModel
		}
		rest = rest[4:]
	}
	m.table = append(table(nil), rest[:tableBytes]...)
	m.known = make(filter, filterWords)
	for i := range m.known {
		m.known[i] = binary.LittleEndian.Uint64(rest[tableBytes+8*uint64(i):])
	}
	return nil
}
