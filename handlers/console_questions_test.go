package handlers

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/alexedwards/argon2id"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// member logs somebody in whose role covers the unit, "" being the province.
func (d *desk) member(t *testing.T, email string, role models.Role, unit string) *screen {
	t.Helper()
	hash, err := argon2id.CreateHash(oneTime, cheap())
	require.NoError(t, err)
	require.NoError(t, d.store.SaveAccount(t.Context(), store.Account{Email: email, Name: "Lan", Role: role, Unit: unit}, hash))
	b := d.screen(t)
	b.leads(b.logIn(email, oneTime), startPath)
	b.leads(b.post(passwordPath, "new", sentence, "again", sentence), startPath)
	return b
}

func TestAQuestionIsTaughtOnThePage(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		var id int64
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
			return tx.Ask(models.Question{Conversation: "zalo:3:7", Unit: "tran-bien", Text: "giấy <b>xanh</b>", Outcome: models.Unknown})
		}))
		open, err := d.store.OpenQuestions(t.Context(), "", 1)
		require.NoError(t, err)
		id = open[0].ID
		b := d.member(t, lan, models.RoleOfficer, "")
		page := b.get(questionsPath)
		require.Equal(t, http.StatusOK, page.Code, page.Body)
		require.Contains(t, page.Body, "giấy &lt;b&gt;xanh&lt;/b&gt;", "citizens' words are escaped")
		require.Contains(t, page.Body, "Đăng ký khai sinh")

		form := []string{"ids", fmt.Sprint(id), "procedure", "khai-sinh", "alias", "giấy xanh"}
		tried := b.post(questionsPath, form...)
		require.Equal(t, http.StatusOK, tried.Code, tried.Body)
		require.Contains(t, tried.Body, "1 câu sẽ được trả lời khác đi")
		pieces, err := d.store.Content(t.Context())
		require.NoError(t, err)
		require.Empty(t, pieces, "seen before it is saved")
		b.leads(b.post(questionsPath, append(form, "save", "1")...), questionsPath)
		require.Contains(t, b.get(questionsPath).Body, "Hiện không có câu nào chờ")
		pieces, err = d.store.Content(t.Context())
		require.NoError(t, err)
		require.Len(t, pieces, 1)
	})
}

func TestQuestionsPageKeepsToTheUnit(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
			return tx.Ask(models.Question{Conversation: "zalo:3:7", Unit: "long-khanh", Text: "của người khác", Outcome: models.Unknown})
		}))
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		require.NotContains(t, b.get(questionsPath).Body, "của người khác")
		require.Equal(t, http.StatusForbidden, b.post(questionsPath, "ids", "1", "procedure", "khai-sinh", "save", "1").Code)
		for _, bad := range [][]string{
			{"ids", "", "procedure", "khai-sinh"}, {"ids", "x", "procedure", "khai-sinh"}, {"ids", "1", "procedure", "no-such"},
		} {
			require.Equal(t, http.StatusUnprocessableEntity, b.post(questionsPath, bad...).Code)
		}
	})
}

func TestUnderstandPageTellsWhy(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleViewer, "tran-bien")
		require.Equal(t, http.StatusOK, b.get(understandPath).Code)
		page := b.get(understandPath + "?text=%3Cscript%3Ekhai+sinh")
		require.Equal(t, http.StatusOK, page.Code)
		require.NotContains(t, page.Body, "<script>khai")
		require.Contains(t, page.Body, `name="text" value="&lt;script&gt;khai sinh"`)
		require.Contains(t, page.Body, "hỏi thủ tục", "the intent")
		require.Equal(t, http.StatusForbidden, b.get(questionsPath).Code, "a viewer does not read citizens' words")
	})
}
