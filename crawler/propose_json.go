package crawler

import (
	"fmt"
	"strings"
	"time"

	"github.com/tidwall/gjson"
)

// lookAtJSON finds the array of an answer that looks like posts.
func (p *Proposal) lookAtJSON(answer gjson.Result, now time.Time) error {
	var best *JSONList
	most := 0
	eachArray(answer, "", 0, func(path string, rows []gjson.Result) {
		fields := fieldsOf(rows[0], now)
		if len(fields.ID)+len(fields.URL) > 0 && len(fields.Title)+len(fields.Text) > 0 && len(rows) > most {
			best, most = &JSONList{Items: path, Fields: fields}, len(rows)
		}
	})
	if best == nil {
		return fmt.Errorf("the answer has no array of objects with an id or address, and a title or text: %w", errNoRows)
	}
	p.Source.Kind, p.Source.JSON = JSON, best
	p.note("在 %q 里找到 %d 条。下一页请写 json.pages 或 json.cursor。", best.Items, most)
	return nil
}

// maxJSONSearch is how deep an answer's list is looked for.
const maxJSONSearch = 6

// eachArray calls f with every array of objects.
func eachArray(v gjson.Result, path string, depth int, f func(path string, rows []gjson.Result)) {
	if depth > maxJSONSearch {
		return
	}
	if v.IsArray() {
		if rows := v.Array(); len(rows) > 0 && rows[0].IsObject() {
			f(path, rows)
		}
	}
	n := 0
	v.ForEach(func(key, value gjson.Result) bool {
		step := gjson.Escape(key.String())
		if v.IsArray() {
			step = fmt.Sprint(n)
			n++
		}
		if value.IsObject() || value.IsArray() {
			eachArray(value, strings.TrimPrefix(path+"."+step, "."), depth+1, f)
		}
		return true
	})
}

// fieldWords are the words by which the keys of an answer are known, the surest
// first.
func fieldWords() map[string][]string {
	return map[string][]string{
		fieldID:        {"id", "mid", "idstr", "_id", "uuid", "sn"},
		fieldURL:       {"url", "link", "href", "scheme", "shareurl", "share_url", "detailurl"},
		fieldTitle:     {"title", "subject", "headline", "name", "word", "desc"},
		fieldText:      {"text", "content", "body", "summary", "abstract", "description", "question"},
		fieldAuthor:    {"author", "nickname", "nick", "user_name", "username", "user.screen_name", "user.name", "user.nick", "author.name"},
		fieldRegion:    {"province", "region", "city", "area", "region_name", "location"},
		fieldPublished: {"created_at", "createtime", "create_time", "publish_time", "publishtime", "pubdate", "date", "time", "ctime", "timestamp"},
		fieldViews:     {"views", "viewcount", "view_count", "read_count", "readcount", "hot", "heat", "num"},
		fieldLikes:     {"likes", "likecount", "like_count", "attitudes_count", "digg_count"},
		fieldComments:  {"comments", "commentcount", "comment_count", "comments_count", "replycount", "reply_count"},
		fieldShares:    {"shares", "sharecount", "share_count", "reposts_count"},
	}
}

// fieldsOf finds the parts of a post in a row, by their names and by what is there.
func fieldsOf(row gjson.Result, now time.Time) Fields {
	found := map[string]Field{}
	for field, words := range fieldWords() {
		for _, word := range words {
			path, value := lookUp(row, word)
			if path == "" || !fits(field, value, now) {
				continue
			}
			found[field] = Field{{Select: path, HTML: field == fieldText && strings.Contains(value, "<")}}
			break
		}
	}
	if found[fieldID] == nil {
		found[fieldID] = idOf(row)
	}
	return Fields{
		ID: found[fieldID], URL: found[fieldURL], Title: found[fieldTitle], Text: found[fieldText], Author: found[fieldAuthor],
		Region: found[fieldRegion], Published: found[fieldPublished], Views: found[fieldViews], Likes: found[fieldLikes],
		Comments: found[fieldComments], Shares: found[fieldShares],
	}
}

// idOf finds a key such as complaintId.
func idOf(row gjson.Result) (id Field) {
	row.ForEach(func(key, v gjson.Result) bool {
		if strings.HasSuffix(strings.ToLower(key.String()), "id") && jsonText(v) != "" {
			id = Field{{Select: gjson.Escape(key.String())}}
		}
		return id == nil
	})
	return id
}

// lookUp finds a key whatever its capitals, and one level deeper for a.b.
func lookUp(row gjson.Result, word string) (path, value string) {
	first, rest, deeper := strings.Cut(word, ".")
	row.ForEach(func(key, v gjson.Result) bool {
		if !strings.EqualFold(key.String(), first) {
			return true
		}
		path = gjson.Escape(key.String())
		if !deeper {
			value = jsonText(v)
			if v.IsObject() || v.IsArray() {
				path = ""
			}
			return false
		}
		inner, found := lookUp(v, rest)
		if path, value = path+"."+inner, found; inner == "" {
			path = ""
		}
		return false
	})
	return path, value
}

// fits reports whether a value can be what its key says.
func fits(field, value string, now time.Time) bool {
	switch field {
	case fieldPublished:
		_, err := ParseTime(value, now, now.Location())
		return err == nil
	case fieldURL:
		return strings.Contains(value, "/") && !strings.Contains(value, " ")
	case fieldViews, fieldLikes, fieldComments, fieldShares:
		_, err := ParseCount(value)
		return err == nil
	default:
		return value != ""
	}
}
