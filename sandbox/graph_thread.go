package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Meta tells details of the newest messages of a thread only.
const detailedMessages = 20

// graphTime is the format of Graph's times.
const graphTime = "2006-01-02T15:04:05-0700"

// threadID names the thread of a person.
func (p *person) threadID() string { return "t_" + p.id }

// conversations answers GET /{page}/conversations, newest thread first.
func (s *Sandbox) conversations(c call, a *account) reply {
	if pf := c.params["platform"]; pf != "" && pf != "messenger" {
		return s.graphFail(errInvalidParam)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	data := []any{}
	people := slices.Clone(a.order)
	slices.SortStableFunc(people, func(x, y *person) int { return y.newest().Compare(x.newest()) })
	for _, p := range people {
		user := c.params["user_id"]
		if len(p.messages) == 0 || user != "" && user != p.id {
			continue
		}
		data = append(data, a.thread(p, c.params["fields"]))
	}
	if limit, err := strconv.Atoi(c.params["limit"]); err == nil && limit > 0 {
		data = data[:min(limit, len(data))]
	}
	return ok(map[string]any{"data": data})
}

// thread is one conversation, with its newest messages where fields asks for
// them. The caller holds mu.
func (a *account) thread(p *person, fields string) map[string]any {
	item := map[string]any{"id": p.threadID()}
	if strings.Contains(fields, "participants") {
		item["participants"] = map[string]any{"data": []any{
			map[string]any{"name": p.name, "email": p.id + "@facebook.com", "id": p.id},
			map[string]any{"name": a.name, "email": a.id + "@facebook.com", "id": a.id},
		}}
	}
	if strings.Contains(fields, "messages") {
		item["messages"] = map[string]any{"data": a.details(p, detailFields())}
	}
	return item
}

// threadMessages answers GET /{conversation}/messages.
func (s *Sandbox) threadMessages(c call, a *account, thread string) reply {
	s.mu.Lock()
	p := a.people[strings.TrimPrefix(thread, "t_")]
	var data []any
	if p != nil {
		data = a.details(p, strings.Split(c.params["fields"], ","))
	}
	s.mu.Unlock()
	if p == nil {
		return s.graphFail(errNoObject)
	}
	return ok(map[string]any{"data": data})
}

func detailFields() []string {
	return []string{"id", "created_time", "from", "to", "message"}
}

// newest is when the thread last changed.
func (p *person) newest() time.Time {
	if len(p.messages) == 0 {
		return time.Time{}
	}
	return p.messages[len(p.messages)-1].At
}

// details are the newest messages of a thread, newest first. The caller holds mu.
func (a *account) details(p *person, fields []string) []any {
	list := []any{}
	for i := len(p.messages) - 1; i >= 0 && len(list) < detailedMessages; i-- {
		list = append(list, a.detail(p, p.messages[i], fields))
	}
	return list
}

// message finds a message among the newest of every thread. The caller holds mu.
func (a *account) message(id string, fields []string) (any, bool) {
	for _, p := range a.order {
		from := max(len(p.messages)-detailedMessages, 0)
		for _, m := range p.messages[from:] {
			if m.ID == id {
				return a.detail(p, m, fields), true
			}
		}
	}
	return nil, false
}

func (a *account) detail(p *person, m Message, fields []string) any {
	citizen := map[string]any{"name": p.name, "email": p.id + "@facebook.com", "id": p.id}
	page := map[string]any{"name": a.name, "email": a.id + "@facebook.com", "id": a.id}
	from, to := page, citizen
	if m.From == FromCitizen {
		from, to = citizen, page
	}
	all := map[string]any{
		"created_time": m.At.UTC().Format(graphTime), "from": from,
		"to": map[string]any{"data": []any{to}}, "message": m.Text,
	}
	out := map[string]any{"id": m.ID}
	for k, v := range all {
		if slices.Contains(fields, k) {
			out[k] = v
		}
	}
	return out
}

// threadOwner answers who holds a thread; nobody is an empty object.
func (s *Sandbox) threadOwner(c call, a *account) reply {
	s.mu.Lock()
	p := a.people[c.params["recipient"]]
	owner := map[string]any{}
	if p != nil && p.owner != "" {
		owner["app_id"] = jsonNumber(p.owner)
		owner["expiration"] = s.opt.Clock().Add(24 * time.Hour).Unix()
	}
	s.mu.Unlock()
	if p == nil {
		return s.graphFail(errNoUser)
	}
	return ok(map[string]any{"data": []any{map[string]any{"thread_owner": owner}}})
}

// threadControl answers pass, take, release, request and extend. Taking is
// for the Page's default app alone.
func (s *Sandbox) threadControl(c call, a *account, what string) reply {
	id := recipientID(c.params["recipient"])
	s.mu.Lock()
	p := a.people[id]
	idle := p != nil && (p.owner == "" || p.owner == a.page.AppID)
	s.mu.Unlock()
	switch {
	case p == nil:
		return s.graphFail(errNoUser)
	case what == "take" && !a.page.DefaultApp:
		return s.graphFail(errInvalidParam.saying("(#100) This app is not the default app of the Page"))
	case what == "take":
		s.moveThread(p, a.page.AppID, c.params["metadata"])
	case !idle && what != "request":
		return s.graphFail(errOwned)
	case what == "pass":
		s.moveThread(p, c.params["target_app_id"], c.params["metadata"])
	case what == "release":
		s.moveThread(p, "", c.params["metadata"])
	}
	return reply{status: http.StatusOK, body: map[string]any{"success": true}}
}

// moveThread makes an app the owner of a thread and tells the product, as
// passed to it or as taken from it.
func (s *Sandbox) moveThread(p *person, app, metadata string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	previous := p.owner
	p.owner = app
	name := "take_thread_control"
	if app == p.account.page.AppID || app == "" {
		name = "pass_thread_control"
		app = p.account.page.AppID
	}
	control := map[string]any{"previous_owner_app_id": nil, "new_owner_app_id": app, "metadata": metadata}
	if previous != "" {
		control["previous_owner_app_id"] = previous
	}
	s.messengerEvent(p, "messaging_handovers", p.id, s.stamp(p), name, control, "")
	s.notify()
}

// jsonNumber writes an id of digits as the number that Graph prints in places.
func jsonNumber(id string) any {
	if n, err := strconv.ParseInt(id, 10, 64); err == nil {
		return n
	}
	return id
}

// recipientID reads a recipient parameter.
func recipientID(raw string) string {
	var to struct {
		ID string `json:"id"`
	}
	_ = json.Unmarshal([]byte(raw), &to) // what is not understood names nobody
	return to.ID
}

// digits turns hex digits into decimal ones, as Graph's ids of objects are.
func digits(hexID string) string {
	out := []byte(hexID)[:min(len(hexID), 15)]
	for i, c := range out {
		out[i] = '0' + c%10
	}
	return string(out)
}
