package relay

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"time"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// play is one transaction's worth of turns.
type play struct {
	*Inbox
	tx      *store.Tx
	now     time.Time
	claimed []string
	cases   map[string][]models.Case // by conversation, of those that have any
	done    []int64
	saved   []models.Conversation
	out     []outgoing
	files   bool // there are new ones to fetch
	asked   bool // there is a new question for the dossiers' source
}

// outgoing is a message to be queued, and the right to send it at once if there is one.
type outgoing struct {
	item   *models.OutboxItem
	ticket *ticket
}

func (b *Inbox) newPlay(tx *store.Tx) *play {
	return &play{Inbox: b, tx: tx, now: b.Now()}
}

// all plays the talks and writes the outcome.
func (p *play) all(talks []store.Talk) error {
	var withCases []string
	for _, t := range talks {
		p.claimed = append(p.claimed, t.ID)
		if t.Case != "" {
			withCases = append(withCases, t.ID)
		}
	}
	if len(withCases) > 0 {
		cases, err := p.tx.Cases(withCases)
		if err != nil {
			return err
		}
		p.cases = cases
	}
	for _, t := range talks {
		if err := p.one(t); err != nil {
			return fmt.Errorf("play %s: %w", models.PlatformOf(t.ID), err)
		}
	}
	return p.write()
}

// one plays one conversation; a panic in it is an error like any other.
func (p *play) one(t store.Talk) (err error) {
	defer func() {
		if r := recover(); r != nil {
			p.Log.WithField("stack", string(debug.Stack())).Error("a turn panicked")
			err = fmt.Errorf("a turn panicked: %v", r)
		}
	}()
	if t.Err != nil {
		return t.Err
	}
	t.Events = slices.DeleteFunc(t.Events, func(e models.Event) bool { return waits(e) && e.Due.After(p.now) })
	if until := quietUntil(t.Events); until.After(p.now) {
		t.Events = slices.DeleteFunc(t.Events, func(e models.Event) bool { return !receipt(e) })
		if err := p.tx.Defer(t.ID, until); err != nil {
			return err
		}
	}
	k, err := p.open(t)
	if err != nil {
		return err
	}
	for _, g := range p.groups(t.Events) {
		if err := k.group(g); err != nil {
			return err
		}
	}
	return k.close()
}

// receipt reports whether the event only settles what we sent.
func receipt(e models.Event) bool {
	_, ok := confirmation(e)
	return ok
}

// quietUntil is when a conversation's burst may be answered: at once when it
// holds anything immediate, else when the last of its events is due. Receipts
// neither wait nor hurry it.
func quietUntil(events []models.Event) time.Time {
	var first, last time.Time
	for _, e := range events {
		switch {
		case receipt(e):
			continue
		case !e.Due.After(e.Received):
			return time.Time{}
		case first.IsZero() || e.Received.Before(first):
			first = e.Received
		}
		if e.Due.After(last) {
			last = e.Due
		}
	}
	if latest := first.Add(gatherMax); last.After(latest) {
		return latest
	}
	return last
}

// groups cuts a conversation's events into what is understood together:
// neighbouring words and files are one burst, everything else is its own.
func (p *play) groups(events []models.Event) [][]models.Event {
	var groups [][]models.Event
	inBurst := false
	for _, e := range events {
		burst := e.Kind == models.EventMessage && !p.Ear.Immediate(e)
		if burst && inBurst {
			groups[len(groups)-1] = append(groups[len(groups)-1], e)
		} else {
			groups = append(groups, []models.Event{e})
		}
		inBurst = burst
	}
	return groups
}

// write stores what the talks led to.
func (p *play) write() error {
	if err := p.tx.Done(p.done); err != nil {
		return err
	}
	if err := p.tx.SaveConversations(p.saved); err != nil {
		return err
	}
	items := make([]*models.OutboxItem, len(p.out))
	for i, o := range p.out {
		items[i] = o.item
	}
	return p.tx.Queue(items, p.Outbox.owner)
}

// handOver starts what may be sent at once and wakes the channels of the rest.
func (p *play) handOver(ctx context.Context) {
	if p.files {
		p.Files()
	}
	if p.asked {
		p.Dossiers.Ask()
	}
	for _, o := range p.out {
		if o.ticket != nil {
			o.ticket.start(ctx, *o.item)
		} else {
			p.Outbox.queued(o.item.Channel)
		}
	}
}

func (p *play) giveBack() {
	for _, o := range p.out {
		if o.ticket != nil {
			o.ticket.giveBack()
		}
	}
}

// talk is one conversation while it is played.
type talk struct {
	*play
	conv  models.Conversation
	state bot.State
	own   []models.Case
	said  bot.Turn // what is to be said in answer to the citizen, so far
	busy  bool     // earlier messages of it are still open

	// Of the turn that is being played.
	danger  *bot.Danger  // that was heard
	receipt string       // code of the erasure that was started, or ""
	filed   *models.Case // by this turn
}

