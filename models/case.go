package models

import (
	"slices"
	"time"
)

// Kind is the law's kind of a case. The Vietnamese terms have no exact English
// ones: phan_anh reports a fact, kien_nghi proposes, khieu_nai contests a
// decision that touches one's own right (Luật Khiếu nại 2011, Điều 2), gop_y
// suggests, khen_ngoi praises.
type Kind string

// The kinds of case. A tố cáo (denunciation) is never filed from a chat.
const (
	PhanAnh  Kind = "phan_anh"
	KienNghi Kind = "kien_nghi"
	KhieuNai Kind = "khieu_nai"
	GopY     Kind = "gop_y"
	KhenNgoi Kind = "khen_ngoi"
)

// Kinds lists them in the order of the law.
var Kinds = []Kind{PhanAnh, KienNghi, KhieuNai, GopY, KhenNgoi}

// Status is where a case stands.
type Status string

// The statuses of a case.
const (
	StatusNew         Status = "new"
	StatusAccepted    Status = "accepted"
	StatusInProgress  Status = "in_progress"
	StatusWaiting     Status = "waiting_citizen"
	StatusResolved    Status = "resolved"
	StatusRejected    Status = "rejected"
	StatusWithdrawn   Status = "withdrawn"
	StatusTransferred Status = "transferred"
	StatusMerged      Status = "merged"
)

// Statuses lists them.
var Statuses = []Status{StatusNew, StatusAccepted, StatusInProgress, StatusWaiting, StatusResolved, StatusRejected, StatusWithdrawn, StatusTransferred, StatusMerged}

// Ended reports whether nothing more is owed.
func (s Status) Ended() bool {
	return slices.Contains([]Status{StatusResolved, StatusRejected, StatusWithdrawn, StatusMerged}, s)
}

// Action is something done to a case.
type Action string

// The actions of staff, then those of citizens and of the product itself.
const (
	ActAccept   Action = "accept"
	ActAssign   Action = "assign"
	ActStart    Action = "start"
	ActAsk      Action = "ask"
	ActReply    Action = "reply"
	ActResolve  Action = "resolve"
	ActReject   Action = "reject"
	ActTransfer Action = "transfer"
	ActMerge    Action = "merge"
	ActReopen   Action = "reopen"
	ActClassify Action = "classify"
	ActNote     Action = "note"
	ActPromise  Action = "promise" // of a late case: an apology and a new date, Detail ("2026-12-03")

	ActFile     Action = "file"     // the citizen filed it
	ActAdd      Action = "add"      // the citizen added words or files
	ActAnswer   Action = "answer"   // the citizen answered what staff asked
	ActWithdraw Action = "withdraw" // the citizen withdrew it
	ActNotDone  Action = "not_done" // the citizen says it is not done
	ActRate     Action = "rate"     // the citizen rated the service
	ActEdit     Action = "edit"     // the citizen changed words that are in it; Detail holds them as they were
	ActRetract  Action = "retract"  // the citizen took back words that are in it: Text

	ActDeadline Action = "deadline" // a change of the rules moved the due date; Detail holds it as it was and is

	ActLate Action = "late" // the citizen was told that the case is late; Detail is the date that passed

	// ActProgress is no move: of a notice, that the case is still being worked on.
	ActProgress Action = "progress"
)

// Case is one matter of one citizen.
type Case struct {
	Code         string
	Unit         string // slug of the unit that answers
	Kind         Kind
	Category     string // code of the taxonomy
	Status       Status
	Priority     string // low, normal, high, urgent
	Sensitive    bool
	Description  string
	Place        string
	Location     *Location
	Anonymous    bool
	Contact      Contact
	Decision     string // of a khieu_nai: number and date of the decision contested
	Platform     Platform
	Conversation string // id of the conversation it came from
	Assignee     string // e-mail of the member of staff in charge, or ""
	MergedInto   string // code of the target, when merged
	CreatedAt    time.Time
	DueAt        time.Time
	ResolvedAt   time.Time
	PausedAt     time.Time // when the clock stopped; zero while it runs
	UpdatedAt    time.Time
	Cause        string // why it came about, one of Causes, or "" when that was not said
	SecretHash   string // of the receipt's secret word, as store.HashSecret makes it; "" when none was given
	Attachments  []Attachment
	Events       []CaseEvent
}

