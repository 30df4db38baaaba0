package zalo

import (
	"context"
	"errors"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

// Check asks the platform for the OA's profile, and whether the token is the OA's
// own. It never spends a refresh token when the sender's source is ReadOnly.
func (s *Sender) Check(ctx context.Context) models.ChannelCheck {
	c := models.ChannelCheck{}
	p, err := s.Profile(ctx)
	switch {
	case errors.Is(err, ErrGrant):
		return channel.Refused(c, withoutToken(err))
	case err != nil:
		return channel.Refused(c, err)
	}
	if c.Name = p.Name; p.OAID != s.account.OAID {
		c.Kind, c.Code = string(channel.KindMisconfigured), channel.OtherAccount
	}
	return c
}
