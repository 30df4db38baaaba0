package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/sirupsen/logrus"

	"github.com/langnghe/langnghe/config"
)

type serveCmd struct {
	Role    Role `enum:"all,web,worker" default:"all" help:"all, web (takes requests) or worker (plays and sends)."`
	Migrate bool `help:"Bring an out-of-date PostgreSQL schema up to date first."`
}

// Run runs the product until it is told to stop.
func (c serveCmd) Run(e *env) error {
	cfg, err := e.load()
	if err != nil {
		return err
	}
	return serve(e, cfg, AppOptions{Role: c.Role, Migrate: c.Migrate})
}

type sandboxCmd struct{}

// Run runs the product with both platforms simulated.
func (sandboxCmd) Run(e *env) error {
	cfg, err := e.load()
	if err != nil {
		return err
	}
	cfg.Sandbox = true
	return serve(e, cfg, AppOptions{Role: RoleAll, Migrate: true})
}

// serve prepares what is on disk, starts everything and waits for the end.
func serve(e *env, cfg *config.Config, o AppOptions) (err error) {
	log, err := newLogger(cfg.Log, e.stderr)
	if err != nil {
		return err
	}
	for _, w := range cfg.Warnings {
		log.Warn(w)
	}
	if err := cfg.Prepare(); err != nil {
		return err
	}
	var play *playground
	if cfg.Sandbox {
		if play, err = newPlayground(cfg, log); err != nil {
			return err
		}
		defer play.close()
		o.Sandbox = play.handler()
	}
	app, err := NewApp(e, cfg, log, o)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, app.Stop()) }()
	addr, err := app.Start(e)
	if err != nil {
		return err
	}
	base := "http://" + addr.String()
	log.WithFields(logrus.Fields{"url": base, "role": o.Role, "channels": len(cfg.Channels), "version": version}).Info("listening")
	if play != nil {
		if err := play.connect(base); err != nil {
			return err
		}
		fmt.Fprintf(e.stdout, "Lắng Nghe: %s/sandbox\n", base)
	}
	<-e.Done()
	log.Info("stopping")
	return nil
}

// newLogger logs as configured.
func newLogger(c config.Log, out io.Writer) (*logrus.Logger, error) {
	log := logrus.New()
	log.SetOutput(out)
	level, err := logrus.ParseLevel(c.Level)
	if err != nil {
		return nil, fmt.Errorf("log.level: %w", err)
	}
	log.SetLevel(level)
	if c.Format == "json" {
		log.SetFormatter(&logrus.JSONFormatter{})
	}
	return log, nil
}
