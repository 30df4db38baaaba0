// Package store is the only package that knows SQL. It keeps what the product
// knows in SQLite or PostgreSQL, through one set of queries.
package store

import (
	"context"
	"errors"
	"time"

	"github.com/langnghe/langnghe/models"
)

// Errors that callers decide on.
var (
	ErrNotFound = errors.New("store: not found")
	ErrFull     = errors.New("store: too many appends are waiting") // answered 503
	ErrConflict = errors.New("store: changed meanwhile")
	ErrSchema   = errors.New("store: the schema is out of date")
)

// Options tune a store. The zero value is right for production.
type Options struct {
	Gate      int              // appends that may wait for a commit; 0 is 4096
	Migrate   bool             // bring a PostgreSQL schema up to date; SQLite always is
	Now       func() time.Time // nil is time.Now
	SecretKey []byte           // encrypts platform tokens at rest
}

// Store is safe for concurrent use.
type Store struct{}

// Open opens the database at url ("sqlite:./data/langnghe.db",
// "postgres://…"). It returns ErrSchema when a PostgreSQL schema is out of
// date and Migrate is not set.
func Open(ctx context.Context, url string, o Options) (*Store, error) { panic("") }

// Close waits for the appends under way and closes the database.
func (s *Store) Close() error { panic("") }

// Ping reports whether the database answers.
func (s *Store) Ping(ctx context.Context) error { panic("") }

// Migration is one step of the schema.
type Migration struct {
	Version int64
	Name    string
	Applied bool
}

// MigrateUp applies what is missing.
func MigrateUp(ctx context.Context, url string) ([]Migration, error) { panic("") }

// MigrationStatus lists the steps.
func MigrationStatus(ctx context.Context, url string) ([]Migration, error) { panic("") }

// ---- inbox ----

// Append makes the events durable, all or none, and drops those that are known
// already. The appends of concurrent callers share one multi-row insert and one
// commit. It returns ErrFull at once when the gate is full. After the commit
// Woken fires.
func (s *Store) Append(ctx context.Context, events []models.Event) error { panic("") }

// Woken receives a value after something was appended or queued, here or, on
// PostgreSQL, by another process (LISTEN/NOTIFY). It has room for one value.
func (s *Store) Woken() <-chan struct{} { panic("") }

// Talk is a conversation with its unplayed events in the order they happened.
type Talk struct {
	models.Conversation
	Events []models.Event // by At, then Seq; each with Seq and Due set
	Open   bool           // messages of it are still queued, sending or unknown
}

// Claim takes up to limit conversations that have an event due at now, locks
// them, loads every unplayed event of them (due or not), and runs play inside
// one transaction. When play returns an error everything is rolled back and the
// error returned. A conversation locked by another process is left alone. It
// returns how many were claimed. only, if not empty, bounds it to one conversation.
func (s *Store) Claim(ctx context.Context, now time.Time, limit int, only string, play func(*Tx, []Talk) error) (int, error) {
	panic("")
}

// NextDue returns the earliest Due of all unplayed events; ok is false when there are none.
func (s *Store) NextDue(ctx context.Context) (due time.Time, ok bool, err error) { panic("") }

// Park sets a conversation's mode to parked with the reason, and holds its
// events until Release.
func (s *Store) Park(ctx context.Context, conversation, reason string) error { panic("") }

// Release makes a parked conversation's events due again. ErrNotFound if there
// is none, ErrConflict if it is not parked.
func (s *Store) Release(ctx context.Context, conversation string) error { panic("") }

// ---- transactions ----

// Tx is what may be done inside Claim and Update.
type Tx struct{}

// Done marks events as played.
func (t *Tx) Done(seqs []int64) error { panic("") }

// Hold keeps events of a parked conversation for Release.
func (t *Tx) Hold(seqs []int64) error { panic("") }

// SaveConversations writes the rows back, all in one statement.
func (t *Tx) SaveConversations(cs []models.Conversation) error { panic("") }

// Queue inserts outgoing messages and sets their ids. An item whose Status is
// OutSending is already in the hands of owner.
func (t *Tx) Queue(items []*models.OutboxItem, owner string) error { panic("") }

// Append adds events to the inbox in this transaction.
func (t *Tx) Append(events []models.Event) error { panic("") }

// Cases returns, for each conversation, its latest 5 cases by UpdatedAt, without
// attachments, with the events whose action is ask, reply, resolve or reject.
func (t *Tx) Cases(conversations []string) (map[string][]models.Case, error) { panic("") }

// Case returns one case with attachments and history, locked for change.
// The code is read in any case. ErrNotFound.
func (t *Tx) Case(code string) (*models.Case, error) { panic("") }

// InsertCase stores a new case with its Events, and claims its Attachments (by
// id) for it.
func (t *Tx) InsertCase(c *models.Case) error { panic("") }

// SaveCase writes the case's own columns back, and inserts those of its Events
// whose ID is 0. Attachments are not touched.
func (t *Tx) SaveCase(c *models.Case) error { panic("") }

