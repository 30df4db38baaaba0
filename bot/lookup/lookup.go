// Package lookup is the catalogue in memory: units, procedures, categories,
// contacts, dangers and office hours, indexed for finding them in what citizens
// type. A Catalogue is an immutable snapshot, safe for concurrent use.
package lookup

import (
	"encoding/json"
	"fmt"
	"io/fs"
	"sync"

	"github.com/langnghe/langnghe/models"
)

// Catalogue is everything that is published.
type Catalogue struct {
	language   Language
	lists      WordLists
	particles  struct{ Start, End []string }
	model      Model
	topics     topics
	units      units
	categories []Category
	// categoryCues holds the words of each, by its index.
	categoryCues Phrases
	procedures   procedures
	taught       Phrases // value: index of the procedure
	changed      changed
	dangers      dangers
	contacts     contacts
	reasons      []Reason
	stages       models.DossierStages
	calendar     models.Calendar
	holidays     []NamedDay // in their order
	newYears     []string   // first days of lunar years, in their order
	hoursVerify  bool       // office hours of calendar are not confirmed
	offices      []string   // slugs of units whose address waits to be confirmed
	deadlines    models.Deadlines
}

// Option changes what Load takes up.
type Option func(*options)

type options struct {
	sample  bool
	content []models.Content
	leftOut func(models.Content, error)
}

// WithSampleContacts takes up the invented contacts. It is for the sandbox
// only: a real directory starts empty.
func WithSampleContacts() Option { return func(o *options) { o.sample = true } }

// source is catalogue.json.
type source struct {
	Units      unitsSource
	Taxonomy   taxonomySource
	Calendar   calendarSource
	Safety     safetySource
	Language   languageSource
	Words      WordLists
	Rejects    struct{ Reasons []Reason }
	Dossiers   struct{ Stages models.DossierStages }
	Contacts   contactsSource
	Procedures []ProcedureHead
}

// Load reads catalogue.json and model.bin, as package data embeds them. The
// details of procedures (procedures.json) are read when first asked for.
func Load(files fs.FS, opts ...Option) (*Catalogue, error) {
	var o options
	for _, opt := range opts {
		opt(&o)
	}
	src, err := readSource(files)
	if err != nil {
		return nil, err
	}
	model, err := loadModel(files)
	if err != nil {
		return nil, err
	}
	if !o.sample {
		src.Contacts.Sample = nil
	}
	changed, err := src.apply(o.content, o.leftOut)
	if err != nil {
		return nil, fmt.Errorf("load catalogue: %w", err)
	}
	return build(src, model, changed, sync.OnceValues(func() (map[string]Procedure, error) {
		details, err := loadProcedures(files)
		if err != nil {
			return nil, err
		}
		return changed.over(details)
	}))
}

func readSource(files fs.FS) (src source, err error) {
	raw, err := fs.ReadFile(files, "catalogue.json")
	if err == nil {
		err = json.Unmarshal(raw, &src)
	}
	if err != nil {
		return src, fmt.Errorf("load catalogue: %w", err)
	}
	return src, nil
}

// embedded is a file system that has the model in memory already.
type embedded interface{ Model() string }

func loadModel(files fs.FS) (Model, error) {
	if in, ok := files.(embedded); ok {
		return DecodeModel(in.Model())
	}
	raw, err := fs.ReadFile(files, "model.bin")
	if err != nil {
		return Model{}, fmt.Errorf("load model: %w", err)
	}
	return DecodeModel(string(raw))
}

func build(src source, model Model, changed changed, details func() (map[string]Procedure, error)) (*Catalogue, error) {
	calendar, err := src.Calendar.calendar()
	if err != nil {
		return nil, fmt.Errorf("load catalogue: %w", err)
	}
	l := newLanguage(src.Language)
	return &Catalogue{
		language:     l,
		lists:        src.Words,
		particles:    src.Language.Particles,
		model:        model,
		topics:       newTopics(model.Classes, src.Procedures, src.Taxonomy.Categories),
		units:        newUnits(l, src.Units),
		categories:   src.Taxonomy.Categories,
		categoryCues: newPhrases(l, src.Taxonomy.categoryCues()...),
		procedures:   newProcedures(l, src.Procedures, details),
		taught:       newPhrases(l, learned(src.Procedures)...),
		changed:      changed,
		dangers:      newDangers(l, src.Safety),
		contacts:     newContacts(src.Contacts),
		reasons:      src.Rejects.Reasons,
		stages:       src.Dossiers.Stages,
		calendar:     calendar,
		holidays:     src.Calendar.named(),
		newYears:     src.Calendar.newYears(),
		hoursVerify:  src.Calendar.OfficeHours.Verify,
		offices:      src.Units.unconfirmed(),
		deadlines:    src.Taxonomy.deadlines(calendar),
	}, nil
}

// Words cuts a text into comparable words, abbreviations spelt out.
func (c *Catalogue) Words(text string) []Word { return c.language.Words(text) }

// Phrases makes a finder of phrases; a phrase's value is the index of its list.
func (c *Catalogue) Phrases(lists ...[]string) Phrases { return newPhrases(c.language, lists...) }

// Particles returns what may be left out at the start and at the end of a message.
func (c *Catalogue) Particles() (start, end []string) { return c.particles.Start, c.particles.End }

// WordLists returns the words that messages are read by.
func (c *Catalogue) WordLists() WordLists { return c.lists }

