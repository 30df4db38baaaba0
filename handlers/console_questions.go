package handlers

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/langnghe/langnghe/models"
)

const (
	questionsPath  = consolePath + "/questions"
	understandPath = consolePath + "/understand"
	aliasMax       = 200 // bytes
)

// questionsPage lists what had no good answer, those alike together.
func (s *server) questionsPage(v *visit) error {
	open, err := s.Content.OpenQuestions(v.Request.Context(), v.who.Unit, openMost)
	if err != nil {
		return err
	}
	return v.show("questions", questionsData{s.grouped(open), s.names(), v.who.MayPublish("")})
}

type questionsData struct {
	Groups     []questionGroup
	Procedures []ProcedureName
	May        bool // say what they are about
}

// Name is the name of a procedure, or its code when it is gone.
func (d questionsData) Name(code string) string { return nameOf(d.Procedures, code) }

func (s *server) names() []ProcedureName { return s.Knowledge.Procedures() }

func nameOf(all []ProcedureName, code string) string {
	for _, p := range all {
		if p.Code == code {
			return p.Name
		}
	}
	return code
}

// lessonData is what a form of the questions' page holds, and what it would change.
type lessonData struct {
	IDs, Procedure, Alias string
	Changes               []models.Difference
	Procedures            []ProcedureName
}

// Name is the name of a procedure.
func (d lessonData) Name(code string) string { return nameOf(d.Procedures, code) }

// Told names the procedures that a question is answered with, or that it is
// asked back by.
func (d lessonData) Told(r models.Reply) string { return toldBy(d.Procedures, r) }

func toldBy(all []ProcedureName, r models.Reply) string {
	names := make([]string, len(r.Procedures))
	for i, code := range r.Procedures {
		names[i] = nameOf(all, code)
	}
	return strings.Join(names, "; ")
}

// teachQuestions tries what staff say questions are about, shows which answers
// would change, and saves it when that was seen.
func (s *server) teachQuestions(v *visit) error {
	form := lessonData{
		IDs: v.PostForm("ids"), Procedure: v.PostForm("procedure"), Procedures: s.names(),
		Alias: strings.TrimSpace(v.PostForm("alias")),
	}
	ids, ok := numbers(form.IDs)
	if !ok || len(form.Alias) > aliasMax || !s.Knowledge.HasProcedure(form.Procedure) {
		return v.refuse(http.StatusUnprocessableEntity, "lesson", "invalid", form)
	}
	save := v.PostForm("save") != ""
	_, changes, err := s.teach(v.Request.Context(), v.who, lesson{ids, form.Procedure, form.Alias, !save})
	switch {
	case err != nil:
		return err
	case save:
		return v.done(questionsPath, "saved")
	}
	form.Changes = changes
	return v.show("lesson", form)
}

// numbers reads ids with blanks between.
func numbers(list string) (ids []int64, ok bool) {
	for _, field := range strings.Fields(list) {
		id, err := strconv.ParseInt(field, 10, 64)
		if err != nil {
			return nil, false
		}
		ids = append(ids, id)
	}
	return ids, len(ids) > 0 && len(ids) <= openMost
}

// understandPage shows what the bot makes of a text, and why.
func (s *server) understandPage(v *visit) error {
	text := strings.TrimSpace(v.Query("text"))
	if text == "" || len(text) > explainMax {
		return v.show("understand", understandData{Text: text})
	}
	x := s.Knowledge.Explain(text)
	return v.show("understand", understandData{text, &x, s.names()})
}

type understandData struct {
	Text       string
	Of         *Explanation // nil before a text was given
	Procedures []ProcedureName
}

// Name is the name of a procedure.
func (d understandData) Name(code string) string { return nameOf(d.Procedures, code) }

// Percent is a share in percent.
func (d understandData) Percent(share float64) int { return int(share*100 + 0.5) }
