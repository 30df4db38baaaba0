package main

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestSuggestions: only what the case does not have, with the words as they are
// written.
func TestSuggestions(t *testing.T) {
	t.Parallel()
	m, err := newMind(false)
	require.NoError(t, err)
	a := &App{mind: m}
	text := "Đèn đường tối thui cả tuần ở xã Long Thành"
	s := a.suggest(text, "rac-thai", "tran-bien")
	require.Equal(t, "den-duong", s.Category)
	require.Subset(t, s.Words, []string{"Đèn đường", "tối thui"})
	require.Equal(t, "long-thanh", s.Unit)
	require.Equal(t, []string{"Long Thành"}, s.UnitWords)
	require.Zero(t, a.suggest(text, "den-duong", "long-thanh"))
}
