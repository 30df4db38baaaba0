package relay

import (
	"encoding/binary"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/bot"
	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/picture/picturetest"
	"github.com/langnghe/langnghe/store"
)

// whereTagged is the place of a taggedJPEG.
var whereTagged = models.Location{Lat: 10 + 56.0/60 + 40.8/3600, Lng: 106 + 49.0/60 + 27.6/3600}

// sends appends a photo, and fetch fetches what there is to be fetched.
func (w *world) sends(peer, url string) {
	w.t.Helper()
	e := w.event(peer, "")
	e.Files = []models.File{{Kind: "image", URL: url}}
	require.NoError(w.t, w.store.Append(w.t.Context(), []models.Event{e}))
	w.play()
}

// fetches returns who fetches files for the world, from a server that has the
// same one under every name.
func (w *world) fetches(file []byte) (fetch func(), url string) {
	w.t.Helper()
	server := httptest.NewServer(body(file))
	w.t.Cleanup(server.Close)
	m := NewMedia(MediaDeps{
		Store: w.store, Blob: &memoryMedia{blobs: map[string][]byte{}, types: map[string]string{}},
		Hosts: []string{server.Listener.Addr().String()}, Log: silent(), Now: time.Now,
	})
	w.t.Cleanup(m.client.CloseIdleConnections)
	return func() {
		claimed, err := w.store.ClaimAttachments(w.t.Context(), 10, time.Minute)
		require.NoError(w.t, err)
		require.NotEmpty(w.t, claimed)
		for _, a := range claimed {
			m.handle(w.t.Context(), a)
		}
	}, server.URL + "/1.jpg"
}

// centre gives the ward Trấn Biên a centre so many degrees north of the photo.
func (w *world) centre(north float64) {
	w.inbox.Offices.Centres = map[string]models.Location{"tran-bien": {Lat: whereTagged.Lat + north, Lng: whereTagged.Lng}}
}

func TestPhotosPlaceIsOfferedAndUsedOnAYes(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.centre(0.01)
		fetch, link := w.fetches(picturetest.Tagged(binary.BigEndian, 1))
		for _, answer := range []string{"yes", "no"} {
			peer := "70" + answer
			w.sends(peer, link)
			require.Equal(t, "report.describe", step(w.last(peer)))
			fetch() // while the citizen writes
			w.says(peer, complaint)
			w.play()
			w.tap(peer, "report.describe:done")
			require.Equal(t, "report.photo_place", step(w.last(peer)))
			require.Contains(t, w.last(peer).Text, "Trấn Biên")
			w.tap(peer, "report.photo_place:"+answer)
			if answer == "no" {
				require.Equal(t, "report.place", step(w.last(peer)), "its own place is not used")
				w.tap(peer, "report.place:skip")
			}
			w.tap(peer, "report.contact:anonymous")
			w.tap(peer, "report.confirm:yes")
			c := w.theCase(w.last(peer).Case)
			if answer == "no" {
				require.Nil(t, c.Location)
				continue
			}
			require.InDelta(t, whereTagged.Lat, c.Location.Lat, 1e-6)
			require.InDelta(t, whereTagged.Lng, c.Location.Lng, 1e-6)
		}
	})
}

func TestPhotosPlaceThatComesLateIsOfferedToWhoToldNone(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		w := newWorld(t, url)
		w.centre(1)
		fetch, link := w.fetches(picturetest.Tagged(binary.LittleEndian, 1))
		for _, peer := range []string{"7001", "7002", "7003"} {
			w.sends(peer, link)
			w.says(peer, complaint)
			w.play()
			w.tap(peer, "report.describe:done")
			require.Equal(t, "report.place", step(w.last(peer)), "nothing is known of the photo yet")
		}
		w.tap("7003", "report.place:skip")
		fetch()
		w.tap("7001", "report.place:skip")
		require.Equal(t, "report.photo_place", step(w.last("7001")))
		require.NotContains(t, w.last("7001").Text, "Trấn Biên", "too far away to be called near")
		w.says("7002", "hẻm 12 đường Nguyễn Trãi")
		w.play()
		require.Equal(t, "report.contact", step(w.last("7002")), "the citizen's own word is enough")
		w.tap("7003", "report.contact:anonymous")
		require.Equal(t, "report.confirm", step(w.last("7003")), "who settled it is not asked again")
	})
}

func TestPhotoOfAFiledCaseOffersNoPlace(t *testing.T) {
	t.Parallel()
	w := newWorld(t, databases.SQLite(t))
	w.centre(0.01)
	fetch, link := w.fetches(picturetest.Tagged(binary.BigEndian, 1))
	w.says("7001", complaint)
	w.play()
	w.tap("7001", "report.place:skip")
	w.tap("7001", "report.contact:anonymous")
	w.tap("7001", "report.confirm:yes")
	code := w.last("7001").Case
	w.sends("7001", link)
	fetch()
	require.NoError(t, w.store.Update(t.Context(), func(tx *store.Tx) error {
		k := &talk{play: w.inbox.newPlay(tx), state: bot.State{Filed: code}}
		e := bot.Event{}
		require.NoError(t, k.photo(&e))
		require.Nil(t, e.PhotoPlace)
		return nil
	}))
	w.says("7001", "cảm ơn")
	w.play()
	require.NotEqual(t, "report.photo_place", step(w.last("7001")))
	require.Nil(t, w.theCase(code).Location)
}
