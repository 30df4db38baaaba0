// Command bound is the mark that the product is measured against: net/http,
// verify, decode, group commit, acknowledge after the commit, then send. It has
// no dialogue and no outbox; it is not a product.
package main

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"database/sql"
	"encoding/hex"
	"encoding/json"
	"flag"
	"fmt"
	"hash/fnv"
	"io"
	"log"
	"net/http"
	"os"
	"time"

	"github.com/jackc/pgx/v5"
	_ "modernc.org/sqlite" // the driver
)

const (
	secret   = "appsecret"
	batchMax = 1024
)

type hook struct {
	Entry []struct {
		Messaging []struct {
			Sender struct {
				ID string `json:"id"`
			} `json:"sender"`
			Message struct {
				Mid  string `json:"mid"`
				Text string `json:"text"`
			} `json:"message"`
		} `json:"messaging"`
	} `json:"entry"`
}

type row struct{ mid, psid, body string }

func verify(body []byte, h string) bool {
	const want = len("sha256=") + 2*sha256.Size
	if len(h) != want {
		return false
	}
	m := hmac.New(sha256.New, []byte(secret))
	m.Write(body)
	got, err := hex.DecodeString(h[len("sha256="):])
	return err == nil && hmac.Equal(got, m.Sum(nil))
}

func rowsOf(body []byte) ([]row, error) {
	var h hook
	if err := json.Unmarshal(body, &h); err != nil {
		return nil, err
	}
	var rows []row
	for _, e := range h.Entry {
		for _, m := range e.Messaging {
			rows = append(rows, row{m.Message.Mid, m.Sender.ID, m.Message.Text})
		}
	}
	return rows, nil
}

// group is a group commit: one goroutine takes all that waits and commits it at once.
type group struct {
	in    chan waiter
	write func([]row) error
}

type waiter struct {
	rows []row
	done chan error
}

func (g *group) run() {
	for w := range g.in {
		waiting, rows := []waiter{w}, append([]row(nil), w.rows...)
	more:
		for len(rows) < batchMax {
			select {
			case x := <-g.in:
				waiting, rows = append(waiting, x), append(rows, x.rows...)
			default:
				break more
			}
		}
		err := g.write(rows)
		for _, x := range waiting {
			x.done <- err
		}
	}
}

func (g *group) put(rows []row) error {
	done := make(chan error, 1)
	g.in <- waiter{rows, done}
	return <-done
}

func postgres(dsn string) (func([]row) error, error) {
	ctx := context.Background()
	conn, err := pgx.Connect(ctx, dsn)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, "create table if not exists ev(id bigserial primary key, mid text not null unique, psid text not null, body text not null, at timestamptz default now())"); err != nil {
		return nil, err
	}
	return func(rows []row) error {
		m, p, b := make([]string, len(rows)), make([]string, len(rows)), make([]string, len(rows))
		for i, r := range rows {
			m[i], p[i], b[i] = r.mid, r.psid, r.body
		}
		_, err := conn.Exec(ctx, "insert into ev(mid,psid,body) select * from unnest($1::text[],$2::text[],$3::text[]) on conflict do nothing", m, p, b)
		return err
	}, nil
}

func sqlite(path string) (func([]row) error, error) {
	db, err := sql.Open("sqlite", path)
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(1)
	for _, q := range []string{
		"pragma journal_mode=wal", "pragma synchronous=full", "pragma wal_autocheckpoint=4000",
		"create table if not exists ev(id integer primary key, mid text not null unique, psid text not null, body text not null, at integer)",
	} {
		if _, err := db.Exec(q); err != nil {
			return nil, fmt.Errorf("%s: %w", q, err)
		}
	}
	insert, err := db.Prepare("insert or ignore into ev(mid,psid,body,at) values(?,?,?,?)")
	if err != nil {
		return nil, err
	}
	return func(rows []row) error {
		tx, err := db.Begin()
		if err != nil {
			return err
		}
		s := tx.Stmt(insert)
		for _, r := range rows {
			if _, err := s.Exec(r.mid, r.psid, r.body, time.Now().UnixMilli()); err != nil {
				_ = tx.Rollback()
				return err
			}
		}
		return tx.Commit()
	}, nil
}

// senders answer each message after its commit; a citizen always has the same one.
type senders []chan row

func newSenders(n int, base string) senders {
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: n}}
	queues := make(senders, n)
	for i := range queues {
		q := make(chan row, 1024)
		queues[i] = q
		go func() {
			for r := range q {
				if err := reply(client, base, r); err != nil {
					log.Print(err)
				}
			}
		}()
	}
	return queues
}

func reply(client *http.Client, base string, r row) error {
	body, err := json.Marshal(map[string]any{
		"recipient":      map[string]string{"id": r.psid},
		"messaging_type": "RESPONSE",
		"message":        map[string]string{"text": "Đã ghi nhận " + r.body},
	})
	if err != nil {
		return err
	}
	resp, err := client.Post(base+"/v19.0/me/messages", "application/json", bytes.NewReader(body))
	if err != nil {
		return err
	}
	defer resp.Body.Close()
	_, err = io.Copy(io.Discard, resp.Body)
	return err
}

func (s senders) send(rows []row) {
	for _, r := range rows {
		if len(s) == 0 {
			return
		}
		h := fnv.New32a()
		_, _ = io.WriteString(h, r.psid)
		s[int(h.Sum32())%len(s)] <- r
	}
}

func handler(put func([]row) error, out senders) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil || !verify(body, r.Header.Get("X-Hub-Signature-256")) {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		rows, err := rowsOf(body)
		if err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		if err := put(rows); err != nil {
			log.Print(err)
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		out.send(rows)
		_, _ = io.WriteString(w, "EVENT_RECEIVED")
	}
}

func main() {
	listen := flag.String("listen", "127.0.0.1:18081", "address")
	dsn := flag.String("postgres", "", "URL of a PostgreSQL database")
	file := flag.String("sqlite", "", "file of a SQLite database (used when -postgres is empty)")
	base := flag.String("reply", "", "platform's base URL: answer each message after its commit")
	n := flag.Int("senders", 32, "goroutines that send")
	flag.Parse()

	open := func() (func([]row) error, error) { return sqlite(*file) }
	if *dsn != "" {
		open = func() (func([]row) error, error) { return postgres(*dsn) }
	}
	write, err := open()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	g := &group{in: make(chan waiter, 4096), write: write}
	go g.run()
	var out senders
	if *base != "" {
		out = newSenders(*n, *base)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /webhooks/messenger", handler(g.put, out))
	log.Fatal(http.ListenAndServe(*listen, mux))
}
