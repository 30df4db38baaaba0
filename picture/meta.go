// Package picture makes copies of images that tell nothing but what is seen on
// them, and reads what a camera wrote beside it.
package picture

import (
	"bytes"
	"encoding/binary"
	"io"

	"github.com/langnghe/langnghe/models"
)

// The few fields of EXIF 2.32 that we read, and the types they have.
const (
	tagOrientation = 0x0112
	tagGPS         = 0x8825 // offset of the place's own fields
	tagLatRef      = 1      // N or S
	tagLat         = 2      // degrees, minutes, seconds
	tagLngRef      = 3      // E or W
	tagLng         = 4
	rationals      = 3
	entrySize      = 12
	maxEntries     = 512       // of one directory; cameras write some dozens
	exifHead       = 256 << 10 // bytes of a file that hold its EXIF: one segment, near the front
)

// Meta is what a camera wrote beside the picture.
type Meta struct {
	Place       *models.Location
	Orientation int // 1 to 8, 1 is upright
}

// ReadMeta reads a JPEG's EXIF. An image without, or with a broken one, has none.
//
// It is our own reader because the usual one follows a ring of directories for
// ever and copies each field's bytes as often as they are pointed to; a photo
// made for it would take the process down.
func ReadMeta(file io.ReadSeeker) (Meta, error) {
	if err := rewind(file); err != nil {
		return Meta{}, err
	}
	head, err := io.ReadAll(io.LimitReader(file, exifHead))
	if err != nil {
		return Meta{}, err
	}
	return parseMeta(head), nil
}

func parseMeta(jpeg []byte) Meta {
	m := Meta{Orientation: 1}
	d, ok := newTIFF(exifOf(jpeg))
	if !ok {
		return m
	}
	main := d.directory(d.order.Uint32(d.data[4:]))
	if v := main[tagOrientation]; len(v) == entrySize {
		if o := int(d.order.Uint16(v[8:])); o >= 1 && o <= 8 {
			m.Orientation = o
		}
	}
	if v := main[tagGPS]; v != nil {
		m.Place = d.place(d.directory(d.order.Uint32(v[8:])))
	}
	return m
}

// exifOf finds the EXIF segment of a JPEG, nil when there is none.
func exifOf(b []byte) []byte {
	const start, segment, scan = 0xD8, 0xE1, 0xDA
	if len(b) < 2 || b[0] != 0xFF || b[1] != start {
		return nil
	}
	for b = b[2:]; len(b) >= 4 && b[0] == 0xFF && b[1] != scan; {
		size := int(binary.BigEndian.Uint16(b[2:])) + 2 // with the marker
		if size < 4 || size > len(b) {
			return nil
		}
		if body, ok := bytes.CutPrefix(b[4:size], []byte("Exif\x00\x00")); ok && b[1] == segment {
			return body
		}
		b = b[size:]
	}
	return nil
}

// tiff is the container of EXIF: directories of fields that point into data.
type tiff struct {
	data  []byte
	order binary.ByteOrder
}

func newTIFF(data []byte) (tiff, bool) {
	switch {
	case len(data) < 8:
		return tiff{}, false
	case bytes.HasPrefix(data, []byte("II*\x00")):
		return tiff{data, binary.LittleEndian}, true
	case bytes.HasPrefix(data, []byte("MM\x00*")):
		return tiff{data, binary.BigEndian}, true
	}
	return tiff{}, false
}

// directory returns the entries at an offset by tag, none when it is broken.
// Directories that follow are not read: they are of thumbnails.
func (d tiff) directory(offset uint32) map[uint16][]byte {
	b, ok := d.at(offset, 2)
	if !ok {
		return nil
	}
	entries := map[uint16][]byte{}
	for i := range min(uint32(d.order.Uint16(b)), maxEntries) {
		entry, ok := d.at(offset+2+i*entrySize, entrySize)
		if !ok {
			break
		}
		entries[d.order.Uint16(entry)] = entry
	}
	return entries
}

// at returns n bytes at an offset.
func (d tiff) at(offset, n uint32) ([]byte, bool) {
	end := uint64(offset) + uint64(n)
	if end > uint64(len(d.data)) {
		return nil, false
	}
	return d.data[offset:end], true
}

// place reads latitude and longitude; nil unless both make sense. Zero for
// both is what a camera without reception writes.
func (d tiff) place(gps map[uint16][]byte) *models.Location {
	lat, ok1 := d.degrees(gps[tagLat], gps[tagLatRef], 'S')
	lng, ok2 := d.degrees(gps[tagLng], gps[tagLngRef], 'W')
	if !ok1 || !ok2 || lat < -90 || lat > 90 || lng < -180 || lng > 180 || lat == 0 && lng == 0 {
		return nil
	}
	return &models.Location{Lat: lat, Lng: lng}
}

// degrees reads degrees, minutes and seconds, each a fraction of two numbers.
func (d tiff) degrees(entry, ref []byte, negative byte) (float64, bool) {
	if len(entry) < entrySize || len(ref) < entrySize || d.order.Uint32(entry[4:]) != rationals {
		return 0, false
	}
	b, ok := d.at(d.order.Uint32(entry[8:]), 8*rationals)
	if !ok {
		return 0, false
	}
	sum := 0.0
	for i, unit := range []float64{1, 60, 3600} {
		over, under := d.order.Uint32(b[8*i:]), d.order.Uint32(b[8*i+4:])
		if under == 0 && over != 0 {
			return 0, false
		}
		sum += float64(over) / float64(max(under, 1)) / unit
	}
	if ref[8] == negative {
		sum = -sum
	}
	return sum, true
}
