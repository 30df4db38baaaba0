package relay

import (
	"strings"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

// edit writes into a case's history that the citizen changed words that are in
// it, or took them back. What was filed stays as it was: it is a record, and
// the citizen's later word is one more of it (Luật Lưu trữ 33/2024/QH15). Of a
// merged case the history is that of the one it was merged into. seq is of the
// event that edits.
func (k *talk) edit(f bot.EditEvidence, seq int64) error {
	c, err := k.tx.Case(f.Code)
	if err != nil {
		return err
	}
	name := c.Contact.Name
	if c, err = k.lead(c); err != nil {
		return err
	}
	before, err := k.tx.WordsBefore(k.conv.ID, f.Mid, seq)
	if err != nil {
		return err
	}
	after := f.Text
	if !holds(c, before) { // what was hidden in the case stays hidden
		before, after = bot.Mask(before, name), bot.Mask(after, name)
	}
	action, text, detail := models.ActEdit, after, before
	if after == "" {
		action, text, detail = models.ActRetract, before, ""
	}
	if err := c.Move(action, citizen, k.now, text, detail); err != nil {
		return err
	}
	return k.tx.SaveCase(c)
}

// holds reports whether the words stand in the case as they were written.
func holds(c *models.Case, words string) bool {
	if strings.Contains(c.Description, words) {
		return true
	}
	for _, e := range c.Events {
		if strings.Contains(e.Text, words) {
			return true
		}
	}
	return false
}
