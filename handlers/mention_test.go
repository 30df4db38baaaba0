package handlers

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

func TestWhomANoteNames(t *testing.T) {
	t.Parallel()
	accounts := []store.Account{
		{Email: "lan@tb.vn", Role: models.RoleOfficer, Unit: "tran-bien"},
		{Email: "binh.le@tb.vn", Role: models.RoleViewer, Unit: "tran-bien"},
		{Email: "xa@lk.vn", Role: models.RoleOfficer, Unit: "long-khanh"},
		{Email: "gone@tb.vn", Role: models.RoleOfficer, Unit: "tran-bien", Disabled: true},
		{Email: "head@tb.vn", Role: models.RoleLeader, Unit: "tran-bien"},
	}
	c := models.Case{Unit: "tran-bien"}
	secret := models.Case{Unit: "tran-bien", Sensitive: true}
	for _, one := range []struct {
		text    string
		c       models.Case
		want    []string
		refused bool
	}{
		{"@lan xem giúp", c, []string{"lan@tb.vn"}, false},
		{"nhờ @LAN@tb.vn, @binh.le. và @lan", c, []string{"lan@tb.vn", "binh.le@tb.vn"}, false},
		{"viết cho lan@tb.vn, facebook @rac.sach", c, nil, false},
		{"@xa xem", c, nil, true},
		{"@gone xem", c, nil, true},
		{"@lan xem", secret, nil, true},
		{"@head xem", secret, []string{"head@tb.vn"}, false},
	} {
		got, err := mentioned(one.text, accounts, one.c)
		require.Equal(t, one.refused, err != nil, one.text)
		require.Equal(t, one.want, got, one.text)
	}
}

// TestANoteThatNamesSomebody: who is named finds the case in the inbox until it was
// looked at, and an alarm for the mail; who may not see it cannot be named.
func TestANoteThatNamesSomebody(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		lanAt := d.member(t, lan, models.RoleOfficer, "tran-bien")
		binh := d.member(t, "binh@example.vn", models.RoleViewer, "tran-bien")
		d.member(t, "xa@example.vn", models.RoleOfficer, "long-khanh")
		page := lanAt.get(casePage)
		require.Contains(t, page.Body, `name="mention" value="binh@example.vn"`)
		require.NotContains(t, page.Body, `value="xa@example.vn"`, "may not see the case")

		refused := lanAt.act(t, "action", "note", "text", "nhờ @xa lo giúp", "mention", "binh@example.vn")
		require.Equal(t, http.StatusUnprocessableEntity, refused.Code)
		require.Contains(t, refused.Body, "không xem được hồ sơ này")
		require.Contains(t, refused.Body, ">nhờ @xa lo giúp @binh@example.vn</textarea>", "what was typed is kept, in the note")
		require.Equal(t, 1, strings.Count(refused.Body, ">nhờ @xa lo giúp"), "and not in the answer to the citizen")
		require.Len(t, d.caseNow(t).Events, 1)

		lanAt.leads(lanAt.act(t, "action", "note", "text", "nhờ xem giúp", "mention", "binh@example.vn"), casePage)
		require.Equal(t, "nhờ xem giúp @binh@example.vn", d.caseNow(t).Events[1].Text)
		alarms, err := d.store.Unmailed(t.Context(), store.AlarmMentioned, d.now().Add(-time.Hour), 5)
		require.NoError(t, err)
		require.Len(t, alarms, 1)
		require.Equal(t, "binh@example.vn", alarms[0].About)
		require.Equal(t, caseCode, alarms[0].Case)
		require.NotContains(t, lanAt.get(casesPath+"?view=mentioned").Body, caseCode, "names somebody else")

		list := binh.get(casesPath + "?view=mentioned")
		require.Contains(t, list.Body, "dong-"+caseCode)
		require.Regexp(t, `Nhắc tên tôi <span[^>]*>1</span>`, list.Body)
		require.Contains(t, binh.get(casePage).Body, "nhờ xem giúp")
		require.NotContains(t, binh.get(casesPath+"?view=mentioned").Body, "dong-"+caseCode, "it was looked at")

		lanAt.leads(lanAt.act(t, "action", "note", "text", "@binh nhắc lại"), casePage)
		require.Contains(t, binh.get(casesPath+"?view=mentioned").Body, "dong-"+caseCode, "named again")
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) error {
			c, err := tx.Case(caseCode)
			if err == nil {
				c.Unit = "long-khanh"
				err = tx.SaveCase(c)
			}
			return err
		}))
		require.NotContains(t, binh.get(casesPath+"?view=mentioned").Body, "dong-"+caseCode, "no longer theirs to see")
	})
}
