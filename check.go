package main

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/langnghe/langnghe/blob"
	"github.com/langnghe/langnghe/config"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const profileTimeout = 15 * time.Second

type checkCmd struct {
	Deep bool `help:"Also verify what is stored: the hashes of files, and that every acknowledged message was played or waits."`
}

// errFindings says that the check printed at least one error.
var errFindings = errors.New("the check found errors")

// findings prints one line for each thing that was looked at.
type findings struct {
	out    io.Writer
	failed bool
}

func (f *findings) note(what string, err error) {
	if err != nil {
		f.failed = true
		fmt.Fprintf(f.out, "error\t%s\t%s\n", what, strings.ReplaceAll(err.Error(), "\n", "; "))
		return
	}
	fmt.Fprintf(f.out, "ok\t%s\n", what)
}

// warn prints what does not make the check fail.
func (f *findings) warn(what, about string) { fmt.Fprintf(f.out, "warning\t%s\t%s\n", what, about) }

// faults prints one line for each fault of the configuration.
func (f *findings) faults(what string, err error) {
	faults, ok := errors.AsType[config.Faults](err)
	if !ok {
		f.note(what, err)
		return
	}
	for _, fault := range faults {
		f.note(fault.Key, errors.New(fault.Text))
	}
}

func (f *findings) err() error {
	if f.failed {
		return errFindings
	}
	return nil
}

// Run looks at everything and prints one line per finding.
func (c checkCmd) Run(e *env) error {
	f := &findings{out: e.stdout}
	cfg, err := e.load()
	if f.faults("configuration", err); err != nil {
		return f.err()
	}
	if err := cfg.Prepare(); err != nil {
		f.note("data folder", err)
		return f.err()
	}
	c.units(cfg, f)
	st, err := openStore(e, cfg, false)
	if err == nil {
		err = st.Ping(e)
	}
	f.note("database_url", err)
	if err != nil {
		return f.err()
	}
	c.mail(e, cfg.SMTP, f)
	f.due(e, cfg, st)
	f.retained(e, cfg, st)
	c.stored(e, cfg, st, f)
	return errors.Join(f.err(), st.Close())
}

// mail reaches the mail server, when there is one.
func (checkCmd) mail(ctx context.Context, c config.SMTP, f *findings) {
	if c.Host == "" {
		return
	}
	ctx, cancel := context.WithTimeout(ctx, profileTimeout)
	defer cancel()
	f.note("smtp "+c.Host, mailServer(c).Check(ctx))
}

// units demands that each channel names a unit that exists.
func (checkCmd) units(cfg *config.Config, f *findings) {
	m, err := newMind(false)
	if err == nil {
		err = cfg.CheckUnits(m.HasUnit)
	}
	f.faults("units", err)
}

// stored checks the files and the channels, and with Deep what is in the stores.
func (c checkCmd) stored(e *env, cfg *config.Config, st *store.Store, f *findings) {
	blobs, err := blob.Open(e, cfg.BlobURL)
	f.note("blob_url", err)
	quiet := logrus.New()
	quiet.SetOutput(io.Discard)
	channels, err := newChannels(e, cfg, st, quiet, false)
	if f.note("channels", err); err == nil {
		c.reach(e, channels, f)
	}
	if !c.Deep || blobs == nil {
		return
	}
	err = st.Blobs(e, func(id, key, sum string, size int64) error {
		if err := verify(e, blobs, key, sum, size); err != nil {
			f.note("file "+id, err)
		}
		return nil
	})
	f.note("stored files", err)
	n, err := st.Unaccounted(e)
	if err == nil && n > 0 {
		err = fmt.Errorf("%d acknowledged messages are neither played nor waiting", n)
	}
	f.note("acknowledged messages", err)
}

// reach asks each channel's platform for its profile and, where one tells,
// whether it sends us what happens there: a Page that is not subscribed is
// silent without any error.
func (checkCmd) reach(ctx context.Context, chs *channels, f *findings) {
	lines := chs.present.Load().lines
	for _, key := range slices.Sorted(maps.Keys(lines)) {
		ctx, cancel := context.WithTimeout(ctx, profileTimeout)
		f.channel("channel "+key, lines[key], lines[key].check(ctx))
		cancel()
	}
}

// channel tells what the platform says of a channel.
func (f *findings) channel(what string, l *line, c models.ChannelCheck) {
	if !c.Fine() {
		f.note(strings.TrimSpace(what+" "+c.Name), fmt.Errorf("%s %s: %s", c.Kind, c.Code, c.Words))
		return
	}
	f.note(strings.TrimSpace(what+" "+c.Name), nil)
	switch {
	case l.page != nil && !c.Fields:
		f.warn(what, "its subscriptions cannot be read")
	case len(c.Missing) > 0:
		f.warn(what, "its app is not subscribed to "+strings.Join(c.Missing, ", ")+": subscribe it, else these stay away without an error")
	}
	if len(c.Owners) > 0 {
		f.warn(what, "other apps hold some of its newest talks: "+strings.Join(c.Owners, ", "))
	}
}

// verify reads a file again and compares its hash.
func verify(ctx context.Context, blobs blob.Store, key, sum string, size int64) error {
	r, err := blobs.Open(ctx, key)
	if err != nil {
		return err
	}
	defer r.Close()
	h := sha256.New()
	n, err := io.Copy(h, r)
	if err != nil {
		return err
	}
	if n != size || hex.EncodeToString(h.Sum(nil)) != sum {
		return errors.New("is not what was received")
	}
	return nil
}
