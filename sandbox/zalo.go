package sandbox

import (
	"crypto/hmac"
	"encoding/json"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Limits of Zalo's OpenAPI.
const (
	zaloAppRate     = 4000 // calls a minute of an app, told in the headers
	zaloPackageRate = 100  // calls a minute of an OA in the package "Tăng trưởng"
	zaloHistory     = 10   // messages in one page of a conversation
	zaloUploadLife  = 7 * 24 * time.Hour
	zaloImageBytes  = 1 << 20
	zaloFileBytes   = 5 << 20

	zaloTokenLife   = 25 * time.Hour
	zaloRefreshLife = 90 * 24 * time.Hour
	zaloCodeLife    = 10 * time.Minute
)

// oaState is what the simulation keeps of an OA.
type oaState struct {
	OA
	expires        time.Time            // of the access token
	refreshExpires time.Time            // of the refresh token
	codes          map[string]time.Time // authorization code → when it ends
	uploads        map[string]kept      // attachment id or token → what it is
}

func newOAAccount(oa OA, now time.Time) *account {
	if oa.RatePerMinute == 0 {
		oa.RatePerMinute = zaloPackageRate
	}
	return &account{
		platform: Zalo, id: oa.ID, name: oa.Name, people: map[string]*person{},
		oa: &oaState{
			OA: oa, expires: now.Add(zaloTokenLife), refreshExpires: now.Add(zaloRefreshLife),
			codes: map[string]time.Time{}, uploads: map[string]kept{},
		},
	}
}

// zaloAPI answers openapi.zalo.me: the token, then the rate, then the work.
func (s *Sandbox) zaloAPI(c call) reply {
	a, fail := s.zaloAuth(c)
	if fail != nil {
		return s.zaloFail(*fail)
	}
	s.mu.Lock()
	remain, within := a.calls.take(s.opt.Clock(), time.Minute, a.oa.RatePerMinute)
	s.mu.Unlock()
	rep := reply{}
	if within {
		rep = s.zaloRoute(c, a)
	} else {
		rep = s.zaloFail(zaloError{code: -32})
	}
	if rep.header == nil {
		rep.header = http.Header{}
	}
	rep.header["X-RateLimit-Limit"] = []string{strconv.Itoa(zaloAppRate)}
	rep.header["X-RateLimit-Remain"] = []string{strconv.Itoa(zaloAppRate - a.oa.RatePerMinute + remain)}
	return rep
}

// zaloAuth finds the OA by the header access_token; a bearer is no token here.
func (s *Sandbox) zaloAuth(c call) (*account, *zaloError) {
	token := c.header.Get("access_token")
	s.mu.Lock()
	defer s.mu.Unlock()
	i := slices.IndexFunc(s.accounts, func(a *account) bool {
		return a.oa != nil && a.oa.AccessToken != "" && hmac.Equal([]byte(a.oa.AccessToken), []byte(token))
	})
	switch {
	case i < 0:
		return nil, &zaloError{code: -216}
	case !s.opt.Clock().Before(s.accounts[i].oa.expires):
		return nil, &zaloError{code: -220}
	}
	return s.accounts[i], nil
}

func (s *Sandbox) zaloRoute(c call, a *account) reply {
	switch c.method + " /" + c.path {
	case "POST /v3.0/oa/message/cs":
		return s.zaloSend(c, a)
	case "POST /v3.0/oa/message/template":
		return s.zaloTemplate(c, a)
	case "POST /v2.0/oa/message":
		return s.zaloReact(c, a)
	case "GET /v2.0/oa/conversation":
		return s.zaloConversation(c, a)
	case "GET /v2.0/oa/listrecentchat":
		return s.zaloRecent(c, a)
	case "GET /v2.0/oa/getoa":
		return s.zaloProfile(a)
	case "GET /v3.0/oa/user/detail":
		return s.zaloUser(c, a)
	case "GET /v3.0/oa/user/getlist":
		return s.zaloUsers(c, a)
	case "POST /v3.0/oa/quota/message":
		return s.zaloQuota(c, a)
	case "POST /v2.0/oa/upload/image", "POST /v2.0/oa/upload/gif", "POST /v2.0/oa/upload/file":
		return s.zaloUpload(c, a, path.Base(c.path))
	case "POST /v2.0/oa/tag/tagfollower", "POST /v2.0/oa/tag/rmfollowerfromtag", "POST /v2.0/oa/tag/rmtag":
		return zaloOK(nil)
	case "GET /v2.0/oa/tag/gettagsofoa":
		return zaloOK([]string{})
	}
	return reply{status: http.StatusNotFound, body: map[string]any{"error": 404, "message": "empty api"}}
}

// zaloProfile is the OA itself: type 4 is a public authority.
func (s *Sandbox) zaloProfile(a *account) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	return zaloOK(map[string]any{
		"oaid": a.id, "name": a.name, "description": "", "oa_alias": "", "is_verified": true, "oa_type": 4, "cate_name": "Cơ quan nhà nước",
		"num_follower": len(a.order), "avatar": s.mediaURL("avatar.jpg"), "cover": s.mediaURL("avatar.jpg"),
		"package_name": "", "package_valid_through_date": "", "package_auto_renew_date": "", "linked_ZCA": "",
	})
}

