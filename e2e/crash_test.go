package e2e

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

const (
	crashes     = 3
	crashesSoak = 20 // with LANGNGHE_SOAK=1
	crowd       = 24 // citizens, half on each platform
	linesEach   = 3  // numbered lines of one report
	// resign is how long a citizen waits for the answer to a message that was
	// not acknowledged before writing again: longer than an unknown outcome
	// takes to be settled.
	resign = 25 * time.Second
)

// TestCrash kills the product again and again while many citizens report on
// both platforms and each webhook comes twice. Afterwards every acknowledged
// line is in a case exactly once and in order, every citizen was answered,
// nothing was sent twice, and the deep check is clean.
func TestCrash(t *testing.T) {
	seed := newSeed(t)
	each(t, setup{}, func(t *testing.T, w *world) { crash(t, w, rand.New(rand.NewPCG(seed, 0)), w.product) })
}

// TestCrashOfReplicas does the same with two processes on one database, of
// which one at a time is killed.
func TestCrashOfReplicas(t *testing.T) {
	seed := newSeed(t)
	each(t, setup{}, func(t *testing.T, w *world) {
		second := w.another("")
		second.start()
		w.connect(w.product, second)
		crash(t, w, rand.New(rand.NewPCG(seed, 1)), w.product, second)
	})
}

// newSeed makes and tells a seed; LANGNGHE_SEED gives one.
func newSeed(t *testing.T) uint64 {
	seed := uint64(time.Now().UnixNano())
	if s, err := strconv.ParseUint(os.Getenv("LANGNGHE_SEED"), 10, 64); err == nil {
		seed = s
	}
	t.Logf("LANGNGHE_SEED=%d", seed)
	return seed
}

// crash lets the crowd report, and kills one of the processes as often as it
// should.
func crash(t *testing.T, w *world, dice *rand.Rand, processes ...*product) {
	times := crashes
	if os.Getenv("LANGNGHE_SOAK") == "1" {
		times = crashesSoak
	}
	for _, platform := range platforms {
		w.box.SetFaults(platform, sandbox.Faults{Duplicate: 1})
	}
	var enough atomic.Bool
	var work sync.WaitGroup
	people := make([]*reporter, crowd)
	for i := range people {
		people[i] = &reporter{phone: w.phone(platforms[i%2], i), w: w, number: i}
		work.Go(func() { people[i].report(t.Context(), &enough) })
	}
	for range times {
		timer := time.NewTimer(time.Duration(100+dice.IntN(2400)) * time.Millisecond)
		select {
		case <-timer.C:
		case <-t.Context().Done():
		}
		victim := processes[dice.IntN(len(processes))]
		victim.kill()
		victim.start()
	}
	enough.Store(true)
	work.Wait()
	for _, p := range people {
		if p.err != nil {
			w.dump("SELECT id, conversation, status, owner, next_at, sending_at, resent FROM outbox WHERE open = 1")
			w.dump("SELECT seq, conversation, kind, status, due FROM inbox WHERE status <> 1")
			w.dump("SELECT channel, owner, lease_until, held_until, held_reason FROM channels")
		}
		require.NoError(t, p.err, p.talk())
	}
	w.quiet()
	crashChecks(t, w, people)
}

// reporter is a citizen who files report after report.
type reporter struct {
	*phone
	w      *world
	number int
	lines  int // written so far
	err    error
}

// report files reports until it is enough, at least one.
func (r *reporter) report(ctx context.Context, enough *atomic.Bool) {
	for first := true; r.err == nil && (first || !enough.Load()); first = false {
		r.answered(ctx, "#menu.root:report")
		for range linesEach {
			r.lines++
			r.answered(ctx, fmt.Sprintf("Việc %02d-%04d: rác chất đống chưa ai dọn", r.number, r.lines))
		}
		for _, tap := range []string{"report.describe:done", "report.place:skip", "report.contact:anonymous", "report.confirm:yes"} {
			r.answered(ctx, "#"+tap)
		}
	}
}

