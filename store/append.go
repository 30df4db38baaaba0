package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/langnghe/langnghe/models"
	"gorm.io/gorm"
)

const (
	defaultGate        = 4096
	maxBatch           = 1024 // rows of one commit; a single append may be larger
	postgresCommitters = 2    // measured: more gain nothing on two cores
	blockSize          = 4096 // numbers in one inbox_block
)

// intake is one caller's append, waiting for its commit.
type intake struct {
	rows []inboxRow
	done chan error // has room for the answer, so nobody waits for a caller that left
}

// inboxRow is an event as it is stored.
type inboxRow struct {
	conversation, channel, event, kind string
	at, received, due                  int64
	body                               string
}

// Append makes the events durable, all or none, and drops those that are known
// already. The appends of concurrent callers share one multi-row insert and one
// commit. It returns ErrFull at once when the gate is full, and ErrClosed after
// Close. When ctx ends first its error is returned, but the events may still be
// stored. After the commit Woken fires.
func (s *Store) Append(ctx context.Context, events []models.Event) error {
	if len(events) == 0 {
		return nil
	}
	rows, err := s.inboxRows(events)
	if err != nil {
		return fmt.Errorf("append events: %w", err)
	}
	in := &intake{rows: rows, done: make(chan error, 1)}
	if err := s.enter(in); err != nil {
		return err
	}
	select {
	case err := <-in.done:
		return err
	case <-ctx.Done():
		return fmt.Errorf("append events: %w", ctx.Err())
	}
}

func (s *Store) enter(in *intake) error {
	s.closing.RLock()
	defer s.closing.RUnlock()
	if s.closed {
		return ErrClosed
	}
	if s.waiting.Add(1) > s.gate {
		s.waiting.Add(-1)
		return ErrFull
	}
	s.incoming <- in // never blocks: it has room for the whole gate
	return nil
}

func (s *Store) inboxRows(events []models.Event) ([]inboxRow, error) {
	now := s.now().UnixMicro()
	rows := make([]inboxRow, len(events))
	for i, e := range events {
		body, err := encodeBody(e)
		if err != nil {
			return nil, err
		}
		channel := key(e.Channel)
		rows[i] = inboxRow{
			conversation: models.ConversationID(channel, key(e.Peer)),
			channel:      channel, event: key(e.ID), kind: clean(string(e.Kind)),
			at: cmp.Or(micros(e.At), now), received: now, due: cmp.Or(micros(e.Due), now), body: body,
		}
	}
	return rows, nil
}

// encodeBody writes the event's body without a NUL, which JSON would carry in
// disguise until its text met a text column of PostgreSQL.
func encodeBody(e models.Event) (string, error) {
	b, err := json.Marshal(e)
	if err != nil {
		return "", fmt.Errorf("encode event: %w", err)
	}
	return withoutNUL(string(b)), nil
}

// withoutNUL replaces each escaped NUL of a JSON text; a backslash that is
// escaped itself and then happens to be followed by u0000 stays.
func withoutNUL(text string) string {
	if !strings.Contains(text, `\u0000`) {
		return text
	}
	var b strings.Builder
	for i := 0; i < len(text); i++ {
		if text[i] != '\\' {
			b.WriteByte(text[i])
			continue
		}
		if strings.HasPrefix(text[i:], `\u0000`) {
			b.WriteString("\uFFFD")
			i += len(`\u0000`) - 1
			continue
		}
		b.WriteString(text[i:min(i+2, len(text))])
		i++
	}
	return b.String()
}

// commitAppends takes all that waits and commits it at once, until Close.
func (s *Store) commitAppends() {
	for in := range s.incoming {
		runtime.Gosched() // lets those who were just answered send their next before the batch is closed
		batch := []*intake{in}
		for n := len(in.rows); n < maxBatch; {
			select {
			case next, ok := <-s.incoming:
				if ok {
					batch, n = append(batch, next), n+len(next.rows)
					continue
				}
			default:
			}
			break
		}
		s.commit(batch)
		s.wake()
	}
}