// zaloQuery is the JSON that GET requests carry in the parameter data.
type zaloQuery struct {
	UserID string `json:"user_id"`
	Offset int    `json:"offset"`
	Count  int    `json:"count"`
}

// query reads data; the person is nil when user_id names nobody. The caller holds mu.
func (a *account) query(c call) (q zaloQuery, p *person, fail *zaloError) {
	data := c.params["data"]
	if c.method == http.MethodPost {
		data = string(c.body)
	}
	if json.Unmarshal([]byte(data), &q) != nil {
		return q, nil, &zaloError{-201, "data"}
	}
	return q, a.people[q.UserID], nil
}

// zaloConversation answers the talk with one citizen, newest first.
func (s *Sandbox) zaloConversation(c call, a *account) reply {
	s.mu.Lock()
	q, p, fail := a.query(c)
	var data []any
	if p != nil && q.Count <= zaloHistory {
		data = a.history(p, q.Offset, q.Count)
	}
	s.mu.Unlock()
	switch {
	case fail != nil:
		return s.zaloFail(*fail)
	case q.Count > zaloHistory || q.Count < 1 || q.Offset < 0:
		return s.zaloFail(zaloError{-201, "count"})
	case p == nil:
		return s.zaloFail(zaloError{-201, "user_id"})
	}
	return zaloOK(data)
}

// history lists messages, newest first. The caller holds mu.
func (a *account) history(p *person, offset, count int) []any {
	list := []any{}
	for i := len(p.messages) - 1 - max(offset, 0); i >= 0 && len(list) < count; i-- {
		list = append(list, a.historyItem(p, p.messages[i]))
	}
	return list
}

func (a *account) historyItem(p *person, m Message) any {
	src, from, to := 0, a.id, p.id
	fromName, toName := a.name, p.display()
	if m.From == FromCitizen {
		src, from, to = 1, p.id, a.id
		fromName, toName = toName, fromName
	}
	kind := "text"
	if len(m.Attachments) > 0 {
		kind = strings.Replace(m.Attachments[0].Kind, "image", "photo", 1)
	}
	item := map[string]any{
		"src": src, "time": m.At.UnixMilli(), "type": kind, "message": m.Text, "message_id": m.ID,
		"from_id": from, "to_id": to, "from_display_name": fromName, "from_avatar": "", "to_display_name": toName, "to_avatar": "",
	}
	if len(m.Attachments) > 0 {
		item["url"] = m.Attachments[0].URL
	}
	return item
}

