package bot

import "github.com/langnghe/langnghe/models"

// ---- status.withdraw

// startWithdrawal asks whether the case is to be withdrawn: the one shown last,
// or the only one that still can be.
func (t *talk) startWithdrawal() {
	var may []CaseView
	for _, c := range t.e.Own {
		_, ok := c.Status.Next(models.ActWithdraw)
		switch {
		case !ok:
		case c.Code == t.s.Case:
			may = append([]CaseView{c}, may...)
		default:
			may = append(may, c)
		}
	}
	if len(may) > 0 && may[0].Code == t.s.Case {
		may = may[:1]
	}
	switch len(may) {
	case 0:
		t.tell("status.withdraw.none")
		t.enter("menu.root")
	case 1:
		t.s.Case, t.s.Reason = may[0].Code, ""
		t.enter("status.withdraw")
	default:
		t.e.Own, t.e.Heard.DaysAgo = may, 0
		t.tell("status.withdraw.which")
		t.enter("status.code")
	}
}

// digressWithdrawal gives up a report at hand; elsewhere it leads to the case.
func (t *talk) digressWithdrawal() bool {
	switch {
	case t.inReport():
		t.cancelReport()
	case t.light():
		t.startWithdrawal()
	default:
		return false
	}
	return true
}

func withdrawPrompt(t *talk) string {
	t.slots.Code, t.slots.Text = t.s.Case, t.s.Reason
	return "status.withdraw"
}

func tapWithdraw(t *talk, picked string) bool {
	switch picked {
	case "yes":
		if !t.allowed(models.ActWithdraw) {
			t.tell("status.closed")
			t.showCase()
			return true
		}
		t.effect(Withdraw{Code: t.s.Case, Reason: t.s.Reason})
		t.about, t.slots.Code, t.s.Reason = t.s.Case, t.s.Case, ""
		t.tell("status.withdrawn")
		t.enter("menu.root")
	case "no":
		t.showCase()
	default:
		return false
	}
	return true
}

// takeReason keeps why the case is to be withdrawn, and asks again. It often
// sounds like a matter to report. Who sends a photo goes on with the case.
func takeReason(t *talk) bool {
	switch {
	case t.e.Heard.Danger != nil, !t.evidence():
		return false
	case len(t.e.Files) > 0 || t.e.Location != nil:
		t.addToCase()
		t.tell("report.filed.added")
		t.s.Reason = ""
		t.showCase()
		return true
	}
	t.s.Reason = t.written()
	t.again()
	return true
}
