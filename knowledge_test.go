package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

// aliasOf teaches that a phrase asks for a procedure.
func aliasOf(t *testing.T, phrase, procedure string) models.Content {
	t.Helper()
	body, err := json.Marshal(map[string]string{"procedure": procedure, "text": phrase})
	require.NoError(t, err)
	return models.Content{Kind: models.ContentAlias, Key: phrase, Body: string(body)}
}

func TestWhatIsTaughtIsTriedThenKnown(t *testing.T) {
	t.Parallel()
	m, err := newMind(false)
	require.NoError(t, err)
	const phrase = "giấy xanh cho cu tí"
	questions := []string{phrase, "làm giấy khai sinh cần gì", "hello"}
	require.NotEqual(t, models.Answered, m.ear().Reply(phrase).Outcome, "nobody knows that yet")

	alias := aliasOf(t, phrase, "khai-sinh")
	differences, err := m.Try([]models.Content{alias}, questions)
	require.NoError(t, err)
	require.Len(t, differences, 1, "nothing else changes")
	require.Equal(t, phrase, differences[0].Question)
	require.Equal(t, models.Reply{Outcome: models.Answered, Procedures: []string{"khai-sinh"}}, differences[0].After)
	require.NotEqual(t, models.Answered, m.ear().Reply(phrase).Outcome, "it was only tried")

	require.NoError(t, m.learn([]models.Content{alias}))
	require.Equal(t, differences[0].After, m.ear().Reply("Giay xanh cho cu ti"), "without accents too")

	_, err = m.Try([]models.Content{aliasOf(t, phrase, "no-such")}, questions)
	require.ErrorContains(t, err, "no-such")
	misfit := aliasOf(t, "x", "no-such")
	require.ErrorContains(t, m.learn([]models.Content{misfit, alias}), "no-such")
	require.Equal(t, differences[0].After, m.ear().Reply(phrase), "what does not fit takes nothing along")
	_, err = m.Try([]models.Content{misfit, alias}, questions)
	require.NoError(t, err, "nor does it stand in the way of others")
}

func TestAnEntryThatChangesListsWhoWasAnsweredWithIt(t *testing.T) {
	t.Parallel()
	m, err := newMind(false)
	require.NoError(t, err)
	fee := models.Content{Kind: models.ContentProcedure, Key: "khai-sinh", Body: `{"fee":{"text":"5.000 đồng"}}`}
	differences, err := m.Try([]models.Content{fee}, []string{"đăng ký khai sinh", "đăng ký kết hôn"})
	require.NoError(t, err)
	require.Len(t, differences, 1)
	require.True(t, differences[0].Told)
}

func TestExplainNamesTheWordsInCommon(t *testing.T) {
	t.Parallel()
	m, err := newMind(false)
	require.NoError(t, err)
	x := m.Explain("làm giấy khai sinh cho con cần giấy tờ gì")
	require.Equal(t, "ask", x.Intent)
	require.NotEmpty(t, x.Shares)
	require.NotEmpty(t, x.Candidates)
	require.Equal(t, "khai-sinh", x.Candidates[0].Code)
	require.Contains(t, x.Candidates[0].Matched, "khai")
	require.Equal(t, "khai-sinh", m.Nearest("khai sinh"))
}

// BenchmarkTry tries a change on 10,000 questions, the most that are kept of 90
// days.
func BenchmarkTry(b *testing.B) {
	m, err := newMind(false)
	require.NoError(b, err)
	var questions []string
	names, err := fs.Glob(os.DirFS("data"), "train/ask-*.jsonl")
	require.NoError(b, err)
	for len(questions) < 10_000 {
		for _, name := range names {
			raw, err := os.ReadFile("data/" + name)
			require.NoError(b, err)
			for s := bufio.NewScanner(bytes.NewReader(raw)); s.Scan(); {
				var l struct{ Text string }
				require.NoError(b, json.Unmarshal(s.Bytes(), &l))
				questions = append(questions, l.Text)
			}
		}
	}
	alias := models.Content{Kind: models.ContentAlias, Key: "x", Body: `{"procedure":"khai-sinh","text":"giấy xanh cho cu tí"}`}
	for b.Loop() {
		start := time.Now()
		_, err := m.Try([]models.Content{alias}, questions[:10_000])
		require.NoError(b, err)
		b.ReportMetric(time.Since(start).Seconds(), "s/10000")
	}
}
