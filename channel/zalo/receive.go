package zalo

import (
	"net/http"
	"slices"
	"time"

	"github.com/langnghe/langnghe/channel"
)

// unparsable stands among the ignored names for a signed body that is no JSON object.
const unparsable = "unparsable"

// Receiver takes in the one webhook that all OAs share. It is safe for
// concurrent use.
type Receiver struct {
	accounts map[string]Account // by OA id
	signers  []signer           // each once
}

// NewReceiver returns a receiver for the accounts. One without an OA secret key
// gets no events: without a key anybody could sign.
func NewReceiver(accounts []Account) *Receiver {
	r := &Receiver{accounts: make(map[string]Account, len(accounts))}
	for _, a := range accounts {
		if a.OASecretKey == "" {
			continue
		}
		r.accounts[a.OAID] = a
		if s := a.signer(); !slices.Contains(r.signers, s) {
			r.signers = append(r.signers, s)
		}
	}
	return r
}

// Receive implements channel.Receiver. The event counts only for an OA whose
// own key signed the body; for any other it is refused.
func (r *Receiver) Receive(h http.Header, body []byte, now time.Time) (channel.Received, error) {
	by, ok := signerOf(r.signers, h.Get(signatureHeader), body)
	if !ok {
		return channel.Received{}, channel.ErrSignature
	}
	e, ok := decode(body)
	if !ok {
		return channel.Received{Ignored: []string{unparsable}}, nil
	}
	account, ok := r.accounts[r.oa(e)]
	if !ok || account.signer() != by {
		return channel.Received{Refused: 1}, nil
	}
	events := e.events(account, body, now)
	if len(events) == 0 {
		return channel.Received{Ignored: []string{e.name()}}, nil
	}
	return channel.Received{Events: events}, nil
}

// oa returns the id of the OA that the event is for. Where it is not named, it
// is the side of the talk that we know as one.
func (r *Receiver) oa(e envelope) string {
	for _, id := range []word{e.OA, e.OAQuota, e.Sender.ID} {
		if _, ok := r.accounts[string(id)]; ok {
			return string(id)
		}
	}
	return string(e.Recipient.ID)
}

// signer returns whose signature the account's events bear.
func (a Account) signer() signer { return signer{appID: a.AppID, key: a.OASecretKey} }