func (p *play) open(t store.Talk) (*talk, error) {
	state, err := bot.Decode(t.State)
	if err != nil {
		return nil, err
	}
	if t.Unit == "" {
		t.Unit = p.Offices.UnitOf(t.Channel)
	}
	return &talk{play: p, conv: t.Conversation, state: state, own: p.cases[t.ID], busy: t.Open}, nil
}

// group plays one group of events.
func (k *talk) group(group []models.Event) error {
	for i := range group {
		k.done = append(k.done, group[i].Seq)
		k.Metrics.play(string(group[i].Kind))
		if group[i].FromCitizen() && group[i].At.After(k.conv.LastUserAt) {
			k.conv.LastUserAt = group[i].At
		}
		if err := k.attach(&group[i]); err != nil {
			return err
		}
	}
	if c, ok := confirmation(group[0]); ok {
		return k.tx.Confirm(k.conv.ID, c)
	}
	return k.turn(group)
}

// confirmation is what a receipt or an own echo tells of our messages.
func confirmation(e models.Event) (store.Confirmation, bool) {
	switch e.Kind {
	case models.EventDelivered:
		return store.Confirmation{Status: models.OutDelivered, Mids: e.Mids, Watermark: e.Watermark}, true
	case models.EventRead:
		return store.Confirmation{Status: models.OutRead, Mids: e.Mids, Watermark: e.Watermark}, true
	case models.EventEcho:
		id, _ := channel.OutboxID(e.Metadata)
		return store.Confirmation{Status: models.OutSent, OutboxID: id, PlatformID: e.Mid}, !e.Person
	}
	return store.Confirmation{}, false
}

// turn plays a group through the dialogues.
func (k *talk) turn(group []models.Event) error {
	e := k.Ear.Understand(k.state, group)
	if err := k.world(&e, group[0]); err != nil {
		return err
	}
	turn, err := k.compare(e, bot.Reply(k.state, e))
	if err != nil {
		return err
	}
	k.state, k.danger, k.receipt, k.filed = turn.State, e.Heard.Danger, "", nil
	if err := k.apply(turn.Do, group); err != nil {
		return err
	}
	if k.receipt != "" {
		turn = turn.Receipted(k.receipt, e.Office.Erasure+k.receipt)
	}
	if c := k.filed; c != nil {
		turn = turn.Promised(c.DueAt, k.Offices.Calendar().WorkingDays(c.CreatedAt, c.DueAt))
	}
	if err := k.remind(); err != nil {
		return err
	}
	if e.Kind != models.EventStatus {
		k.said = bot.Merge(k.said, turn)
		k.state = k.said.State
		return nil
	}
	if err := k.speak(); err != nil {
		return err
	}
	return k.tell(e, turn)
}

// sealedFor is how long the words of a denunciation wait for the citizen's
// answer before they are blanked (contract, section 5).
const sealedFor = 30 * time.Minute

// timerName marks an event that only makes time pass in a conversation.
const timerName = "timer"

func timer(e models.Event) bool { return e.Kind == models.EventNote && e.Name == timerName }

// waits reports whether the event is never played before it is due, whatever else
// is: a timer, or what staff may still take back.
func waits(e models.Event) bool { return timer(e) || e.Kind == models.EventStatus }

// remind has the conversation played again when sealed words are to be blanked.
func (k *talk) remind() error {
	if k.state.Sealed == nil || !k.state.SealedAt.Equal(k.now) {
		return nil
	}
	at := k.now.Add(sealedFor)
	return k.tx.Append([]models.Event{{
		Channel: k.conv.Channel, ID: timerName + " " + k.conv.Peer + " " + at.UTC().Format(time.RFC3339Nano), Peer: k.conv.Peer,
		Kind: models.EventNote, Name: timerName, At: at, Due: at,
	}})
}

// close says what is left to say and keeps the conversation.
func (k *talk) close() error {
	if err := k.speak(); err != nil {
		return err
	}
	state, err := bot.Encode(k.state)
	if err != nil {
		return err
	}
	k.conv.State = state
	mode := k.state.Mode
	if mode == "" {
		mode = models.ModeBot
	}
	if k.conv.Mode != mode {
		if err := k.stretch(mode); err != nil {
			return err
		}
		k.conv.Mode, k.conv.Since = mode, k.now
	}
	if k.state.Unit != "" && k.Offices.UnitOf(k.conv.Channel) == "" {
		k.conv.Unit = k.state.Unit
	}
	k.saved = append(k.saved, k.conv)
	return nil
}

// stretch records when a person's time in the conversation begins and ends,
// whatever began or ended it; who it was, the console has recorded if it was there.
func (k *talk) stretch(mode models.Mode) error {
	switch models.ModeHuman {
	case mode:
		return k.tx.NoteStretch(k.conv.ID)
	case k.conv.Mode:
		return k.tx.EndStretch(store.Stretch{Conversation: k.conv.ID})
	}
	return nil
}

// speak says what the events so far led to.
func (k *talk) speak() error {
	turn := k.said
	k.said = bot.Turn{}
	return k.say(turn, models.PriorityReply)
}
