package handlers

import (
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// caseView is a case as the API shows it.
type caseView struct {
	Code        string           `json:"code"`
	Unit        string           `json:"unit"`
	Kind        models.Kind      `json:"kind"`
	Category    string           `json:"category"`
	Status      models.Status    `json:"status"`
	Priority    string           `json:"priority"`
	Sensitive   bool             `json:"sensitive"`
	Description string           `json:"description"`
	Place       string           `json:"place"`
	Location    *models.Location `json:"location"`
	Anonymous   bool             `json:"anonymous"`
	Contact     *contactView     `json:"contact" doc:"Masked for roles without the right; null of an anonymous case."`
	Cause       *string          `json:"cause" doc:"Why it came about, by staff."`
	Assignee    *string          `json:"assignee"`
	MergedInto  *string          `json:"merged_into"`
	Decision    *string          `json:"decision" doc:"Of a khieu_nai: number and date of the decision contested."`
	Attachments []attachmentView `json:"attachments" nullable:"false"`
	Channel     models.Platform  `json:"channel"`
	CreatedAt   time.Time        `json:"created_at"`
	DueAt       time.Time        `json:"due_at"`
	ResolvedAt  *time.Time       `json:"resolved_at"`
	Events      []eventView      `json:"events" nullable:"false" doc:"The history, oldest first."`
}

type contactView struct {
	Name  string `json:"name"`
	Phone string `json:"phone"`
}

// attachmentView is a citizen's file. SHA-256 and size are of the original as
// it was received.
type attachmentView struct {
	ID          string                  `json:"id"`
	Kind        string                  `json:"kind"`
	Status      models.AttachmentStatus `json:"status"`
	ContentType *string                 `json:"content_type"`
	Size        *int64                  `json:"size"`
	SHA256      *string                 `json:"sha256"`
	Reason      *string                 `json:"reason" doc:"Why it could not be fetched."`
}

type eventView struct {
	At     time.Time     `json:"at"`
	Actor  string        `json:"actor"`
	Action models.Action `json:"action"`
	From   models.Status `json:"from"`
	To     models.Status `json:"to"`
	Text   string        `json:"text"`
	Detail string        `json:"detail"`
	Files  []sentFile    `json:"files,omitempty" doc:"That went to the citizen with the words; GET /attachments/{id} serves them."`
}

// sentFile is a file that staff sent.
type sentFile struct {
	ID   string `json:"id"`
	Kind string `json:"kind" enum:"image,file"`
	Name string `json:"name"`
}

// newCaseView shows the case to the principal, who may see it.
func newCaseView(p models.Principal, c models.Case) caseView {
	if !p.SeesContacts() {
		c = maskCase(c)
	}
	v := caseView{
		Code: c.Code, Unit: c.Unit, Kind: c.Kind, Category: c.Category, Status: c.Status, Priority: c.Priority,
		Sensitive: c.Sensitive, Description: c.Description, Place: c.Place, Location: c.Location, Anonymous: c.Anonymous,
		Cause: orNull(c.Cause), Assignee: orNull(c.Assignee), MergedInto: orNull(c.MergedInto), Decision: orNull(c.Decision),
		Channel: c.Platform, CreatedAt: c.CreatedAt.UTC(), DueAt: c.DueAt.UTC(), ResolvedAt: timeOrNull(c.ResolvedAt),
		Attachments: make([]attachmentView, 0, len(c.Attachments)),
		Events:      make([]eventView, 0, len(c.Events)),
	}
	if !c.Anonymous && c.Contact != (models.Contact{}) {
		v.Contact = &contactView{Name: c.Contact.Name, Phone: c.Contact.Phone}
	}
	for _, a := range c.Attachments {
		v.Attachments = append(v.Attachments, newAttachmentView(a))
	}
	for _, e := range c.Events {
		v.Events = append(v.Events, eventView{At: e.At.UTC(), Actor: e.Actor, Action: e.Action, From: e.From, To: e.To, Text: e.Text, Detail: e.Detail, Files: sentFilesOf(e)})
	}
	return v
}

func sentFilesOf(e models.CaseEvent) (files []sentFile) {
	for _, f := range e.Files {
		files = append(files, sentFile{f.ID, f.Kind, f.Name})
	}
	return files
}

// holds reports whether the words are found in what is shown: who does not see
// a phone number or a name must not find out about it by searching either.
func (v caseView) holds(query string) bool {
	text := v.Code + " " + v.Description + " " + v.Place
	if v.Decision != nil {
		text += " " + *v.Decision
	}
	return store.Holds(text, query)
}

func newAttachmentView(a models.Attachment) attachmentView {
	v := attachmentView{
		ID: a.ID, Kind: a.Kind, Status: a.Status, ContentType: orNull(a.ContentType), SHA256: orNull(a.SHA256), Reason: orNull(a.Reason),
	}
	if a.Status == models.AttachmentStored {
		v.Size = &a.Size
	}
	return v
}
