package e2e

import (
	"database/sql"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// TestDuplicates posts each webhook three times, at once: one case, each
// answer once.
func TestDuplicates(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		token := w.token("officer")
		for i, platform := range platforms {
			w.box.SetFaults(platform, sandbox.Faults{Duplicate: 2})
			c := w.phone(platform, i)
			c.Follow()
			c.requireStep("menu.root", c.next())
			c.file("Rác chất đống đầu hẻm chưa ai dọn")
			w.quiet()
			require.Empty(t, c.unread(), c.talk())
		}
		require.Len(t, all[caseItem](w.product, token, "/api/v1/cases"), 2)
		stats := w.box.Stats()
		require.Zero(t, stats.Repeats)
		require.Zero(t, stats.Dropped)
		for id, n := range stats.Metadata {
			require.Equal(t, 1, n, "message %s was sent more than once", id)
		}
	})
}

// lines are numbered lines of one complaint.
func lines(n int) []string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf("Ý thứ %02d: rác chất đống chưa ai dọn", i+1)
	}
	return list
}

// TestReordered lets a burst's webhooks arrive in reverse and beside each
// other: the description keeps the order in which it was written.
func TestReordered(t *testing.T) {
	each(t, setup{gather: "700ms"}, func(t *testing.T, w *world) {
		token := w.token("officer")
		for i, platform := range platforms {
			w.box.SetFaults(platform, sandbox.Faults{Reorder: 4, Parallel: true})
			c := w.phone(platform, i)
			for _, line := range lines(4) {
				c.Say(line)
			}
			c.requireStep("report.place", c.next())
			w.box.SetFaults(platform, sandbox.Faults{})
			code := c.finish()
			require.Equal(t, strings.Join(lines(4), "\n"), w.caseOf(token, code).Description)
			w.quiet()
			require.Empty(t, c.unread(), c.talk())
		}
	})
}

// TestBurst answers twenty quick lines once and keeps them all in order.
func TestBurst(t *testing.T) {
	each(t, setup{gather: "700ms"}, func(t *testing.T, w *world) {
		token := w.token("officer")
		var phones []*phone
		for i, platform := range platforms {
			c := w.phone(platform, i)
			for _, line := range lines(20) {
				c.Say(line)
			}
			phones = append(phones, c)
		}
		for _, c := range phones {
			c.requireStep("report.place", c.next())
			w.quiet()
			require.Empty(t, c.unread(), "the burst was answered more than once:\n%s", c.talk())
			require.Equal(t, strings.Join(lines(20), "\n"), w.caseOf(token, c.finish()).Description)
		}
	})
}

// TestSignatures stores nothing of what is signed wrongly; each platform gets
// the status that it wants.
func TestSignatures(t *testing.T) {
	retry := func(o *sandbox.Options) { o.MessengerRetry = []time.Duration{0, 0} }
	each(t, setup{options: retry}, func(t *testing.T, w *world) {
		want := map[sandbox.Platform]int{sandbox.Messenger: http.StatusForbidden, sandbox.Zalo: http.StatusOK}
		for i, platform := range platforms {
			w.box.SetFaults(platform, sandbox.Faults{BadSignature: -1})
			c := w.phone(platform, i)
			c.Say("Rác chất đống đầu hẻm")
			w.idle()
			for _, status := range hookStatuses(w, platform) {
				require.Equal(t, want[platform], status, platform)
			}
			require.NotEmpty(t, hookStatuses(w, platform))
		}
		require.Zero(t, w.number("SELECT COUNT(*) FROM inbox"))
		for i, platform := range platforms {
			w.box.SetFaults(platform, sandbox.Faults{})
			c := w.phone(platform, i)
			c.requireStep("menu.root", c.say("xin chào"))
		}
		require.Equal(t, 2, w.number("SELECT COUNT(*) FROM inbox WHERE kind = 'message'"))
	})
}

// TestHostileBodies signs what no platform would send: never an error of ours,
// and an odd item loses none of its neighbours.
func TestHostileBodies(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		deep := strings.Repeat("[", 20_000) + strings.Repeat("]", 20_000)
		bodies := []string{
			"", "null", "[]", "\x00\xff", "{", deep, `{"object":"page","entry":` + deep + `}`,
			`{"object":"page","entry":"x"}`, `{"object":"page","entry":[null,{"id":1000001,"messaging":[null,7,{"message":"x"},{"sender":{"id":{}}}]}]}`,
			`{"event_name":"user_send_text","sender":{"id":["x"]},"message":{"text":{"a":1}}}`, `{"event_name":7}`,
			`{"event_name":"user_send_text","app_id":"4000001","sender":{"id":"\ud800"},"recipient":{"id":"3000001"},"timestamp":"x","message":{"msg_id":"` + strings.Repeat("9", 5000) + `","text":"\ud800\u0000"}}`,
		}
		accounts := map[sandbox.Platform]string{sandbox.Messenger: pageID, sandbox.Zalo: oaID}
		for _, platform := range platforms {
			for _, body := range bodies {
				status, err := w.box.Post(t.Context(), platform, accounts[platform], []byte(body))
				require.NoError(t, err)
				require.Less(t, status, 500, "%s: %.100s", platform, body)
			}
			status, err := w.box.Post(t.Context(), platform, accounts[platform], []byte(`{"x":"`+strings.Repeat("x", 1<<20)+`"}`))
			require.NoError(t, err)
			require.Equal(t, http.StatusRequestEntityTooLarge, status)
		}
		neighbours(t, w)
	})
}

