package picture

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/jpeg"
	"image/png"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/picture/picturetest"
)

func TestTurnsEachOrientation(t *testing.T) {
	t.Parallel()
	// Where the corner that was at the left above while the camera was held as
	// the tag says, is in the upright picture. Source: EXIF 2.32, tag 0x0112.
	corners := map[uint16]image.Point{1: {5, 5}, 2: {55, 5}, 3: {55, 35}, 4: {5, 35}, 5: {5, 5}, 6: {35, 5}, 7: {35, 55}, 8: {5, 55}, 9: {5, 5}}
	for orientation, corner := range corners {
		m := parseMeta(picturetest.Tagged(binary.BigEndian, orientation))
		got, err := draw(bytes.NewReader(picturetest.Tagged(binary.BigEndian, orientation)), m.Orientation, 0)
		require.NoError(t, err)
		img, err := jpeg.Decode(bytes.NewReader(got.Data))
		require.NoError(t, err)
		red := 0
		for _, p := range []image.Point{{5, 5}, {img.Bounds().Dx() - 5, 5}, {5, img.Bounds().Dy() - 5}, {img.Bounds().Dx() - 5, img.Bounds().Dy() - 5}} {
			if r, _, b, _ := img.At(p.X, p.Y).RGBA(); r > b {
				red++
				require.Equal(t, corner, p, "orientation %d", orientation)
			}
		}
		require.Equal(t, 1, red, "orientation %d", orientation)
	}
}

func TestMakesLargePhotosSmaller(t *testing.T) {
	t.Parallel()
	var b bytes.Buffer
	require.NoError(t, png.Encode(&b, image.NewGray(image.Rect(0, 0, 3000, 30))))
	got, err := draw(&b, 1, 0)
	require.NoError(t, err)
	require.Equal(t, "image/png", got.ContentType)
	img, err := png.Decode(bytes.NewReader(got.Data))
	require.NoError(t, err)
	require.Equal(t, image.Pt(2048, 20), img.Bounds().Size())
}

func FuzzParseMeta(f *testing.F) {
	f.Add(append([]byte("\xFF\xD8\xFF\xE1\x01\x00"), picturetest.Segment(binary.BigEndian, 3)...))
	f.Add(append([]byte("\xFF\xD8\xFF\xE1\x01\x00"), picturetest.Segment(binary.LittleEndian, 3)...))
	f.Add([]byte("\xFF\xD8\xFF\xE1\xFF\xFFExif\x00\x00II*\x00\xFF\xFF\xFF\xFF"))
	f.Fuzz(func(t *testing.T, b []byte) {
		m := parseMeta(b)
		if m.Orientation < 1 || m.Orientation > 8 {
			t.Fatalf("orientation %d", m.Orientation)
		}
		if p := m.Place; p != nil && !(p.Lat >= -90 && p.Lat <= 90 && p.Lng >= -180 && p.Lng <= 180) {
			t.Fatalf("place %v", *p)
		}
	})
}

// TestACopyKeepsWithinItsBytes: coarser first, then smaller, whatever it came as.
func TestACopyKeepsWithinItsBytes(t *testing.T) {
	t.Parallel()
	noise := image.NewRGBA(image.Rect(0, 0, 900, 600)) // what compresses worst
	dice := rand.New(rand.NewPCG(1, 2))
	for i := range noise.Pix {
		noise.Pix[i] = byte(dice.Uint32())
	}
	var asPNG bytes.Buffer
	require.NoError(t, png.Encode(&asPNG, noise))
	for _, most := range []int{0, 400_000, 50_000, 2_000} {
		got, err := NewDrawer().DrawWithin(t.Context(), bytes.NewReader(asPNG.Bytes()), 1, most)
		require.NoError(t, err)
		c, kind, err := image.DecodeConfig(bytes.NewReader(got.Data))
		require.NoError(t, err)
		require.Equal(t, "image/"+kind, got.ContentType)
		if most == 0 {
			require.Equal(t, "image/png", got.ContentType)
			continue
		}
		require.LessOrEqual(t, len(got.Data), most)
		require.InDelta(t, 1.5, float64(c.Width)/float64(c.Height), 0.2, "its shape stays")
	}
	_, err := NewDrawer().DrawWithin(t.Context(), bytes.NewReader(asPNG.Bytes()), 1, 10)
	require.ErrorIs(t, err, ErrNone)
}
