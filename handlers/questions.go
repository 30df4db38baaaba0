package handlers

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// openMost is how many open questions are looked through for groups.
	openMost = 500
	// alike is from where on two questions are taken for the same.
	alike = 0.5
	// settledMost is how many settled questions are listed.
	settledMost = 5000
)

func (s *server) questionRoutes(api huma.API) {
	tags := []string{"questions"}
	register(s, api, huma.Operation{
		OperationID: "list-questions", Method: http.MethodGet, Path: "/questions", Tags: tags, Metadata: needs(models.ReadQuestions),
		Summary: "Questions without a good answer, those alike together, the most asked first",
	}, s.listQuestions)
	register(s, api, huma.Operation{
		OperationID: "list-settled-questions", Method: http.MethodGet, Path: "/questions/settled", Tags: tags, Metadata: needs(models.ReadQuestions),
		Summary: "Questions of which staff said what they are about, as lines to judge understanding by",
	}, s.listSettled)
	register(s, api, huma.Operation{
		OperationID: "settle-questions", Method: http.MethodPost, Path: "/questions/settle", Tags: tags,
		Metadata: needs(models.Publish), DefaultStatus: http.StatusOK, Errors: []int{http.StatusForbidden, http.StatusConflict},
		Summary: "Say what questions are about; who asked is told, and the next one gets the answer",
	}, s.settle)
}

// questionGroup is questions that are alike.
type questionGroup struct {
	IDs     []int64        `json:"ids" nullable:"false"`
	Texts   []string       `json:"texts" nullable:"false"`
	Count   int            `json:"count"`
	Nearest string         `json:"nearest" doc:"Code of the procedure that they are nearest to, or empty."`
	Outcome models.Outcome `json:"outcome"`
	Why     string         `json:"why" doc:"The words that led to a wrong answer."`
	Latest  time.Time      `json:"latest"`
}

type questionGroupsOut struct{ Body list[questionGroup] }

func (s *server) listQuestions(ctx context.Context, p models.Principal, _ *struct{}) (*questionGroupsOut, error) {
	if !p.SeesContacts() {
		return nil, huma.Error403Forbidden("the role " + string(p.Role) + " does not read citizens' words")
	}
	open, err := s.Content.OpenQuestions(ctx, p.Unit, openMost)
	if err != nil {
		return nil, err
	}
	return &questionGroupsOut{newList(s.grouped(open), "")}, nil
}

// grouped puts questions that are alike together, the most asked first.
func (s *server) grouped(open []models.Question) []questionGroup {
	groups := []questionGroup{}
	for _, q := range open {
		near := q.Procedure
		if q.Outcome == models.Unknown {
			near = s.Knowledge.Nearest(q.Text)
		}
		i := slices.IndexFunc(groups, func(g questionGroup) bool {
			return g.Nearest == near && g.Outcome == q.Outcome && s.Knowledge.Alike(g.Texts[0], q.Text) >= alike
		})
		if i < 0 {
			i = len(groups)
			groups = append(groups, questionGroup{Nearest: near, Outcome: q.Outcome, Why: q.Why, Latest: q.At.UTC()})
		}
		g := &groups[i]
		g.IDs, g.Count = append(g.IDs, q.ID), g.Count+1
		if !slices.Contains(g.Texts, q.Text) {
			g.Texts = append(g.Texts, q.Text)
		}
	}
	slices.SortStableFunc(groups, func(a, b questionGroup) int { return b.Count - a.Count })
	return groups
}

// settledLine is a question in the form of the evaluation set.
type settledLine struct {
	ID         string   `json:"id"`
	Text       string   `json:"text"`
	Intent     string   `json:"intent"`
	Procedures []string `json:"procedures" nullable:"false"`
}

type settledOut struct{ Body list[settledLine] }

func (s *server) listSettled(ctx context.Context, p models.Principal, _ *struct{}) (*settledOut, error) {
	if !p.SeesContacts() || p.Unit != "" {
		return nil, huma.Error403Forbidden("citizens' words of the whole province are for the province")
	}
	questions, err := s.Content.SettledQuestions(ctx, settledMost)
	if err != nil {
		return nil, err
	}
	lines := make([]settledLine, len(questions))
	for i, q := range questions {
		lines[i] = settledLine{fmt.Sprintf("q%d", q.ID), q.Text, "ask", []string{q.Procedure}}
	}
	return &settledOut{newList(lines, "")}, nil
}

