package relay

import "github.com/langnghe/langnghe/bot"

// photoNear is how far from a unit's centre, in metres, a photo may be taken to
// be called near it. The largest communes are about 25 km across.
const photoNear = 12_000

// photo adds where a photo of the open report says it was taken. Files are
// fetched while the talk goes on: what a photo tells is kept with it, and is
// handed on with the first turn after it was fetched, while the dialogue still
// wants a place.
func (k *talk) photo(e *bot.Event) error {
	r := k.state.Report
	if !r.WantsPlace() || len(r.Files) == 0 {
		return nil
	}
	place, err := k.tx.PhotoPlace(ids(r.Files))
	if err != nil || place == nil {
		return err
	}
	e.PhotoPlace = place
	if near := k.Offices.nearest(place); len(near) > 0 && metres(*place, k.Offices.Centres[near[0].Slug]) <= photoNear {
		e.PhotoNear = near[0].Name
	}
	return nil
}