// Calendar returns the office calendar that units have unless they say otherwise.
func (c *Catalogue) Calendar() models.Calendar { return c.calendar }

// Deadlines returns the terms of kinds and categories.
func (c *Catalogue) Deadlines() models.Deadlines { return c.deadlines }

// WordLists is data/words.yaml, which says what each list is.
type WordLists struct {
	Steps    map[string][]string // choices of each step
	Meanings []struct {
		Choices []string // the first that is offered is meant
		Phrases []string // each a whole message
	}
	At     map[string]map[string][]string // step → choice → phrases
	Kinds  map[string][]string
	Roles  map[string][]string
	Not    []string `json:"not_praise"`
	Lead   []string
	Tail   []string
	Filler []string
	StepNo string `json:"step_line"`

	Denounce      []string
	DenounceDeeds []string `json:"denounce_deeds"`
	DenounceAsks  []string `json:"denounce_asks"`
	Officer       []string
	OfficerWrongs []string `json:"officer_wrongs"`
	Complains     []string
	Question      []string
	DangerHabit   []string `json:"danger_habit"`
	DangerOffice  []string `json:"danger_office"`
	DangerNow     []string `json:"danger_now"`
	NameIntro     []string `json:"name_intro"`
	NameLead      []string `json:"name_lead"`
	NameTitle     []string `json:"name_title"`
	NameStop      []string `json:"name_stop"`
	ContactNoise  []string `json:"contact_noise"`
	NameNever     []string `json:"name_never"`
	PlaceStart    []string `json:"place_start"`
	PlaceLead     []string `json:"place_lead"`
	PlaceRoad     []string `json:"place_road"`
	PlaceName     []string `json:"place_name"`
	PlaceStop     []string `json:"place_stop"`
	English       []string

	PlaceAnswer       []string            `json:"place_answer"`
	PlaceNumbered     []string            `json:"place_numbered"`
	DenounceAlone     []string            `json:"denounce_alone"`
	DenounceLead      []string            `json:"denounce_lead"`
	Accused           []string            `json:"accused"`
	StatusAsks        []string            `json:"status_asks"`
	StatusRest        []string            `json:"status_rest"`
	DossierAsks       []string            `json:"dossier_asks"`
	Declares          []string            `json:"declares"`
	DeclareLead       []string            `json:"declare_lead"`
	DeclareWrong      []string            `json:"declare_wrong"`
	ContactAsks       []string            `json:"contact_asks"`
	Unnamed           []string            `json:"unnamed"`
	PhoneOwn          []string            `json:"phone_own"`
	PhoneOther        []string            `json:"phone_other"`
	However           []string            `json:"however"`
	NameElder         []string            `json:"name_elder"`
	Contrast          []string            `json:"contrast"`
	ContrastRight     []string            `json:"contrast_right"`
	PlaceBeside       []string            `json:"place_beside"`
	PlaceLandmark     []string            `json:"place_landmark"`
	PlaceIn           []string            `json:"place_in"`
	PlaceRoadNever    []string            `json:"place_road_never"`
	DeedsTold         []string            `json:"deeds_told"`
	DangerNever       []string            `json:"danger_never"`
	Wishes            []string            `json:"wishes"`
	Novelties         []string            `json:"novelties"`
	PrivacyAsks       []string            `json:"privacy_asks"`
	Besides           []string            `json:"besides"`
	SentenceEnd       []string            `json:"sentence_end"`
	PrivacyFears      []string            `json:"privacy_fears"`
	Refuses           []string            `json:"refuses"`
	Discloses         []string            `json:"discloses"`
	Identity          []string            `json:"identity"`
	Corrects          []string            `json:"corrects"`
	NotDone           []string            `json:"not_done"`
	DaysAgo           map[string][]string `json:"days_ago"`
	Angry             []string            `json:"angry"`
	Profane           []string            `json:"profane"`
	ProfaneAccented   []string            `json:"profane_accented"`
	ProfaneRest       []string            `json:"profane_rest"`
	ProfaneAlone      []string            `json:"profane_alone"`
	ProfaneBefore     []string            `json:"profane_before"`
	ProfaneFirst      []string            `json:"profane_first"`
	ProfaneFirstNot   []string            `json:"profane_first_not"`
	ProfaneWith       []string            `json:"profane_with"`
	ProfaneMasked     []string            `json:"profane_masked"`
	Surnames          []string            `json:"surnames"`
	SurnamesDoubtful  []string            `json:"surnames_doubtful"`
	MiddleNames       []string            `json:"middle_names"`
	EnglishDoubtful   []string            `json:"english_doubtful"`
	EnglishAlone      []string            `json:"english_alone"`
	EnglishIntents    map[string][]string `json:"english_intents"`
	EnglishCategories map[string][]string `json:"english_categories"`

	Hours     HourWords
	Directory DirectoryWords
}

// Reason is a lawful reason to reject a case.
type Reason struct {
	Code   string   // of models.RejectReasons
	Name   string   // for staff
	Text   string   // what the citizen is told
	Way    string   // the lawful way on, told too
	Basis  []string // articles, for staff
	Verify bool     // not confirmed by an officer: the articles are not told
}

// Reasons returns the reasons to reject a case.
func (c *Catalogue) Reasons() []Reason { return c.reasons }

// Reason returns the reason with that code.
func (c *Catalogue) Reason(code string) (Reason, bool) {
	for _, r := range c.reasons {
		if r.Code == code {
			return r, true
		}
	}
	return Reason{}, false
}
