package main

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/store/storetest"
)

// TestWhoIsNamedIsMailedWhatTheyMayKnow: between a note and its mail a case may become
// sensitive, and an account may go to another unit.
func TestWhoIsNamedIsMailedWhatTheyMayKnow(t *testing.T) {
	t.Parallel()
	st, err := store.Open(t.Context(), storetest.SQLite(t), store.Options{Migrate: true})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, st.Close()) })
	for _, email := range []string{"lan@x.vn", "hoa@x.vn"} {
		require.NoError(t, st.SaveAccount(t.Context(), store.Account{Email: email, Name: email, Role: models.RoleOfficer, Unit: "tran-bien"}, ""))
	}
	for _, code := range []string{"PA2026-A", "PA2026-B"} {
		require.NoError(t, st.Update(t.Context(), func(tx *store.Tx) error {
			return tx.InsertCase(&models.Case{Code: code, Unit: "tran-bien", Kind: models.PhanAnh, Status: models.StatusNew})
		}))
	}
	told := func(email, code string) []string {
		to, err := named(st)(t.Context(), store.Alarm{Kind: store.AlarmMentioned, About: email, Case: code})
		require.NoError(t, err)
		return to
	}
	require.Equal(t, []string{"lan@x.vn"}, told("lan@x.vn", "PA2026-A"))
	require.NoError(t, st.Update(t.Context(), func(tx *store.Tx) error {
		c, err := tx.Case("PA2026-B")
		if err == nil {
			c.Sensitive = true
			err = tx.SaveCase(c)
		}
		return err
	}))
	require.Empty(t, told("lan@x.vn", "PA2026-B"))
	require.NoError(t, st.SaveAccount(t.Context(), store.Account{Email: "hoa@x.vn", Name: "Hoa", Role: models.RoleOfficer, Unit: "long-khanh"}, ""))
	require.Empty(t, told("hoa@x.vn", "PA2026-A"))
	require.Empty(t, told("ai@x.vn", "PA2026-A"))
}