// neighbours posts a batch of two good items around odd ones.
func neighbours(t *testing.T, w *world) {
	t.Helper()
	first, last := w.phone(sandbox.Messenger, 1), w.phone(sandbox.Messenger, 2)
	for _, c := range []*phone{first, last} { // whom nobody knows nothing can be sent to
		c.requireStep("menu.root", c.say("xin chào"))
	}
	item := func(c *phone) string {
		return fmt.Sprintf(`{"sender":{"id":"%s"},"recipient":{"id":"%s"},"timestamp":%d,"message":{"mid":"m_of_%s","text":"Đèn đường hư cả tuần nay chưa ai sửa"}}`,
			c.ID(), pageID, time.Now().UnixMilli(), c.ID())
	}
	body := fmt.Sprintf(`{"object":"page","entry":[{"id":"%[1]s","time":1,"messaging":[%[2]s,{"sender":7,"message":[]},null]},9,{"id":"%[1]s","time":"x","messaging":[{"message":{}},%[3]s]}]}`,
		pageID, item(first), item(last))
	status, err := w.box.Post(t.Context(), sandbox.Messenger, pageID, []byte(body))
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, status)
	for _, c := range []*phone{first, last} {
		c.requireStep("report.place", c.next())
	}
}

// hookStatuses are the answers to a platform's webhooks so far.
func hookStatuses(w *world, p sandbox.Platform) []int {
	var list []int
	for _, x := range w.box.Wire(0) {
		if x.Platform == p && x.Direction == sandbox.Webhook {
			list = append(list, x.Status)
		}
	}
	return list
}

// TestStoreAway takes the store away while citizens write: the product says
// 503, Messenger sends again, and nothing is lost.
func TestStoreAway(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		c, z := w.phone(sandbox.Messenger, 1), w.phone(sandbox.Zalo, 1)
		w.exec("ALTER TABLE inbox RENAME TO inbox_away")
		lost := z.Say("Rác chất đống đầu hẻm")
		c.Say("Rác chất đống đầu hẻm")
		within(t, patience, "503 to both platforms", func() bool {
			return contains(hookStatuses(w, sandbox.Messenger), 503) && contains(hookStatuses(w, sandbox.Zalo), 503)
		})
		w.exec("ALTER TABLE inbox_away RENAME TO inbox")
		c.requireStep("report.place", c.next())
		w.quiet()
		require.Empty(t, c.unread())
		for _, m := range z.Messages() {
			require.False(t, m.ID == lost.ID && m.Acked, "what was not stored was acknowledged")
		}
		require.Empty(t, z.Received(), "Zalo does not send again")
	})
}

func contains(list []int, status int) bool {
	for _, s := range list {
		if s == status {
			return true
		}
	}
	return false
}

// TestDatabaseGone cuts the product off from its database for a while.
func TestDatabaseGone(t *testing.T) {
	each(t, setup{}, func(t *testing.T, w *world) {
		c := w.phone(sandbox.Messenger, 1)
		c.requireStep("menu.root", c.say("xin chào"))
		w.quiet()
		restore := takeDatabase(t, w)
		m := c.Say("Rác chất đống đầu hẻm chưa ai dọn")
		within(t, patience, "a webhook in vain", func() bool { return attempts(c, m.ID) > 0 })
		restore()
		c.requireStep("report.place", c.next())
		c.acked(m.ID)
		w.quiet()
		require.Empty(t, c.unread(), c.talk())
	})
}

func attempts(c *phone, id string) int {
	for _, m := range c.Messages() {
		if m.ID == id {
			return m.Attempts
		}
	}
	return 0
}

// takeDatabase makes the database unusable: on SQLite another holds its lock,
// on PostgreSQL all connections are cut and no new ones let in.
func takeDatabase(t *testing.T, w *world) (restore func()) {
	t.Helper()
	if !w.onPostgres() {
		tx, err := w.beside.BeginTx(t.Context(), nil)
		require.NoError(t, err)
		_, err = tx.Exec("UPDATE channels SET owner = owner")
		require.NoError(t, err)
		return func() { require.NoError(t, tx.Rollback()) }
	}
	w.beside.SetMaxIdleConns(0) // those would be cut too
	name := w.database[strings.LastIndexByte(w.database, '/')+1:]
	name, _, _ = strings.Cut(name, "?")
	admin, err := sql.Open("pgx", strings.Replace(w.database, "/"+name, "/postgres", 1))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, admin.Close()) })
	exec := func(statement string) {
		_, err := admin.Exec(statement)
		require.NoError(t, err, statement)
	}
	exec("ALTER DATABASE " + name + " ALLOW_CONNECTIONS false")
	exec("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + name + "'")
	return func() { exec("ALTER DATABASE " + name + " ALLOW_CONNECTIONS true") }
}
