// Package picturetest makes photos such as phones do, for tests.
package picturetest

import (
	"bytes"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
)

// Tagged is a picture of 60 by 40, red in its left upper quarter, else blue,
// with the place of Biên Hoà and a phone's name in its EXIF.
func Tagged(order binary.AppendByteOrder, orientation uint16) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 60, 40))
	for y := range 40 {
		for x := range 60 {
			c := color.RGBA{B: 255, A: 255}
			if x < 30 && y < 20 {
				c = color.RGBA{R: 255, A: 255}
			}
			img.SetRGBA(x, y, c)
		}
	}
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, img, nil); err != nil {
		panic(err) // a buffer takes all
	}
	exif := Segment(order, orientation)
	out := append([]byte{0xFF, 0xD8, 0xFF, 0xE0, 0, 4, 'J', 'F', 0xFF, 0xE1}, binary.BigEndian.AppendUint16(nil, uint16(len(exif)+2))...)
	return append(append(out, exif...), plain.Bytes()[2:]...)
}

// Segment is what stands in a photo: a TIFF with orientation, model and place: 10°56'40.8"N 106°49'27.6"E.
func Segment(order binary.AppendByteOrder, orientation uint16) []byte {
	head := "II*\x00"
	if order == binary.AppendByteOrder(binary.BigEndian) {
		head = "MM\x00*"
	}
	b := order.AppendUint32([]byte(head), 8)
	entry := func(tag, kind uint16, count uint32, value []byte) {
		b = order.AppendUint16(order.AppendUint16(b, tag), kind)
		b = append(order.AppendUint32(b, count), value...)
	}
	offset := func(n uint32) []byte { return order.AppendUint32(nil, n) }
	b = order.AppendUint16(b, 3)
	entry(0x0112, 3, 1, append(order.AppendUint16(nil, orientation), 0, 0))
	entry(0x0110, 2, 11, offset(200))
	entry(0x8825, 4, 1, offset(50))
	b = order.AppendUint32(b, 0)
	b = order.AppendUint16(b, 4) // at 50
	entry(1, 2, 2, []byte("N\x00\x00\x00"))
	entry(2, 5, 3, offset(104))
	entry(3, 2, 2, []byte("E\x00\x00\x00"))
	entry(4, 5, 3, offset(128))
	b = order.AppendUint32(b, 0)
	for _, v := range []uint32{10, 1, 56, 1, 4080, 100, 106, 1, 49, 1, 2760, 100} { // at 104
		b = order.AppendUint32(b, v)
	}
	b = append(b, append(make([]byte, 200-len(b)), "PhoneModel\x00"...)...)
	return append([]byte("Exif\x00\x00"), b...)
}
