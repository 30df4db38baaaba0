package handlers

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

func TestAreaOf(t *testing.T) {
	t.Parallel()
	for place, want := range map[string]string{
		"trước số nhà 12, đường Nguyễn Ái Quốc": "nguyen ai quoc",
		"Đường Nguyễn Ái Quốc":                  "nguyen ai quoc",
		"hẻm 45 đường Cách Mạng Tháng Tám, K3":  "cach mang thang tam",
		"Hà Huy Giáp, gần cầu Rạch Cát":         "ha huy giap",
		"Trước chợ Biên Hòa":                    "bien hoa",
		"hẻm 5":                                 "hem 5",
		"":                                      "",
		"  ngã ba vườn mít ":                    "nga ba vuon mit",
		"Chung cư Thanh Bình (lô B), P. Hố Nai": "thanh binh",
	} {
		_, key := areaOf(place)
		require.Equal(t, want, key, place)
	}
}

// TestFieldRoute: what is at one street is visited together; the most urgent place
// first, then the nearest; what is due by tonight before what is not.
func TestFieldRoute(t *testing.T) {
	t.Parallel()
	tonight := testNow.Add(12 * time.Hour)
	at := func(lat float64) *models.Location { return &models.Location{Lat: lat, Lng: 106.8} }
	c := func(code, place string, hours int, where *models.Location) models.Case {
		return models.Case{Code: code, Place: place, DueAt: testNow.Add(time.Duration(hours) * time.Hour), Location: where}
	}
	none := c("NODATE", "hẻm 9", 0, at(10.900))
	none.DueAt = time.Time{}
	cases := []models.Case{
		c("LATE", "đường Hà Huy Giáp", -30, at(10.960)),
		c("TODAY-FAR", "ấp 2", 3, at(10.990)),
		c("TODAY-NEAR", "ấp 3", 5, at(10.965)),
		c("TODAY-LOST", "đâu đó", 4, nil),
		c("NEXT-STREET", "12 Hà Huy Giáp", 90, nil),
		c("NEXT-DOOR", "chợ nhỏ", 95, at(10.9611)),
		c("LATER", "ấp 5", 100, at(10.980)),
		none,
	}
	var got [][]string
	for _, s := range fieldRoute(cases, tonight) {
		var codes []string
		for _, c := range s.Cases {
			codes = append(codes, c.Code)
		}
		got = append(got, codes)
	}
	require.Equal(t, [][]string{
		{"LATE", "NEXT-STREET", "NEXT-DOOR"}, {"TODAY-NEAR"}, {"TODAY-FAR"}, {"TODAY-LOST"}, {"LATER"}, {"NODATE"},
	}, got)
	require.Empty(t, fieldRoute(nil, tonight))
}
