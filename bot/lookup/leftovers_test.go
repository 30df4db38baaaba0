package lookup

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

// TestLeftovers: what a wrong keyboard leaves is read as it was meant.
func TestLeftovers(t *testing.T) {
	t.Parallel()
	l := newLanguage(languageSource{})
	for typed, want := range map[string]string{
		"giaays": "giấy", "giaasy": "giấy", "dduowngf": "đường", "dduwowngf": "đường", "nuwowcs": "nước", "thair": "thải",
		"hoof": "hồ", "thuwcj": "thực", "keets": "kết", "hoonn": "", "phuwowngf": "phường", "ddieenj": "điện", "caanf": "cần",
		"gia6y1": "giấy", "giay61": "giấy", "d9u7o7ng2": "đường", "d9u7o72ng": "đường", "d9uo7ng2": "đường", "nu7o7c1": "nước",
		"ho62": "hồ", "ke61t": "kết", "chu71ng": "chứng", "toi": "", "ap3": "", "kp2": "", "rac": "", "q1": "",
	} {
		words := l.Meant(l.Words(typed))
		if want == "" {
			assert.Equal(t, typed, words[0].Fold, typed)
			continue
		}
		fold, accents := spell(want)
		assert.Equal(t, fold, words[0].Fold, typed)
		assert.Equal(t, accents, words[0].accents, typed)
	}
	words := l.Meant(l.Words("vo75 cho62ng mo71i cu7o71i, ve62 nha2 na2o"))
	assert.Equal(t, "nha", words[5].Fold, "one figure is a mark where others stand")
	words = l.Meant(l.Words("please send this letters to us"))
	assert.Equal(t, "this", words[2].Fold, "English stays as it is")
}
