package bot

import (
	"time"

	"github.com/langnghe/langnghe/models"
)

// DossierView is what a dialogue may tell of a dossier to whoever has its code:
// the stage and dates, never whose it is or what for (contract, section 5, rule 7).
type DossierView struct {
	Code          string
	Stage         string // official name
	Means         string // what that is for the citizen
	English       string // both, for who is spoken to in English
	Verify        bool   // the stages are not confirmed by an officer
	Done          bool   // the result is there, or nothing more follows
	Ready         bool   // the result is there
	Received, Due time.Time
	Updated       time.Time // when it was so
	Phone         string    // of the unit that works on it, "" when none is known
	Followed      bool      // the citizen is told of the result
}

// Late reports whether the result was promised for a day before now.
func (d DossierView) Late(now time.Time) bool {
	return !d.Done && !d.Due.IsZero() && day(now) > day(d.Due)
}

type (
	// AskDossier has the source asked for a dossier that is not known here; the
	// answer comes as an EventDossier.
	AskDossier struct{ Code string }
	// FollowDossier has the citizen told once of a dossier's result, or no more.
	FollowDossier struct {
		Code string
		Stop bool
	}
)

func (AskDossier) effect()    {}
func (FollowDossier) effect() {}

func dossierSteps() []step {
	return []step{
		{name: "dossier.code", offer: []string{"cancel"}, tap: tapDossierCode, take: takeDossierCode},
		{name: "dossier.show", end: true, picks: true, offer: []string{"subscribe", "unsubscribe", "other", "menu"}, choices: dossierChoices, prompt: nothing, tap: tapDossier, roams: hasDossier},
	}
}

func hasDossier(t *talk) bool { return t.s.Dossier != "" }

// wantsDossier reports whether a dossier is asked for, not a case.
func (t *talk) wantsDossier() bool {
	h := t.e.Heard
	return h.Dossier != "" || h.Dossiers && h.Code == "" && len(t.e.Own) == 0
}

// askDossier tells where the dossier stands whose code was typed, or asks for
// the code.
func (t *talk) askDossier() {
	switch {
	case t.e.Heard.Dossier == "":
		t.enter("dossier.code")
	case t.tellDossier():
		t.enter("dossier.show")
	default:
		t.enter("dossier.code")
		t.s.Tries++
	}
}

// tellDossier says where it stands, or that the source is being asked. It
// reports whether there is anything to wait for.
func (t *talk) tellDossier() bool {
	t.slots.Dossier.Code = t.e.Heard.Dossier
	switch {
	case t.e.Dossier != nil:
		t.tellStage()
	case t.e.Askable:
		t.effect(AskDossier{Code: t.e.Heard.Dossier})
		t.tell("dossier.asking")
	default:
		t.tell("dossier.unknown")
		return false
	}
	return true
}

// aboutDossier makes the dossier the one that is told of.
func (t *talk) aboutDossier(d DossierView) {
	t.s.Dossier = d.Code
	if t.s.Language == "en" && d.English != "" {
		d.Stage, d.Means = d.English, ""
	}
	t.slots.Dossier = d
}

// tellStage tells the stage of the dossier that came with the event.
func (t *talk) tellStage() {
	t.aboutDossier(*t.e.Dossier)
	t.tell("dossier.stage")
	if t.e.Dossier.Late(t.now) {
		t.offer("dossier.late")
	}
}

// briefDossier answers at an open step, whose choices stay; the notice of the
// result can be had besides.
func (t *talk) briefDossier() {
	t.tellDossier()
	t.offerFollowing()
}

// offerFollowing offers the notice of the result beside an open step.
func (t *talk) offerFollowing() {
	if d := t.e.Dossier; d != nil && !d.Done && !d.Followed {
		t.extra = append(t.extra, choice("dossier.show", "subscribe"))
	}
}

// dossierChoices offers the notice while there is a result to wait for.
func dossierChoices(t *talk) []Choice {
	names := []string{"other", "menu"}
	if d := t.e.Dossier; d != nil && !d.Done {
		follow := "subscribe"
		if d.Followed {
			follow = "unsubscribe"
		}
		names = append([]string{follow}, names...)
	}
	return fixed("dossier.show", names...)
}

func tapDossierCode(t *talk, picked string) bool {
	if picked != "cancel" {
		return false
	}
	t.cancel()
	return true
}

// takeDossierCode takes a code, of a dossier or, after all, of a case.
func takeDossierCode(t *talk) bool {
	h := t.e.Heard
	switch {
	case h.Dossier != "" && !h.Complains:
		t.askDossier()
	case h.Code != "":
		t.askStatus()
	case h.Intent != IntentOther || h.Complains || len(t.words()) == 0:
		return false
	default:
		t.fail("dossier.unread")
	}
	return true
}

func tapDossier(t *talk, picked string) bool {
	switch picked {
	case "menu":
		t.menu()
	case "other":
		t.enter("dossier.code")
	case "subscribe", "unsubscribe":
		t.follow(picked == "subscribe")
	default:
		return false
	}
	return true
}

// follow has the citizen told of the result, or no more. When it is there
// meanwhile, it is told at once.
func (t *talk) follow(wanted bool) {
	d := t.e.Dossier
	switch {
	case d == nil:
		t.slots.Dossier.Code = t.s.Dossier
		t.tell("dossier.unknown")
	case wanted && d.Done:
		t.tellStage()
	default:
		t.effect(FollowDossier{Code: d.Code, Stop: !wanted})
		seen := *d
		seen.Followed = wanted
		t.e.Dossier, t.slots.Dossier = &seen, seen
		t.tell(map[bool]string{true: "dossier.followed", false: "dossier.unfollowed"}[wanted])
	}
	t.backToDossier()
}

// backToDossier goes on with the open step, or shows the dossier's choices.
func (t *talk) backToDossier() {
	if t.open() || t.s.Sealed != nil {
		t.again()
		return
	}
	t.enter("dossier.show")
}

// dossierAnswer tells what the source said, when it has.
func (t *talk) dossierAnswer() {
	n := t.e.Notice
	if n == nil {
		return
	}
	t.mute = t.s.Mode == models.ModeHuman
	t.slots.Dossier.Code = n.Dossier
	switch {
	case t.e.Dossier != nil:
		t.tellStage()
		t.offerFollowing()
	case n.Reason == models.NoticeUnreachable:
		t.offer("dossier.unreachable")
	default:
		t.tell("dossier.unknown")
	}
	t.backToDossier()
}

// dossierNotice tells who waits for it that the result is there. A step that is
// open stays open.
func (t *talk) dossierNotice() {
	d := t.e.Dossier
	if d == nil {
		return
	}
	t.aboutDossier(*d)
	t.tell("dossier.done")
	t.backToDossier()
}