// InsertAttachments stores files to be fetched; an empty list does nothing.
func (t *Tx) InsertAttachments(as []models.Attachment) error { panic("") }

// LinkAttachments puts files into a case.
func (t *Tx) LinkAttachments(code string, ids []string) error { panic("") }

// DropAttachments deletes files that are not to be kept; their blobs go with
// the next clean-up.
func (t *Tx) DropAttachments(ids []string) error { panic("") }

// InsertRating stores a rating.
func (t *Tx) InsertRating(code, unit, conversation string, score int, comment string) error {
	panic("")
}

// RatedSince reports whether the citizen of the conversation rated, or was asked
// to rate, the unit since then. AskedRating records that they were asked.
func (t *Tx) RatedSince(conversation, unit string, since time.Time) (bool, error) { panic("") }

// AskedRating records that the citizen was asked to rate the unit.
func (t *Tx) AskedRating(conversation, unit string) error { panic("") }

// Learn stores a question that had no good answer.
func (t *Tx) Learn(conversation, question, nearest string) error { panic("") }

// Alarm stores an alarm for staff: kind ("danger", "channel", "parked"), unit and
// what it is about, without a citizen's words.
func (t *Tx) Alarm(kind, unit, about string) error { panic("") }

// Redact blanks the words of inbox events with these Mids in a conversation,
// or of these Seqs.
func (t *Tx) Redact(conversation string, mids []string, seqs []int64) error { panic("") }

// Audit writes one line of the audit, append-only.
func (t *Tx) Audit(actor, action, about, detail string) error { panic("") }

// Confirm settles outgoing messages by what a platform told: an own echo (by
// outbox id, with the platform's id) or receipts (by the platform's ids, or all
// sent up to the watermark). A message never goes back from read to delivered.
func (t *Tx) Confirm(conversation string, c Confirmation) error { panic("") }

// Confirmation is what a platform told of our messages in one conversation.
type Confirmation struct {
	OutboxID   int64               // of an own echo, or 0
	PlatformID string              // with OutboxID
	Status     models.OutboxStatus // sent, delivered or read
	Mids       []string
	Watermark  time.Time
}

// Update runs f in one transaction, for staff's actions.
func (s *Store) Update(ctx context.Context, f func(*Tx) error) error { panic("") }

// ---- outbox ----

// LeaseChannels takes or renews the lease of the channels for owner until
// now+ttl, and returns those that owner holds now. Only the holder sends.
func (s *Store) LeaseChannels(ctx context.Context, owner string, channels []string, ttl time.Duration) ([]string, error) {
	panic("")
}

// ReleaseChannels gives all leases of owner back at once.
func (s *Store) ReleaseChannels(ctx context.Context, owner string) error { panic("") }

// ClaimOutbox takes up to limit messages of the channel, of each conversation
// only its first open one and only if that is queued and due, most urgent and
// oldest first; sets them to sending with SendingAt now, Attempts+1 and owner.
// It takes none unless owner holds the lease.
func (s *Store) ClaimOutbox(ctx context.Context, owner, channel string, limit int) ([]models.OutboxItem, error) {
	panic("")
}

// AdoptOutbox turns the channel's messages that another owner left in sending
// to unknown, and returns all of the channel's unknown ones.
func (s *Store) AdoptOutbox(ctx context.Context, owner, channel string) ([]models.OutboxItem, error) {
	panic("")
}

// Outcome is how one attempt ended.
type Outcome struct {
	ID         int64
	Status     models.OutboxStatus // queued again, sent, failed, unknown, to_call
	PlatformID string
	Error      *models.OutboxError
	NextAt     time.Time // of queued
	Resent     bool
	SentAt     time.Time
}

// FinishOutbox records outcomes. A message that was confirmed meanwhile keeps
// its better status: only sending and unknown ones are changed.
func (s *Store) FinishOutbox(ctx context.Context, outs []Outcome) error { panic("") }

// OutboxStatus returns the present status and platform id of one message.
func (s *Store) OutboxStatus(ctx context.Context, id int64) (models.OutboxStatus, string, error) {
	panic("")
}

// KnownIDs returns the platform ids that messages of the conversation have.
func (s *Store) KnownIDs(ctx context.Context, conversation string) ([]string, error) { panic("") }

// NextOutbox returns when the earliest queued head of a channel may be sent;
// ok is false when there is none.
func (s *Store) NextOutbox(ctx context.Context, channel string) (at time.Time, ok bool, err error) {
	panic("")
}

// Hold stops a channel: nothing of it is claimed until then. A zero time lifts it.
func (s *Store) HoldChannel(ctx context.Context, channel, reason string, until time.Time) error {
	panic("")
}

// ---- media ----

// ClaimAttachments takes up to limit files that are to be fetched and due, and
// hides them from others for lease.
func (s *Store) ClaimAttachments(ctx context.Context, limit int, lease time.Duration) ([]models.Attachment, error) {
	panic("")
}

