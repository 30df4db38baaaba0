package bot_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/bot/text"
	"github.com/langnghe/langnghe/models"
)

// world is what surrounds a chat: the time, the office, the cases. It turns a
// line of a .chat file into an event, as hear and relay do in the product.
type world struct {
	secret string // the next receipt's word
	near   string // a name for the place of a photo
	about  string // code of the case that the next message answers to

	t        testing.TB
	now      time.Time
	state    bot.State
	off      bot.Office
	cases    []bot.CaseView
	mids     int
	filed    int
	files    int
	last     bot.Event        // played last
	like     []bot.CaseView   // open cases that look like the report at hand
	ears     *ears            // hears the words for real, after "@ ear"
	taken    *models.Location // where the latest photo says it was taken
	dossiers dossiers
	stored   func(testing.TB, string) string // changes a state as it is stored; nil does not
}

var monday = time.Date(2026, 11, 2, 9, 0, 0, 0, time.FixedZone("+07", 7*60*60))

var units = map[string]bot.UnitView{
	"tran-bien": {Slug: "tran-bien", Name: "Phường Trấn Biên", Short: "Trấn Biên"},
	"bien-hoa":  {Slug: "bien-hoa", Name: "Phường Biên Hòa", Short: "Biên Hòa"},
	"an-vien":   {Slug: "an-vien", Name: "Xã An Viễn", Short: "An Viễn"},
}

var procedures = map[string]bot.ProcedureView{
	"khai-sinh": {Code: "khai-sinh", Name: "Đăng ký khai sinh", Short: "Khai sinh", Documents: []bot.Paper{{Name: "Tờ khai", Note: "tại quầy có sẵn"}, {Name: "Giấy chứng sinh, bản chính"}, {Name: "Giấy ủy quyền có chứng thực", When: "nếu nhờ người khác đi làm"}}, Online: "Cổng Dịch vụ công quốc gia", Forms: "Tờ khai đăng ký khai sinh", Asked: []bot.Asked{{Q: "Sinh con bao lâu phải làm khai sinh?", A: "Trong 60 ngày."}}, Fee: "Không thu khi làm trong 60 ngày", Time: "trong ngày", Where: "Quầy hộ tịch", Steps: "Bước 1: lấy số\nBước 2: nộp giấy", AsOf: "02/11/2026"},
	"ket-hon":   {Code: "ket-hon", Name: "Đăng ký kết hôn", Short: "Kết hôn", Fee: "Không thu", Time: "trong ngày", Where: "Quầy hộ tịch", Verify: true},
}

var dangers = map[string]bot.Danger{
	"chay":     {Code: "chay", Call: []string{"114", "115"}, Answer: "Xin ông/bà ra ngay chỗ an toàn, gọi 114 và nói rõ địa chỉ.", Then: "report", Category: "chay-no"},
	"gia-dinh": {Code: "bao-luc-gia-dinh", Call: []string{"113"}, Answer: "Nếu đang nguy hiểm xin gọi 113.", Then: "human", Category: "an-ninh"},
	"chung":    {Code: "chung", Call: []string{"113"}, Answer: "Xin gọi 113.", Then: "none"},
}

func newWorld(t testing.TB) *world {
	return &world{t: t, now: monday, off: bot.Office{Unit: units["tran-bien"], Platform: models.Zalo, Name: "UBND phường Trấn Biên", Privacy: "https://gopy.example.vn/quyen-rieng-tu", Lookup: "https://gopy.example.vn/tra-cuu", Open: true, OpensAt: monday.Add(22*time.Hour + 30*time.Minute)}}
}

// play plays one line of a chat.
func (w *world) play(line string) bot.Turn {
	if said, ok := strings.CutPrefix(line, ">"); ok && w.ears != nil {
		w.now = w.now.Add(10 * time.Second)
		return w.hears(strings.TrimSpace(said))
	}
	e, ok := w.event(line)
	if !ok {
		return bot.Turn{State: w.state}
	}
	w.now = w.now.Add(10 * time.Second)
	e.At, e.Now, e.Office = w.now, w.now, w.off
	w.fill(&e)
	w.last = e
	turn := bot.Reply(w.state, e)
	if len(w.like) > 0 && turn.State.Comparable() != nil {
		e.Similar = w.like
		turn = bot.Reply(w.state, e)
	}
	w.state = w.roundTrip(turn.State)
	for _, d := range turn.Do {
		w.apply(d)
	}
	return turn
}

