package lookup

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
)

// WithContent lays what was changed here over the embedded content, in the
// order of the changes. A piece that does not fit makes Load fail and names it.
func WithContent(pieces []models.Content) Option {
	return func(o *options) { o.content = append(o.content, pieces...) }
}

// LeavingOut leaves out the pieces that do not fit, and tells of each, instead of
// failing: one that a new release has no place for does not take the others along.
func LeavingOut(told func(models.Content, error)) Option {
	return func(o *options) { o.leftOut = told }
}

// AliasBody is the body of a piece of kind alias.
type AliasBody struct {
	Procedure string `json:"procedure"` // code
	Text      string `json:"text"`      // as it was typed
}

// HolidayBody is the body of a piece of kind holiday.
type HolidayBody struct {
	Kind string `json:"kind"` // holiday, make_up, half_day: worked in the morning only, or none: an ordinary day after all
	Name string `json:"name"`
}

// changed is what was changed of the details of procedures: code → bodies laid
// one over the other, and the same of each unit.
type changed struct {
	everywhere map[string][]string
	units      map[string]map[string]string // unit → code → body
}

// apply lays the pieces over the source. With leftOut it goes on behind one that
// does not fit.
func (src *source) apply(pieces []models.Content, leftOut func(models.Content, error)) (changed, error) {
	c := changed{map[string][]string{}, map[string]map[string]string{}}
	for _, p := range pieces {
		if p.Body == "" {
			continue
		}
		err := src.applyOne(&c, p)
		switch {
		case err == nil:
		case leftOut != nil:
			leftOut(p, err)
		default:
			return c, fmt.Errorf("content %s %q: %w", p.Kind, p.Key, err)
		}
	}
	return c, nil
}

func (src *source) applyOne(c *changed, p models.Content) error {
	if p.Kind == models.ContentProcedure {
		if err := json.Unmarshal([]byte(p.Body), &Procedure{}); err != nil {
			return err // now, not when somebody asks
		}
	}
	switch {
	case p.Kind == models.ContentProcedure && p.Unit != "":
		if c.units[p.Unit] == nil {
			c.units[p.Unit] = map[string]string{}
		}
		c.units[p.Unit][p.Key] = p.Body
		return nil
	case p.Kind == models.ContentProcedure:
		if err := src.applyHead(p); err != nil {
			return err
		}
		c.everywhere[p.Key] = append(c.everywhere[p.Key], p.Body)
		return nil
	case p.Kind == models.ContentAlias:
		return src.applyAlias(p)
	case p.Kind == models.ContentUnit:
		return src.applyUnit(p)
	case p.Kind == models.ContentContact:
		return src.applyContact(p)
	case p.Kind == models.ContentHoliday:
		return src.applyHoliday(p)
	case p.Kind == models.ContentHours:
		return src.Calendar.applyHours(p)
	case p.Kind == models.ContentCategory:
		return src.Taxonomy.apply(p)
	}
	return errors.New("unknown kind")
}

// headShort is how many runes a label of a procedure may have (a quick reply's
// title on Messenger).
const headShort = 20

func (src *source) applyHead(p models.Content) error {
	at := slices.IndexFunc(src.Procedures, func(h ProcedureHead) bool { return h.Code == p.Key })
	if at < 0 {
		at = len(src.Procedures)
		src.Procedures = append(src.Procedures, ProcedureHead{Code: p.Key})
	}
	head := &src.Procedures[at]
	if err := json.Unmarshal([]byte(p.Body), head); err != nil {
		return err
	}
	head.Code = p.Key
	if head.Short == "" {
		head.Short = strings.TrimSpace(string([]rune(head.Name)[:min(headShort, len([]rune(head.Name)))]))
	}
	return nil
}

func (src *source) applyAlias(p models.Content) error {
	var body AliasBody
	if err := json.Unmarshal([]byte(p.Body), &body); err != nil {
		return err
	}
	at := slices.IndexFunc(src.Procedures, func(h ProcedureHead) bool { return h.Code == body.Procedure })
	if at < 0 {
		return fmt.Errorf("no procedure %q", body.Procedure)
	}
	h := &src.Procedures[at]
	h.Aliases = append(slices.Clip(h.Aliases), body.Text)
	h.Learned = append(h.Learned, body.Text)
	return nil
}

// learned lists what was taught of each procedure.
func learned(heads []ProcedureHead) [][]string {
	lists := make([][]string, len(heads))
	for i, h := range heads {
		lists[i] = h.Learned
	}
	return lists
}

func (src *source) applyUnit(p models.Content) error {
	for _, u := range []*unitSource{&src.Units.Province, &src.Units.Centre} {
		if u.Slug == p.Key {
			return json.Unmarshal([]byte(p.Body), u)
		}
	}
	at := slices.IndexFunc(src.Units.Units, func(u unitSource) bool { return u.Slug == p.Key })
	if at < 0 {
		return errors.New("no such unit")
	}
	return json.Unmarshal([]byte(p.Body), &src.Units.Units[at])
}

