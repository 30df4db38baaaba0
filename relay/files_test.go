package relay

import (
	"context"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// shelf is a blob store of words by key.
type shelf map[string]string

// Open implements FileSource.
func (s shelf) Open(_ context.Context, key string) (io.ReadCloser, error) {
	data, found := s[key]
	if !found {
		return nil, errors.New("no such blob")
	}
	return io.NopCloser(strings.NewReader(data)), nil
}

// chooses stores files that staff send.
func (w *world) chooses(ids ...string) (files []models.File) {
	w.t.Helper()
	kept := shelf{}
	require.NoError(w.t, w.store.Update(w.t.Context(), func(tx *store.Tx) error {
		for _, id := range ids {
			kept["staff/"+id] = "bytes of " + id
			files = append(files, models.File{ID: id, Kind: "image", Name: id + ".jpg"})
			a := models.Attachment{ID: id, Kind: "image", Name: id + ".jpg", ContentType: "image/jpeg", Size: int64(len(kept["staff/"+id])), Author: "lan@x.vn", Blob: "staff/" + id}
			if err := tx.KeepDraftFile(a); err != nil {
				return err
			}
		}
		return nil
	}))
	w.outbox.Files = kept
	return files
}

// TestFilesGoBeforeTheWords, each a message of its own, the choices last; as the
// preview shows them.
func TestFilesGoBeforeTheWords(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.says("7001", "xin chào")
		w.play()
		w.files("7001", "PA2026-DONE", models.PhanAnh, models.StatusInProgress)
		before := len(w.items())
		e := w.tells("7001", models.Notice{
			Case: "PA2026-DONE", Action: models.ActResolve, Text: "Đã dọn sáng 11/3.", Person: true, Rate: true, Files: w.chooses("f1", "f2"),
		}, time.Time{})
		shown, err := NewPreviewer(w.inbox.InboxDeps, []Channel{{Key: testChannel, Unit: "tran-bien", Sender: w.phone}}).Show(t.Context(), e)
		require.NoError(t, err)
		require.Len(t, shown, 3)
		require.Equal(t, "f1", shown[0].File.ID)

		w.phone.errs = make([]error, before, before+1)
		w.phone.errs = append(w.phone.errs, failure(channel.KindTemporary)) // of the first file
		require.NoError(t, w.store.Append(t.Context(), []models.Event{e}))
		w.play()
		w.send(w.outbox)
		items := w.until(status(models.OutSent))[before:]
		require.Len(t, items, 3)
		for i, it := range items {
			require.Equal(t, shown[i].Text, it.Text)
			require.Equal(t, models.OriginStaff, it.Origin)
			require.Equal(t, "PA2026-DONE", it.Case)
		}
		require.Equal(t, []string{"f1.jpg", "f2.jpg"}, []string{items[0].Text, items[1].Text})
		require.Empty(t, items[1].Choices)
		require.NotEmpty(t, items[2].Choices)

		sent := w.phone.messages()[before:]
		require.Len(t, sent, 4, "the one that failed was tried again, before anything else")
		var names []string
		for _, m := range sent {
			if m.File != nil {
				names = append(names, m.File.Name)
				data, err := m.File.Read(t.Context())
				require.NoError(t, err)
				require.Equal(t, "bytes of "+strings.TrimSuffix(m.File.Name, ".jpg"), string(data))
				require.True(t, m.Staff)
			}
		}
		require.Equal(t, []string{"f1.jpg", "f1.jpg", "f2.jpg"}, names)
		require.Nil(t, sent[3].File)
	})
}

// TestAFileThatCannotGoHoldsNobodyUp: the words behind it still reach the citizen.
func TestAFileThatCannotGoHoldsNobodyUp(t *testing.T) {
	t.Parallel()
	gone := models.File{ID: "gone", Kind: "image", Name: "gone.jpg"}
	for name, c := range map[string]struct {
		file models.File
		errs []error
		age  time.Duration
	}{
		"no longer kept":    {file: gone},
		"refused":           {errs: []error{failure(channel.KindRejected)}},
		"fails for an hour": {errs: []error{failure(channel.KindTemporary)}, age: fileFor},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t, databases.SQLite(t))
			f := c.file
			if f.ID == "" {
				f = w.chooses("f1")[0]
			}
			w.phone.errs = c.errs
			w.queue("7001", func(it *models.OutboxItem) {
				it.File, it.Text, it.CreatedAt = &f, f.Name, time.Now().Add(-c.age)
				if c.age > 0 {
					it.Attempts = fileTries
				}
			})
			w.queue("7001")
			w.send(w.outbox)
			items := w.until(func(items []models.OutboxItem) bool { return items[1].Status == models.OutSent })
			require.Equal(t, models.OutFailed, items[0].Status)
		})
	}
}

// TestAFileOfUnknownOutcomeIsNotSentTwice: that is a message's rule, whatever it
// holds; the platform is asked about a file, not about its name.
func TestAFileOfUnknownOutcomeIsNotSentTwice(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		f := w.chooses("f1")[0]
		w.phone.errs, w.phone.arrived = []error{failure(channel.KindUnknown)}, true
		w.send(w.outbox)
		w.queue("7001", func(it *models.OutboxItem) { it.File, it.Text = &f, f.Name })
		items := w.until(status(models.OutSent))
		require.Equal(t, "settled", items[0].PlatformID)
		require.Len(t, w.phone.messages(), 1)
		require.Equal(t, []string{"f1.jpg"}, w.phone.settled)
	})
}