func (w *world) roundTrip(s bot.State) bot.State {
	stored, err := bot.Encode(s)
	if err != nil {
		w.t.Fatal(err)
	}
	if w.stored != nil {
		stored = w.stored(w.t, stored)
	}
	back, err := bot.Decode(stored)
	if err != nil {
		w.t.Fatal(err)
	}
	return back
}

// fill adds what relay knows of the world.
func (w *world) fill(e *bot.Event) {
	w.filed++
	e.NewCode = fmt.Sprintf("PA2026-AAAA%02d", w.filed%100)
	e.NewSecret, e.PhotoNear = w.secret, w.near
	e.About, w.about = w.about, ""
	w.fillDossier(e)
	code := e.Heard.Code
	if _, c, ok := strings.Cut(e.Choice, "status.code:"); ok {
		code = c
	}
	if e.Notice != nil {
		code = e.Notice.Case
	}
	if code == "" && w.ears == nil {
		code = w.state.Case
	}
	for _, c := range w.cases {
		if strings.EqualFold(c.Code, code) {
			e.Found = &c
		}
		if c.Mine && len(e.Own) < 5 {
			e.Own = append(e.Own, c)
		}
	}
	if strings.HasPrefix(e.Choice, "ask.") && w.ears == nil && len(e.Heard.Procedures) == 0 {
		_, code, _ := strings.Cut(e.Choice, ":")
		for _, known := range []string{code, w.state.Procedure} {
			if p, ok := procedures[known]; ok {
				e.Heard.Procedures = append(e.Heard.Procedures, p)
			}
		}
	}
}

// apply does what relay does with an effect, as far as a chat can see it.
func (w *world) apply(e bot.Effect) {
	switch e := e.(type) {
	case bot.FileCase:
		due, days := w.due(e.Report)
		w.cases = append([]bot.CaseView{{Code: e.Code, Unit: w.unitNamed(e.Unit), Kind: e.Report.Kind, Category: w.categoryNamed(e.Report.Category), Status: models.StatusNew, Place: e.Report.Place, Created: w.now, Due: due, DueDays: days, Mine: true}}, w.cases...)
	case bot.Withdraw:
		w.move(e.Code, models.ActWithdraw)
	case bot.FollowDossier:
		w.followDossier(e)
	case bot.NotDone:
		w.move(e.Code, models.ActNotDone)
	case bot.AddEvidence:
		if e.Answer {
			w.move(e.Code, models.ActAnswer)
		}
	}
}

func (w *world) move(code string, a models.Action) {
	for i := range w.cases {
		if strings.EqualFold(w.cases[i].Code, code) {
			w.cases[i].Status, _ = w.cases[i].Status.Next(a)
		}
	}
}

// event reads a line: "> words {heard}", "> [payload]", "> (2 image) words", or
// "@ something of the world".
func (w *world) event(line string) (bot.Event, bool) {
	if said, ok := strings.CutPrefix(line, ">"); ok {
		return w.citizen(strings.TrimSpace(said)), true
	}
	verb, rest, _ := strings.Cut(strings.TrimSpace(strings.TrimPrefix(line, "@")), " ")
	return w.outside(verb, rest)
}

func (w *world) citizen(said string) bot.Event {
	e := bot.Event{Kind: models.EventMessage, Heard: bot.Heard{Intent: bot.IntentOther}}
	said, heard, _ := strings.Cut(said, "{")
	scripted(&e.Heard, strings.TrimSuffix(heard, "}"))
	said = strings.TrimSpace(said)
	if p, ok := strings.CutPrefix(said, "["); ok {
		e.Choice = strings.TrimSuffix(p, "]")
		return e
	}
	if sent, ok := strings.CutPrefix(said, "("); ok {
		sent, said, _ = strings.Cut(sent, ")")
		w.sent(&e, sent)
	}
	for _, s := range strings.Split(said, "|") {
		if s = strings.TrimSpace(s); s != "" {
			w.mids++
			e.Words = append(e.Words, bot.Word{Mid: "m" + strconv.Itoa(w.mids), Text: s})
		}
	}
	return e
}

func (w *world) sent(e *bot.Event, what string) {
	f := strings.Fields(what)
	switch f[len(f)-1] {
	case "location":
		e.Location = &models.Location{Lat: 10.95, Lng: 106.82}
	case "sticker":
		e.Sticker = true
	case "contact":
		e.Contact = &models.Contact{Name: "Trần Thị Mai", Phone: "0900000099"}
	case "placed":
		e.PhotoPlace = &models.Location{Lat: 10.9, Lng: 106.8}
		w.photos(e, 1, "image")
	default:
		n, err := strconv.Atoi(f[0])
		if err != nil {
			n = 1
		}
		w.photos(e, n, f[len(f)-1])
	}
}

