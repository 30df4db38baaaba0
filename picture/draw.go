package picture

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif" // decoders by content
	"image/jpeg"
	"image/png"
	"io"
	"time"
)

const (
	imagePixels = 26 << 20  // of an image that is drawn anew: a camera's 24 megapixels
	imageMemory = 104 << 20 // bytes that it may take decoded
	shownSide   = 2048      // pixels of the longer side of what is shown
	shownJPEG   = 85        // quality
	leastJPEG   = 55        // quality; below it, rather fewer pixels
	shownTotal  = 20 * time.Second
)

// ErrNone says that bytes are no image, or one too large to decode.
var ErrNone = errors.New("picture: not an image that can be shown")

// Copy is an encoded image without metadata.
type Copy struct {
	Data        []byte
	ContentType string
}

// Drawer draws images anew, one at a time: a decoded one may take 100 MB, a
// progressive JPEG twice that for a moment.
type Drawer struct{ slot chan struct{} }

// NewDrawer returns one.
func NewDrawer() *Drawer { return &Drawer{make(chan struct{}, 1)} }

// Draw makes the copy of an image: its pixels alone, upright by the orientation
// that its camera wrote. What cannot be shown is ErrNone.
func (d *Drawer) Draw(ctx context.Context, file io.ReadSeeker, orientation int) (Copy, error) {
	return d.DrawWithin(ctx, file, orientation, 0)
}

// DrawWithin is Draw for a copy of at most so many bytes, 0 for any: it is made
// coarser, then smaller, until it is.
func (d *Drawer) DrawWithin(ctx context.Context, file io.ReadSeeker, orientation, most int) (Copy, error) {
	select {
	case d.slot <- struct{}{}:
		defer func() { <-d.slot }()
	case <-ctx.Done():
		return Copy{}, ctx.Err()
	}
	bounded, cancel := context.WithTimeout(ctx, shownTotal)
	defer cancel()
	c, err := redraw(file, &untilDone{bounded, file}, orientation, most)
	if ctx.Err() != nil {
		return Copy{}, ctx.Err() // not the image's fault
	}
	return c, err
}

// redraw reads file through r, first its measures, then its pixels.
func redraw(file io.Seeker, r io.Reader, orientation, most int) (Copy, error) {
	if err := rewind(file); err != nil {
		return Copy{}, err
	}
	if err := fits(r); err != nil {
		return Copy{}, err
	}
	if err := rewind(file); err != nil {
		return Copy{}, err
	}
	return draw(r, orientation, most)
}

// untilDone ends a decoder that takes too long for the bytes it reads.
type untilDone struct {
	ctx context.Context
	r   io.Reader
}

// Read implements io.Reader.
func (u *untilDone) Read(p []byte) (int, error) {
	if err := u.ctx.Err(); err != nil {
		return 0, err
	}
	return u.r.Read(p)
}

func rewind(file io.Seeker) error {
	if _, err := file.Seek(0, io.SeekStart); err != nil {
		return fmt.Errorf("picture: read from the start: %w", err)
	}
	return nil
}

// fits refuses an image that would take too much memory, by the measures at its
// head: a file of some kilobytes may hold a billion pixels.
func fits(r io.Reader) error {
	c, _, err := image.DecodeConfig(r)
	if err != nil || c.Width <= 0 || c.Height <= 0 || c.Width > imagePixels || c.Height > imagePixels {
		return ErrNone
	}
	pixels := c.Width * c.Height
	if pixels > imagePixels || pixels*pixelBytes(c.ColorModel) > imageMemory {
		return ErrNone
	}
	return nil
}

// pixelBytes is what one pixel takes when decoded.
func pixelBytes(m color.Model) int {
	switch m {
	case color.NRGBA64Model, color.RGBA64Model:
		return 8
	case color.YCbCrModel, color.GrayModel:
		return 3
	}
	return 4
}

