package models

import (
	"slices"
	"strings"
	"time"
)

// The actions that set right what was done to a case. They are the console's
// alone and no moves of the status machine: where they lead stands in the history.
const (
	ActUnmerge  Action = "unmerge"   // a merge was wrong: the case goes on by itself
	ActTakeBack Action = "take_back" // an answer was taken back before its citizen was told; Detail is its action
)

// Unmerge undoes the latest merge: the case stands where it stood before. It
// returns ErrStatus, and changes nothing, when the case is not merged.
func (c *Case) Unmerge(actor string, at time.Time, reason string) error {
	if c.Status != StatusMerged {
		return ErrStatus
	}
	to, target := StatusNew, c.MergedInto
	for _, e := range slices.Backward(c.Events) {
		if e.Action == ActMerge && e.To == StatusMerged {
			to = e.From
			break
		}
	}
	c.Events = append(c.Events, CaseEvent{
		Case: c.Code, At: at, Actor: actor, Action: ActUnmerge, From: c.Status, To: to, Text: reason, Detail: target,
	})
	c.Status, c.MergedInto, c.UpdatedAt = to, "", at
	return nil
}

// Footing is what an answer changes of a case besides its history.
type Footing struct {
	Status     Status
	DueAt      time.Time
	ResolvedAt time.Time
	PausedAt   time.Time
}

// Footing returns the case's.
func (c *Case) Footing() Footing { return Footing{c.Status, c.DueAt, c.ResolvedAt, c.PausedAt} }

// TakeBack undoes the actor's answer that is the latest event of the case, which then
// stands as it stood before. It returns ErrStatus, and changes nothing, when
// something else happened since, or somebody else answered.
func (c *Case) TakeBack(before Footing, actor string, at time.Time) error {
	last := len(c.Events) - 1
	if last < 0 || !answers(c.Events[last].Action) || c.Events[last].From != before.Status || c.Events[last].Actor != actor {
		return ErrStatus
	}
	c.Events = append(c.Events, CaseEvent{
		Case: c.Code, At: at, Actor: actor, Action: ActTakeBack, From: c.Status, To: before.Status, Detail: string(c.Events[last].Action),
	})
	c.Status, c.DueAt, c.ResolvedAt, c.PausedAt, c.UpdatedAt = before.Status, before.DueAt, before.ResolvedAt, before.PausedAt, at
	return nil
}

// answers reports whether the action carries words to the citizen.
func answers(a Action) bool {
	return slices.Contains([]Action{ActAsk, ActReply, ActResolve, ActReject}, a)
}

// Standing returns the history without the answers that were taken back.
func Standing(events []CaseEvent) []CaseEvent {
	out := make([]CaseEvent, 0, len(events))
	for _, e := range events {
		if last := len(out) - 1; e.Action == ActTakeBack && last >= 0 && string(out[last].Action) == e.Detail {
			out = out[:last]
			continue
		}
		out = append(out, e)
	}
	return out
}

// Transfers returns the units that had the case, in their order, as far as its
// history tells: the first one is not in it.
func (c *Case) Transfers() (chain []CaseEvent) {
	for _, e := range c.Events {
		if e.Action == ActTransfer && strings.TrimSpace(e.Detail) != "" {
			chain = append(chain, e)
		}
	}
	return chain
}