func (w *world) photos(e *bot.Event, n int, kind string) {
	for range n {
		w.files++
		e.Files = append(e.Files, models.File{ID: "f" + strconv.Itoa(w.files), Kind: kind})
	}
}

// scripted reads what a chat file says was heard: "intent=ask; complains; place=…".
func scripted(h *bot.Heard, spec string) {
	for _, part := range strings.Split(spec, ";") {
		key, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch key {
		case "intent":
			h.Intent = bot.Intent(value)
		case "bare":
			h.Bare, h.Sure = true, true
		case "phrase":
			h.Bare, h.Sure, h.Confidence = true, true, 1
		case "sure":
			h.Sure = true
		case "complains":
			h.Complains, h.Intent, h.Kind, h.Category = true, bot.IntentReport, models.PhanAnh, "rac-thai"
		case "unclear":
			h.Complains, h.Intent = true, bot.IntentReport
		case "kind":
			h.Kind = models.Kind(value)
		case "sensitive":
			h.Sensitive = true
		case "english":
			h.English = true
		case "angry":
			h.Angry = true
		case "rude":
			h.Angry, h.Rude = true, append(h.Rude, value)
		case "corrects":
			h.Corrects = true
		case "notdone":
			h.NotDone = true
		case "ago":
			h.DaysAgo = int(value[0] - '0')
		case "denounces":
			h.Denounces, h.Complains = true, true
		case "phone":
			h.Phone = value
		case "name":
			h.Name = value
		case "place":
			h.Place = value
		case "ward":
			h.Ward = true
		case "unnamed":
			h.Anonymous = true
		case "part":
			h.Part = value
		case "both":
			h.Both = true
		case "code":
			h.Code = value
		case "dossier":
			h.Dossier, h.Intent, h.Sure, h.Bare = value, bot.IntentStatus, true, true
		case "decision":
			h.Decision = value
		case "danger":
			d := dangers[value]
			h.Danger, h.Intent = &d, bot.IntentDanger
		case "units":
			for _, u := range strings.Split(value, "|") {
				h.Units = append(h.Units, units[u])
			}
		case "procedures":
			h.Intent = bot.IntentAsk
			for _, p := range strings.Split(value, "|") {
				h.Procedures = append(h.Procedures, procedures[p])
			}
		case "contacts":
			h.Intent = bot.IntentContacts
			h.Contacts = []bot.ContactView{{Unit: "Phường Trấn Biên", Role: "đường dây nóng", Phone: "0900000001", Hours: "24/7"}}
		}
	}
}

// outside reads what happens without the citizen.
func (w *world) outside(verb, rest string) (bot.Event, bool) {
	f := strings.Fields(rest)
	switch verb {
	case "wait":
		d, err := time.ParseDuration(rest)
		if err != nil {
			w.t.Fatal(err)
		}
		w.now = w.now.Add(d)
	case "province":
		w.off.Unit, w.off.Province, w.off.Name = bot.UnitView{}, true, "Trung tâm hành chính công thành phố Đồng Nai"
		w.off.Pick = []bot.UnitView{units["tran-bien"], units["an-vien"]}
	case "ear":
		w.listen(rest)
	case "messenger":
		w.off.Platform = models.Messenger
	case "closed":
		w.off.Open = false
	case "duty":
		w.off.Duty = true
	case "hours":
		w.off.Hours = rest
	case "served":
		w.off.ServedBy = rest
	case "secret":
		w.secret = rest
	case "near":
		w.near = rest
	case "answering":
		w.about = rest
	case "reopening":
		w.off.ReopenDays = int(rest[0] - '0')
	case "phone":
		w.off.Phone = rest
	case "similar":
		w.like = append(w.like, w.caseView(f))
	case "case":
		w.cases = append(w.cases, w.caseView(f))
	case "dossier":
		w.dossier(f)
	case "source":
		w.dossiers.source = true
	case "result", "answer":
		return w.aboutDossier(verb, rest), true
	case "step":
		w.state.Step = rest
	case "open":
		return bot.Event{Kind: models.EventOpen}, true
	case "erase":
		return bot.Event{Kind: models.EventErase}, true
	case "rated":
		return bot.Event{Kind: models.EventRated, Score: int(rest[0] - '0'), Words: []bot.Word{{Text: strings.TrimSpace(rest[1:])}}}, true
	case "person":
		return bot.Event{Kind: models.EventEcho, Person: true, Until: w.now.Add(24 * time.Hour)}, true
	case "echo":
		return bot.Event{Kind: models.EventEcho}, true
	case "note":
		return bot.Event{Kind: models.EventNote}, true
	case "handback":
		return bot.Event{Kind: models.EventHandback}, true
	case "media":
		return bot.Event{Kind: models.EventMedia, Files: []models.File{{ID: "f1", Kind: "video"}}}, true
	case "edit", "unsend":
		rest, heard, _ := strings.Cut(rest, "{")
		mid, said, _ := strings.Cut(strings.TrimSpace(rest), " ")
		if w.ears != nil {
			return w.ears.Understand(w.state, []models.Event{{Kind: models.EventKind(verb), Mid: mid, Text: said}}), true
		}
		e := bot.Event{Kind: models.EventKind(verb), Words: []bot.Word{{Mid: mid, Text: said}}}
		scripted(&e.Heard, strings.TrimSuffix(heard, "}"))
		return e, true
	case "notice":
		return w.noticed(f, rest), true
	case "learned":
		return w.learned(f, rest), true
	default:
		w.t.Fatalf("what is %q?", verb)
	}
	return bot.Event{}, false
}