// commit stores the batch and answers its callers. When the database refuses
// it for what it holds, it is halved, so that one bad append fails alone.
func (s *Store) commit(batch []*intake) {
	err := s.insertBatch(batch)
	if err != nil && len(batch) > 1 && isBadData(err) {
		half := len(batch) / 2
		s.commit(batch[:half])
		s.commit(batch[half:])
		return
	}
	s.waiting.Add(-int64(len(batch)))
	for _, in := range batch {
		in.done <- err
	}
}

func (s *Store) insertBatch(batch []*intake) error {
	rows := batch[0].rows
	if len(batch) > 1 {
		rows = nil
		for _, in := range batch {
			rows = append(rows, in.rows...)
		}
	}
	// Not a caller's context: the batch belongs to many.
	err := retryDeadlock(func() error { return insertAll(s.write.WithContext(context.Background()), rows) })
	if err != nil {
		return fmt.Errorf("append events: %w", err)
	}
	return nil
}

const inboxInsert = "conversation, channel, event_id, kind, at, received, due, body"

// insertAll inserts rows in one transaction; one statement is one by itself.
func insertAll(db *gorm.DB, rows []inboxRow) error {
	if one := len(rows) == 1 || on(db).pg && len(rows) <= blockSize; one {
		return insertEvents(on(db), rows)
	}
	return db.Transaction(func(tx *gorm.DB) error { return insertEvents(on(tx), rows) })
}

func insertEvents(r runner, rows []inboxRow) error {
	if !r.pg {
		cols := inboxColumns(rows)
		return r.perRow("INSERT INTO inbox ("+inboxInsert+") VALUES ("+marks(cols)+") ON CONFLICT (channel, event_id) DO NOTHING", cols, nil)
	}
	for part := range slices.Chunk(rows, blockSize) {
		if err := insertArrays(r, part); err != nil {
			return err
		}
	}
	return nil
}

// insertArrays is for PostgreSQL. The rows go in by the order of their keys: two
// batches with the same events then wait for each other in one direction only.
// seq still follows the order of arrival.
func insertArrays(r runner, rows []inboxRow) error {
	order := make([]int64, len(rows))
	for i := range order {
		order[i] = int64(i)
	}
	slices.SortFunc(order, func(a, b int64) int {
		return cmp.Or(cmp.Compare(rows[a].channel, rows[b].channel), cmp.Compare(rows[a].event, rows[b].event), cmp.Compare(a, b))
	})
	sorted := each(order, func(i int64) inboxRow { return rows[i] })
	text, args := arrays(append(inboxColumns(sorted), column{name: "place", ints: order}))
	_, err := r.exec(fmt.Sprintf("INSERT INTO inbox (seq, %s) SELECT (SELECT nextval('inbox_block')) * %d + place, %s FROM %s ON CONFLICT (channel, event_id) DO NOTHING",
		inboxInsert, blockSize, inboxInsert, text), args...)
	return err
}

func inboxColumns(rows []inboxRow) []column {
	n := len(rows)
	t := make([][]string, 5)
	for i := range t {
		t[i] = make([]string, n)
	}
	at, received, due := make([]int64, n), make([]int64, n), make([]int64, n)
	for i, w := range rows {
		t[0][i], t[1][i], t[2][i], t[3][i], t[4][i] = w.conversation, w.channel, w.event, w.kind, w.body
		at[i], received[i], due[i] = w.at, w.received, w.due
	}
	return []column{
		{name: "conversation", texts: t[0]},
		{name: "channel", texts: t[1]},
		{name: "event_id", texts: t[2]},
		{name: "kind", texts: t[3]},
		{name: "at", ints: at},
		{name: "received", ints: received},
		{name: "due", ints: due},
		{name: "body", texts: t[4]},
	}
}

// isBadData reports whether the database refused a statement for its data, so
// that less of it may pass.
func isBadData(err error) bool {
	if pg, ok := errors.AsType[*pgconn.PgError](err); ok {
		return slices.Contains([]string{"22", "23", "54"}, pg.Code[:2])
	}
	return isSQLiteBadData(err)
}
