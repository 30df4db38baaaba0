package bot_test

import (
	"strings"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

// dossiers is what a chat's world knows of dossiers.
type dossiers struct {
	known    []bot.DossierView
	source   bool   // there is one to ask
	answered string // code that an event is about
}

var stages = map[string]bot.DossierView{
	"dang-xu-ly":     {Stage: "Đang xử lý", Means: "Cán bộ đang giải quyết hồ sơ.", English: "being processed", Verify: true},
	"da-xu-ly-xong":  {Stage: "Đã xử lý xong", Means: "Đã có kết quả. Ông/bà mang giấy hẹn và giấy tờ tùy thân đến nơi đã nộp để nhận.", English: "done", Verify: true, Done: true, Ready: true},
	"da-tra-ket-qua": {Stage: "Đã trả kết quả", Means: "Kết quả đã được giao.", English: "handed over", Done: true},
}

// dossier reads "CODE stage [late]".
func (w *world) dossier(f []string) {
	d := stages[f[1]]
	d.Code, d.Received, d.Due, d.Updated = f[0], w.now.AddDate(0, 0, -5), w.now.AddDate(0, 0, 3), w.now.AddDate(0, 0, -1)
	if len(f) > 2 && f[2] == "late" {
		d.Due = w.now.AddDate(0, 0, -2)
	}
	for i := range w.dossiers.known {
		if w.dossiers.known[i].Code == d.Code {
			d.Followed = w.dossiers.known[i].Followed
			w.dossiers.known[i] = d
			return
		}
	}
	w.dossiers.known = append(w.dossiers.known, d)
}

// aboutDossier makes the event by which a dossier is told of: "CODE" when it has
// a result, "answer CODE [reason]" when a source answers.
func (w *world) aboutDossier(verb, rest string) bot.Event {
	code, reason, _ := strings.Cut(rest, " ")
	w.dossiers.answered = code
	if verb == "answer" {
		return bot.Event{Kind: models.EventDossier, Notice: &models.Notice{Dossier: code, Reason: reason}}
	}
	return bot.Event{Kind: models.EventStatus, Notice: &models.Notice{Dossier: code, Action: models.ActResolve}}
}

// fillDossier adds what relay knows of the dossier that the event is about.
func (w *world) fillDossier(e *bot.Event) {
	e.Askable = w.dossiers.source
	code := e.Heard.Dossier
	if w.dossiers.answered != "" {
		code, w.dossiers.answered = w.dossiers.answered, ""
	}
	if code == "" && (strings.HasPrefix(e.Choice, "dossier.show:") || w.state.Step == "dossier.show") {
		code = w.state.Dossier
	}
	for _, d := range w.dossiers.known {
		if d.Code == code {
			e.Dossier = &d
		}
	}
}

func (w *world) followDossier(e bot.FollowDossier) {
	for i := range w.dossiers.known {
		if w.dossiers.known[i].Code == e.Code {
			w.dossiers.known[i].Followed = !e.Stop
		}
	}
}