// zaloRecent answers the newest message of each talk.
func (s *Sandbox) zaloRecent(c call, a *account) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	people := slices.Clone(a.order)
	slices.SortStableFunc(people, func(x, y *person) int { return y.newest().Compare(x.newest()) })
	data := []any{}
	for _, p := range people {
		if len(p.messages) > 0 && len(data) < zaloHistory {
			data = append(data, a.historyItem(p, p.messages[len(p.messages)-1]))
		}
	}
	return zaloOK(data)
}

func (p *person) display() string {
	if p.name == "" {
		return "Người dùng Zalo"
	}
	return p.name
}

// zaloUser answers a citizen's profile; the phone is the number 0 while unknown.
func (s *Sandbox) zaloUser(c call, a *account) reply {
	s.mu.Lock()
	_, p, fail := a.query(c)
	s.mu.Unlock()
	if fail != nil || p == nil {
		return s.zaloFail(zaloError{-201, "user_id"})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	data := map[string]any{
		"user_id": p.id, "user_id_by_app": p.appID(), "user_external_id": "", "display_name": p.display(), "user_alias": p.display(),
		"is_sensitive": false, "user_last_interaction_date": p.lastAct.Format("02/01/2006"), "user_is_follower": !p.blocked,
		"avatar": "", "avatars": map[string]any{"120": "", "240": ""}, "dynamic_param": "",
		"tags_and_notes_info": map[string]any{"notes": []string{}, "tag_names": []string{}},
	}
	if !p.hidden {
		data["shared_info"] = map[string]any{"address": "", "city": "", "district": "", "phone": 0, "name": "", "user_dob": ""}
	}
	return zaloOK(data)
}

func (s *Sandbox) zaloUsers(c call, a *account) reply {
	s.mu.Lock()
	q, _, fail := a.query(c)
	order := slices.Clone(a.order)
	s.mu.Unlock()
	if fail != nil || q.Count < 1 || q.Count > 50 || q.Offset < 0 {
		return s.zaloFail(zaloError{-201, "count"})
	}
	users := []any{}
	for i := q.Offset; i < len(order) && len(users) < q.Count; i++ {
		users = append(users, map[string]any{"user_id": order[i].id})
	}
	return zaloOK(map[string]any{"total": len(order), "count": q.Count, "offset": q.Offset, "users": users})
}

func (s *Sandbox) zaloQuota(c call, a *account) reply {
	s.mu.Lock()
	_, p, fail := a.query(c)
	var last time.Time
	if p != nil {
		last = p.lastAct
	}
	s.mu.Unlock()
	if fail != nil || p == nil {
		return s.zaloFail(zaloError{-201, "user_id"})
	}
	return zaloOK(map[string]any{
		"last_interaction": strconv.FormatInt(last.UnixMilli(), 10),
		"cs_reply":         map[string]any{"remain": 8, "total": 8},
		"promotion":        map[string]any{"daily_remain": 0, "daily_total": 1, "monthly_remain": 4, "monthly_total": 6},
	})
}

// zaloUpload takes a file of at most 1 MB (image) or 5 MB. A name without a
// fitting extension gets an answer without data.
func (s *Sandbox) zaloUpload(c call, a *account, kind string) reply {
	most, endings := zaloFileBytes, []string{".pdf", ".doc", ".docx", ".csv"}
	switch kind {
	case "image":
		most, endings = zaloImageBytes, []string{".jpg", ".jpeg", ".png"}
	case "gif":
		endings = []string{".gif"}
	}
	file, given := c.files["file"]
	switch {
	case !given:
		return s.zaloFail(zaloError{-201, "file"})
	case len(file.data) > most:
		return s.zaloFail(zaloError{code: -210})
	case !slices.Contains(endings, strings.ToLower(path.Ext(file.name))):
		return zaloOK(map[string]any{})
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.faults[Zalo].CutUpload.take() {
		return reply{cut: true, note: "cut before the upload was taken"}
	}
	id := s.opt.NewID()[:12]
	a.oa.uploads[id] = s.takeUpload(kind, file, zaloUploadLife)
	if kind == "file" {
		return zaloOK(map[string]any{"token": id})
	}
	return zaloOK(map[string]any{"attachment_id": id})
}
