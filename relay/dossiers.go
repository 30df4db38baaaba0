package relay

import (
	"context"
	"errors"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	dossierSlots = 4               // questions to the source at once
	dossierPoll  = time.Second     // the net for what no wake-up told of
	dossierSave  = 5 * time.Second // to store an outcome when the process ends
	// dossierSpare is how much longer than a question a claim lasts: a killed
	// process's questions are taken up soon after.
	dossierSpare = 2 * time.Second
	// watchBatch and watchPoll bound how much a source is asked again for those
	// who wait for a result.
	watchBatch = 20
	watchPoll  = time.Minute
)

// dossierWaits are the waits before the next try of a question that failed.
// After them the citizen, who is waiting, is told.
var dossierWaits = [...]time.Duration{time.Second, 3 * time.Second}

// DossierBook says how dossiers are looked up.
type DossierBook struct {
	Stages models.DossierStages
	Cache  time.Duration // how long what a source told counts
	Ask    func()        // told when there is a question for the source; nil: there is no source
}

// fresh reports whether what is known of a dossier may still be told as it is.
func (b DossierBook) fresh(d models.Dossier, now time.Time) bool {
	return d.Asked.IsZero() || b.Ask == nil || now.Sub(d.Asked) < b.Cache || b.Stages.Done(d.Stage)
}

// dossier adds to an event the dossier that it is about, if one is known.
func (k *talk) dossier(e *bot.Event) error {
	e.Askable = k.Dossiers.Ask != nil && models.DossierTail(e.Heard.Dossier) != e.Heard.Dossier
	code := k.dossierOf(e)
	if code == "" {
		return nil
	}
	d, err := k.tx.Dossier(code, e.Office.Unit.Slug)
	if errors.Is(err, store.ErrNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if e.Heard.Dossier != "" && !k.Dossiers.fresh(*d, k.now) {
		return nil // it is asked for again
	}
	follows, err := k.tx.FollowsDossier(d.Code, k.conv.ID)
	v := k.dossierView(*d)
	v.Followed = follows
	e.Dossier = &v
	return err
}

// dossierOf is the code of the dossier that an event is about, or "".
func (k *talk) dossierOf(e *bot.Event) string {
	switch {
	case e.Notice != nil:
		return e.Notice.Dossier
	case e.Heard.Dossier != "":
		return e.Heard.Dossier
	case k.state.Step == "dossier.show" || chosen(e.Choice) == "dossier.show":
		return k.state.Dossier
	}
	return ""
}

// dossierView is what anybody with the code may be told of a dossier.
func (k *talk) dossierView(d models.Dossier) bot.DossierView {
	stage, known := k.Dossiers.Stages.Find(d.Stage)
	if !known {
		stage.Name, stage.Verify = d.Stage, true
	}
	v := bot.DossierView{
		Code: d.Code, Stage: stage.Name, Means: stage.Means, English: stage.English, Verify: stage.Verify,
		Done: stage.Done(), Ready: stage.Ready, Received: d.Received, Due: d.Due, Updated: d.Updated,
	}
	if d.Unit != "" {
		v.Phone = k.Offices.Phone(d.Unit)
	}
	return v
}

func (k *talk) follow(f bot.FollowDossier) error {
	if f.Stop {
		return k.tx.UnfollowDossier(f.Code, k.conv.ID)
	}
	return k.tx.FollowDossier(f.Code, k.conv.ID, k.Dossiers.Stages.Done)
}

func (k *talk) ask(f bot.AskDossier) error {
	k.asked = true
	return k.tx.AskDossier(f.Code, k.conv.ID)
}

// ErrNoDossier is a source's word that it has no dossier of that code.
var ErrNoDossier = errors.New("the source knows no such dossier")

// DossierSource tells where a dossier stands, or ErrNoDossier. It keeps to a
// time-out of its own.
type DossierSource interface {
	Dossier(ctx context.Context, code string) (models.Dossier, error)
}

// DossiersDeps are what a Dossiers needs.
type DossiersDeps struct {
	Store   *store.Store
	Source  DossierSource
	Timeout time.Duration // of one question
	Stages  models.DossierStages
	Log     logrus.FieldLogger
	Now     func() time.Time
}

// Dossiers asks a source for the dossiers that citizens asked for, and again for
// those whose result somebody waits for.
type Dossiers struct {
	DossiersDeps
	wake  chan struct{}
	watch time.Time // when it was last looked for what is to be asked again
}

// NewDossiers returns one; it does nothing before Run.
func NewDossiers(d DossiersDeps) *Dossiers {
	return &Dossiers{DossiersDeps: d, wake: make(chan struct{}, 1)}
}

// Wake tells that there may be something to ask.
func (d *Dossiers) Wake() { ring(d.wake) }

// Run asks until ctx ends. What is under way then is asked again by another
// process or after the restart.
func (d *Dossiers) Run(ctx context.Context) {
	for ctx.Err() == nil {
		if d.Round(ctx) == 0 {
			d.sleep(ctx)
		}
	}
}

func (d *Dossiers) sleep(ctx context.Context) {
	t := time.NewTimer(dossierPoll)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-d.wake:
	case <-t.C:
	}
}

