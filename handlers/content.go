package handlers

import (
	"context"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// triedDays and triedMost bound the questions that a change is tried on.
	triedDays, triedMost = 90, 10_000
	explainMax           = 2000 // bytes of a text
)

// ContentStore keeps published content and the questions it is asked.
type ContentStore interface {
	Content(ctx context.Context) ([]models.Content, error)
	ContentHistory(ctx context.Context, piece models.Content) ([]models.Content, error)
	OpenQuestions(ctx context.Context, unit string, limit int) ([]models.Question, error)
	QuestionsSince(ctx context.Context, since time.Time, limit int) ([]models.Question, error)
	SettledQuestions(ctx context.Context, limit int) ([]models.Question, error)
	Update(ctx context.Context, f func(*store.Tx) error) error
}

// Knowledge is what the bot understands by.
type Knowledge interface {
	// Try says what a change would change of what the bot makes of questions.
	// The error names what does not fit.
	Try(changed []models.Content, questions []string) ([]models.Difference, error)
	// Explain says what the bot makes of a text, and why.
	Explain(text string) Explanation
	// Nearest returns the code of the procedure that a text is nearest to, or "".
	Nearest(text string) string
	// Alike says how alike two questions are, 0-1.
	Alike(a, b string) float64
	HasProcedure(code string) bool
	// Procedures lists all by name.
	Procedures() []ProcedureName
	// Known is when a change that is saved now is known to every process.
	Known(now time.Time) time.Time
}

// ProcedureName names a procedure.
type ProcedureName struct{ Code, Name string }

// Explanation is what the bot makes of a text, and why.
type Explanation struct {
	Text       string       `json:"text"`
	Intent     string       `json:"intent"`
	Confidence float64      `json:"confidence"`
	Reply      models.Reply `json:"reply"`
	Shares     []Share      `json:"shares"`     // the likeliest intents
	Candidates []Candidate  `json:"candidates"` // the likeliest procedures
	Category   string       `json:"category"`
	Units      []string     `json:"units"`
}

// Share is how likely an intent is, 0-1.
type Share struct {
	Intent string  `json:"intent"`
	Share  float64 `json:"share"`
}

// Candidate is a procedure that a text may be about.
type Candidate struct {
	Code    string   `json:"code"`
	Name    string   `json:"name"`
	Score   float64  `json:"score"`
	Phrase  string   `json:"phrase"`  // of its name and aliases, the one with most words in common
	Matched []string `json:"matched"` // the words in common with any of them
}

func (s *server) contentRoutes(api huma.API) {
	tags := []string{"content"}
	register(s, api, huma.Operation{
		OperationID: "list-content", Method: http.MethodGet, Path: "/content", Tags: tags, Metadata: needs(models.ReadContent),
		Summary: "Published content that was changed here",
	}, s.listContent)
	register(s, api, huma.Operation{
		OperationID: "content-history", Method: http.MethodGet, Path: "/content/history", Tags: tags, Metadata: needs(models.ReadContent),
		Summary: "Every change of one piece of content, newest first",
	}, s.contentHistory)
	register(s, api, huma.Operation{
		OperationID: "change-content", Method: http.MethodPost, Path: "/content", Tags: tags, Metadata: needs(models.Publish), DefaultStatus: http.StatusOK,
		Summary: "Change a piece of content, or only say which answers would change", Errors: []int{http.StatusForbidden},
	}, s.changeContent)
	register(s, api, huma.Operation{
		OperationID: "explain", Method: http.MethodGet, Path: "/understand", Tags: tags, Metadata: needs(models.ReadContent),
		Summary: "What the bot makes of a text, and why",
	}, s.explain)
}

type explainQuery struct {
	Text string `query:"text" required:"true" minLength:"1" maxLength:"2000"`
}

type explainOut struct{ Body Explanation }

func (s *server) explain(_ context.Context, _ models.Principal, in *explainQuery) (*explainOut, error) {
	return &explainOut{s.Knowledge.Explain(in.Text)}, nil
}

// pieceView is one piece of content as it was changed. Body is null when the
// change was taken back.
type pieceView struct {
	Kind  models.ContentKind `json:"kind"`
	Key   string             `json:"key"`
	Unit  string             `json:"unit"`
	Body  json.RawMessage    `json:"body"`
	At    time.Time          `json:"at"`
	By    string             `json:"by"`
	Why   string             `json:"why"`
	Trial json.RawMessage    `json:"trial,omitempty" doc:"The answers that the change changed when it was tried."`
}

func newPieceView(c models.Content) pieceView {
	v := pieceView{Kind: c.Kind, Key: c.Key, Unit: c.Unit, Body: json.RawMessage("null"), At: c.At.UTC(), By: c.By, Why: c.Why}
	if c.Body != "" {
		v.Body = json.RawMessage(c.Body)
	}
	if c.Trial != "" {
		v.Trial = json.RawMessage(c.Trial)
	}
	return v
}

type contentQuery struct {
	Kind string `query:"kind" enum:"procedure,alias,unit,contact,holiday,hours,template,wording,category"`
}

type piecesOut struct{ Body list[pieceView] }

func (s *server) listContent(ctx context.Context, p models.Principal, in *contentQuery) (*piecesOut, error) {
	pieces, err := s.Content.Content(ctx)
	if err != nil {
		return nil, err
	}
	views := []pieceView{}
	for _, c := range pieces {
		if (in.Kind == "" || in.Kind == string(c.Kind)) && s.readable(p, c) {
			views = append(views, newPieceView(c))
		}
	}
	return &piecesOut{newList(views, "")}, nil
}

