package relay

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// erasePatience is how long an erasure waits for what was said before it to
	// be played and sent.
	erasePatience = time.Hour
	// eraseBatch is how many are carried out in one round.
	eraseBatch = 20
	// reopenDays is for how many days a citizen may say that a resolved case is
	// not done, unless the configuration says otherwise.
	reopenDays = 15
)

// reopenable is how long a citizen may say that a resolved case is not done:
// until then the case still needs to know who that is.
func (c *Clock) reopenable() time.Duration {
	return time.Duration(cmp.Or(c.ReopenDays, reopenDays)) * 24 * time.Hour
}

// Erase carries out the requests to be forgotten that are due.
func (c *Clock) Erase(ctx context.Context) error {
	now := c.Now()
	due, err := c.Store.DueErasures(ctx, now.Add(-erasePatience), now.Add(-c.reopenable()), eraseBatch)
	if err != nil || len(due) == 0 {
		return err
	}
	return locked(ctx, c.Store, "erasures", clockLock, func() error {
		var failed []error
		for _, e := range due {
			if err := c.Store.Update(ctx, func(tx *store.Tx) error { return c.forget(tx, e) }); err != nil {
				failed = append(failed, fmt.Errorf("erasure %s: %w", e.Code, err))
			}
		}
		return errors.Join(failed...)
	})
}

// forget carries one request out, in one transaction: done again, or cut off
// and done by another process, it leads to the same.
func (c *Clock) forget(tx *store.Tx, e store.Erasure) error {
	talk, err := tx.LockConversation(e.Conversation)
	if err != nil && !errors.Is(err, store.ErrNotFound) {
		return err
	}
	cases, err := tx.CasesBefore(e.Conversation, e.AskedAt)
	if err != nil {
		return err
	}
	var kept []string
	for i := range cases {
		if c.keeps(e, cases[i]) {
			kept = append(kept, cases[i].Code)
		}
	}
	if err := tx.Forget(e, kept); err != nil { // first: a case that is not kept loses its conversation below
		return err
	}
	for i := range cases {
		if err := anonymise(tx, &cases[i], c.mask, c.keeps(e, cases[i])); err != nil {
			return err
		}
	}
	if err := c.forgetTalk(tx, e, talk, kept); err != nil {
		return err
	}
	if err := tx.Audit(itself(), "erase", e.Code, fmt.Sprintf("kept %d", len(kept))); err != nil {
		return err
	}
	return tx.FinishErasure(e.Code, len(kept))
}

// keeps reports whether the case must stay as a file that can be answered, with
// what was sent along: a khieu_nai always (its file is kept: Luật Khiếu nại 2011,
// Luật Lưu trữ 33/2024/QH15), any other while an answer is owed.
func (c *Clock) keeps(e store.Erasure, k models.Case) bool {
	if k.Kind == models.KhieuNai || !k.Status.Ended() {
		return true
	}
	again := !e.DoneAt.IsZero() // it was open when the citizen asked, and may be reopened
	return again && k.UpdatedAt.After(c.Now().Add(-c.reopenable()))
}

// anonymise takes out of a case who filed it. What it is about stays, without
// names and numbers (Luật 91/2025/QH15, Điều 14); the way to answer, and what was sent
// along, stay with a case that is kept.
func anonymise(tx *store.Tx, k *models.Case, mask func(text string, names ...string) string, kept bool) error {
	name := k.Contact.Name
	k.Description, k.Place = mask(k.Description, name), mask(k.Place, name)
	for i := range k.Events {
		k.Events[i].Text = mask(k.Events[i].Text, name)
		if !kept {
			k.Events[i].Files = nil // they go, and their names may be a person's
		}
		if k.Events[i].Action == models.ActEdit {
			k.Events[i].Detail = mask(k.Events[i].Detail, name)
		}
	}
	k.Contact, k.SecretHash, k.Anonymous = models.Contact{}, "", true
	if !kept {
		k.Conversation = ""
	}
	return tx.RewriteCase(k)
}

// forgetTalk takes out of the conversation what the request is about. A talk that
// went on since then has forgotten it already, when the request was made.
func (c *Clock) forgetTalk(tx *store.Tx, e store.Erasure, talk *models.Conversation, kept []string) error {
	if talk == nil {
		return nil
	}
	if talk.Case != "" && !slices.Contains(kept, talk.Case) {
		latest, err := tx.Cases([]string{talk.ID})
		if err != nil {
			return err
		}
		talk.Case = ""
		if own := latest[talk.ID]; len(own) > 0 {
			talk.Case = own[0].Code
		}
	}
	s, err := bot.Decode(talk.State)
	if err != nil || !s.LastAt.After(e.AskedAt) {
		s = bot.State{Mode: s.Mode, HumanUntil: s.HumanUntil, Greeted: s.Greeted, LastAt: s.LastAt, Language: s.Language}
		if talk.State, err = bot.Encode(s); err != nil {
			return err
		}
		talk.Error = ""
	}
	return tx.SaveConversations([]models.Conversation{*talk})
}