// Round asks what is due now, a few at once, and returns how many those were.
func (d *Dossiers) Round(ctx context.Context) int {
	asks, err := d.Store.ClaimDossierAsks(ctx, dossierSlots, d.Timeout+dossierSpare)
	if err != nil {
		d.failed(ctx, err, "questions for dossiers not claimed")
		return 0
	}
	if now := d.Now(); len(asks) == 0 && now.Sub(d.watch) >= watchPoll {
		d.watch = now
		asks = d.watched(ctx)
	}
	var work sync.WaitGroup
	slots := make(chan struct{}, dossierSlots)
	for _, a := range asks {
		slots <- struct{}{}
		work.Go(func() {
			defer func() { <-slots }()
			d.answer(ctx, a)
		})
	}
	work.Wait()
	return len(asks)
}

// watched are the dossiers that are asked for again. They are tried once: there
// will be another time.
func (d *Dossiers) watched(ctx context.Context) []store.DossierAsk {
	codes, err := d.Store.ClaimWatchedDossiers(ctx, watchBatch)
	if err != nil {
		d.failed(ctx, err, "watched dossiers not claimed")
	}
	asks := make([]store.DossierAsk, len(codes))
	for i, code := range codes {
		asks[i] = store.DossierAsk{Code: code, Attempts: len(dossierWaits) + 1}
	}
	return asks
}

// answer asks the source for one dossier and stores how that ended.
func (d *Dossiers) answer(ctx context.Context, a store.DossierAsk) {
	told, err := d.Source.Dossier(ctx, a.Code)
	if ctx.Err() != nil {
		return // the claim runs out and it is asked again
	}
	saving, cancel := context.WithTimeout(context.WithoutCancel(ctx), dossierSave)
	defer cancel()
	switch {
	case err == nil:
		told.Code, told.Asked = a.Code, d.Now()
		err = d.Store.AnswerDossier(saving, a.Code, &told, "", d.Stages.Done)
	case errors.Is(err, ErrNoDossier):
		err = d.Store.AnswerDossier(saving, a.Code, nil, "", d.Stages.Done)
	default:
		err = d.unanswered(saving, a, err)
	}
	if err != nil {
		d.failed(ctx, err, "answer for a dossier not stored")
	}
}

// unanswered tries again, or tells who asked.
func (d *Dossiers) unanswered(ctx context.Context, a store.DossierAsk, cause error) error {
	log := d.Log.WithError(cause).WithField("attempt", a.Attempts)
	if a.Attempts > len(dossierWaits) {
		log.Warn("the dossiers' source gives no answer")
		return d.Store.AnswerDossier(ctx, a.Code, nil, models.NoticeUnreachable, d.Stages.Done)
	}
	log.Info("the dossiers' source is to be asked again")
	wait := dossierWaits[max(a.Attempts, 1)-1]
	return d.Store.PostponeDossierAsks(ctx, a.Code, d.Now().Add(wait-rand.N(wait/5)))
}

func (d *Dossiers) failed(ctx context.Context, err error, what string) {
	if ctx.Err() == nil {
		d.Log.WithError(err).Error(what)
	}
}

// chosen is the step of a choice such as "dossier.show:menu".
func chosen(choice string) string {
	step, _, _ := strings.Cut(choice, ":")
	return step
}
