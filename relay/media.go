package relay

import (
	"context"
	"errors"
	"io"
	"math"
	"math/rand/v2"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/picture"
	"github.com/langnghe/langnghe/store"
)

const (
	// mediaSlots is how many files are fetched at once.
	mediaSlots = 4
	// mediaLease hides a claimed file from others. It is short, and renewed
	// while the fetch lasts, so that a killed process's files are taken up soon.
	mediaLease = 4 * time.Second
	mediaRenew = mediaLease / 3
	mediaPoll  = time.Second
	mediaSave  = 5 * time.Second // to store an outcome when the process ends
	mediaSweep = time.Minute     // between clean-ups of what was dropped
	sweepBatch = 100
)

// mediaWaits are the waits before the next try of a fetch that failed. A
// platform's links outlive this quarter of an hour.
var mediaWaits = []time.Duration{
	time.Second, 3 * time.Second, 10 * time.Second, 30 * time.Second,
	time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute,
}

// MediaStore is what Media needs of the store.
type MediaStore interface {
	ClaimAttachments(ctx context.Context, limit int, lease time.Duration) ([]models.Attachment, error)
	SaveAttachment(ctx context.Context, a models.Attachment, next time.Time, events []models.Event) error
	DroppedBlobs(ctx context.Context, limit int) ([]string, error)
	ForgetBlobs(ctx context.Context, keys []string) error
}

// MediaBlobs is where the files go.
type MediaBlobs interface {
	Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) error
	Delete(ctx context.Context, key string) error
}

// MediaDeps are what a Media needs.
type MediaDeps struct {
	Store MediaStore
	Blob  MediaBlobs
	Hosts []string // domains, with their subdomains, or loopback host:port, that may be asked
	Log   logrus.FieldLogger
	Now   func() time.Time
}

// Media fetches citizens' files from the platforms: from listed hosts only,
// bounded in size and time, typed by content, and without the place of a photo
// in what is shown.
type Media struct {
	MediaDeps
	client *mediaClient
	wake   chan struct{}
	slots  chan struct{} // one value per fetch under way
	drawer *picture.Drawer
}

// NewMedia returns a fetcher; it does nothing before Run.
func NewMedia(d MediaDeps) *Media {
	return &Media{
		MediaDeps: d,
		client:    newMediaClient(d.Hosts),
		wake:      make(chan struct{}, 1),
		slots:     make(chan struct{}, mediaSlots),
		drawer:    picture.NewDrawer(),
	}
}

// Wake tells that there may be files to fetch.
func (m *Media) Wake() { ring(m.wake) }

// Run fetches until ctx ends. What is under way then is given back, to be
// fetched by another process or after the restart.
func (m *Media) Run(ctx context.Context) {
	var work sync.WaitGroup
	defer work.Wait()
	defer m.client.CloseIdleConnections()
	work.Go(func() { m.sweep(ctx) })
	for ctx.Err() == nil {
		claimed := m.claim(ctx)
		for _, a := range claimed {
			m.slots <- struct{}{}
			work.Go(func() {
				defer func() { <-m.slots; m.Wake() }()
				m.handle(ctx, a)
			})
		}
		if len(claimed) == 0 {
			m.sleep(ctx)
		}
	}
}

// claim takes as many files as may be fetched now. Only Run begins fetches, so
// the slots that are free here stay free until it does.
func (m *Media) claim(ctx context.Context) []models.Attachment {
	free := mediaSlots - len(m.slots)
	if free == 0 {
		return nil
	}
	claimed, err := m.Store.ClaimAttachments(ctx, free, mediaLease)
	if err != nil && ctx.Err() == nil {
		m.Log.WithError(err).Error("files not claimed")
	}
	return claimed
}

func (m *Media) sleep(ctx context.Context) {
	t := time.NewTimer(mediaPoll)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-m.wake:
	case <-t.C:
	}
}

