package nlp

import (
	"bytes"
	"encoding/binary"
	"encoding/gob"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"runtime/debug"
	"slices"
	"sync"
)

// Words is gse's dictionary: its words and their frequencies. gse takes a second and
// 150 MB to load it; what Write has written is read in a twentieth of that.
type Words struct {
	text  string  // the words, one behind the other
	ends  []int32 // where each ends
	freqs []float64
}

func (w *Words) word(i int) string {
	from := int32(0)
	if i > 0 {
		from = w.ends[i-1]
	}
	return w.text[from:w.ends[i]]
}

// LoadWords is the dictionary from gse, loaded by the first call. gse is let go at once.
func LoadWords() (*Words, error) { return gseWords() }

var gseWords = sync.OnceValues(func() (*Words, error) {
	w, err := wordsOfGse()
	debug.FreeOSMemory() // the next collection would come when as much is used again
	return w, err
})

func wordsOfGse() (*Words, error) {
	seg, err := loadGse()
	if err != nil {
		return nil, err
	}
	w := &Words{}
	var text []byte
	for i := range seg.Dict.Tokens {
		t := &seg.Dict.Tokens[i]
		text = append(text, t.Text()...)
		w.ends = append(w.ends, int32(len(text)))
		w.freqs = append(w.freqs, t.Freq())
	}
	w.text = string(text)
	return w, nil
}

// WordsVersion names the dictionary that LoadWords loads: the version of gse, and of
// the form that Write writes. It is empty where the program does not know.
func WordsVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	i := slices.IndexFunc(info.Deps, func(m *debug.Module) bool { return m.Path == "github.com/go-ego/gse" })
	if i < 0 || info.Deps[i].Replace != nil {
		return ""
	}
	return "gse-" + info.Deps[i].Version + "-1"
}

// writtenWords is the form of words in a file: behind a check sum, encoded by gob.
type writtenWords struct {
	Text  string
	Ends  []int32
	Freqs []float64
}

// Write writes the dictionary for ReadWords: some 6 MB.
func (w *Words) Write(to io.Writer) error {
	var b bytes.Buffer
	if err := gob.NewEncoder(&b).Encode(writtenWords{w.text, w.ends, w.freqs}); err != nil {
		return fmt.Errorf("write dictionary: %w", err)
	}
	sum := binary.LittleEndian.AppendUint32(nil, crc32.ChecksumIEEE(b.Bytes()))
	if _, err := to.Write(append(sum, b.Bytes()...)); err != nil {
		return fmt.Errorf("write dictionary: %w", err)
	}
	return nil
}

// ReadWords reads what Write has written. Its error says that the file is damaged or
// not one: then LoadWords has the words.
func ReadWords(from io.Reader) (*Words, error) {
	b, err := io.ReadAll(from)
	if err != nil {
		return nil, fmt.Errorf("read dictionary: %w", err)
	}
	if len(b) < 4 || binary.LittleEndian.Uint32(b) != crc32.ChecksumIEEE(b[4:]) {
		return nil, errors.New("read dictionary: the file is damaged or cut off; delete it")
	}
	var form writtenWords
	if err := gob.NewDecoder(bytes.NewReader(b[4:])).Decode(&form); err != nil {
		return nil, fmt.Errorf("read dictionary: %w", err)
	}
	w := &Words{form.Text, form.Ends, form.Freqs}
	n := len(w.ends)
	if n == 0 || n != len(w.freqs) || int(w.ends[n-1]) != len(w.text) || w.ends[0] <= 0 || !slices.IsSorted(w.ends) || slices.Min(w.freqs) < 1 {
		return nil, errors.New("read dictionary: the file is not a dictionary; delete it")
	}
	return w, nil
}
