package bot

import (
	"slices"
	"time"

	"github.com/langnghe/langnghe/models"
)

func rateSteps() []step {
	return []step{
		{name: "rate.score", picks: true, offer: []string{"1", "2", "3", "4", "5", "reopen", "cancel"}, choices: scoreChoices, prompt: scorePrompt, tap: tapScore, take: takeRated, roams: rating},
		{name: "rate.comment", picks: true, offer: []string{"smile", "gentle", "listen", "help", "skip", "reopen"}, choices: commentChoices, prompt: commentPrompt, tap: tapComment, take: takeComment, roams: rating},
	}
}

func rating(t *talk) bool { return t.s.Rating != nil }

// askRating asks for a rating of the unit's service, once a day.
func (t *talk) askRating() {
	if !t.s.RatedAt.IsZero() && t.now.Sub(t.s.RatedAt) < 24*time.Hour {
		t.tell("rate.already")
		t.enter("menu.root")
		return
	}
	t.s.Rating = &Rating{Unit: t.unit()}
	t.enter("rate.score")
}

func scores() []string { return []string{"1", "2", "3", "4", "5"} }

func scoreChoices(t *talk) []Choice {
	names := scores()
	if t.s.Rating != nil && t.s.Rating.Code != "" {
		names = append(names, "reopen")
	}
	return fixed("rate.score", append(names, "cancel")...)
}

func scorePrompt(t *talk) string {
	if t.s.Rating != nil && t.s.Rating.Code != "" {
		t.slots.Code = t.s.Rating.Code
		return "rate.score.case"
	}
	return "rate.score"
}

// tapScore records the score at once, so that it is not lost when no comment
// follows.
func tapScore(t *talk, picked string) bool {
	if t.s.Rating == nil {
		t.s.Rating = &Rating{Unit: t.unit()}
	}
	switch picked {
	case "cancel":
		t.s.Rating = nil
		t.tell("cancelled")
		t.enter("menu.root")
	case "reopen":
		return t.reopenRated()
	case "1", "2", "3", "4", "5":
		if t.s.Rating.Score != 0 {
			return false // tapped twice
		}
		t.score(int(picked[0] - '0'))
	default:
		return false
	}
	return true
}

// score records the score. Where another step is open, it goes on; else a
// comment is asked for.
func (t *talk) score(n int) {
	r := t.s.Rating
	r.Score, t.slots.Score, t.about = n, n, r.Code
	t.effect(Rate{Code: r.Code, Unit: r.Unit, Score: n})
	if r.Code == "" {
		t.s.RatedAt = t.now
	}
	if t.open() && t.s.Step != "rate.score" && t.s.Step != "rate.comment" {
		t.s.Rating = nil
		t.tell("rate.thanks")
		t.again()
		return
	}
	t.enter("rate.comment")
}

// reopenRated takes the rated case up again: who was asked need not confirm.
func (t *talk) reopenRated() bool {
	if t.s.Rating == nil || t.s.Rating.Code == "" {
		return false
	}
	t.s.Case = t.s.Rating.Code
	t.notDone()
	return true
}

// takeRated adds a photo, sent instead of a score, to the case.
func takeRated(t *talk) bool {
	r := t.s.Rating
	if r == nil || r.Code == "" || len(t.e.Files) == 0 {
		return false
	}
	t.s.Case = r.Code
	t.addToCase()
	t.tell("rate.photo")
	t.again()
	return true
}

func commentChoices(t *talk) []Choice {
	r := t.s.Rating
	if r == nil || r.Score > enough {
		return fixed("rate.comment", "skip")
	}
	names := append(reasons(), "skip")
	if r.poor() {
		names = append(names, "reopen")
	}
	return fixed("rate.comment", names...)
}

// enough is the score from which on nothing is asked about: up to it, a reason is.
const enough = 3

// reasons are the four "luôn" that may have been missed.
func reasons() []string { return []string{"smile", "gentle", "listen", "help"} }

// poor reports whether the rating is of a case, and so low that it is offered to
// be taken up again.
func (r *Rating) poor() bool { return r.Code != "" && r.Score <= 2 }

func commentPrompt(t *talk) string {
	if t.s.Rating == nil {
		return "rate.comment.any"
	}
	t.slots.Score = t.s.Rating.Score
	if t.slots.Score > enough {
		return "rate.comment.good"
	}
	return "rate.comment"
}

func tapComment(t *talk, picked string) bool {
	switch picked {
	case "skip":
		t.s.Rating = nil
		t.tell("rate.thanks")
		t.enter("menu.root")
	case "reopen":
		return t.reopenRated()
	default:
		if t.s.Rating == nil || t.s.Rating.Score > enough || !slices.Contains(reasons(), picked) {
			return false
		}
		t.commented(picked)
	}
	return true
}

// commented records why the score was given. A poorly rated case is offered to
// be taken up again.
func (t *talk) commented(comment string) {
	r := t.s.Rating
	t.effect(Rate{Code: r.Code, Unit: r.Unit, Score: r.Score, Comment: comment, Adds: true})
	t.s.Rating = nil
	t.tell("rate.thanks")
	c, known := t.caseOf(r.Code)
	if known && r.poor() && t.mayReopen(c) {
		t.s.Case, t.about = r.Code, r.Code
		t.enter("status.reopen")
		return
	}
	t.enter("menu.root")
}

// takeComment takes any words as the comment. Thanks are all there is to say.
func takeComment(t *talk) bool {
	r := t.s.Rating
	if h := t.e.Heard; h.Bare && (h.Intent == IntentThanks || h.Intent == IntentBye) {
		return tapComment(t, "skip")
	}
	if r == nil || !t.evidence() || t.e.Heard.Danger != nil {
		return false
	}
	if len(t.words()) == 0 {
		return takeRated(t)
	}
	if r.Code != "" && (len(t.e.Files) > 0 || t.e.Location != nil) {
		t.s.Case = r.Code
		t.effect(AddEvidence{Code: r.Code, Files: t.e.Files, Location: t.e.Location})
	}
	t.commented(t.written())
	return true
}

// rated takes a rating given on a form of the platform.
func (t *talk) rated() {
	t.wake()
	t.mute = t.s.Mode == models.ModeHuman
	t.effect(Rate{Unit: t.unit(), Score: t.e.Score, Comment: t.written()})
	if t.danger() || t.mute {
		return
	}
	t.slots.Score = t.e.Score
	t.tell("rate.thanks")
	t.reopen()
}
