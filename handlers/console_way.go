package handlers

import (
	"context"
	"errors"
	"net/http"
	"slices"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// wayCall is the choice of phoning a citizen whom no message of our own may reach:
// the answer goes on the call list.
const wayCall = "call"

var (
	errNoWay   = errors.New("how the citizen is to be told was not chosen")
	errWayGone = errors.New("the chosen way is there no more")
)

// offered is the approved text, filled, by which the citizen of a case may still be
// told after the window has closed; "" when there is none, or none is needed. It
// comes from the code that sends it.
func (s *server) offered(ctx context.Context, c models.Case, send sendView) (string, error) {
	if s.Answering.Preview == nil || send.State != "closed" && send.State != "never" {
		return "", nil
	}
	n := models.Notice{Case: c.Code, Action: models.ActReply, Text: "…", Person: true, Way: models.WayTemplate}
	e, ok := models.StatusEvent(c.Conversation, "offer", n, s.Now())
	if !ok {
		return "", nil
	}
	shown, err := s.Answering.Preview(ctx, e)
	if err != nil || len(shown) != 1 || !shown[0].Template {
		return "", ignoring(err, store.ErrNotFound)
	}
	return shown[0].Text, nil
}

// chooseWay makes an answer go by the way that the form chose: where there is a
// choice, it is made before anything is sent.
func (s *server) chooseWay(ctx context.Context, p models.Principal, ch *change, way string) error {
	if !slices.Contains(answers(), ch.Action) {
		return nil
	}
	c, err := s.seenCase(ctx, p, ch.code)
	if err != nil {
		return err
	}
	text, err := s.offered(ctx, *c, s.sending(ctx, c.Conversation))
	switch {
	case err != nil:
		return err
	case way == models.WayTemplate && text == "":
		return errWayGone
	case text != "" && way != models.WayTemplate && way != wayCall:
		return errNoWay
	case way == models.WayTemplate:
		ch.way = way
	}
	return nil
}

// wayFault is how the page tells of them.
func wayFault(err error) (status int, problem string) {
	switch {
	case errors.Is(err, errNoWay):
		return http.StatusUnprocessableEntity, "way"
	case errors.Is(err, errWayGone):
		return http.StatusConflict, "way-gone"
	}
	return 0, ""
}
