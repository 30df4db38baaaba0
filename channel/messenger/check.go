package messenger

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	facebook "github.com/huandu/facebook/v2"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

// threadsAsked is of how many of the newest talks it is asked who holds them.
const threadsAsked = 5

// Check asks the platform how the page does: whose the token is and how long it
// lives, what the page is subscribed to, and who holds its newest threads. What
// is only told to apps with more rights is left out where it is refused.
func (s *Sender) Check(ctx context.Context) models.ChannelCheck {
	c := models.ChannelCheck{}
	var me struct {
		ID   string `facebook:"id"`
		Name string `facebook:"name"`
	}
	if err := s.get(ctx, "/me", facebook.Params{"fields": "id,name"}, &me); err != nil {
		return channel.Refused(c, err)
	}
	if c.Name = me.Name; me.ID != s.page.PageID {
		c.Kind, c.Code = string(channel.KindMisconfigured), channel.OtherAccount
		return c
	}
	c.Expires, _ = s.tokenEnds(ctx)
	if missing, err := s.MissingFields(ctx); err == nil {
		c.Fields, c.Missing = true, missing
	}
	c.Threads, c.Owners, _ = s.owners(ctx)
	return c
}

// tokenEnds tells when the token dies by itself; zero is never. The token goes in
// a body (a POST that stands for a GET, as for requests that are too long for a
// URL): in a URL it would stand in every proxy's log.
func (s *Sender) tokenEnds(ctx context.Context) (time.Time, error) {
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	res, err := s.asApp.WithContext(ctx).Post("/debug_token", facebook.Params{"method": "GET", "input_token": s.page.PageToken})
	if err != nil {
		return time.Time{}, s.failure(err)
	}
	var answer struct {
		Data struct {
			Expires int64 `facebook:"expires_at"`
		} `facebook:"data,required"`
	}
	if err := res.Decode(&answer); err != nil {
		return time.Time{}, fmt.Errorf("read how long the token lives: %w", err)
	}
	if answer.Data.Expires <= 0 {
		return time.Time{}, nil
	}
	return time.Unix(answer.Data.Expires, 0).UTC(), nil
}

// owners asks who holds the newest threads. It returns of how many it was told,
// and the other apps that hold some.
func (s *Sender) owners(ctx context.Context) (asked int, apps []string, err error) {
	var threads struct {
		Data []struct {
			Participants struct {
				Data []recipient `facebook:"data"`
			} `facebook:"participants"`
		} `facebook:"data,required"`
	}
	err = s.get(ctx, "/"+s.page.PageID+"/conversations", facebook.Params{
		"platform": "messenger", "fields": "id,participants", "limit": threadsAsked,
	}, &threads)
	if err != nil {
		return 0, nil, fmt.Errorf("list the newest threads: %w", err)
	}
	for _, t := range threads.Data[:min(len(threads.Data), threadsAsked)] {
		i := slices.IndexFunc(t.Participants.Data, func(p recipient) bool { return p.ID != "" && p.ID != s.page.PageID })
		if i < 0 {
			continue
		}
		owner, err := s.threadOwner(ctx, t.Participants.Data[i].ID)
		if err != nil {
			return asked, apps, err
		}
		asked++
		if owner != "" && owner != s.page.AppID && !slices.Contains(apps, owner) {
			apps = append(apps, owner)
		}
	}
	return asked, apps, nil
}

// threadOwner returns the app that holds a citizen's thread; "" is nobody, or one
// that the platform does not name (D:conversation-routing).
func (s *Sender) threadOwner(ctx context.Context, peer string) (string, error) {
	var answer struct {
		Data []struct {
			Owner struct {
				App *string `facebook:"app_id"` // a number, a string, or null
			} `facebook:"thread_owner"`
		} `facebook:"data,required"`
	}
	err := s.get(ctx, "/"+s.page.PageID+"/thread_owner", facebook.Params{"recipient": peer}, &answer)
	if err != nil {
		return "", fmt.Errorf("ask who holds a thread: %w", err)
	}
	for _, d := range answer.Data {
		if d.Owner.App != nil {
			return *d.Owner.App, nil
		}
	}
	return "", nil
}

// Subscribe subscribes the page to what the product lives on, besides what it is
// subscribed to already: the platform replaces the list.
func (s *Sender) Subscribe(ctx context.Context) error {
	has, err := s.subscribed(ctx)
	if err != nil {
		return err
	}
	for _, field := range neededFields() {
		if !slices.Contains(has, field) {
			has = append(has, field)
		}
	}
	ctx, cancel := context.WithTimeout(ctx, callTime)
	defer cancel()
	res, err := s.session.WithContext(ctx).Post("/"+s.page.PageID+"/subscribed_apps", facebook.Params{"subscribed_fields": strings.Join(has, ",")})
	if err != nil {
		return s.failure(err)
	}
	if done := fmt.Sprint(res["success"]); done != "true" { // true, or "true"
		return errors.New("the platform did not subscribe the page")
	}
	return nil
}