// CaseEvent is one line of a case's history. It is never changed.
type CaseEvent struct {
	ID     int64
	Case   string
	At     time.Time
	Actor  string // "citizen", "system", or the name of an account or token
	Action Action
	From   Status
	To     Status
	Text   string // words sent, asked, noted or added
	Detail string // anything else: assignee, unit, reason, target, before and after
	Was    string // of an assignment, transfer or classification, what Detail replaced
	Files  []File // that went to the citizen with Text
}

// Attachment is a file of a citizen, or one that staff send to a citizen.
type Attachment struct {
	ID           string
	Conversation string
	Case         string // code, once filed
	Kind         string // image, audio, video, file, link
	URL          string // where the platform kept it
	Name         string
	Status       AttachmentStatus
	ContentType  string
	Size         int64  // bytes of the original; 0 until stored
	SHA256       string // hex, of the original; "" until stored
	Reason       string // why it failed
	Place        *Location
	Blob         string // key of the original in the blob store
	Shown        string // key of the copy without metadata, when there is one
	Attempts     int
	CreatedAt    time.Time
	Author       string // e-mail of who of staff sends it; "" of a citizen's
	Draft        string // case or conversation whose answer it waits for; "" once it is sent
}

// AttachmentStatus is where the fetching of a file stands.
type AttachmentStatus string

// The statuses of an attachment.
const (
	AttachmentFetching AttachmentStatus = "fetching"
	AttachmentStored   AttachmentStatus = "stored"
	AttachmentFailed   AttachmentStatus = "failed"
)

// moves is the status machine: from which statuses an action is allowed, and
// where it leads ("" stays). Source: contract of the API, section 4.
var moves = map[Action]struct {
	from []Status // nil: any status
	to   Status
}{
	ActAccept:   {[]Status{StatusNew, StatusTransferred}, StatusAccepted},
	ActAssign:   {nil, ""},
	ActStart:    {[]Status{StatusAccepted}, StatusInProgress},
	ActAsk:      {[]Status{StatusAccepted, StatusInProgress}, StatusWaiting},
	ActAnswer:   {[]Status{StatusWaiting}, StatusInProgress},
	ActReply:    {nil, ""},
	ActResolve:  {[]Status{StatusNew, StatusAccepted, StatusInProgress, StatusWaiting, StatusTransferred}, StatusResolved},
	ActReject:   {open, StatusRejected},
	ActTransfer: {open, StatusTransferred},
	ActMerge:    {open, StatusMerged},
	ActReopen:   {[]Status{StatusResolved, StatusRejected}, StatusInProgress},
	ActWithdraw: {[]Status{StatusNew, StatusAccepted, StatusTransferred}, StatusWithdrawn},
	ActNotDone:  {[]Status{StatusResolved}, StatusInProgress},
	ActClassify: {nil, ""},
	ActPromise:  {open, ""},
	ActNote:     {nil, ""},
	ActSplit:    {open, ""},
	ActCamera:   {nil, ""},
	ActAdd:      {nil, ""},
	ActRate:     {nil, ""},
	ActEdit:     {nil, ""},
	ActRetract:  {nil, ""},
	ActDeadline: {open, ""},
	ActAttach:   {nil, ""},
	ActDetach:   {nil, ""},
	ActLate:     {open, ""},
}

var open = []Status{StatusNew, StatusAccepted, StatusInProgress, StatusWaiting, StatusTransferred}

// Next returns the status that an action leads to, and whether the status
// allows the action at all.
func (s Status) Next(a Action) (Status, bool) {
	m, known := moves[a]
	if !known || m.from != nil && !slices.Contains(m.from, s) {
		return s, false
	}
	if m.to == "" {
		return s, true
	}
	return m.to, true
}

// RejectReasons is the closed list of lawful reasons to reject a case. Their
// texts and articles stand in data/.
var RejectReasons = []string{"not_competent", "other_office", "no_content", "duplicate", "expired", "withdrawn_by_law"}

// Causes is the closed list of why what a case tells of came about: for figures,
// so that what is mended is not only the case. Their names stand in the console.
var Causes = []string{"data", "papers", "guidance", "delay", "conduct", "facility", "contractor", "behaviour", "rules", "nature", "unclear"}

// Priorities lists the priorities of a case, lowest first.
var Priorities = []string{"low", "normal", "high", "urgent"}