type settleIn struct {
	Body struct {
		IDs       []int64 `json:"ids" minItems:"1" maxItems:"500"`
		Procedure string  `json:"procedure" minLength:"1" maxLength:"100" doc:"Code of what they are about."`
		Alias     string  `json:"alias,omitempty" maxLength:"200" doc:"From now on another way to ask for it."`
		DryRun    bool    `json:"dry_run,omitempty" doc:"Only say which answers would change."`
	}
}

type settleOut struct {
	Body struct {
		Settled int                 `json:"settled"`
		Changes []models.Difference `json:"changes" nullable:"false" doc:"Answers to questions of the last 90 days that change."`
	}
}

// settle is teach for other systems.
func (s *server) settle(ctx context.Context, p models.Principal, in *settleIn) (*settleOut, error) {
	b := in.Body
	out := &settleOut{}
	var err error
	out.Body.Settled, out.Body.Changes, err = s.teach(ctx, p, lesson{b.IDs, b.Procedure, b.Alias, b.DryRun})
	return out, err
}

// lesson says what open questions are about.
type lesson struct {
	ids       []int64
	procedure string // code
	alias     string // from now on another way to ask for it, or ""
	dry       bool   // only say which answers would change
}

// teach says what questions are about, after the alias was tried on those of the
// last months. Who asked is told once the change is known everywhere.
func (s *server) teach(ctx context.Context, p models.Principal, l lesson) (settled int, changes []models.Difference, err error) {
	changes = []models.Difference{}
	switch {
	case !p.MayPublish(""):
		return 0, nil, huma.Error403Forbidden("what a question is about is said for the whole province")
	case !s.Knowledge.HasProcedure(l.procedure):
		return 0, nil, invalid("body.procedure", "is not known")
	}
	var pieces []models.Content
	if l.alias != "" {
		pieces = append(pieces, newAlias(l.alias, l.procedure, p.Name))
		if changes, err = s.try(ctx, pieces); err != nil {
			return 0, nil, err
		}
	}
	if l.dry {
		return 0, changes, nil
	}
	err = s.Content.Update(ctx, func(tx *store.Tx) (err error) {
		settled, err = s.settleIn(tx, l.ids, l.procedure, p, pieces)
		return err
	})
	return settled, changes, err
}

func (s *server) settleIn(tx *store.Tx, ids []int64, procedure string, by models.Principal, pieces []models.Content) (int, error) {
	settled, err := tx.Settle(ids, procedure, by.Name)
	if err != nil {
		return 0, err
	}
	if err := publish(tx, by, tx.SaveContent, pieces...); err != nil {
		return 0, err
	}
	if len(settled) > 0 {
		if err := tx.Audit(by, "questions.settled", procedure, strconv.Itoa(len(settled))); err != nil {
			return 0, err
		}
	}
	return len(settled), tx.Append(s.answers(settled))
}

// answers are what those who asked are told, once each and question.
func (s *server) answers(settled []models.Question) (events []models.Event) {
	now := s.Now().UTC()
	told := map[string]bool{}
	for _, q := range settled {
		n := models.Notice{Procedure: q.Procedure, Text: q.Text}
		e, ok := models.StatusEvent(q.Conversation, fmt.Sprintf("question:%d", q.ID), n, now)
		if ok && !told[q.Conversation] {
			told[q.Conversation] = true
			e.Due = s.Knowledge.Known(now)
			events = append(events, e)
		}
	}
	return events
}

// newAlias is one more way to ask for a procedure.
func newAlias(text, procedure, by string) models.Content {
	body, _ := json.Marshal(lookup.AliasBody{Procedure: procedure, Text: text}) // strings never fail
	return models.Content{Kind: models.ContentAlias, Key: lookup.Fold(text), Body: string(body), By: by, Why: "question"}
}
