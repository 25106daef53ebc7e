package nlp

import (
	_ "embed"
	"slices"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed dict/personal.txt
var personalTable string

// labels are the words of dict/personal.txt.
type labels struct {
	matcher *matcher
	kinds   []string // by pattern
	noName  []string
	titles  []string
	ends    []string // words before which a name ends
}

// spelledKind is no label but two digits with which a spelled mobile number may begin.
// They are looked for in the same pass.
const spelledKind = "spelled"

var labelWords = sync.OnceValue(func() *labels {
	lists := readLists(personalTable)
	l := &labels{noName: lists["noname"], titles: lists["title"]}
	l.ends = slices.Concat(l.titles, []string{"身份", "性别", "年龄", "现住", "家住", "住", "日期", "内容"})
	var words []string
	for _, kind := range []string{"public", "name", "address", "wechat", "qq", "order", "card", "idcard", "phone", "code"} {
		for _, w := range lists[kind] {
			words = append(words, w)
			l.kinds = append(l.kinds, kind)
		}
	}
	for _, first := range []string{"一", "幺"} {
		for _, second := range "零〇一幺二两三四五六七八九0123456789" {
			words = append(words, first+string(second))
			l.kinds = append(l.kinds, spelledKind)
		}
	}
	l.matcher = newMatcher(words)
	return l
})

// labelled notes what stands behind a label. Of labels that begin at one place the
// longest counts.
func (s *scanner) labelled() {
	l := labelWords()
	var buf [64]hit
	hits := l.matcher.find(s.text, buf[:0])
	named := hits[:0]
	for _, h := range hits {
		if l.kinds[h.pattern] == spelledKind {
			s.spelled = append(s.spelled, int(h.from))
		} else {
			named = append(named, h)
		}
	}
	for _, h := range longestHits(named) {
		s.label(l, h)
	}
}

// label looks at the value behind one label.
func (s *scanner) label(l *labels, h hit) {
	value, marked := s.valueAt(int(h.to))
	switch l.kinds[h.pattern] {
	case "name":
		s.name(l, value, marked || strings.HasSuffix(s.text[:h.to], "叫"))
	case "address":
		s.address(h, value, marked)
	case "wechat":
		s.chatID(value, marked)
	case "qq":
		s.digitsBehind(value, 5, 12, markQQ)
	case "order":
		s.order(value, marked || s.text[h.from:h.to] != "订单" && s.text[h.from:h.to] != "编号")
	case "card":
		s.digitsBehind(value, 12, 23, markCard)
	case "idcard":
		s.identityBehind(value)
	case "phone":
		s.digitsBehind(value, 7, 8, markPhone)
	case "code":
		if n := len(s.codes); n == 0 || s.codes[n-1] < value {
			s.codes = append(s.codes, value)
		}
	}
}

// What may stand between a label and its value: signs and verbs that say that one
// follows, and others.
const (
	valueMarks   = ":=是为"
	valueFillers = " 号码(\"“'#\t"
)

// valueAt is where the value behind a label begins, and whether a colon or a verb
// says that one follows.
func (s *scanner) valueAt(i int) (at int, marked bool) {
	for n := 0; n < 5; n++ {
		r, size := runeAt(s.text, i)
		switch {
		case strings.ContainsRune(valueMarks, r):
			marked = true
		case strings.ContainsRune(valueFillers, r), hasPrefix(s.text[i:], "加"), hasPrefix(s.text[i:], "["):
			if r == '[' {
				return i, false // a mark: redacted before
			}
		default:
			return i, marked
		}
		i += size
	}
	return i, marked
}

// digitsBehind notes digits behind a label, with single signs between, if there are
// as many as such a number has.
func (s *scanner) digitsBehind(at, least, most int, mark string) {
	if at >= len(s.text) || !isDigit(s.text[at]) {
		return
	}
	count := 0
	to := at
	for _, g := range s.groupsFrom(s.groupAt(at)) {
		if count += g.len(); count > most {
			break
		}
		to = g.to
	}
	n := to - at
	if count < least || count > most || s.isAmount(to) || to < len(s.text) && isLetter(s.text[to]) {
		return
	}
	if mark == markPhone && n > count && strings.IndexByte(s.text[at:to], '-') < 0 || mark == markPhone && s.text[at] == '9' && count == 5 {
		return
	}
	if hasPrefix(s.text[at:], "400") && count == 10 {
		return
	}
	s.add(at, to, mark)
}

// identityBehind notes the number behind 身份证 without asking for its check digit:
// people mistype. 15 digits are a number of the old kind.
func (s *scanner) identityBehind(at int) {
	if at >= len(s.text) || !isDigit(s.text[at]) {
		return
	}
	g := s.groupAt(at)
	to := g.to
	if g.len() == 17 && to < len(s.text) && s.text[to] == 'x' {
		to++
	}
	if n := to - at; n == 18 || n == 15 {
		s.add(at, to, markID)
	}
}

// chatID notes a WeChat id: a letter, then letters, digits, _ and -, 6 to 20 in all;
// or a number of 5 to 12 digits. Without a colon it needs a digit, so that 微信wallet
// is none.
func (s *scanner) chatID(at int, marked bool) {
	to, digits := at, 0
	for to < len(s.text) && (isAlnum(s.text[to]) || s.text[to] == '_' || s.text[to] == '-') {
		if isDigit(s.text[to]) {
			digits++
		}
		to++
	}
	n := to - at
	switch {
	case n == 0 || s.isAmount(to) || to < len(s.text) && s.text[to] == '.':
	case digits == n && n >= 7 && n <= 12,
		isLetter(s.text[at]) && n >= 6 && n <= 20 && (marked || digits > 0):
		s.add(at, to, markWeChat)
	}
}

// order notes the number behind 订单号 and its like: at least 6 letters, digits and
// dashes, or groups of digits.
func (s *scanner) order(at int, marked bool) {
	to, digits := at, 0
	for to < len(s.text) && (isAlnum(s.text[to]) || s.text[to] == '-' || s.text[to] == '_') {
		if isDigit(s.text[to]) {
			digits++
		}
		to++
	}
	if digits == to-at && digits > 0 { // 1234 5678 9012 3456
		if groups := s.groupsFrom(s.groupAt(at)); groups[len(groups)-1].to-at >= 15 && groups[0].len() >= 4 {
			to = groups[len(groups)-1].to
		}
	}
	if n := to - at; !marked || digits < 4 || n > maxDigits || n < 6 || s.isAmount(to) || isDate(s.text[at:to]) {
		return
	}
	s.add(at, to, markOrder)
}

// isDate reports whether s is 2023-11-28 or 20231128.
func isDate(s string) bool {
	plain := strings.ReplaceAll(s, "-", "")
	return len(plain) == 8 && isBirthday(plain)
}

// surnames that most people in China bear, and those of two characters.
const (
	surnames = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤常温康施文牛樊葛邢安齐易乔伍庞颜倪庄聂章鲁岳翟殷詹申欧耿关兰焦俞左柳甘祝包宁尚符舒阮柯纪梅童凌毕单季裴霍涂成苗谷盛曲翁冉骆蓝路游辛靳欧管柴蒙鲍华喻祁蒲房滕屈饶解牟艾尤时阳穆农司卓古吉缪简车项连芦麦褚娄窦戚岑景党宫费卜冷晏席卫米柏宗瞿桂全佟应臧闵苟邬边卞姬师和仇栾隋商刁沙荣巫寇桑郎甄丛仲虞敖巩明佘池查麻苑迟邝官封谈匡鞠惠荆乐冀郁胥南班储原栗燕楚鄢谌奚皮粟冼蔺楼盘满闻位厉伊仝区郜海阚花权强帅屠豆朴盖练廉禹井祖漆巴丰支卿国狄平计索宣晋相初门云容敬来扈晁芮都普阙浦戈伏鹿薄邸雍辜羊阿乌母裘亓修邰赫杭况那宿鲜印逯隆茹诺战慕危玉银亢嵇公哈湛宾戎勾茅利於呼居揭干但尉冶斯元束檀衣信展阴昝智幸奉植衡富尧闭由"
	doubles  = "欧阳 司马 上官 诸葛 东方 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 司徒 夏侯 轩辕 端木 南宫 独孤"
)

// name notes the name behind a label: a surname and one or two characters, or a
// surname and a title.
func (s *scanner) name(l *labels, at int, marked bool) {
	if !marked {
		return
	}
	run := hanRun(s.text[at:], 12)
	if run == "" || slices.ContainsFunc(l.noName, func(w string) bool { return hasPrefix(run, w) && !isNameBehind(run, w) }) {
		return
	}
	if n := nameLength(l, run); n > 0 {
		s.add(at, at+n, markName)
	}
}

// isNameBehind reports whether a word that is no name is only the surname of one, as
// 明 and 车 may be: then the run is as long as a name and ends there.
func isNameBehind(run, word string) bool {
	n := utf8.RuneCountInString(run)
	return utf8.RuneCountInString(word) == 1 && strings.Contains(surnames, word) && n >= 2 && n <= 3
}

// hanRun is the run of Chinese characters that s begins with, at most most of them.
// A · inside belongs to it, as in 阿卜杜·热合曼.
func hanRun(s string, most int) string {
	i := 0
	for n := 0; n < most; n++ {
		r, size := runeAt(s, i)
		if !isHan(r) && (r != '·' || i == 0) {
			break
		}
		i += size
	}
	return strings.TrimRight(s[:i], "·")
}

// nameLength is how many bytes of a run of Chinese characters are a name.
func nameLength(l *labels, run string) int {
	if i := strings.Index(run, "·"); i > 0 {
		return len(run)
	}
	surname := 0
	for _, d := range strings.Fields(doubles) {
		if hasPrefix(run, d) {
			surname = len(d)
		}
	}
	if surname == 0 {
		if r, n := runeAt(run, 0); strings.ContainsRune(surnames, r) {
			surname = n
		} else {
			return 0
		}
	}
	for _, t := range l.titles {
		if hasPrefix(run[surname:], t) {
			return surname + len(t)
		}
	}
	given := untilLabel(l, run[surname:])
	switch n := utf8.RuneCountInString(given); {
	case n == 0:
		return 0
	case n <= 2:
		return surname + len(given)
	default: // the name runs into a sentence: names of three are the most frequent
		return surname + 2*len("名")
	}
}

// untilLabel is the beginning of s before the next label or title.
func untilLabel(l *labels, s string) string {
	end := len(s)
	for _, h := range l.matcher.find(s, nil) {
		if l.kinds[h.pattern] != spelledKind {
			end = min(end, int(h.from))
		}
	}
	for _, t := range l.ends {
		if i := strings.Index(s, t); i >= 0 {
			end = min(end, i)
		}
	}
	return s[:end]
}

const (
	// addressParts are characters that addresses are made of.
	addressParts = "省市区县镇乡村路街道巷弄号栋幢楼层室院里组队屯庄苑园城座期单元厦"
	// addressEnds are signs that end an address.
	addressEnds = ",;。!?\n[(、"
	// maxAddress is longer than addresses are, in bytes.
	maxAddress = 180
	// maxHome is the longest address, in characters, behind 家住 and no colon.
	maxHome = 30
	// leastParts is how many parts make an address, so that 家住农村 is none.
	leastParts = 2
)

// isHome reports whether a label of addresses is a verb: somebody lives there.
func isHome(label string) bool {
	return strings.Contains(label, "住") && label != "住址" || strings.HasPrefix(label, "现居")
}

// address notes the address behind a label, up to the end of the clause.
func (s *scanner) address(h hit, at int, marked bool) {
	label := s.text[h.from:h.to]
	lives := isHome(label)
	if !marked && !lives && !hasPrefix(s.text[at:], "在") && !hasPrefix(s.text[h.to:], " ") {
		return
	}
	if hasPrefix(s.text[at:], "在") {
		at += len("在")
	}
	rest := s.text[at:min(len(s.text), at+maxAddress)]
	if end := strings.IndexAny(rest, addressEnds); end >= 0 {
		rest = rest[:end]
	}
	for _, word := range []string{"联系", "电话", "手机", "姓名", "邮编", "举报", "投诉", "身份证"} {
		rest, _, _ = strings.Cut(rest, word)
	}
	rest = strings.TrimRight(strings.ToValidUTF8(rest, ""), " ")
	if lives && !marked {
		rest, _, _ = strings.Cut(rest, "的") // 家住万达小区3栋的业主
		if utf8.RuneCountInString(rest) > maxHome || !strings.ContainsFunc(rest, func(r rune) bool { return r < 0x80 && isDigit(byte(r)) }) {
			return // a sentence, or a place without a door
		}
	}
	parts := 0
	for _, r := range rest {
		if strings.ContainsRune(addressParts, r) {
			parts++
		}
	}
	if parts >= leastParts && utf8.RuneCountInString(rest) >= 5 {
		s.add(at, at+len(rest), markAddress)
	}
}