// caseView reads "CODE status [mine] [why]".
func (w *world) caseView(f []string) bot.CaseView {
	c := bot.CaseView{Code: f[0], Unit: units["tran-bien"], Kind: models.PhanAnh, Category: "Đèn đường", Status: models.Status(f[1]), Created: w.now.AddDate(0, 0, -3), Due: w.now.AddDate(0, 0, 4), DueDays: 5, Mine: len(f) > 2 && f[2] == "mine"}
	if c.Mine {
		c.Place = "hẻm 45 Phan Trung"
	}
	if len(f) > 3 && f[3] == "why" {
		c.Term = w.term(c)
	}
	if c.Status == models.StatusResolved {
		c.Resolved = w.now.AddDate(0, 0, -1)
	}
	if c.Status == models.StatusWaiting {
		c.Asked = "Cột đèn số mấy ạ?"
	}
	return c
}

// term is how the due date of a case came about, over a holiday and a wait.
func (w *world) term(c bot.CaseView) *bot.TermView {
	holiday := time.Date(c.Created.Year(), 11, 24, 0, 0, 0, 0, time.FixedZone("", 7*60*60))
	return &bot.TermView{Days: 5, From: c.Created, Due: c.Due, Waiting: c.Status == models.StatusWaiting, Skips: models.Skips{
		Late: true, Weekend: 2, Paused: 3, Off: []models.DaysOff{{Name: "Ngày Văn hóa Việt Nam", First: holiday, Last: holiday}},
	}}
}

// learned reads "PROCEDURE words": what an earlier question was about.
func (w *world) learned(f []string, rest string) bot.Event {
	said := strings.TrimSpace(strings.TrimPrefix(rest, f[0]))
	return bot.Event{
		Kind: models.EventStatus, Notice: &models.Notice{Procedure: f[0], Text: said},
		Heard: bot.Heard{Procedures: []bot.ProcedureView{procedures[f[0]]}},
	}
}

// noticed reads "CODE action [rate] [again] [person] [late] [CODE] : words".
func (w *world) noticed(f []string, rest string) bot.Event {
	_, said, _ := strings.Cut(rest, " : ")
	n := &models.Notice{Case: f[0], Action: models.Action(f[1]), Text: said}
	if n.Action == models.ActPromise || slices.Contains(f[2:], "again") || n.Action == models.ActSplit && !slices.Contains(f[2:], "late") {
		n.Date = w.now.AddDate(0, 0, 7)
	}
	for _, flag := range f[2:] {
		n.Rate = n.Rate || flag == "rate"
		n.Person = n.Person || flag == "person"
		if flag == "not_competent" {
			n.Reason = flag
		}
		if strings.HasPrefix(flag, "PA") {
			n.Into = flag
		}
	}
	w.move(n.Case, n.Action)
	return bot.Event{Kind: models.EventStatus, Notice: n}
}

// wording is the catalogue of a test.
func wording(t testing.TB) *text.Catalogue {
	c, err := text.Load()
	if err != nil {
		t.Fatal(err)
	}
	return c
}
