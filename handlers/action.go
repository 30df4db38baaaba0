package handlers

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/langnghe/langnghe/models"
)

// actionBody is what is to be done to a case. Which fields belong to which
// action stands in actionFields.
type actionBody struct {
	Action   models.Action `json:"action" enum:"accept,assign,start,ask,reply,resolve,reject,transfer,merge,reopen,classify,note,promise"`
	To       string        `json:"to,omitempty" maxLength:"254" doc:"assign: e-mail of an account."`
	Text     string        `json:"text,omitempty" maxLength:"8000" doc:"ask, reply, resolve, reject, promise: words for the citizen. note: for staff."`
	Reason   string        `json:"reason,omitempty" maxLength:"2000" doc:"reject: not_competent, other_office, no_content, duplicate, expired or withdrawn_by_law. transfer: why, for the new unit."`
	Unit     string        `json:"unit,omitempty" maxLength:"100" doc:"transfer: slug of the new unit."`
	Into     string        `json:"into,omitempty" maxLength:"40" doc:"merge: code of the case that goes on."`
	Kind     string        `json:"kind,omitempty" maxLength:"40" doc:"classify: phan_anh, kien_nghi, khieu_nai, gop_y or khen_ngoi."`
	Category string        `json:"category,omitempty" maxLength:"100" doc:"classify: code of the taxonomy."`
	Priority string        `json:"priority,omitempty" maxLength:"40" doc:"classify: low, normal, high or urgent."`
	Cause    string        `json:"cause,omitempty" maxLength:"40" doc:"classify: why it came about, for figures: data, papers, guidance, delay, conduct, facility, contractor, behaviour, rules, nature or unclear."`
	Date     string        `json:"date,omitempty" maxLength:"10" doc:"promise: until when the case will be answered (2026-12-03); the citizen reads an apology, it, and the text. resolve: optional, when the matter will be looked at again; the citizen reads it below the text."`
}

// fields returns the body's fields but the action, by name.
func (b actionBody) fields() map[string]string {
	return map[string]string{
		"to": b.To, "text": b.Text, "reason": b.Reason, "unit": b.Unit, "into": b.Into,
		"kind": b.Kind, "category": b.Category, "priority": b.Priority, "cause": b.Cause, "date": b.Date,
	}
}

// classification is the fields of classify, of which one is enough.
var classification = []string{"kind", "category", "priority", "cause"}

// actionFields tells which fields an action needs. Source: contract of the
// API, section 4.
var actionFields = map[models.Action][]string{
	models.ActAccept:   nil,
	models.ActAssign:   {"to"},
	models.ActStart:    nil,
	models.ActAsk:      {"text"},
	models.ActReply:    {"text"},
	models.ActResolve:  {"text"},
	models.ActReject:   {"reason", "text"},
	models.ActTransfer: {"unit", "reason"},
	models.ActMerge:    {"into"},
	models.ActReopen:   nil,
	models.ActClassify: classification,
	models.ActNote:     {"text"},
	models.ActPromise:  {"date", "text"},
}

// optionalFields are those that an action takes besides.
var optionalFields = map[models.Action][]string{models.ActResolve: {"date"}}

// takes reports whether the action has the field at all.
func takes(a models.Action, field string) bool {
	return slices.Contains(actionFields[a], field) || slices.Contains(optionalFields[a], field)
}

// problems lists what is wrong with the body, each with the field's name.
func (b actionBody) problems(k Catalogue) []error {
	var faults []error
	fault := func(field, message string) {
		faults = append(faults, &huma.ErrorDetail{Location: "body." + field, Message: message})
	}
	needs, given := actionFields[b.Action], b.fields()
	for _, name := range fieldNames {
		value, wanted := given[name], slices.Contains(needs, name)
		switch {
		case !clean(value):
			fault(name, "must be text without NUL")
		case value != "" && !takes(b.Action, name):
			fault(name, "does not belong to the action "+string(b.Action))
		case value != "" && !b.understands(name, value, k):
			fault(name, "is not known")
		case strings.TrimSpace(value) == "" && wanted && b.Action != models.ActClassify:
			fault(name, "is needed by the action "+string(b.Action))
		}
	}
	if b.Action == models.ActClassify && b.Kind+b.Category+b.Priority+b.Cause == "" {
		fault("kind", "kind, category, priority or cause is needed by the action classify")
	}
	return faults
}

// fieldNames is the order in which faults are told.
var fieldNames = []string{"to", "text", "reason", "unit", "into", "kind", "category", "priority", "cause", "date"}

// understands reports whether the value is one of a closed list, where the
// field has one. Accounts and codes are looked up later.
func (b actionBody) understands(field, value string, k Catalogue) bool {
	switch field {
	case "kind":
		return slices.Contains(models.Kinds, models.Kind(value))
	case "priority":
		return slices.Contains(models.Priorities, value)
	case "cause":
		return slices.Contains(models.Causes, value)
	case "category":
		return k != nil && k.HasCategory(value)
	case "unit":
		return k != nil && k.HasUnit(value)
	case "reason":
		return b.Action != models.ActReject || slices.Contains(models.RejectReasons, value)
	case "into":
		return plainID(value)
	case "date":
		_, err := time.Parse(time.DateOnly, value)
		return err == nil
	}
	return true
}

type actionIn struct {
	CasePath
	Body actionBody
}

func (s *server) act(ctx context.Context, p models.Principal, in *actionIn) (*caseOut, error) {
	c, err := s.do(ctx, p, in.Code, in.Body)
	if err != nil {
		return nil, err
	}
	return &caseOut{newCaseView(p, *c)}, nil
}

// do does an action to a case that the principal may see, at once: change,
// history and what the citizen is told are one transaction. The API and the
// console both go through here.
func (s *server) do(ctx context.Context, p models.Principal, code string, body actionBody) (*models.Case, error) {
	ch, err := s.newChange(ctx, p, code, body)
	if err != nil {
		return nil, err
	}
	var c *models.Case
	err = s.update(ctx, func(tx caseTx) (err error) {
		c, err = ch.apply(tx)
		return err
	})
	return c, err
}

// newChange checks what is to be done to a case that the principal may see.
func (s *server) newChange(ctx context.Context, p models.Principal, code string, body actionBody) (*change, error) {
	c, err := s.seenCase(ctx, p, code)
	if err != nil {
		return nil, err
	}
	if faults := body.problems(s.Catalogue); len(faults) > 0 {
		return nil, huma.Error422UnprocessableEntity("validation failed", faults...)
	}
	ch := &change{actionBody: body, code: code, by: p, at: s.Now().UTC(), deadlines: s.Deadlines, catalogue: s.Catalogue}
	if err := s.findMentioned(ctx, ch, *c); err != nil {
		return nil, err
	}
	return ch, s.findAssignee(ctx, ch)
}

// findAssignee looks the account of an assignment up: an active one that may
// act. Its e-mail is taken as the account has it.
func (s *server) findAssignee(ctx context.Context, ch *change) error {
	if ch.Action != models.ActAssign {
		return nil
	}
	accounts, err := s.Store.Accounts(ctx)
	if err != nil {
		return err
	}
	for _, a := range accounts {
		if strings.EqualFold(a.Email, strings.TrimSpace(ch.To)) && !a.Disabled {
			ch.assignee = models.Principal{Name: a.Name, Email: a.Email, Role: a.Role, Unit: a.Unit}
			if ch.assignee.MayAct() {
				return nil
			}
			return invalid("body.to", "the role "+string(a.Role)+" may not act on cases")
		}
	}
	return invalid("body.to", "there is no active account with this e-mail")
}
