package models_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

func TestDossierCode(t *testing.T) {
	t.Parallel()
	for written, want := range map[string]string{
		"h19.12-261126-0001":       "H19.12-261126-0001",
		" 000.00.12.H19–261126–12": "000.00.12.H19-261126-12",
		"H19.12 - 261126 - 0001.":  "H19.12-261126-0001",
		"TB-2026-00123":            "TB-2026-00123",
		"12345/QD-UBND":            "",
		"2611260001":               "2611260001",
		"12":                       "",
		"khong co":                 "",
		"mã 12345":                 "",
		"H19\n261126":              "",
		"":                         "",
	} {
		got, ok := models.DossierCode(written)
		assert.Equal(t, want != "", ok, written)
		if ok {
			assert.Equal(t, want, got)
		}
	}
}

func TestDossierTail(t *testing.T) {
	t.Parallel()
	for code, want := range map[string]string{
		"H19.12-261126-0001": "261126-0001", "261126-0001": "261126-0001", "H19-269926-0001": "",
		"TB/2026/00123": "", "H19-261126-": "", "": "", "261126": "", "H19-261126-0001234": "",
	} {
		assert.Equal(t, want, models.DossierTail(code), code)
	}
}

func TestDossierStagesAreFoundByAnyName(t *testing.T) {
	t.Parallel()
	all := models.DossierStages{{Code: "xong", Name: "Đã xử lý xong", Aliases: []string{"9"}, Ready: true}, {Code: "moi", Name: "Mới đăng ký"}}
	for _, said := range []string{"xong", "ĐÃ  xử lý xong", " 9 "} {
		s, ok := all.Find(said)
		require.True(t, ok, said)
		require.Equal(t, "xong", s.Code)
	}
	_, ok := all.Find("")
	require.False(t, ok)
	require.True(t, all.Done("xong"))
	require.False(t, all.Done("moi"))
	require.False(t, all.Done("no such"))
}

func TestDossierEventsAreOfTheirConversation(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 11, 26, 8, 0, 0, 0, time.UTC)
	e, ok := models.DossierReady("zalo:3:77", "H19-261126-0001", at, at)
	require.True(t, ok)
	require.Equal(t, "zalo:3:77", e.Conversation())
	require.Equal(t, models.EventStatus, e.Kind)
	a, ok := models.DossierAnswer("zalo:3:77", "H19-261126-0001", models.NoticeUnreachable, at, at)
	require.True(t, ok)
	require.Equal(t, models.EventDossier, a.Kind)
	require.NotEqual(t, e.ID, a.ID)
	_, ok = models.DossierReady("web:PA2026", "H19-261126-0001", at, at)
	require.False(t, ok)
}

func FuzzDossierCode(f *testing.F) {
	for _, s := range []string{"H19.12-261126-0001", "0912345678", "a–b", "\xff", "ſſ1234"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		code, ok := models.DossierCode(s)
		if !ok {
			return
		}
		again, ok := models.DossierCode(code)
		require.True(t, ok)
		require.Equal(t, code, again, "a code that is kept is read as itself")
		require.LessOrEqual(t, len(code), 40)
	})
}
