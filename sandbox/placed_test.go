package sandbox

import (
	"bytes"
	"encoding/binary"
	"image/jpeg"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestPlacedPhotoTellsWhereItWasTaken(t *testing.T) {
	t.Parallel()
	for _, at := range [][2]float64{{10.9446, 106.8243}, {-33.8568, 151.2153}, {40.7, -74.01}} {
		photo := PlacedPhoto(1, at[0], at[1])
		_, err := jpeg.Decode(bytes.NewReader(photo))
		require.NoError(t, err)
		_, tiff, found := bytes.Cut(photo, []byte("Exif\x00\x00"))
		require.True(t, found)
		require.Equal(t, at[0] < 0, tiff[36] == 'S')
		require.Equal(t, at[1] < 0, tiff[60] == 'W')
		require.InDelta(t, max(at[0], -at[0]), readAngle(tiff[80:]), 1e-6)
		require.InDelta(t, max(at[1], -at[1]), readAngle(tiff[104:]), 1e-6)
	}
}

// readAngle reads three fractions: degrees, minutes and seconds.
func readAngle(b []byte) float64 {
	part := func(i int) float64 {
		return float64(binary.BigEndian.Uint32(b[8*i:])) / float64(binary.BigEndian.Uint32(b[8*i+4:]))
	}
	return part(0) + part(1)/60 + part(2)/3600
}