// GoneContact is the body of a contact of the sample that is taken away.
const GoneContact = `{"gone":true}`

func (src *source) applyContact(p models.Content) error {
	var c Contact
	if err := json.Unmarshal([]byte(p.Body), &c); err != nil {
		return err
	}
	c.Unit = p.Unit
	src.Contacts.Sample = slices.DeleteFunc(src.Contacts.Sample, func(s Contact) bool { return s.Unit == p.Unit && s.Key() == p.Key })
	if p.Body == GoneContact {
		return nil
	}
	src.Contacts.own = append(src.Contacts.own, c)
	return nil
}

// OfficeHoursKey is the key of the only piece of kind hours.
const OfficeHoursKey = "office_hours"

// HoursBody is the body of a piece of kind hours.
type HoursBody struct {
	Periods []Period // of a working day, in their order
	Verify  bool     // not confirmed: the answer says so
}

// Period is a part of the day that is worked: "07:30" to "11:30".
type Period struct{ From, To string }

// CheckHours says what is wrong with hours; files are those of Load.
func CheckHours(files fs.FS, p models.Content) error {
	src, err := readSource(files)
	if err != nil {
		return err
	}
	return src.Calendar.applyHours(p)
}

// applyHours lays other hours over the calendar's, unless no calendar can be made
// of them.
func (s *calendarSource) applyHours(p models.Content) error {
	if p.Key != OfficeHoursKey {
		return fmt.Errorf("there are only %s", OfficeHoursKey)
	}
	body := HoursBody{Verify: s.OfficeHours.Verify}
	if err := json.Unmarshal([]byte(p.Body), &body); err != nil {
		return err
	}
	with := *s
	with.OfficeHours.Verify = body.Verify
	if body.Periods != nil {
		with.OfficeHours.Periods = body.Periods
	}
	_, err := with.calendar()
	if err == nil {
		*s = with
	}
	return err
}

func (src *source) applyHoliday(p models.Content) error {
	if _, err := time.Parse(time.DateOnly, p.Key); err != nil {
		return err // no calendar could be made with it
	}
	var body HolidayBody
	if err := json.Unmarshal([]byte(p.Body), &body); err != nil {
		return err
	}
	for i := range src.Calendar.Years {
		y := &src.Calendar.Years[i]
		same := func(d dateSource) bool { return d.Date == p.Key }
		y.DaysOff, y.MakeUp, y.Half = slices.DeleteFunc(y.DaysOff, same), slices.DeleteFunc(y.MakeUp, same), slices.DeleteFunc(y.Half, same)
	}
	day := dateSource{Date: p.Key, Name: body.Name}
	switch body.Kind {
	case "holiday":
		src.Calendar.Years = append(src.Calendar.Years, yearSource{DaysOff: []dateSource{day}})
	case "make_up":
		src.Calendar.Years = append(src.Calendar.Years, yearSource{MakeUp: []dateSource{day}})
	case "half_day":
		src.Calendar.Years = append(src.Calendar.Years, yearSource{Half: []dateSource{day}})
	case "none":
	default:
		return fmt.Errorf("kind %q is none of holiday, make_up, half_day, none", body.Kind)
	}
	return nil
}

// over lays the changes over the details of all procedures.
func (c changed) over(details map[string]Procedure) (map[string]Procedure, error) {
	for code, bodies := range c.everywhere {
		p := details[code]
		for _, body := range bodies {
			if err := p.lay(body); err != nil {
				return nil, fmt.Errorf("content procedure %q: %w", code, err)
			}
		}
		p.Code = code
		details[code] = p
	}
	return details, nil
}

// at returns the procedure as the unit handles it.
func (c changed) at(unit string, p Procedure) (Procedure, error) {
	body := c.units[unit][p.Code]
	if body == "" {
		return p, nil
	}
	err := p.lay(body)
	return p, err
}

// lay lays a change over the procedure: lists as a whole, so that nothing of the
// entries before is left in those that take their places.
func (p *Procedure) lay(body string) error {
	under := *p
	p.Documents, p.Steps, p.Forms, p.Basis, p.NotThis, p.Asked = nil, nil, nil, nil, nil, nil
	if err := json.Unmarshal([]byte(body), p); err != nil {
		return err
	}
	p.Documents, p.Steps, p.Forms = kept(p.Documents, under.Documents), kept(p.Steps, under.Steps), kept(p.Forms, under.Forms)
	p.Basis, p.NotThis, p.Asked = kept(p.Basis, under.Basis), kept(p.NotThis, under.NotThis), kept(p.Asked, under.Asked)
	return nil
}

// kept is the list of a change, or the one under it when the change has none.
func kept[T any](over, under []T) []T {
	if over == nil {
		return under
	}
	return over
}
