package sandbox

import (
	"context"
	"crypto/hmac"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// pageInboxApp is the app that owns what staff type in the Page's inbox.
const pageInboxApp = "263902037430900"

// attachmentLife is how long an uploaded attachment may be sent.
const attachmentLife = 90 * 24 * time.Hour

// pageState is what the simulation keeps of a Page.
type pageState struct {
	Page
	fields  []string          // subscribed; nil is all
	off     bool              // unsubscribed: no webhooks
	uploads map[string]kept   // attachment id → what it is
	profile map[string]string // messenger_profile: field → JSON
}

func newPageAccount(p Page) *account {
	if p.RatePerSecond == 0 {
		p.RatePerSecond = 300
	}
	return &account{
		platform: Messenger, id: p.ID, name: p.Name, people: map[string]*person{},
		page: &pageState{Page: p, uploads: map[string]kept{}, profile: map[string]string{}},
	}
}

// version is the optional first part of a Graph path.
var version = regexp.MustCompile(`^v\d+\.\d+$`)

// graph answers the Graph API: /{version}/{object}[/{edge}].
func (s *Sandbox) graph(c call) reply {
	parts := strings.Split(strings.Trim(c.path, "/"), "/")
	if version.MatchString(parts[0]) {
		parts = parts[1:]
	}
	if len(parts) == 0 || len(parts) > 2 || parts[0] == "" {
		return s.graphFail(graphErr(100, 33))
	}
	if len(parts) == 2 && parts[1] == "subscriptions" {
		return s.appSubscription(c, parts[0])
	}
	if len(parts) == 1 && parts[0] == "debug_token" {
		return s.debugToken(c)
	}
	if len(parts) == 2 && parts[1] == "ids_for_pages" {
		return s.idsForPages(c, parts[0])
	}
	a, fail := s.graphAuth(c)
	if fail != nil {
		return s.graphFail(*fail)
	}
	if len(parts) == 1 {
		return s.graphObject(c, a, parts[0])
	}
	if parts[0] != "me" && parts[0] != a.id && !strings.HasPrefix(parts[0], "t_") {
		return s.graphFail(errNoObject)
	}
	return s.graphEdge(c, a, parts[0], parts[1])
}

// graphToken is the token of a call.
func graphToken(c call) string {
	if bearer, found := strings.CutPrefix(c.header.Get("Authorization"), "Bearer "); found {
		return bearer
	}
	return c.params["access_token"]
}

// graphAuth finds the Page by the token, and checks the proof that the caller
// holds the app's secret.
func (s *Sandbox) graphAuth(c call) (*account, *graphError) {
	token := graphToken(c)
	i := slices.IndexFunc(s.accounts, func(a *account) bool {
		return a.page != nil && a.page.Token != "" && hmac.Equal([]byte(a.page.Token), []byte(token))
	})
	if i < 0 {
		e := graphErr(190, 0).saying("Invalid OAuth access token - Cannot parse access token")
		return nil, &e
	}
	a := s.accounts[i]
	if s.Faults(Messenger).TokenExpired {
		return nil, &errTokenExpired
	}
	switch proof := c.params["appsecret_proof"]; {
	case proof == "":
		e := errInvalidParam.saying("API calls from the server require an appsecret_proof argument")
		return nil, &e
	case !hmac.Equal([]byte(proof), []byte(appProof(a.page.AppSecret, token))):
		e := errInvalidParam.saying("Invalid appsecret_proof provided in the API argument")
		return nil, &e
	}
	return a, nil
}

// graphEdge answers /{page}/{edge} and /{conversation}/messages.
func (s *Sandbox) graphEdge(c call, a *account, object, edge string) reply {
	switch c.method + " " + edge {
	case "POST messages":
		return s.graphSend(c, a)
	case "GET messages":
		return s.threadMessages(c, a, object)
	case "POST message_attachments":
		return s.graphUpload(c, a)
	case "GET conversations":
		return s.conversations(c, a)
	case "GET subscribed_apps", "POST subscribed_apps", "DELETE subscribed_apps":
		return s.subscribedApps(c, a)
	case "GET messenger_profile", "POST messenger_profile", "DELETE messenger_profile":
		return s.messengerProfile(c, a)
	case "GET accounts":
		return ok(map[string]any{"data": []any{map[string]any{
			"access_token": a.page.Token, "category": "Government organization", "name": a.name, "id": a.id, "tasks": []string{"MESSAGING", "MODERATE", "MANAGE"},
		}}})
	case "GET thread_owner":
		return s.threadOwner(c, a)
	case "POST pass_thread_control", "POST take_thread_control", "POST release_thread_control", "POST request_thread_control", "POST extend_thread_control":
		return s.threadControl(c, a, strings.TrimSuffix(edge, "_thread_control"))
	}
	return s.graphFail(errNoObject.saying("Unknown path components: /" + edge))
}

// graphObject answers /{object}: the Page, a citizen's profile, a conversation
// or a message.
func (s *Sandbox) graphObject(c call, a *account, id string) reply {
	if c.method != http.MethodGet {
		return s.graphFail(errNoObject)
	}
	if id == "me" || id == a.id {
		return ok(map[string]any{"id": a.id, "name": a.name})
	}
	s.mu.Lock()
	details, found := a.message(id, strings.Split(c.params["fields"], ","))
	if p := a.people[id]; p != nil && !p.hidden {
		details, found = s.profile(p), true
	}
	if p := a.people[strings.TrimPrefix(id, "t_")]; p != nil && id == p.threadID() {
		details, found = a.thread(p, c.params["fields"]), true
	}
	hidden := a.people[id] != nil && !found
	s.mu.Unlock()
	switch {
	case found:
		return ok(details)
	case hidden:
		return s.graphFail(errNoProfile)
	}
	return s.graphFail(errNoObject)
}

// profile is a citizen's profile; without a name the app has no access to it,
// which is an empty object. The caller holds mu.
func (s *Sandbox) profile(p *person) map[string]any {
	if p.name == "" {
		return map[string]any{}
	}
	last, first, _ := strings.Cut(p.name, " ")
	return map[string]any{"first_name": first, "last_name": last, "profile_pic": s.mediaURL("avatar.jpg"), "id": p.id}
}

// debugToken answers GET /debug_token: whether a Page's token lives, and that it
// never ends by itself. It is asked as the app.
func (s *Sandbox) debugToken(c call) reply {
	i := slices.IndexFunc(s.accounts, func(a *account) bool {
		return a.page != nil && a.page.Token != "" && graphToken(c) == a.page.AppID+"|"+a.page.AppSecret && a.page.Token == c.params["input_token"]
	})
	switch {
	case c.method != http.MethodGet:
		return s.graphFail(errNoObject)
	case i < 0:
		return s.graphFail(graphErr(190, 0).saying("Invalid OAuth access token signature."))
	}
	data := map[string]any{"app_id": s.accounts[i].page.AppID, "type": "PAGE", "is_valid": true, "expires_at": 0, "profile_id": s.accounts[i].id}
	if s.Faults(Messenger).TokenExpired {
		data["is_valid"], data["expires_at"] = false, s.opt.Clock().Add(-time.Hour).Unix()
	}
	return ok(map[string]any{"data": data})
}

func (s *Sandbox) subscribedApps(c call, a *account) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	switch c.method {
	case http.MethodPost:
		a.page.off, a.page.fields = false, strings.Split(c.params["subscribed_fields"], ",")
		return ok(map[string]any{"success": true})
	case http.MethodDelete:
		a.page.off = true
		return ok(map[string]any{"success": true})
	}
	if a.page.off {
		return ok(map[string]any{"data": []any{}})
	}
	fields := a.page.fields
	if fields == nil {
		fields = pageFields()
	}
	return ok(map[string]any{"data": []any{map[string]any{"category": "Business", "link": s.baseURL(), "name": "Bot", "id": a.page.AppID, "subscribed_fields": fields}}})
}

