package sandbox

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strconv"
	"time"
)

// How long each platform waits for a webhook's answer.
const (
	messengerPatience = 5 * time.Second
	zaloPatience      = 2 * time.Second
	reorderHold       = 300 * time.Millisecond
)

// hook is one webhook on its way to the product.
type hook struct {
	person *person // whose lane it takes
	body   []byte
	mid    string // the citizen's message that it tells of, or ""
}

// lane holds the webhooks of one citizen that wait for the one before them.
type lane struct {
	queue []hook
	more  chan struct{} // tells a holding lane that the queue grew
}

// enqueue puts a webhook in its citizen's lane. The caller holds mu.
func (s *Sandbox) enqueue(h hook) {
	if s.ctx.Err() != nil {
		return
	}
	s.pending++
	if l := s.lanes[h.person]; l != nil {
		l.queue = append(l.queue, h)
		select {
		case l.more <- struct{}{}:
		default:
		}
		return
	}
	l := &lane{queue: []hook{h}, more: make(chan struct{}, 1)}
	s.lanes[h.person] = l
	s.wg.Go(func() { s.drive(h.person, l) })
}

// drive posts a lane's webhooks until none is left.
func (s *Sandbox) drive(p *person, l *lane) {
	for {
		s.hold(p, l)
		batch, parallel := s.takeBatch(p, l)
		if len(batch) == 0 {
			return
		}
		for _, h := range batch {
			if parallel {
				s.wg.Go(func() { s.deliver(h) })
				continue
			}
			s.deliver(h)
		}
	}
}

// hold waits, where the faults say so, until enough webhooks are there to reorder.
func (s *Sandbox) hold(p *person, l *lane) {
	timer := time.NewTimer(reorderHold)
	defer timer.Stop()
	for {
		s.mu.Lock()
		enough := len(l.queue) == 0 || len(l.queue) >= s.faults[p.account.platform].Reorder
		s.mu.Unlock()
		if enough {
			return
		}
		select {
		case <-l.more:
		case <-timer.C:
			return
		case <-s.ctx.Done():
			return
		}
	}
}

// takeBatch takes what is to be posted next; nothing ends the lane.
func (s *Sandbox) takeBatch(p *person, l *lane) (batch []hook, parallel bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.faults[p.account.platform]
	if len(l.queue) == 0 {
		delete(s.lanes, p)
		return nil, false
	}
	n := min(max(f.Reorder, 1), len(l.queue))
	batch, l.queue = l.queue[:n:n], l.queue[n:]
	if f.Reorder > 1 {
		batch = slices.Clone(batch)
		slices.Reverse(batch)
	}
	return batch, f.Parallel
}

// deliver posts a webhook and its duplicates, and sends again as the platform does.
func (s *Sandbox) deliver(h hook) {
	s.mu.Lock()
	copies := max(s.faults[h.person.account.platform].Duplicate, 0)
	s.pending += copies
	s.mu.Unlock()
	for range copies {
		s.wg.Go(func() { s.settle(h, s.post(h, 0)) })
	}
	if h.person.account.platform == Zalo {
		s.deliverZalo(h)
		return
	}
	s.settle(h, s.retry(h, s.opt.MessengerRetry, func(err error) bool { return err != nil }))
}

// deliverZalo posts once; only a connection that could not be opened is tried
// again, and the citizen's later webhooks do not wait for that.
func (s *Sandbox) deliverZalo(h hook) {
	err := s.post(h, 0)
	if err == nil || !refused(err) {
		s.settle(h, err)
		return
	}
	s.wg.Go(func() { s.settle(h, s.retryFrom(h, s.opt.ZaloRetry, err, refused)) })
}

func refused(err error) bool {
	var op *net.OpError
	return errors.As(err, &op) && op.Op == "dial"
}

func (s *Sandbox) retry(h hook, waits []time.Duration, again func(error) bool) error {
	return s.retryFrom(h, waits, s.post(h, 0), again)
}

func (s *Sandbox) retryFrom(h hook, waits []time.Duration, err error, again func(error) bool) error {
	for i, wait := range waits {
		if err == nil || !again(err) {
			break
		}
		select {
		case <-time.After(wait):
		case <-s.ctx.Done():
			return s.ctx.Err()
		}
		err = s.post(h, i+1)
	}
	return err
}

// settle records the end of a webhook's way.
func (s *Sandbox) settle(h hook, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.pending--
	if err != nil {
		s.stats.Dropped++
		s.opt.Logf("sandbox: webhook of %s given up: %v", h.person.account.platform, err)
	}
	s.notify()
}

// errAnswer is an answer other than 200.
type errAnswer int

func (e errAnswer) Error() string { return fmt.Sprintf("webhook answered %d", int(e)) }

