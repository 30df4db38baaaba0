package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/sirupsen/logrus"
	"golang.org/x/sync/errgroup"

	"github.com/langnghe/langnghe/blob"
	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/relay"
	"github.com/langnghe/langnghe/store"
)

// Role is which part of the product a process runs.
type Role string

// The roles: everything, only what takes requests, only what plays and sends.
const (
	RoleAll    Role = "all"
	RoleWeb    Role = "web"
	RoleWorker Role = "worker"
)

const (
	headerTimeout = 10 * time.Second
	readTimeout   = 30 * time.Second
	idleTimeout   = 2 * time.Minute
	stopTimeout   = 12 * time.Second // for requests under way: longer than an append waits
	settled       = 3 * time.Second  // after it, what only the start needed is given back
)

// App is the whole product, wired together.
type App struct {
	cfg      *config.Config
	log      *logrus.Logger
	registry *prometheus.Registry
	store    *store.Store
	blobs    blob.Store
	mind     *mind
	content  *publisher
	offices  *relay.Offices
	channels *channels
	traffic  *traffic

	inbox  *relay.Inbox // nil for RoleWeb, like the next three
	outbox *relay.Outbox
	media  *relay.Media
	clock  *relay.Clock

	dossiers *relay.Dossiers // nil where no source is configured
	weekly   *relay.Weekly   // nil where no day is configured
	alerts   *relay.Alerts   // nil for RoleWeb

	server  *http.Server
	closing chan struct{} // closed when the server is about to stop
	cancel  context.CancelFunc
	work    sync.WaitGroup
}

// AppOptions say how an App runs.
type AppOptions struct {
	Role    Role
	Migrate bool         // bring a PostgreSQL schema up to date
	Sandbox http.Handler // shown at /sandbox, or nil
}

