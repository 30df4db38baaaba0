package relay

import (
	"context"
	"errors"
	"fmt"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// Previewer shows what a citizen would read, by the very code that tells them.
type Previewer struct{ inbox *Inbox }

// NewPreviewer returns one; channels are those whose limits count. It needs of d
// what turns are played with; it starts nothing and sends nothing.
func NewPreviewer(d InboxDeps, channels []Channel) *Previewer {
	d.Outbox = NewOutbox(OutboxDeps{Store: d.Store, Channels: channels, Log: d.Log, Metrics: d.Metrics, Now: d.Now})
	return &Previewer{NewInbox(d)}
}

// SetChannels makes these the channels whose limits count.
func (p *Previewer) SetChannels(list []Channel) { p.inbox.Outbox.SetChannels(list) }

// errPreview ends a transaction that only looked.
var errPreview = errors.New("this was only a preview")

// Show returns the messages that the event would lead to as the conversation
// stands now, with their choices as the platform shows them. Nothing is changed.
// The error is store.ErrNotFound when nothing is known of the conversation.
func (p *Previewer) Show(ctx context.Context, e models.Event) (messages []models.OutboxItem, err error) {
	err = p.inbox.Store.Update(ctx, func(tx *store.Tx) error {
		messages = nil // the transaction may be tried again
		talk, err := tx.LockConversation(e.Conversation())
		if err != nil {
			return err
		}
		play := p.inbox.newPlay(tx)
		defer play.giveBack()
		if play.cases, err = tx.Cases([]string{talk.ID}); err != nil {
			return err
		}
		e.Due = play.now
		if err := play.one(store.Talk{Conversation: *talk, Events: []models.Event{e}}); err != nil {
			return err
		}
		for _, o := range play.out {
			messages = append(messages, *o.item)
		}
		return errPreview
	})
	if errors.Is(err, errPreview) {
		return messages, nil
	}
	return nil, fmt.Errorf("preview an answer: %w", err)
}
