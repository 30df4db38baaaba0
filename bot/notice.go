package bot

import (
	"slices"
	"strings"

	"github.com/langnghe/langnghe/models"
)

// told lists the actions on a case that the citizen hears of.
func told(a models.Action) bool {
	return slices.Contains([]models.Action{models.ActAccept, models.ActAsk, models.ActReply, models.ActResolve, models.ActReject, models.ActTransfer, models.ActMerge, models.ActReopen, models.ActPromise, models.ActProgress, models.ActSplit, models.ActLate}, a)
}

// notice tells what became of a case. Where a step is open it stays open: its
// question and its choices are repeated below the notice.
func (t *talk) notice() {
	n := t.e.Notice
	if n != nil && n.Dossier != "" {
		t.dossierNotice()
		return
	}
	if n != nil && n.Procedure != "" {
		t.learnt(n)
		return
	}
	if n == nil || !told(n.Action) {
		return
	}
	if n.Case == "" {
		t.spoken(n)
		return
	}
	c, ok := t.caseOf(n.Case)
	if !ok {
		c = CaseView{Code: n.Case}
	}
	t.slots.Case, t.slots.Notice, t.slots.Code, t.about = c, *n, n.Case, n.Case
	t.tell("notice." + string(n.Action))
	t.files = n.Files
	if n.Text != "" {
		t.say = append(t.say, Line{Words: n.Text, Staff: n.Person})
	}
	if n.Action == models.ActResolve && !n.Date.IsZero() {
		t.tell("notice.resolve.again")
	}
	switch {
	case n.Action == models.ActReject:
		t.offer("notice.reject.way")
	case n.Action == models.ActResolve && c.Kind == models.KhieuNai:
		t.tell("notice.khieu_nai.way")
	}
	if t.open() && !t.moot(n) || t.s.Sealed != nil {
		t.noticeBeside(n, c)
		return
	}
	t.noticeAlone(n, c)
}

// moot reports whether the open step asks for something about the very case that
// has just ended: there is nothing more to answer or to add.
func (t *talk) moot(n *models.Notice) bool {
	ended := n.Action == models.ActResolve || n.Action == models.ActReject || n.Action == models.ActMerge
	about := t.s.Step == "status.reply" || t.s.Step == "status.add"
	return ended && about && strings.EqualFold(t.s.Case, n.Case)
}

// noticeBeside leaves the open step as it is; the rating's choices follow its own.
func (t *talk) noticeBeside(n *models.Notice, c CaseView) {
	if n.Rate && t.s.Rating == nil {
		t.s.Rating = &Rating{Code: n.Case, Unit: c.Unit.Slug}
		t.tell("rate.beside")
		t.extra = fixed("rate.score", scores()...)
	}
	t.again()
}

// noticeAlone opens what the notice asks for.
func (t *talk) noticeAlone(n *models.Notice, c CaseView) {
	t.s.Case = n.Case
	switch {
	case n.Rate:
		t.s.Rating = &Rating{Code: n.Case, Unit: c.Unit.Slug}
		t.enter("rate.score")
	case n.Action == models.ActAsk:
		t.enter("status.reply")
	case n.Action == models.ActProgress:
		t.enter("status.show")
		t.extra = fixed("status.show", "ok")
	default:
		t.enter("status.show")
	}
}
