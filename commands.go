package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/handlers"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// version and commit are set by the linker.
var (
	version = "dev"
	commit  = ""
)

type versionCmd struct{}

// Run prints version, commit and Go version.
func (versionCmd) Run(e *env) error {
	_, err := fmt.Fprintf(e.stdout, "langnghe %s %s %s\n", version, revision(), runtime.Version())
	return err
}

// revision is the commit that the linker or the Go command noted.
func revision() string {
	if commit != "" {
		return commit
	}
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, s := range info.Settings {
			if s.Key == "vcs.revision" {
				return s.Value
			}
		}
	}
	return "unknown"
}

type healthcheckCmd struct{}

// Run asks /healthz of the product that runs with this configuration.
func (healthcheckCmd) Run(e *env) error {
	cfg, err := e.load()
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(cfg.Listen)
	if err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "127.0.0.1"
	}
	ctx, cancel := context.WithTimeout(e, 3*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+net.JoinHostPort(host, port)+"/healthz", nil)
	if err != nil {
		return err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("healthz answered %s", resp.Status)
	}
	return nil
}

type migrateCmd struct {
	Action string `arg:"" optional:"" enum:"up,status" default:"up" help:"up or status."`
}

// Run migrates the schema where it has to, and prints where it stands.
func (c migrateCmd) Run(e *env) error {
	cfg, err := e.load()
	if err != nil {
		return err
	}
	if err := cfg.Prepare(); err != nil {
		return err
	}
	list := store.MigrateUp
	if c.Action == "status" {
		list = store.MigrationStatus
	}
	steps, err := list(e, cfg.DatabaseURL.Reveal())
	if err != nil {
		return err
	}
	for _, s := range steps {
		fmt.Fprintf(e.stdout, "%d\t%s\t%s\n", s.Version, s.Name, map[bool]string{true: "applied", false: "missing"}[s.Applied])
	}
	return nil
}

// open opens the configured database for a command that runs beside serve.
func open(e *env) (*config.Config, *store.Store, error) {
	cfg, err := e.load()
	if err != nil {
		return nil, nil, err
	}
	if err := cfg.Prepare(); err != nil {
		return nil, nil, err
	}
	st, err := openStore(e, cfg, false)
	return cfg, st, err
}

// who is a role in a unit, as commands take it.
type who struct {
	Name string `required:"" help:"Whose it is."`
	Role string `required:"" enum:"admin,inspector,leader,officer,viewer,auditor" help:"admin, inspector, leader, officer, viewer or auditor."`
	Unit string `help:"Slug of the unit that bounds what is seen; without it the whole province."`
}

func (w who) check() error {
	var faults []error
	if strings.TrimSpace(w.Name) == "" {
		faults = append(faults, errors.New("--name: is empty: give a name"))
	}
	if w.Unit != "" {
		known, err := knownUnit(w.Unit)
		if err != nil {
			return err
		}
		if !known {
			faults = append(faults, fmt.Errorf("--unit: %q is no unit's slug: give one such as tran-bien", w.Unit))
		}
	}
	return errors.Join(faults...)
}

type tokenCmd struct {
	Create tokenCreateCmd `cmd:"" help:"Make an API token; it is printed once."`
}

type tokenCreateCmd struct{ who }

// Run makes a token and prints it, and nothing else.
func (c tokenCreateCmd) Run(e *env) (err error) {
	if err := c.check(); err != nil {
		return err
	}
	_, st, err := open(e)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, st.Close()) }()
	token, err := st.CreateToken(e, models.Principal{Name: c.Name, Role: models.Role(c.Role), Unit: c.Unit})
	if err != nil {
		return err
	}
	err = st.Update(e, func(tx *store.Tx) error {
		return tx.Audit(handlers.CommandLine(), "token.created", c.Name, strings.TrimSpace(c.Role+" "+c.Unit))
	})
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(e.stdout, token)
	return err
}
