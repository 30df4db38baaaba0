package handlers

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

const formType = "application/x-www-form-urlencoded"

func deletion(d *Deps) {
	d.DataDeletion = func(signed string) (Deletion, error) {
		subject, signature, _ := strings.Cut(signed, ".")
		if signature != "right" {
			return Deletion{}, errors.New("wrong signature")
		}
		return Deletion{Subject: subject, Channels: []string{"messenger:0", "messenger:1"}}, nil
	}
}

func TestDataDeletion(t *testing.T) {
	t.Parallel()
	b := newBench(t, deletion)
	b.conversations["messenger:1:known"] = models.Conversation{ID: "messenger:1:known", Channel: "messenger:1", Peer: "known"}
	for subject, conversation := range map[string]string{"known": "messenger:1:known", "stranger": ""} {
		b.events = nil
		w := b.do(http.MethodPost, "/webhooks/messenger/data-deletion", url.Values{"signed_request": {subject + ".right"}}.Encode(), "Content-Type", formType)
		require.Equal(t, http.StatusOK, w.Code)
		var got map[string]string
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
		code := got["confirmation_code"]
		require.Equal(t, map[string]string{"url": "https://gopy.example.vn/xoa-du-lieu/" + code, "confirmation_code": code}, got)
		require.Equal(t, conversation, b.erasures[code])
		if conversation == "" {
			require.Empty(t, b.events)
			continue
		}
		require.Equal(t, []models.Event{{Channel: "messenger:1", Peer: "known", ID: "erase:" + code, Kind: models.EventErase, At: testNow}}, b.events)

		w = b.do(http.MethodGet, "/xoa-du-lieu/"+code, "")
		require.Equal(t, http.StatusOK, w.Code)
		require.Contains(t, w.Body.String(), code)
	}
}

func TestDataDeletionRefused(t *testing.T) {
	t.Parallel()
	b := newBench(t, deletion)
	post := func(body string) int {
		return b.do(http.MethodPost, "/webhooks/messenger/data-deletion", body, "Content-Type", formType).Code
	}
	require.Equal(t, http.StatusForbidden, post("signed_request=x.wrong"))
	require.Equal(t, http.StatusForbidden, post(""))
	require.Equal(t, http.StatusBadRequest, post("signed_request=%zz"))
	require.Equal(t, http.StatusBadRequest, post(strings.Repeat("a", maxDeletion+1)))
	require.Empty(t, b.erasures)
	b.fail = errors.New("down")
	require.Equal(t, http.StatusServiceUnavailable, post("signed_request=x.right"))

	none := newBench(t)
	require.Equal(t, http.StatusForbidden, none.do(http.MethodPost, "/webhooks/messenger/data-deletion", "signed_request=x.right", "Content-Type", formType).Code)
}

func TestDomainProof(t *testing.T) {
	t.Parallel()
	file := "<html><meta property=\"zalo-platform-site-verification\" content=\"AbC-9_x\" /></html>\r\n"
	for configured, want := range map[string]string{
		"AbC-9_x":                   `content="AbC-9_x"`,
		"zalo_verifierAbC-9_x.html": `content="AbC-9_x"`,
		file:                        file,
		"There is no limit to it":   "There is no limit to it",
	} {
		b := newBench(t, func(d *Deps) { d.DomainProof = configured })
		w := b.do(http.MethodGet, "/zalo_verifierAbC-9_x.html", "")
		require.Equal(t, http.StatusOK, w.Code, configured)
		require.Contains(t, w.Body.String(), want)
		require.Contains(t, w.Header().Get("Content-Type"), "text/html")
	}
	b := newBench(t, func(d *Deps) { d.DomainProof = file })
	require.Equal(t, file, b.do(http.MethodGet, "/zalo_verifierAbC-9_x.html", "").Body.String(), "byte for byte")
	for _, path := range []string{"/zalo_verifierOther.html", "/zalo_verifierAbC-9_x", "/zalo_verifier.html"} {
		require.Equal(t, http.StatusNotFound, b.do(http.MethodGet, path, "").Code, path)
	}
	require.Equal(t, http.StatusNotFound, newBench(t).do(http.MethodGet, "/zalo_verifierAbC-9_x.html", "").Code)
}
