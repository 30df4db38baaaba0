package handlers

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func (s *server) dueRoutes(api huma.API) {
	register(s, api, huma.Operation{
		OperationID: "list-due-content", Method: http.MethodGet, Path: "/content/due", Tags: []string{"content"}, Metadata: needs(models.ReadContent),
		Summary: "Published content that nobody has confirmed, or that was confirmed too long ago",
	}, s.listDue)
}

type dueQuery struct {
	Kind string `query:"kind" enum:"procedure,unit,contact,holiday,hours" doc:"Only what is of this kind."`
	PageQuery
}

// dueView is one piece that must be looked at again.
type dueView struct {
	Kind string `json:"kind"`
	Key  string `json:"key" doc:"Of a contact its role, field and number; of an internal one the number only for roles that see contacts."`
	Unit string `json:"unit" doc:"Empty: of the whole province."`
	AsOf string `json:"as_of" doc:"Day or month of the last confirmation; empty when there was none."`
	Why  string `json:"why" enum:"verify,review" doc:"verify: nobody has confirmed it yet; review: that is too long ago."`
}

type dueOut struct{ Body list[dueView] }

// listDue lists what is due in the units that the principal sees, and what is
// everybody's, page by page in the order of models.Due.
func (s *server) listDue(_ context.Context, p models.Principal, in *dueQuery) (*dueOut, error) {
	after, err := dueAfter(in.Cursor)
	if err != nil {
		return nil, err
	}
	due := slices.DeleteFunc(s.Review(s.Now()), func(d models.Due) bool {
		seen := d.Unit == "" || p.SeesUnit(d.Unit)
		return !seen || in.Kind != "" && d.Kind != in.Kind || in.Cursor != "" && d.Compare(after) <= 0
	})
	next := ""
	if len(due) > in.Limit {
		due = due[:in.Limit]
		next = dueCursor(due[in.Limit-1], p.SeesContacts())
	}
	views := make([]dueView, len(due))
	for i, d := range due {
		views[i] = dueView{Kind: d.Kind, Key: dueKey(d, p.SeesContacts()), Unit: d.Unit, AsOf: d.AsOf, Why: d.Why}
	}
	return &dueOut{newList(views, next)}, nil
}

// dueKey is the piece's key, without an internal number for who does not see
// contacts.
func dueKey(d models.Due, contacts bool) string {
	if d.Internal && !contacts {
		return d.Key[:strings.LastIndex(d.Key, "/")+1]
	}
	return d.Key
}

// behindNumbers sorts behind every number at its place in a key.
const behindNumbers = "~"

// dueCursor names the piece that a page ended with. Where the number is not
// told, the next page begins behind all that share the rest of the key.
func dueCursor(d models.Due, contacts bool) string {
	key := dueKey(d, contacts)
	if key != d.Key {
		key += behindNumbers
	}
	raw, _ := json.Marshal([3]string{d.Kind, d.Unit, key}) // strings always encode
	return base64.RawURLEncoding.EncodeToString(raw)
}

func dueAfter(cursor string) (models.Due, error) {
	if cursor == "" {
		return models.Due{}, nil
	}
	var at [3]string
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || json.Unmarshal(raw, &at) != nil {
		return models.Due{}, store.ErrCursor
	}
	return models.Due{Kind: at[0], Unit: at[1], Key: at[2]}, nil
}
