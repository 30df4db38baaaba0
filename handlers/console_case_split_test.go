package handlers

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const partCode = "PA2026-BBBBBB"

// splits gives a desk what mints codes.
func splits(d *Deps) { d.Answering.NewCode = func(time.Time) string { return partCode } }

// TestSplittingOnThePage: a sentence and a photo become a case of another unit,
// once, and the citizen hears its code.
func TestSplittingOnThePage(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		d := newDesk(t, url, answersWell, splits)
		d.fillCase(t)
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
			c, err := tx.Case(caseCode)
			if err == nil {
				c.Description = "Rác đầy hẻm. Đèn tối quá."
				err = tx.SaveCase(c)
			}
			return err
		}))
		d.play(t)
		page := casePage + "/split"
		send := func(fields []string, pairs ...string) answer { return b.post(page, append(fields, pairs...)...) }
		for _, bad := range [][]string{
			{"unit", "long-khanh", "kind", "phan_anh", "category", "rac"},
			{"unit", "long-khanh", "kind", "phan_anh", "category", "", "part", "1"},
			{"unit", "mars", "kind", "phan_anh", "category", "rac", "part", "1"},
			{"unit", "long-khanh", "kind", "phan_anh", "category", "rac", "part", "7", "file", "no-such"},
		} {
			refused := send(b.fields(t), bad...)
			require.Equal(t, http.StatusUnprocessableEntity, refused.Code, bad)
			require.Contains(t, refused.Body, "Chưa tách")
		}
		stale := b.fields(t)
		b.leads(b.act(t, "action", "accept"), casePage)
		whole := []string{"unit", "long-khanh", "kind", "kien_nghi", "category", "rac", "part", "1", "file", "photo"}
		refused := send(stale, whole...)
		require.Equal(t, http.StatusConflict, refused.Code)
		require.Contains(t, refused.Body, `value="1" checked`, "what was ticked stays")
		d.advance(undoFor)
		d.play(t)

		fields := b.fields(t)
		for range 2 { // posted twice on a weak line
			b.leads(send(fields, whole...), casePage)
		}
		part, err := d.store.Case(t.Context(), partCode)
		require.NoError(t, err)
		require.Equal(t, "Đèn tối quá.", part.Description)
		require.Equal(t, "long-khanh", part.Unit)
		require.Equal(t, models.KienNghi, part.Kind)
		require.Equal(t, models.StatusNew, part.Status)
		require.Len(t, part.Attachments, 1)
		require.Equal(t, "photo", part.Attachments[0].ID)
		c := d.caseNow(t)
		require.Equal(t, "Rác đầy hẻm. Đèn tối quá.", c.Description)
		require.Len(t, c.Attachments, 3)
		last := c.Events[len(c.Events)-1]
		require.Equal(t, models.ActSplit, last.Action)
		require.Equal(t, partCode, last.Detail)
		require.Equal(t, c.CreatedAt.UTC(), part.CreatedAt.UTC(), "the clock goes on from the day it was told")
		told := d.play(t)
		require.Len(t, told, 1, "once")
		require.Equal(t, partCode, told[0].Case)
		require.Equal(t, caseCode, told[0].Into)
		require.Equal(t, models.ActSplit, told[0].Action)
		after := b.get(casePage).Body
		require.Contains(t, after, `<a href="/console/cases/`+partCode+`">`)
		require.NotContains(t, after, "Hồ sơ giống", "its own part is no double")
		foreign := d.member(t, "ban@example.vn", models.RoleOfficer, "long-khanh")
		require.Contains(t, foreign.get(casesPath+"/"+partCode).Body, "Đèn tối quá.")
		require.Equal(t, http.StatusNotFound, foreign.post(page, whole...).Code, "of a case of another unit")
	})
}