// readable reports whether the principal may know a change of content: what is
// internal is for who sees contacts.
func (s *server) readable(p models.Principal, c models.Content) bool {
	k, known := s.contentKind(c.Kind)
	if !known {
		return p.Reads(c)
	}
	return k.readable(p, standing{Content: c, Whole: bodyOf(c.Body)})
}

type historyQuery struct {
	Kind string `query:"kind" required:"true" enum:"procedure,alias,unit,contact,holiday,hours,template,wording,category"`
	Key  string `query:"key" required:"true" maxLength:"500"`
	Unit string `query:"unit" maxLength:"100"`
}

func (s *server) contentHistory(ctx context.Context, p models.Principal, in *historyQuery) (*piecesOut, error) {
	piece := models.Content{Kind: models.ContentKind(in.Kind), Key: in.Key, Unit: in.Unit}
	if !p.Reads(piece) {
		return nil, store.ErrNotFound
	}
	changes, err := s.Content.ContentHistory(ctx, piece)
	if err != nil {
		return nil, err
	}
	views := []pieceView{}
	for _, c := range changes {
		if s.readable(p, c) {
			views = append(views, newPieceView(c))
		}
	}
	return &piecesOut{newList(views, "")}, nil
}

type changeIn struct {
	Body struct {
		Kind   string         `json:"kind" enum:"procedure,alias,unit,contact,holiday,hours,template,wording,category"`
		Key    string         `json:"key" minLength:"1" maxLength:"200"`
		Unit   string         `json:"unit,omitempty" maxLength:"100"`
		Body   map[string]any `json:"body,omitempty" doc:"Absent: take the change back."`
		Why    string         `json:"why,omitempty" maxLength:"500"`
		DryRun bool           `json:"dry_run,omitempty" doc:"Only say which answers would change."`
	}
}

type changeOut struct {
	Body struct {
		Saved   bool                `json:"saved"`
		Changes []models.Difference `json:"changes" nullable:"false" doc:"Answers to questions of the last 90 days that change."`
	}
}

// changeContent tries a change on the questions of the last months and, unless
// it is only asked for that, saves it.
func (s *server) changeContent(ctx context.Context, p models.Principal, in *changeIn) (*changeOut, error) {
	b := in.Body
	piece := models.Content{Kind: models.ContentKind(b.Kind), Key: b.Key, Unit: b.Unit, By: p.Name, Why: b.Why}
	switch {
	case !p.MayPublish(piece.Owner()):
		return nil, huma.Error403Forbidden("who is bound to a unit may change only what is that unit's own")
	case b.Unit != "" && (s.Catalogue == nil || !s.Catalogue.HasUnit(b.Unit)):
		return nil, invalid("body.unit", "is not known")
	case b.Unit != "" && !piece.Kind.OfUnits():
		return nil, invalid("body.unit", "is not for this kind: it is the whole province's")
	}
	if err := s.read(ctx, &piece, b.Body); err != nil {
		return nil, err
	}
	pieces := []models.Content{piece}
	changes, err := s.try(ctx, pieces)
	if err != nil {
		return nil, err
	}
	out := &changeOut{}
	out.Body.Changes, out.Body.Saved = changes, !b.DryRun
	if b.DryRun {
		return out, nil
	}
	return out, s.Content.Update(ctx, func(tx *store.Tx) error { return publish(tx, p, tx.SaveContent, pieces...) })
}

// read checks the body of a piece as the console does, and takes it up as it is
// read.
func (s *server) read(ctx context.Context, piece *models.Content, body Body) error {
	if body == nil {
		return nil // the change is taken back
	}
	piece.Body = body.String()
	k, known := s.contentKind(piece.Kind)
	if !known {
		return nil // the trial tells what does not fit
	}
	h, err := s.shelf(ctx)
	if err != nil {
		return err
	}
	whole := h.piece(k, piece.Key, piece.Unit).as(k, piece.Body)
	read, faults := k.Check(*piece, whole)
	if k.Renames && len(faults) == 0 && k.Key(whole.Laid(read)) != piece.Key {
		faults = []ContentFault{{Mend: "does not fit its key: that of this body is " + k.Key(whole.Laid(read))}}
	}
	if len(faults) > 0 {
		return huma.Error422UnprocessableEntity("validation failed", details(faults)...)
	}
	for name := range body {
		if v, there := read[name]; there {
			body[name] = v
		}
	}
	piece.Body = body.String()
	return nil
}

func details(faults []ContentFault) []error {
	out := make([]error, len(faults))
	for i, f := range faults {
		out[i] = &huma.ErrorDetail{Location: strings.TrimSuffix("body.body."+f.Field, "."), Message: f.Mend}
	}
	return out
}

// publish saves pieces and notes each in the audit.
func publish(tx *store.Tx, by models.Principal, save func([]models.Content) error, pieces ...models.Content) error {
	if err := save(pieces); err != nil {
		return err
	}
	for _, p := range pieces {
		if err := tx.Audit(by, "content", string(p.Kind)+" "+p.Key, p.Unit); err != nil {
			return err
		}
	}
	return nil
}

// try plays the questions of the last months against pieces that change together,
// and writes the answers that they change into the history of the first.
func (s *server) try(ctx context.Context, pieces []models.Content) ([]models.Difference, error) {
	stored, err := s.Content.Content(ctx)
	if err != nil {
		return nil, err
	}
	asked, err := s.Content.QuestionsSince(ctx, s.Now().AddDate(0, 0, -triedDays), triedMost)
	if err != nil {
		return nil, err
	}
	texts := make([]string, len(asked))
	for i, q := range asked {
		texts[i] = q.Text
	}
	changes, err := s.Knowledge.Try(models.Overlaid(stored, pieces), texts)
	if err != nil {
		return nil, invalid("body.body", err.Error())
	}
	trial, err := json.Marshal(changes)
	pieces[0].Trial = string(trial)
	return changes, err
}