// pageFields are the webhook fields of a Page that has been set up whole.
func pageFields() []string {
	return []string{
		"messages", "messaging_postbacks", "message_echoes", "message_edits", "message_deliveries", "message_reads",
		"message_reactions", "messaging_referrals", "messaging_optins", "messaging_handovers", "standby",
		"messaging_policy_enforcement", "messaging_feedback", "message_template_status_update", "feed",
	}
}

// subscribed reports whether the Page's webhooks carry a field.
func (p *pageState) subscribed(field string) bool {
	return !p.off && (p.fields == nil || slices.Contains(p.fields, field))
}

// appSubscription answers POST /{app}/subscriptions: while it runs, Meta
// calls the callback with the handshake. The product's own callback is used,
// whatever public address the request names.
func (s *Sandbox) appSubscription(c call, app string) reply {
	i := slices.IndexFunc(s.accounts, func(a *account) bool {
		return a.page != nil && a.page.AppID == app && c.params["access_token"] == app+"|"+a.page.AppSecret
	})
	if i < 0 {
		return s.graphFail(graphErr(190, 0).saying("Invalid OAuth access token signature."))
	}
	if !s.handshake(c.params["verify_token"]) {
		return s.graphFail(graphErr(2200, 0).saying("(#2200) Callback verification failed"))
	}
	return ok(map[string]any{"success": true})
}

// handshake asks the product to prove that it knows the verify token.
func (s *Sandbox) handshake(token string) bool {
	challenge := strconv.FormatInt(s.opt.Clock().UnixNano(), 10)
	q := url.Values{"hub.mode": {"subscribe"}, "hub.verify_token": {token}, "hub.challenge": {challenge}}
	ctx, cancel := context.WithTimeout(s.ctx, messengerPatience)
	defer cancel()
	status, answer, err := s.roundTrip(ctx, http.MethodGet, "/webhooks/messenger?"+q.Encode(), http.Header{}, nil)
	return err == nil && status == http.StatusOK && answer == challenge
}

func (s *Sandbox) messengerProfile(c call, a *account) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	fields := []string{"get_started", "greeting", "persistent_menu", "ice_breakers", "commands", "whitelisted_domains"}
	if c.method == http.MethodGet {
		set := map[string]any{}
		for _, f := range fields {
			if v, found := a.page.profile[f]; found && strings.Contains(c.params["fields"], f) {
				set[f] = json.RawMessage(v)
			}
		}
		return ok(map[string]any{"data": []any{set}})
	}
	for _, f := range fields {
		v, given := c.params[f]
		switch {
		case c.method == http.MethodPost && given && json.Valid([]byte(v)):
			a.page.profile[f] = v
		case c.method == http.MethodDelete && strings.Contains(c.params["fields"], f):
			delete(a.page.profile, f)
		}
	}
	return ok(map[string]any{"result": "success"})
}
