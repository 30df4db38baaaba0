package relay

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"time"

	webpush "github.com/SherClockHolmes/webpush-go"
	"golang.org/x/sync/errgroup"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	// pushBatch is how many messages a process has at once, pushSlots how many of
	// them are under way, pushTimeout how long one may take.
	pushBatch, pushSlots, pushTimeout = 32, 8, 10 * time.Second
	// pushHold is longer than a batch takes: after it another process may send again.
	pushHold = time.Minute
	// pushFor is how old a message may be that is sent still; a night and a weekend
	// lie in it. pushTTL is how long the push service keeps it for a device that is
	// off, dangerTTL that of a danger.
	pushFor, pushTTL, dangerTTL = 4 * 24 * time.Hour, 12 * time.Hour, 4 * time.Hour
	// pushAnswer is how much of an answer is read, pushAgain how long a push service
	// may have us wait.
	pushAnswer, pushAgain = 4 << 10, time.Hour
	// pushRecord is the size that every message is padded to, so that its length
	// tells nothing (RFC 8188).
	pushRecord = 1024
)

// pushWaits are the waits after each try that failed.
var pushWaits = []time.Duration{10 * time.Second, time.Minute, 5 * time.Minute, 20 * time.Minute, time.Hour}

// Pusher writes to browsers through their push services (RFC 8030), encrypted for
// the browser (RFC 8291), in this installation's name (RFC 8292).
type Pusher struct {
	Keys     func(ctx context.Context) (store.PushKeys, error)
	Contact  string   // https address or e-mail of who answers for the installation
	Loopback []string // host:port of push services on this machine, in tests; http allowed
	client   *http.Client
}

// NewPusher returns one that asks only what is on the public internet, and follows
// no redirect: where to write to comes from browsers.
func NewPusher(keys func(context.Context) (store.PushKeys, error), contact string, loopback []string) Pusher {
	return Pusher{Keys: keys, Contact: contact, Loopback: loopback, client: &http.Client{
		Transport:     newMediaClient(loopback).Transport,
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		Timeout:       pushTimeout,
	}}
}

// pushed is what a device is told: nothing that is about a person.
type pushed struct {
	Kind models.AlertKind `json:"kind"`
	Case string           `json:"case,omitempty"`
	Link string           `json:"link"`
}

// pushLink is the page that a message leads to.
func pushLink(kind models.AlertKind, code string) string {
	switch {
	case code != "":
		return "/console/cases/" + url.PathEscape(code)
	case kind == models.AlertTrial:
		return "/console/account/alerts"
	}
	return "/console/conversations"
}

// errGone says that the push service knows the device no more, errRefused that the
// message will never be taken.
var (
	errGone    = errors.New("the push service knows the device no more")
	errRefused = errors.New("the push service refuses the message")
)

// send writes one message. wait is how long the push service asks to be left alone.
func (p Pusher) send(ctx context.Context, m models.Push) (wait time.Duration, err error) {
	u, err := url.Parse(m.Device.Endpoint)
	if err != nil || u.Scheme != "https" && !slices.Contains(p.Loopback, u.Host) {
		return 0, errRefused
	}
	keys, err := p.Keys(ctx)
	if err != nil {
		return 0, err
	}
	body, err := json.Marshal(pushed{m.Kind, m.Case, pushLink(m.Kind, m.Case)})
	if err != nil {
		return 0, fmt.Errorf("word a push: %w", err)
	}
	o := &webpush.Options{
		HTTPClient: p.client, RecordSize: pushRecord, Subscriber: p.Contact, VAPIDPublicKey: keys.Public, VAPIDPrivateKey: keys.Private,
		TTL: int(pushTTL.Seconds()), Urgency: webpush.UrgencyNormal,
	}
	if m.Kind == models.AlertDanger {
		o.TTL, o.Urgency = int(dangerTTL.Seconds()), webpush.UrgencyHigh
	}
	to := &webpush.Subscription{Endpoint: m.Device.Endpoint, Keys: webpush.Keys{Auth: m.Device.Auth, P256dh: m.Device.Key}}
	res, err := webpush.SendNotificationWithContext(ctx, body, to, o)
	if errors.Is(err, errAddress) {
		return 0, errRefused
	}
	if err != nil {
		return 0, unreached(err) // without the endpoint, which is a key to the device
	}
	defer res.Body.Close()
	_, _ = io.CopyN(io.Discard, res.Body, pushAnswer) // so that the connection serves again
	return answered(res)
}

// answered reads what became of a message (RFC 8030, section 5).
func answered(res *http.Response) (wait time.Duration, err error) {
	seconds, _ := strconv.Atoi(res.Header.Get("Retry-After"))
	wait = min(time.Duration(max(seconds, 0))*time.Second, pushAgain)
	switch s := res.StatusCode; {
	case s/100 == 2:
		return 0, nil
	case s == http.StatusNotFound, s == http.StatusGone:
		return 0, errGone
	case s == http.StatusTooManyRequests, s == http.StatusRequestTimeout, s >= http.StatusInternalServerError:
		return wait, fmt.Errorf("the push service answers %d", s)
	default:
		return 0, fmt.Errorf("%w: %d", errRefused, s)
	}
}

// Push sends what is due to devices, until nothing is.
func (a *Alerts) Push(ctx context.Context) error {
	for {
		list, err := a.Store.ClaimPushes(ctx, a.Now().Add(-pushFor), pushHold, pushBatch)
		if err != nil || len(list) == 0 {
			return err
		}
		accounts, err := a.Store.Accounts(ctx)
		if err != nil {
			return fmt.Errorf("find whose devices are told: %w", err)
		}
		var g errgroup.Group
		g.SetLimit(pushSlots)
		for _, m := range list {
			g.Go(func() error { return a.push(ctx, accounts, m) })
		}
		if err := g.Wait(); err != nil {
			return err
		}
	}
}

// push sends one message and records what became of it.
func (a *Alerts) push(ctx context.Context, accounts []store.Account, m models.Push) error {
	may, err := MayKnow(ctx, a.Store, accounts, m.Device.Email, m.Case)
	if err != nil {
		return err
	}
	if !may {
		return a.Store.Update(ctx, func(tx *store.Tx) error { return tx.DropPush(m.ID) })
	}
	wait, err := a.Pusher.send(ctx, m)
	if ctx.Err() != nil {
		return nil // it is tried again once pushHold is over
	}
	switch {
	case err == nil:
		return a.Store.Pushed(ctx, m)
	case errors.Is(err, errGone):
		err = a.Store.Update(ctx, func(tx *store.Tx) error { return tx.EndDevice("", m.Device.ID) })
		if errors.Is(err, store.ErrNotFound) {
			return nil // another message found that out
		}
		return err
	case errors.Is(err, errRefused) || m.Attempts > len(pushWaits):
		a.Log.WithError(err).WithField("device", m.Device.ID[:12]).Warn("a device is not told")
		return a.Store.Update(ctx, func(tx *store.Tx) error { return tx.DropPush(m.ID) })
	}
	again := a.Now().Add(max(wait, pushWaits[m.Attempts-1]))
	return a.Store.Update(ctx, func(tx *store.Tx) error { return tx.PushAgain(m.ID, again) })
}
