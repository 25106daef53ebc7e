package crawler

import (
	"bytes"

	"golang.org/x/text/encoding/traditionalchinese"
)

// eucTW is the label of the one Chinese charset that the text library lacks. Old
// Taiwanese pages use it. Its first plane has the characters of Big5's symbols and
// frequent hanzi in nearly the same order, so it is decoded by arithmetic.
const eucTW = "euc-tw"

// cnsRuns are the runs of CNS 11643 plane 1 that are in the order of Big5: the first
// position of a run there, and in Big5. A run goes on to the next; 0 is unassigned.
var cnsRuns = [...]struct{ cns, big5 int }{
	{0x2121, 0xA140}, {0x2257, 0xA1F7}, {0x2258, 0xA1F6}, {0x2259, 0xA1F8}, {0x234F, 0},
	{0x2421, 0xA2AF}, {0x2571, 0}, {0x4221, 0xA3C0}, {0x4242, 0},
	{0x4421, 0xA440}, {0x5323, 0xAD40}, {0x5753, 0xACFE}, {0x5754, 0xAFD0}, {0x6B50, 0xBE52},
	{0x6B51, 0xBBC8}, {0x6F5C, 0xBE53}, {0x7535, 0xC2CB}, {0x7536, 0xC1AB}, {0x7737, 0xC2CC},
	{0x782D, 0xC456}, {0x782E, 0xC361}, {0x7864, 0xC3BA}, {0x7865, 0xC3B9}, {0x7866, 0xC3BB},
	{0x7962, 0xC457}, {0x7D4C, 0},
}

// cnsRank numbers the positions of a 94 by 94 plane; big5Rank those of Big5, whose
// rows have 157 positions in two parts.
func cnsRank(pos int) int { return (pos>>8-0x21)*94 + pos&0xff - 0x21 }

func big5Rank(pos int) int {
	low := pos & 0xff
	if low >= 0xA1 {
		low -= 0xA1 - 0x7F
	}
	return (pos>>8-0xA1)*157 + low - 0x40
}

func big5At(rank int) (high, low byte) {
	low = byte(rank%157) + 0x40
	if low > 0x7E {
		low += 0xA1 - 0x7F
	}
	return byte(rank/157) + 0xA1, low
}

// decodeEUCTW decodes ASCII and plane 1; other planes, which hold rare characters,
// and what is not assigned become U+FFFD.
func decodeEUCTW(body []byte) []byte {
	var out bytes.Buffer
	big5 := traditionalchinese.Big5.NewDecoder()
	for i := 0; i < len(body); {
		size, high, low, ok := nextEUCTW(body[i:])
		i += size
		switch {
		case size == 1 && high < 0x80:
			out.WriteByte(high)
			continue
		case ok:
			if s, err := big5.Bytes([]byte{high, low}); err == nil {
				out.Write(s)
				continue
			}
		}
		out.WriteString("\uFFFD")
	}
	return out.Bytes()
}

// nextEUCTW takes a character off body: an ASCII byte as high, or one of plane 1 as
// Big5. ok is false for what is neither.
func nextEUCTW(body []byte) (size int, high, low byte, ok bool) {
	switch b := body[0]; {
	case b < 0x80:
		return 1, b, 0, true
	case b == 0x8E && len(body) >= 4:
		return 4, 0xff, 0, false
	case b < 0xA1 || b == 0xff || len(body) < 2 || body[1] < 0xA1 || body[1] == 0xff:
		return 1, 0xff, 0, false
	}
	rank, ok := cnsToBig5(int(body[0]&0x7f)<<8 | int(body[1]&0x7f))
	high, low = big5At(rank)
	return 2, high, low, ok
}

// cnsToBig5 is the rank in Big5 of a position in plane 1.
func cnsToBig5(pos int) (rank int, ok bool) {
	for i := len(cnsRuns) - 1; i >= 0; i-- {
		if run := cnsRuns[i]; pos >= run.cns {
			return big5Rank(run.big5) + cnsRank(pos) - cnsRank(run.cns), run.big5 != 0
		}
	}
	return 0, false
}
