package hotspot

import (
	"cmp"
	"math"
	"slices"
	"time"
	"unicode"

	"vane"
)

const (
	// postFeatures is how much of a post is compared: the rarest of what it says, in
	// which the names of places and firms are. More blurs what it is about.
	postFeatures = 32
	// centreFeatures is how much an event remembers of what its posts say.
	centreFeatures = 64
	// comparedText is how many characters of a text are looked at: what a post is about
	// stands in its beginning, and costs must be bounded.
	comparedText = 600
	// titleWeight is how often what stands in the title counts: a title names the event.
	titleWeight = 3
	// commonShare is the share of posts beyond which a feature tells nothing.
	commonShare = 0.05
	// rarityTable is the number of counters of posts per feature: 4 MB, in which few of
	// the some hundred thousand pairs of characters that texts use fall together.
	rarityTable = 1 << 20
)

// feature is a pair of neighbouring characters, or a run of Latin letters and digits
// with the character behind it, by its hash. Pairs find the names that no dictionary
// knows: 丽发新城 is 丽发, 发新 and 新城.
type feature uint32

// weighted is a feature of a post, or of an event, and how many of its posts have it.
type weighted struct {
	feature feature
	weight  float32
	posts   uint32
}

// wordFeature is the feature of a word.
func wordFeature(w string) feature {
	h := uint32(len(w))
	for _, c := range w {
		h = mixFeature(h, uint32(c))
	}
	return feature(h)
}

// rarity counts in how many posts each feature was.
type rarity struct {
	posts  uint32
	counts []uint32
}

func newRarity() *rarity { return &rarity{counts: make([]uint32, rarityTable)} }

func (r *rarity) count(f feature) uint32 { return r.counts[f%rarityTable] }

// add counts a post's features, each once.
func (r *rarity) add(fs []weighted, words []string) {
	r.posts++
	for _, w := range words {
		r.counts[wordFeature(w)%rarityTable]++
	}
	for _, f := range fs {
		r.counts[f.feature%rarityTable]++
	}
	if r.posts == math.MaxUint32/2 { // far beyond: halve, so that the rest of time fits
		r.posts /= 2
		for i := range r.counts {
			r.counts[i] /= 2
		}
	}
}

// recency counts in how many posts of the last one to two spans each feature was.
type recency struct {
	span        time.Duration
	turned      time.Time // when now began
	now, before []uint16
}

const recencyTable = 1 << 20 // two of 2 MB

func newRecency(span time.Duration) recency {
	return recency{span: span, now: make([]uint16, recencyTable), before: make([]uint16, recencyTable)}
}

// add counts a post's features. A span that is over becomes the one before.
func (r *recency) add(at time.Time, fs []weighted) {
	if r.turned.IsZero() {
		r.turned = at
	}
	if at.Sub(r.turned) >= r.span {
		r.turned = at
		r.now, r.before = r.before, r.now
		clear(r.now)
	}
	for _, f := range fs {
		if c := &r.now[f.feature%recencyTable]; *c < math.MaxUint16 {
			*c++
		}
	}
}

func (r *recency) count(f feature) float64 {
	return float64(r.now[f%recencyTable]) + float64(r.before[f%recencyTable])
}

// of is the inverse document frequency of a feature, and 0 for a common one.
func (r *rarity) of(f feature) float64 {
	n, seen := float64(r.posts)+1, float64(r.count(f))+1
	if seen > 20 && seen > commonShare*n {
		return 0
	}
	return math.Log(1 + n/seen)
}

// featuresOf counts the features of a post, in the order of their hashes.
func featuresOf(buf []weighted, m *vane.Mention) []weighted {
	buf = appendFeatures(buf[:0], m.Title, titleWeight)
	buf = appendFeatures(buf, m.Text, 1)
	slices.SortFunc(buf, func(a, b weighted) int { return cmp.Compare(a.feature, b.feature) })
	n := 0
	for _, f := range buf {
		if n > 0 && buf[n-1].feature == f.feature {
			buf[n-1].weight += f.weight
			continue
		}
		buf[n] = f
		n++
	}
	return buf[:n]
}

// appendFeatures appends the features of a text as they come.
func appendFeatures(fs []weighted, text string, weight float32) []weighted {
	var run uint32 // of letters and digits, or the character before; 0: none
	seen := 0
	for _, c := range text {
		if seen++; seen > comparedText {
			break
		}
		switch {
		case c < unicode.MaxASCII && (unicode.IsLetter(c) || unicode.IsDigit(c)):
			run = mixFeature(run|1<<31, uint32(unicode.ToLower(c))) | 1<<31
			continue
		case unicode.Is(unicode.Han, c):
			if run != 0 {
				fs = append(fs, weighted{feature(mixFeature(run, uint32(c))), weight, 1})
			}
			run = uint32(c)
		default:
			run = 0
		}
	}
	return fs
}

// mixFeature is a hash of two parts (the finalizer of MurmurHash3).
func mixFeature(a, b uint32) uint32 {
	h := a*0x9E3779B1 ^ b
	h ^= h >> 16
	h *= 0x85EBCA6B
	h ^= h >> 13
	h *= 0xC2B2AE35
	return h ^ h>>16
}

// telling is a post's most telling features with their weights, of length 1 as a
// vector.
func (r *rarity) telling(fs []weighted) []weighted {
	told := make([]weighted, 0, len(fs))
	for _, f := range fs {
		if rare := r.of(f.feature); rare > 0 {
			told = append(told, weighted{f.feature, float32((1 + math.Log(float64(f.weight))) * rare), 1})
		}
	}
	told = heaviest(told, postFeatures)
	normalize(told)
	return told
}

// heaviest keeps the most features of the greatest weight, in the order of hashes.
func heaviest(fs []weighted, most int) []weighted {
	if len(fs) <= most {
		return fs
	}
	slices.SortFunc(fs, func(a, b weighted) int {
		return cmp.Or(cmp.Compare(b.weight, a.weight), cmp.Compare(a.feature, b.feature))
	})
	fs = fs[:most]
	slices.SortFunc(fs, func(a, b weighted) int { return cmp.Compare(a.feature, b.feature) })
	return fs
}

func norm(fs []weighted) float64 {
	var sum float64
	for _, f := range fs {
		sum += float64(f.weight) * float64(f.weight)
	}
	return math.Sqrt(sum)
}

func normalize(fs []weighted) {
	n := float32(max(norm(fs), math.SmallestNonzeroFloat32))
	for i := range fs {
		fs[i].weight /= n
	}
}

// dot is the product of two vectors in the order of hashes.
func dot(a, b []weighted) float64 {
	var sum float64
	for i, j := 0, 0; i < len(a) && j < len(b); {
		switch {
		case a[i].feature < b[j].feature:
			i++
		case a[i].feature > b[j].feature:
			j++
		default:
			sum += float64(a[i].weight) * float64(b[j].weight)
			i++
			j++
		}
	}
	return sum
}

// plus is the sum of two vectors, its heaviest features.
func plus(a, b []weighted) []weighted {
	sum := make([]weighted, 0, len(a)+len(b))
	i, j := 0, 0
	for i < len(a) || j < len(b) {
		switch {
		case j == len(b) || i < len(a) && a[i].feature < b[j].feature:
			sum = append(sum, a[i])
			i++
		case i == len(a) || a[i].feature > b[j].feature:
			sum = append(sum, b[j])
			j++
		default:
			sum = append(sum, weighted{a[i].feature, a[i].weight + b[j].weight, a[i].posts + b[j].posts})
			i++
			j++
		}
	}
	return heaviest(sum, centreFeatures)
}