// draw decodes an image and encodes its pixels alone: upright, no larger than
// shownSide, as PNG when it came as one and is small enough so, else as JPEG.
func draw(r io.Reader, orientation, most int) (Copy, error) {
	src, format, err := image.Decode(r)
	if err != nil {
		return Copy{}, ErrNone
	}
	canvas := upright(src, orientation, shownSide)
	if format == "png" || format == "gif" {
		var out bytes.Buffer
		err = png.Encode(&out, canvas)
		if err != nil || most == 0 || out.Len() <= most {
			return Copy{out.Bytes(), "image/png"}, err
		}
	}
	data, err := jpegWithin(canvas, most)
	return Copy{data, "image/jpeg"}, err
}

// jpegWithin encodes at the best quality that keeps within most, 0 for any bytes;
// where none does, the image is drawn at half its size.
func jpegWithin(canvas image.Image, most int) ([]byte, error) {
	for {
		for quality := shownJPEG; quality >= leastJPEG; quality -= 15 {
			var out bytes.Buffer
			if err := jpeg.Encode(&out, canvas, &jpeg.Options{Quality: quality}); err != nil {
				return nil, err
			}
			if most == 0 || out.Len() <= most {
				return out.Bytes(), nil
			}
		}
		side := max(canvas.Bounds().Dx(), canvas.Bounds().Dy()) / 2
		if side == 0 {
			return nil, ErrNone
		}
		canvas = upright(canvas, 1, side)
	}
}

// upright turns the image as its camera was held (EXIF orientation 1 to 8) and
// makes its longer side at most so many pixels, each the mean of those it stands for.
func upright(src image.Image, orientation, most int) *image.RGBA {
	b := src.Bounds()
	w, h := b.Dx(), b.Dy()
	if orientation >= 5 {
		w, h = h, w
	}
	scale := max(1, float64(max(w, h))/float64(most))
	dst := image.NewRGBA(image.Rect(0, 0, max(1, int(float64(w)/scale)), max(1, int(float64(h)/scale))))
	sx, sy := float64(w)/float64(dst.Rect.Dx()), float64(h)/float64(dst.Rect.Dy())
	for y := range dst.Rect.Dy() {
		for x := range dst.Rect.Dx() {
			box := image.Rect(int(float64(x)*sx), int(float64(y)*sy), int(float64(x+1)*sx), int(float64(y+1)*sy))
			dst.SetRGBA(x, y, mean(src, turned(box, w, h, orientation).Add(b.Min)))
		}
	}
	return dst
}

// turned finds where a box of the upright image, w by h, lies in the image as
// it was taken. Source: EXIF 2.32, tag 0x0112.
func turned(r image.Rectangle, w, h, orientation int) image.Rectangle {
	across := func(r image.Rectangle) image.Rectangle { return image.Rect(w-r.Max.X, r.Min.Y, w-r.Min.X, r.Max.Y) }
	down := func(r image.Rectangle) image.Rectangle { return image.Rect(r.Min.X, h-r.Max.Y, r.Max.X, h-r.Min.Y) }
	swap := func(r image.Rectangle) image.Rectangle { return image.Rect(r.Min.Y, r.Min.X, r.Max.Y, r.Max.X) }
	switch orientation {
	case 2:
		return across(r)
	case 3:
		return down(across(r))
	case 4:
		return down(r)
	case 5:
		return swap(r)
	case 6:
		return swap(across(r))
	case 7:
		return swap(down(across(r)))
	case 8:
		return swap(down(r))
	}
	return r
}

// mean is the mean colour of a box of an image.
func mean(src image.Image, box image.Rectangle) color.RGBA {
	var r, g, b, a, n uint32
	for y := box.Min.Y; y < max(box.Max.Y, box.Min.Y+1); y++ {
		for x := box.Min.X; x < max(box.Max.X, box.Min.X+1); x++ {
			pr, pg, pb, pa := src.At(x, y).RGBA()
			r, g, b, a, n = r+pr>>8, g+pg>>8, b+pb>>8, a+pa>>8, n+1
		}
	}
	return color.RGBA{uint8(r / n), uint8(g / n), uint8(b / n), uint8(a / n)}
}
