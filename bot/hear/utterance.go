package hear

import (
	"strings"
	"time"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
)

// Utterance is what is understood of one text, as langnghe understand prints it.
type Utterance struct {
	Intent     string   `json:"intent"`
	Procedures []string `json:"procedures"` // codes, best first, at most three
	Category   string   `json:"category"`   // of a report, or ""
	Units      []string `json:"units"`      // slugs of the places named, best first, at most five
	Confidence float64  `json:"confidence"` // 0-1; from 0.8 on the bot answers without asking back
}

// Utterance reads one text by the very code that the bot uses, outside any
// conversation.
func (e *Ear) Utterance(text string) Utterance {
	h := e.Understand(bot.State{}, []models.Event{{Kind: models.EventMessage, At: time.Time{}, Text: text}}).Heard
	u := Utterance{Intent: string(h.Intent), Category: h.Category, Confidence: h.Confidence, Procedures: []string{}, Units: []string{}}
	if h.Intent == bot.IntentBack {
		u.Intent = string(bot.IntentMenu) // the set of intents that are printed has none for a step back
	}
	if h.Intent == bot.IntentWait {
		u.Intent = string(bot.IntentOther) // nor one for patience
	}
	if h.Intent == bot.IntentNotice {
		u.Intent = string(bot.IntentPrivacy) // nor one for how data is kept
	}
	if h.Intent == bot.IntentWithdraw {
		u.Intent = string(bot.IntentCancel) // nor one for taking a case back
	}
	for _, p := range h.Procedures {
		u.Procedures = append(u.Procedures, p.Code)
	}
	for _, v := range h.Units {
		u.Units = append(u.Units, v.Slug)
	}
	return u
}

// Reply returns what the bot makes of a question about procedures on its own.
func (e *Ear) Reply(text string) models.Reply { return e.Utterance(text).Reply() }

// Reply is what the bot answers to an utterance that stands alone, if it is a
// question about procedures.
func (u Utterance) Reply() models.Reply {
	switch {
	case u.Intent != string(bot.IntentAsk) || len(u.Procedures) == 0:
		return models.Reply{Outcome: models.Unknown, Procedures: []string{}}
	case u.Confidence >= sure || len(u.Procedures) == 1:
		return models.Reply{Outcome: models.Answered, Procedures: u.Procedures[:1]}
	}
	return models.Reply{Outcome: models.Offered, Procedures: u.Procedures}
}

// Why names the words of a question that led to the procedure, "" for none.
func (e *Ear) Why(question, procedure string) string {
	return strings.Join(e.cat.Match(e.cat.Words(question), procedure).Words, " ")
}
