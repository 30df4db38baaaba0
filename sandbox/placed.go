package sandbox

import (
	"bytes"
	"encoding/binary"
	"math"
)

// PlacedPhoto is SamplePhoto(n) as a phone with its location switched on saves
// it: the EXIF says where it was taken, in degrees (WGS 84).
func PlacedPhoto(n int, lat, lng float64) []byte {
	plain := SamplePhoto(n)
	exif := append([]byte("Exif\x00\x00"), gps(lat, lng)...)
	out := bytes.NewBuffer(nil)
	out.Write(plain[:2])          // start of image
	out.Write([]byte{0xFF, 0xE1}) // the segment of EXIF, its length, which counts itself
	out.Write(binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2)))
	out.Write(exif)
	out.Write(plain[2:])
	return out.Bytes()
}

// gps is a TIFF whose only directory points to one with a place. Source: EXIF
// 2.32, section 4.6.6.
func gps(lat, lng float64) []byte {
	const (
		directory = 26             // where the place's own directory begins
		values    = directory + 54 // and the numbers that it points to
	)
	put := binary.BigEndian
	b := put.AppendUint32([]byte("MM\x00*"), 8)
	b = put.AppendUint16(b, 1)
	b = field(b, 0x8825, 4, 1, directory)
	b = put.AppendUint32(b, 0)
	b = put.AppendUint16(b, 4)
	b = field(b, 1, 2, 2, uint32(hemisphere(lat, 'N', 'S'))<<24)
	b = field(b, 2, 5, 3, values)
	b = field(b, 3, 2, 2, uint32(hemisphere(lng, 'E', 'W'))<<24)
	b = field(b, 4, 5, 3, values+24)
	b = put.AppendUint32(b, 0)
	return angle(angle(b, lat), lng)
}

// field is an entry of a directory: tag, type, count, and value or offset.
func field(b []byte, tag, kind uint16, count, value uint32) []byte {
	put := binary.BigEndian
	b = put.AppendUint16(put.AppendUint16(b, tag), kind)
	return put.AppendUint32(put.AppendUint32(b, count), value)
}

func hemisphere(degrees float64, positive, negative byte) byte {
	if degrees < 0 {
		return negative
	}
	return positive
}

// angle is degrees, minutes and seconds, each as a fraction.
func angle(b []byte, degrees float64) []byte {
	const fine = 10_000 // parts of a second
	whole, rest := math.Modf(math.Abs(degrees))
	minutes, rest := math.Modf(rest * 60)
	for _, v := range []uint32{uint32(whole), 1, uint32(minutes), 1, uint32(math.Round(rest * 60 * fine)), fine} {
		b = binary.BigEndian.AppendUint32(b, v)
	}
	return b
}