// handle fetches one file and stores how it ended.
func (m *Media) handle(ctx context.Context, a models.Attachment) {
	a.Attempts++
	release := m.keepLease(ctx, a)
	err := m.fetch(ctx, &a)
	release()
	saving, cancel := context.WithTimeout(context.WithoutCancel(ctx), mediaSave)
	defer cancel()
	if err == nil {
		a.Status, a.Reason = models.AttachmentStored, ""
		m.save(saving, a, time.Time{}, nil)
		return
	}
	if ctx.Err() != nil {
		a.Attempts-- // it was not the file's fault
		m.save(saving, a, m.Now(), nil)
		return
	}
	m.failed(saving, a, err)
}

// keepLease keeps the file hidden from others until release is called.
func (m *Media) keepLease(ctx context.Context, a models.Attachment) (release func()) {
	ctx, stop := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		t := time.NewTicker(mediaRenew)
		defer t.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-t.C:
				m.save(ctx, a, m.Now().Add(mediaLease), nil)
			}
		}
	})
	return func() { stop(); done.Wait() }
}

// failed decides whether a fetch is tried again. The citizen is told of one
// that is given up, which trouble of our own (a full disk, a store that is
// away) never causes.
func (m *Media) failed(ctx context.Context, a models.Attachment, err error) {
	f, tries := &fetchError{reason: "internal"}, math.MaxInt
	if errors.As(err, &f) {
		tries = f.allowed()
	}
	a.Reason = f.reason
	log := m.Log.WithFields(logrus.Fields{"attachment": a.ID, "attempt": a.Attempts, "reason": a.Reason}).WithError(err)
	if a.Attempts < tries {
		log.Info("file not fetched, to be tried again")
		wait := mediaWaits[min(a.Attempts, len(mediaWaits))-1]
		m.save(ctx, a, m.Now().Add(jitter(wait)), nil)
		return
	}
	log.Warn("file given up")
	a.Status = models.AttachmentFailed
	m.save(ctx, a, time.Time{}, m.loss(a))
}

// jitter spreads retries over the quarter after d.
func jitter(d time.Duration) time.Duration { return d + rand.N(d/4) }

// loss is the event by which the citizen hears of a file that was given up.
func (m *Media) loss(a models.Attachment) []models.Event {
	channel, peer := models.SplitConversation(a.Conversation)
	if channel == "" {
		return nil
	}
	return []models.Event{{
		Channel: channel, Peer: peer, ID: "media:" + a.ID, Kind: models.EventMedia, At: m.Now(),
		Files: []models.File{{ID: a.ID, Kind: a.Kind, Name: a.Name}},
	}}
}

// save stores an outcome. When that fails the lease runs out and the file is
// fetched again, which changes nothing. A file that was dropped meanwhile needs
// no outcome; the store notes what is to be cleaned up.
func (m *Media) save(ctx context.Context, a models.Attachment, next time.Time, events []models.Event) {
	err := m.Store.SaveAttachment(ctx, a, next, events)
	if err != nil && !errors.Is(err, context.Canceled) && !errors.Is(err, store.ErrNotFound) {
		m.Log.WithError(err).WithField("attachment", a.ID).Error("outcome of a fetch not stored")
	}
}

// sweep deletes what was dropped, until ctx ends.
func (m *Media) sweep(ctx context.Context) {
	t := time.NewTicker(mediaSweep)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
		if err := m.sweepOnce(ctx); err != nil && ctx.Err() == nil {
			m.Log.WithError(err).Error("dropped files not cleaned up, to be tried again")
		}
	}
}

func (m *Media) sweepOnce(ctx context.Context) error {
	for {
		keys, err := m.Store.DroppedBlobs(ctx, sweepBatch)
		if err != nil || len(keys) == 0 {
			return err
		}
		for _, key := range keys {
			if err := m.Blob.Delete(ctx, key); err != nil {
				return err
			}
		}
		if err := m.Store.ForgetBlobs(ctx, keys); err != nil {
			return err
		}
	}
}
