package handlers

import "github.com/langnghe/langnghe/models"

// Body is what a piece of published content says, as JSON reads it.
type Body map[string]any

// ContentKind is one kind of published content as the console edits it: which
// fields it has, what is wrong with a piece, and what citizens would read. All
// the rest is the frame's (console_content*.go) and the same for each kind: the
// list with its search, the form, the trial on earlier questions, the history
// with its differences, restoring, confirming, who may, and the refusal of who
// was slower.
//
// A new kind is one more value in Deps.Kinds, which the root makes, and its words
// in web/pages/console/part_content.html: "content-kind" by the kind,
// "content-field" by kind and field ("contact.phone"), where it needs one
// "content-hint" by the same, "content-choice" by field and code, "content-part"
// by the parts of its preview, "content-fault" by the codes of its faults. What
// the bot then says comes of models.ContentKind and lookup.WithContent, as for
// what an import brings.
type ContentKind struct {
	Kind   models.ContentKind
	Fields []ContentField // of the form, in their order
	OfUnit bool           // each piece is a unit's: its Unit is set
	// UnitMakes says that a unit may make pieces that nobody else has.
	UnitMakes bool
	Moves     bool // a change may move due dates of open cases
	// KeyField is the field that shows the key, which is not a part of the stored
	// body; "" when none does.
	KeyField string
	// Key is that of a piece that is made here; nil when none can be made. With
	// Renames it changes with the body: the piece goes on under another key.
	Key     func(Body) string
	Renames bool
	// Gone is the body by which a piece that the program brings along is taken away,
	// as when it goes on under another key; "" when none ever is.
	Gone string
	// Entire says that a change is stored with all that the piece says, not only with
	// what differs.
	Entire bool
	// Title is what staff call a piece.
	Title func(piece models.Content, whole Body) string
	// Allowed lists what may stand in a piece's texts to be filled in, as it is typed;
	// nil when nothing may.
	Allowed func(piece models.Content) []string
	// Group tells to which part of the list a piece belongs, by a code that has its
	// words in the template "content-group"; nil when the list has no parts.
	Group func(piece models.Content) string
	// Embedded is what the program brings along, each piece whole.
	Embedded func() []models.Content
	// Check reads what somebody typed: the piece's Body is what would be stored,
	// whole how it would then read. It returns the fields whose writing it puts
	// right ("0900 000 001"), and what is wrong.
	Check func(piece models.Content, whole Body) (Body, []ContentFault)
	// Preview is what citizens would read once the pieces in then are stored, of
	// which piece is one.
	Preview func(piece models.Content, whole Body, then []models.Content) ([]ContentAnswer, error)
	// Confirm notes in the body that it was looked at that day ("2026-11-26") and is
	// right; nil when pieces of the kind never wait for that.
	Confirm func(whole Body, day string)
	// Internal says that only who sees contacts may read it; nil is never.
	Internal func(Body) bool
}

// FieldForm is how a field is typed.
type FieldForm string

// The forms of fields.
const (
	FormLine   FieldForm = "line"   // one line of text
	FormText   FieldForm = "text"   // several
	FormList   FieldForm = "list"   // a list of texts, a line each
	FormRows   FieldForm = "rows"   // a list of objects, of which Columns are typed
	FormYes    FieldForm = "yes"    // true or false
	FormDay    FieldForm = "day"    // "2026-11-26"
	FormChoice FieldForm = "choice" // one code of Choices

	FormSeveral FieldForm = "several" // a list of codes of Choices
	FormNumber  FieldForm = "number"  // a whole number
)

// ContentField is a field of a form.
type ContentField struct {
	Name    string // in the body; "fee.text" lies inside an object
	Form    FieldForm
	Columns []string // of FormRows
	// Choices are those of FormChoice and FormSeveral, given when the form is shown; one without a
	// name has its words in the template "content-choice".
	Choices func() []Named
	Fixed   bool // typed only when the piece is made
	Unit    bool // a unit may say it otherwise than the province does
}

// ContentFault is what is wrong with a piece. Its words for staff stand in the
// template "content-fault", by Code; Mend is for machines.
type ContentFault struct{ Field, Code, Mend string }

// ContentAnswer is one part of what citizens would read: which, and its text with
// the choices below it. An empty text says that they are told nothing.
type ContentAnswer struct{ Part, Text string }

// varies reports whether a unit may have its own variation of the province's
// pieces.
func (k *ContentKind) varies() bool { return len(k.fields("x")) > 0 && !k.OfUnit }

// group is the part of the list that a piece belongs to, or "".
func (k *ContentKind) group(piece models.Content) string {
	if k.Group == nil {
		return ""
	}
	return k.Group(piece)
}

// fields are those of the form: of a unit's variation only what it may say
// otherwise.
func (k *ContentKind) fields(unit string) []ContentField {
	if unit == "" || k.OfUnit {
		return k.Fields
	}
	var own []ContentField
	for _, f := range k.Fields {
		if f.Unit {
			own = append(own, f)
		}
	}
	return own
}

// contentKind is the kind of that name.
func (s *server) contentKind(name models.ContentKind) (*ContentKind, bool) {
	for i := range s.Kinds {
		if s.Kinds[i].Kind == name {
			return &s.Kinds[i], true
		}
	}
	return nil, false
}
