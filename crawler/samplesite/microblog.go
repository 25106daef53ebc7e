package samplesite

import (
	"strconv"
	"time"
)

// The answer of the microblog's API, as such sites have it.
type (
	apiAnswer struct {
		OK   int     `json:"ok"`
		Msg  string  `json:"msg,omitempty"`
		Data apiData `json:"data"`
	}
	apiData struct {
		Info  apiInfo   `json:"cardlistInfo"`
		Cards []apiCard `json:"cards"`
	}
	apiInfo struct {
		Total int  `json:"total"`
		Page  *int `json:"page"` // the next one, null on the last
	}
	apiCard struct {
		Type  int     `json:"card_type"`
		Title string  `json:"title,omitempty"`
		Blog  *apiRow `json:"mblog,omitempty"`
	}
	apiRow struct {
		ID       string  `json:"id"`
		Scheme   string  `json:"scheme"`
		Created  string  `json:"created_at"`
		Text     string  `json:"text"`
		User     apiUser `json:"user"`
		Region   string  `json:"region_name"`
		Likes    any     `json:"attitudes_count"` // a number, or 1.2万 as a string
		Comments any     `json:"comments_count"`
		Shares   any     `json:"reposts_count"`
		Source   string  `json:"source"`
	}
	apiUser struct {
		ID   uint64 `json:"id"`
		Name string `json:"screen_name"`
	}
)

const (
	cardPost   = 9
	cardAdvice = 11 // what others searched for: no post
)

// microblogPage is page n, from 1, newest posts first.
func (s *Site) microblogPage(n int, root string) apiAnswer {
	posts := s.bySource["sample_microblog"]
	from := min((n-1)*apiRows, len(posts))
	to := min(from+apiRows, len(posts))
	answer := apiAnswer{OK: 1, Data: apiData{Info: apiInfo{Total: len(posts)}, Cards: []apiCard{}}}
	if from == to {
		answer.OK, answer.Msg = 0, "这里还没有内容"
		return answer
	}
	if to < len(posts) {
		next := n + 1
		answer.Data.Info.Page = &next
	}
	if n == 1 {
		answer.Data.Cards = append(answer.Data.Cards, apiCard{Type: cardAdvice, Title: "大家都在搜"})
	}
	for _, p := range posts[from:to] {
		answer.Data.Cards = append(answer.Data.Cards, apiCard{Type: cardPost, Blog: rowOf(p, root)})
	}
	return answer
}

func rowOf(p *Planted, root string) *apiRow {
	return &apiRow{
		ID:       p.NativeID,
		Scheme:   root + p.Path,
		Created:  shownIn(time.RubyDate)(p.Published),
		Text:     microblogHTML(p),
		User:     apiUser{ID: nameNumber(p.Author), Name: p.Author},
		Region:   "发布于 " + p.Region,
		Likes:    apiCount(p.Engagement.Likes),
		Comments: apiCount(p.Engagement.Comments),
		Shares:   apiCount(p.Engagement.Shares),
		Source:   "微博网页版",
	}
}

func apiCount(n uint64) any {
	if n < 10_000 {
		return n
	}
	return shownCount(n)
}

// nameNumber is the number of a user: FNV-1a of the name, in ten digits.
func nameNumber(name string) uint64 {
	h := uint64(14695981039346656037)
	for i := range len(name) {
		h = (h ^ uint64(name[i])) * 1099511628211
	}
	n, err := strconv.ParseUint(strconv.FormatUint(h, 10)[:10], 10, 64)
	if err != nil {
		return h // unreachable for ten digits; any number does
	}
	return n
}