// post sends a webhook once. A nil error is an answer of 200 in time.
func (s *Sandbox) post(h hook, retry int) error {
	header, note := s.sign(h)
	if retry > 0 {
		note = "retry " + strconv.Itoa(retry) + note
		if h.person.account.platform == Zalo {
			header.Set("num_retry", strconv.Itoa(retry))
		}
	}
	s.attempt(h, func(m *Message) { m.Attempts++ })
	status, err := s.send(s.ctx, h.person.account.platform, header, h.body, note)
	if err == nil && status != http.StatusOK {
		err = errAnswer(status)
	}
	if err == nil {
		s.attempt(h, func(m *Message) { m.Acked = true })
	}
	return err
}

// attempt changes the citizen's message that h tells of.
func (s *Sandbox) attempt(h hook, change func(*Message)) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for i := len(h.person.messages) - 1; h.mid != "" && i >= 0; i-- {
		if h.person.messages[i].ID == h.mid {
			change(&h.person.messages[i])
			s.touch(h.person)
			return
		}
	}
}

// sign makes the signature headers of a webhook, wrong ones where the faults say so.
func (s *Sandbox) sign(h hook) (header http.Header, note string) {
	a := h.person.account
	s.mu.Lock()
	f := s.faults[a.platform]
	bad, bare := f.BadSignature.take(), f.NoMacPrefix
	s.mu.Unlock()
	header = a.signature(h.body)
	if bad {
		note = " bad signature"
		for k, v := range header {
			header[k] = []string{spoil(v[0])}
		}
	}
	if v := header.Get(zaloSignature); bare && v != "" {
		header.Set(zaloSignature, v[len("mac="):])
	}
	return header, note
}

// spoil changes the last digit of a signature.
func spoil(sig string) string {
	last := byte('0')
	if sig[len(sig)-1] == '0' {
		last = '1'
	}
	return sig[:len(sig)-1] + string(last)
}

// Post signs a body as the account's platform does and posts it once, at once
// and outside every lane: for recorded and for hostile bodies.
func (s *Sandbox) Post(ctx context.Context, p Platform, accountID string, body []byte) (status int, err error) {
	s.mu.Lock()
	a := s.findAccount(p, accountID)
	s.mu.Unlock()
	if a == nil {
		return 0, fmt.Errorf("sandbox: no %s account %q", p, accountID)
	}
	return s.send(ctx, p, a.signature(body), body, "")
}

// send posts to the next replica and keeps the exchange.
func (s *Sandbox) send(ctx context.Context, p Platform, header http.Header, body []byte, note string) (int, error) {
	patience, path := messengerPatience, "/webhooks/messenger"
	if p == Zalo {
		patience, path = zaloPatience, "/webhooks/zalo"
	}
	x := Exchange{Platform: p, Direction: Webhook, Method: http.MethodPost, Path: path, Request: string(body), Note: note}
	return s.exchangeHook(ctx, patience, header, x)
}

// exchangeHook makes one call to the product, with x to be completed for the log.
func (s *Sandbox) exchangeHook(ctx context.Context, patience time.Duration, header http.Header, x Exchange) (int, error) {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	start := time.Now()
	status, answer, err := s.roundTrip(ctx, x.Method, x.Path, header, []byte(x.Request))
	if err != nil {
		x.Note += " " + err.Error()
	}
	x.At, x.TookMS, x.Status, x.Response = s.opt.Clock(), time.Since(start).Milliseconds(), status, answer
	s.wire.add(x)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Webhooks++
	if status == http.StatusOK {
		s.stats.Answered++
	}
	s.notify()
	return status, err
}

// target is the next replica of the product.
func (s *Sandbox) target() (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.targets) == 0 {
		return "", errors.New("sandbox: not connected to a product")
	}
	s.next++
	return s.targets[s.next%len(s.targets)], nil
}

func (s *Sandbox) roundTrip(ctx context.Context, method, path string, header http.Header, body []byte) (int, string, error) {
	target, err := s.target()
	if err != nil {
		return 0, "", err
	}
	req, err := http.NewRequestWithContext(ctx, method, target+path, bytes.NewReader(body))
	if err != nil {
		return 0, "", fmt.Errorf("make webhook: %w", err)
	}
	req.Header = header
	if header.Get("Content-Type") == "" {
		req.Header.Set("Content-Type", "application/json")
	}
	res, err := s.opt.Client.Do(req)
	if err != nil {
		return 0, "", fmt.Errorf("post webhook: %w", err)
	}
	defer res.Body.Close()
	answer, err := io.ReadAll(io.LimitReader(res.Body, maxWireBody))
	if err != nil {
		return 0, "", fmt.Errorf("read webhook's answer: %w", err)
	}
	return res.StatusCode, string(answer), nil
}
