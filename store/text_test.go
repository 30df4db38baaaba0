package store

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// Whatever text a JSON value carries, it stays valid and the same but for NUL.
func FuzzWithoutNUL(f *testing.F) {
	for _, s := range []string{"", "a\x00b", `\u0000`, `\\u0000`, "\\\x00\\", "\xff\x00", `"`, "đ\x00\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		b, err := json.Marshal(s)
		require.NoError(t, err)
		var before, after string
		require.NoError(t, json.Unmarshal(b, &before))
		require.NoError(t, json.Unmarshal([]byte(withoutNUL(string(b))), &after))
		require.Equal(t, strings.ReplaceAll(before, "\x00", "\uFFFD"), after)
	})
}

// A cursor is refused or says exactly what it was made of.
func FuzzCursor(f *testing.F) {
	f.Add(cursorOf("c", place{1, "PA-1"}))
	f.Add(cursorOf("c", place{-5, "a\nb"}))
	f.Add("MTIz")
	f.Fuzz(func(t *testing.T, s string) {
		got, err := Page{Cursor: s}.parse("c")
		if err != nil {
			require.ErrorIs(t, err, ErrCursor)
			return
		}
		if got != nil {
			require.Equal(t, s, cursorOf("c", *got))
		}
	})
}

func TestKeyKeepsDifferentIDsDifferent(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("x", maxKey)
	require.Equal(t, "m_1", key("m_1"))
	require.Equal(t, long, key(long))
	ids := []string{long + "1", long + "2", "\x00", "\uFFFD", "\xff", "a\x00"}
	seen := map[string]bool{}
	for _, id := range ids {
		k := key(id)
		require.True(t, isClean(k))
		require.LessOrEqual(t, len(k), maxKey)
		seen[k] = true
	}
	require.Len(t, seen, len(ids))
}

func TestFold(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{"Đường ĐỎ": "duong do", "NGUYỄN": "nguyen", "a\u0301": "a", "PA2026-X": "pa2026-x", "\x00": "\uFFFD"} {
		require.Equal(t, want, fold(in), in)
	}
}

func TestHolds(t *testing.T) {
	t.Parallel()
	const text = "PA2026-AAAAAA Đường Nguyễn Ái Quốc"
	for query, want := range map[string]bool{"": true, "duong  QUOC": true, "pa2026": true, "ái x": false, "09": false} {
		require.Equal(t, want, Holds(text, query), query)
	}
}

func TestPhoneOf(t *testing.T) {
	t.Parallel()
	for in, want := range map[string]string{
		"0912345678": "0912345678", "+84 912.345-678": "0912345678", "84912345678": "0912345678", "(0251) 3822 501": "02513822501",
		"12345": "", "phòng 0912345678": "", "": "",
	} {
		require.Equal(t, want, phoneOf(in), in)
	}
}