// NewApp opens the stores and wires the packages. Nothing listens or moves
// before Start.
func NewApp(ctx context.Context, cfg *config.Config, log *logrus.Logger, o AppOptions) (*App, error) {
	a := &App{cfg: cfg, log: log, registry: prometheus.NewRegistry(), closing: make(chan struct{})}
	a.registry.MustRegister(collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	var g errgroup.Group // the two take most of the start, and do not know each other
	g.Go(func() error { return a.openStores(ctx, o.Migrate) })
	g.Go(func() (err error) { a.mind, err = newMind(cfg.Sandbox); return err })
	err := g.Wait()
	if err == nil {
		a.content = &publisher{mind: a.mind, store: a.store, told: func(err error) { log.WithError(err).Error("published content") }}
		err = a.content.refresh(ctx)
	}
	if err == nil {
		a.traffic = newTraffic(a.store, log)
		a.channels, err = newChannels(ctx, cfg, a.store, log, o.Role != RoleWeb)
	}
	if err == nil {
		err = a.wire(o)
	}
	if err != nil {
		return nil, errors.Join(err, a.closeStores())
	}
	return a, nil
}

func (a *App) closeStores() error {
	if a.store == nil {
		return nil
	}
	return a.store.Close()
}

func (a *App) openStores(ctx context.Context, migrate bool) error {
	st, err := openStore(ctx, a.cfg, migrate)
	if err != nil {
		return fmt.Errorf("database_url: %w", err)
	}
	a.store = st
	if a.blobs, err = blob.Open(ctx, a.cfg.BlobURL); err != nil {
		return fmt.Errorf("blob_url: %w", err)
	}
	return nil
}

// openStore opens the configured database; an out-of-date schema is told with
// the mend.
func openStore(ctx context.Context, cfg *config.Config, migrate bool) (*store.Store, error) {
	st, err := store.Open(ctx, cfg.DatabaseURL.Reveal(), store.Options{Migrate: migrate, SecretKey: []byte(cfg.SecretKey.Reveal())})
	if errors.Is(err, store.ErrSchema) {
		err = fmt.Errorf("%w: run langnghe migrate up", err)
	}
	return st, err
}

func (a *App) wire(o AppOptions) error {
	if err := a.cfg.CheckUnits(a.mind.HasUnit); err != nil {
		return err
	}
	a.offices = a.mind.offices(a.cfg, a.channels.serves)
	if o.Role != RoleWeb {
		if err := a.wireRelay(); err != nil {
			return err
		}
	}
	handler, err := a.handler(o)
	if err != nil {
		return err
	}
	a.server = &http.Server{
		Handler: handler, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: 64 << 10,
	}
	a.server.RegisterOnShutdown(sync.OnceFunc(func() { close(a.closing) })) // ends what browsers listen to
	return nil
}

func (a *App) wireRelay() error {
	metrics := relay.NewMetrics(a.registry)
	a.outbox = relay.NewOutbox(relay.OutboxDeps{
		Store: a.store, Channels: a.channels.senders(), Files: a.blobs, Log: a.log, Metrics: metrics, Now: time.Now,
	})
	a.channels.changed = append(a.channels.changed, a.outbox.SetChannels)
	a.media = relay.NewMedia(relay.MediaDeps{
		Store: a.store, Blob: a.blobs, Hosts: a.cfg.MediaHosts(), Log: a.log, Now: time.Now,
	})
	a.offices.Staffed = relay.NewStaff(a.store.Accounts, time.Now).Active
	a.inbox = relay.NewInbox(relay.InboxDeps{
		Store: a.store, Ear: a.mind, Wording: a.mind.wording, Offices: a.offices,
		Deadlines: a.mind.deadlines, Outbox: a.outbox, Log: a.log, Metrics: metrics,
		Now: time.Now, NewCode: newCode, NewSecret: newSecret, NewID: newID, Files: a.media.Wake,
		Dossiers: a.wireDossiers(), Templates: templates(a.cfg.Templates),
	})
	duty, err := newDuty(a.cfg, a.store, a.offices)
	if err != nil {
		return err
	}
	reminders, err := newReminders(a.cfg, a.store, a.offices)
	if err != nil {
		return err
	}
	mails, err := a.newAlertMails()
	a.clock = relay.NewClock(relay.ClockDeps{
		Store: a.store, Channels: a.channels.senders, Duty: duty, Log: a.log, Now: time.Now,
		Deadlines: newDeadlines(a.cfg, a.store, a.mind, a.offices), Reminders: reminders, AlertMails: mails,
		ReopenDays: int(a.cfg.Conversation.ReopenDays), Talks: a.channels.talks, Retention: newRetention(a.cfg, a.store),
		Watch: relay.NewWatch(relay.WatchDeps{
			Store: a.store, Channels: a.channels.senders, Removed: a.channels.removed, Calendar: a.mind.calendar, Now: time.Now,
		}),
	})
	if err != nil {
		return err
	}
	a.wireAlerts()
	return a.wireWeekly()
}

// Start listens and lets everything move. It returns the address.
func (a *App) Start(ctx context.Context) (net.Addr, error) {
	listener, err := net.Listen("tcp", a.cfg.Listen)
	if err != nil {
		return nil, fmt.Errorf("listen: %w", err)
	}
	ctx, a.cancel = context.WithCancel(context.WithoutCancel(ctx))
	a.work.Go(func() {
		if err := a.server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			a.log.WithError(err).Error("no longer listening")
		}
	})
	a.work.Go(func() { a.content.run(ctx) })
	a.work.Go(func() { a.channels.run(ctx) })
	a.work.Go(func() { a.traffic.run(ctx) })
	if a.inbox != nil {
		a.move(ctx)
	}
	time.AfterFunc(settled, giveBack)
	return listener.Addr(), nil
}

// move runs the relay. The inbox ends before the outbox, whose sends it starts.
func (a *App) move(ctx context.Context) {
	sending, stop := context.WithCancel(context.WithoutCancel(ctx))
	a.work.Go(func() { a.outbox.Run(sending) })
	a.work.Go(func() { defer stop(); a.inbox.Run(ctx) })
	a.work.Go(func() { a.media.Run(ctx) })
	a.work.Go(func() { a.clock.Run(ctx) })
	a.work.Go(func() { a.alerts.Run(ctx) })
	if a.dossiers != nil {
		a.work.Go(func() { a.dossiers.Run(ctx) })
	}
	if a.weekly != nil {
		a.work.Go(func() { a.weekly.Run(ctx) })
	}
	a.work.Go(func() { a.wake(ctx) })
}

// wake passes on that something was stored.
func (a *App) wake(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case <-a.store.Woken():
			a.inbox.Wake()
		case <-a.store.Elsewhere():
			a.outbox.Wake()
			a.media.Wake()
		}
	}
}

// Stop takes no more requests, finishes what is under way and closes the stores.
// A request that does not come to its end, such as one whose sender dawdles, is
// cut off.
func (a *App) Stop() error {
	ctx, cancel := context.WithTimeout(context.Background(), stopTimeout)
	defer cancel()
	err := a.server.Shutdown(ctx)
	if errors.Is(err, context.DeadlineExceeded) {
		err = a.server.Close()
	}
	if a.cancel != nil {
		a.cancel()
	}
	a.work.Wait()
	return errors.Join(err, a.closeStores())
}
