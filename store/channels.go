package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/langnghe/langnghe/models"
)

// channelRow is a channel that was connected in the console, as it is stored.
type channelRow struct {
	Channel, Stage, Settings, Secrets, Actor string
	At                                       int64
}

// secretsPlace binds a channel's secrets to its row.
func secretsPlace(channel string) string { return channel + "/settings" }

func (s *Store) channelOf(w channelRow) (models.StoredChannel, error) {
	c := models.StoredChannel{Stage: models.ChannelStage(w.Stage), At: fromMicros(w.At), By: w.Actor}
	if err := fromJSON(w.Settings, &c.ChannelSettings); err != nil {
		return c, fmt.Errorf("decode settings of %s: %w", w.Channel, err)
	}
	if w.Secrets == "" {
		return c, nil
	}
	if s.seal == nil {
		return c, errNoSecret
	}
	text, err := s.seal.open(w.Secrets, secretsPlace(w.Channel))
	if err != nil {
		return c, fmt.Errorf("decrypt secrets of %s: %w", w.Channel, err)
	}
	return c, fromJSON(text, &c.Secrets)
}

// StoredChannels returns the channels that were connected in the console, those
// that were taken away too, by their keys. One whose secrets cannot be read has none
// and the stage models.ChannelSealed; why is told by the error beside the list.
func (s *Store) StoredChannels(ctx context.Context) (list []models.StoredChannel, unread error, err error) {
	rows, err := find[channelRow](s.read.WithContext(ctx),
		"SELECT channel, stage, settings, secrets, actor, at FROM channel_settings ORDER BY channel")
	if err != nil {
		return nil, nil, wrap("read channels", err)
	}
	for _, w := range rows {
		c, err := s.channelOf(w)
		if err != nil {
			unread = wrap("read a channel", err)
			c.Stage = models.ChannelSealed
		}
		list = append(list, c)
	}
	return list, unread, nil
}

// ChannelsRevision returns how many changes of channels there were. Read before
// StoredChannels it tells whether those are still what counts.
func (s *Store) ChannelsRevision(ctx context.Context) (revision int64, err error) {
	err = s.read.WithContext(ctx).Raw("SELECT COALESCE(SUM(version), 0) FROM channel_settings").Scan(&revision).Error
	return revision, wrap("read the revision of channels", err)
}

// SaveChannel stores a channel with its secrets, sealed, in the stage that it
// gives; the time is the store's, c.At that of the change which was seen, zero of a
// channel that is not there or was removed. ErrConflict when another was made since:
// nobody brings back what somebody has just taken away. One that is removed loses its
// secrets and its token pair. Sends that waited for its token go on.
func (t *Tx) SaveChannel(c models.StoredChannel) error {
	if t.s.seal == nil {
		return wrap("save a channel", errNoSecret)
	}
	channel, sealed := c.Key(), ""
	if c.Stage != models.ChannelRemoved {
		text, err := json.Marshal(c.Secrets)
		if err != nil {
			return wrap("save a channel", err)
		}
		sealed = t.s.seal.close(string(text), secretsPlace(channel))
	}
	r := t.run()
	n, err := r.exec(`INSERT INTO channel_settings (channel, stage, settings, secrets, version, at, actor) VALUES (?, ?, ?, ?, 1, ?, ?)
ON CONFLICT (channel) DO UPDATE SET stage = excluded.stage, settings = excluded.settings, secrets = excluded.secrets,
version = channel_settings.version + 1, at = excluded.at, actor = excluded.actor
WHERE channel_settings.at = ? OR CAST(? AS BIGINT) = 0 AND channel_settings.stage = 'removed'`,
		channel, string(c.Stage), clean(toJSON(c.ChannelSettings, false)), sealed, t.now.UnixMicro(), clean(c.By), micros(c.At), micros(c.At))
	if err == nil && n == 0 {
		err = ErrConflict
	}
	if err == nil {
		_, err = r.exec("UPDATE channels SET held_until = 0, held_reason = '' WHERE channel = ?", channel)
	}
	if err == nil && c.Stage == models.ChannelRemoved {
		_, err = r.exec("DELETE FROM platform_tokens WHERE channel = ?", channel)
	}
	return wrap("save a channel", err)
}

// GiveUpOutbox settles what waits to be sent through a channel that is no more:
// citizens whose phone is known are to be called, the others' messages failed. Of
// those that are on their way only such as began before then are, since nobody
// finds out any more whether they arrived. It returns how many there were.
func (s *Store) GiveUpOutbox(ctx context.Context, channel string, before time.Time) (int64, error) {
	var waiting []int64
	err := s.read.WithContext(ctx).Raw("SELECT id FROM outbox WHERE channel = ? AND open = 1 LIMIT 1", channel).Scan(&waiting).Error
	if err != nil || len(waiting) == 0 {
		return 0, wrap("look for messages to give up", err)
	}
	reason := toJSON(models.OutboxError{Kind: "misconfigured", Code: "removed", Message: "the channel was taken away"}, false)
	var n int64
	err = s.transact(ctx, func(t *Tx) (err error) {
		n, err = t.run().exec(`UPDATE outbox SET open = 0, owner = '', error = ?, status = CASE WHEN EXISTS (
SELECT 1 FROM cases c WHERE c.contact_phone <> '' AND c.code = CASE WHEN outbox.case_code <> '' THEN outbox.case_code
ELSE COALESCE((SELECT v.case_code FROM conversations v WHERE v.id = outbox.conversation), '') END) THEN 'to_call' ELSE 'failed' END
WHERE id IN (SELECT o.id FROM outbox o WHERE o.channel = ? AND o.open = 1 AND (o.status = 'queued' OR o.sending_at < ?)`+s.skipLocked()+`)`,
			reason, channel, micros(before))
		return err
	})
	return n, wrap("give up messages", err)
}