// SaveAttachment writes the outcome of a fetch. While Status is fetching it is
// due again at next. A failed one also appends events (the citizen is told with
// the next turn) in the same transaction.
func (s *Store) SaveAttachment(ctx context.Context, a models.Attachment, next time.Time, events []models.Event) error {
	panic("")
}

// ---- platform tokens ----

// TokenPair is a platform's token pair.
type TokenPair struct {
	Access, Refresh string
	ObtainedAt      time.Time
	ExpiresAt       time.Time
	Configured      string // fingerprint of the configured pair it descends from
}

// Tokens returns the stored pair. ErrNotFound.
func (s *Store) Tokens(ctx context.Context, channel string) (TokenPair, error) { panic("") }

// SaveTokens stores a pair, encrypted. It refuses an empty access token.
func (s *Store) SaveTokens(ctx context.Context, channel string, p TokenPair) error { panic("") }

// Lock takes the named lock for ttl unless another holder has it; unlock gives
// it back. It is held across processes.
func (s *Store) Lock(ctx context.Context, name string, ttl time.Duration) (unlock func(), ok bool, err error) {
	panic("")
}

// ---- API and console ----

// Page bounds a listing. Cursor is opaque; ErrCursor when it is not ours.
type Page struct {
	Limit  int
	Cursor string
}

// ErrCursor says that a cursor was not made by this store.
var ErrCursor = errors.New("store: unknown cursor")

// CaseFilter chooses cases. Empty fields do not bound. Seen is applied in SQL
// for unit and sensitivity by the rule of models.Principal.Sees.
type CaseFilter struct {
	Unit, Status, Kind, Category, Query string
	Since                               time.Time
	Seen                                models.Principal
	Page
}

// Cases lists cases, newest first, with attachments and history, and the cursor
// of the next page or "".
func (s *Store) Cases(ctx context.Context, f CaseFilter) ([]models.Case, string, error) { panic("") }

// Case returns one case with attachments and history. ErrNotFound.
func (s *Store) Case(ctx context.Context, code string) (*models.Case, error) { panic("") }

// Outbox lists outgoing messages, newest first; unit "" is all (the unit is that
// of the case, else of the conversation).
func (s *Store) Outbox(ctx context.Context, status, unit string, p Page) ([]models.OutboxItem, string, error) {
	panic("")
}

// Conversations lists conversations in a mode, longest waiting first.
func (s *Store) Conversations(ctx context.Context, mode, unit string, p Page) ([]models.Conversation, string, error) {
	panic("")
}

// Conversation returns one. ErrNotFound.
func (s *Store) Conversation(ctx context.Context, id string) (*models.Conversation, error) { panic("") }

// Attachment returns one. ErrNotFound.
func (s *Store) Attachment(ctx context.Context, id string) (*models.Attachment, error) { panic("") }

// Stats are figures over cases created since then, per unit and status.
type Stats struct {
	Unit   string        `json:"unit"`
	Status models.Status `json:"status"`
	Count  int           `json:"count"`
}

// Stats counts cases; unit "" is all.
func (s *Store) Stats(ctx context.Context, unit string, since time.Time) ([]Stats, error) { panic("") }

// CreateToken makes an API token and returns it; only its hash is kept.
func (s *Store) CreateToken(ctx context.Context, p models.Principal) (string, error) { panic("") }

// Principal returns whose token it is. ErrNotFound.
func (s *Store) Principal(ctx context.Context, token string) (models.Principal, error) { panic("") }

// Account is a member of staff.
type Account struct {
	Email, Name string
	Role        models.Role
	Unit        string
	Disabled    bool
}

// Accounts lists accounts; SaveAccount makes or changes one by e-mail.
func (s *Store) Accounts(ctx context.Context) ([]Account, error) { panic("") }

// SaveAccount makes or changes an account; hash is of its password, kept when "".
func (s *Store) SaveAccount(ctx context.Context, a Account, hash string) error { panic("") }

// Erasure is the state of one citizen's request to be forgotten.
type Erasure struct {
	Code    string
	AskedAt time.Time
	DoneAt  time.Time
	Kept    int // cases kept because the law demands it
}

// StartErasure records a request; conversation is "" when only the platform's
// app-scoped id is known.
func (s *Store) StartErasure(ctx context.Context, platform, subject, conversation string) (code string, err error) {
	panic("")
}

// Erasure returns one. ErrNotFound.
func (s *Store) Erasure(ctx context.Context, code string) (*Erasure, error) { panic("") }

// Counts are gauges for metrics and readiness.
type Counts struct {
	Unplayed, Parked, Queued, Unknown, ToCall int
	OldestUnplayed                            time.Time
}

// Counts returns them.
func (s *Store) Counts(ctx context.Context) (Counts, error) { panic("") }

// Blobs returns (key, SHA-256) of every stored file in batches, for check --deep.
func (s *Store) Blobs(ctx context.Context, each func(id, key, sha256 string, size int64) error) error {
	panic("")
}

// Unaccounted returns how many acknowledged events are neither played nor
// waiting nor held, for check --deep; it is 0 in a sound database.
func (s *Store) Unaccounted(ctx context.Context) (int, error) { panic("") }