// answered writes until there is an answer. Only a message that was never
// acknowledged, which Zalo does not send again, is given up and repeated. While
// kills go on an answer may be put off again and again, so what was
// acknowledged has longer.
func (r *reporter) answered(ctx context.Context, text string) {
	for r.err == nil {
		before := len(r.Received())
		m := r.Say(text)
		if r.hears(ctx, before, resign) {
			return
		}
		talk := r.Messages()
		i := slices.IndexFunc(talk, func(x sandbox.Message) bool { return x.ID == m.ID })
		if !talk[i].Acked && r.platform == sandbox.Zalo {
			continue
		}
		if !r.hears(ctx, before, 2*resign) {
			r.err = fmt.Errorf("%s: %q was not answered; acknowledged: %t", r.conversation(), text, talk[i].Acked)
		}
		return
	}
}

// hears waits for more messages than there were before.
func (r *reporter) hears(ctx context.Context, before int, d time.Duration) bool {
	ctx, cancel := context.WithTimeout(ctx, d)
	defer cancel()
	_, err := r.Wait(ctx, func(talk []sandbox.Message) bool { return received(talk) > before })
	return err == nil
}

func received(talk []sandbox.Message) (n int) {
	for _, m := range talk {
		if m.From != sandbox.FromCitizen {
			n++
		}
	}
	return n
}

// numbered is a line of the test's citizens.
var numbered = regexp.MustCompile(`Việc (\d\d)-(\d{4})`)

func crashChecks(t *testing.T, w *world, people []*reporter) {
	t.Helper()
	token := w.token("officer")
	cases := all[caseItem](w.product, token, "/api/v1/cases")
	slices.SortStableFunc(cases, func(a, b caseItem) int { return a.CreatedAt.Compare(b.CreatedAt) })
	filed := map[int][]int{} // by citizen, the numbers in their cases
	for _, c := range cases {
		for _, m := range numbered.FindAllStringSubmatch(c.Description, -1) {
			who, _ := strconv.Atoi(m[1])
			what, _ := strconv.Atoi(m[2])
			filed[who] = append(filed[who], what)
		}
	}
	for _, p := range people {
		p.check(t, w, filed[p.number])
	}
	stats := w.box.Stats()
	for id, n := range stats.Metadata {
		assert.Equal(t, 1, n, "message %s was sent more than once", id)
	}
	assert.Equal(t, w.number("SELECT COUNT(*) FROM outbox"), stats.Sends[sandbox.Messenger]+stats.Sends[sandbox.Zalo])
	assert.Zero(t, w.number("SELECT COUNT(*) FROM inbox WHERE status <> 1"), "something was not played")
	assert.Zero(t, w.number("SELECT COUNT(*) FROM outbox WHERE status NOT IN ('sent', 'delivered', 'read')"), "something was not delivered")
	deep := w.command("", "check", "--deep")
	assert.Zero(t, deep.code, deep.stdout)
	t.Logf("%d citizens filed %d cases, were sent %d messages, %d webhooks", len(people), len(cases), stats.Sends[sandbox.Messenger]+stats.Sends[sandbox.Zalo], stats.Webhooks)
	status, _ := w.ask("", http.MethodGet, "/healthz", nil)
	assert.Equal(t, http.StatusOK, status)
}

// check holds what is filed of one citizen against what was acknowledged.
func (r *reporter) check(t *testing.T, w *world, filed []int) {
	t.Helper()
	assert.True(t, slices.IsSorted(filed), "%d: out of order: %v", r.number, filed)
	assert.Len(t, slices.Compact(slices.Clone(filed)), len(filed), "%d: something twice: %v", r.number, filed)
	for _, m := range r.Messages() {
		found := numbered.FindStringSubmatch(m.Text)
		if m.From != sandbox.FromCitizen || !m.Acked || found == nil || !strings.HasPrefix(m.Text, "Việc") {
			continue
		}
		what, _ := strconv.Atoi(found[2])
		assert.Contains(t, filed, what, "%d: acknowledged and lost", r.number)
	}
	rows := w.number(fmt.Sprintf("SELECT COUNT(*) FROM outbox WHERE conversation = '%s'", r.conversation()))
	assert.Equal(t, rows, len(r.Received()), "%s: sent twice, or not at all:\n%s", r.conversation(), r.talk())
	heard := w.number(fmt.Sprintf("SELECT COUNT(*) FROM inbox WHERE kind = 'message' AND conversation = '%s'", r.conversation()))
	assert.Equal(t, heard, len(r.Received()), "%s: not one answer to each message", r.conversation())
}
