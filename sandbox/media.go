package sandbox

import (
	"bytes"
	"crypto/md5"
	"encoding/hex"
	"image"
	"image/color"
	"image/jpeg"
	"net/http"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"
)

// maxMediaBytes bounds what is held of citizens' files; the oldest go first.
const maxMediaBytes = 128 << 20

// mediaStore serves the files that citizens sent, as a platform's CDN does.
type mediaStore struct {
	mu    sync.Mutex
	files map[string]mediaFile
	order []string
	size  int
}

type mediaFile struct {
	kind string // content type
	data []byte
}

func newMediaStore() *mediaStore { return &mediaStore{files: map[string]mediaFile{}} }

func (m *mediaStore) put(name, kind string, data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files[name] = mediaFile{kind, data}
	m.order = append(m.order, name)
	m.size += len(data)
	for m.size > maxMediaBytes && len(m.order) > 1 {
		m.size -= len(m.files[m.order[0]].data)
		delete(m.files, m.order[0])
		m.order = slices.Delete(m.order, 0, 1)
	}
}

// ServeHTTP answers a file by the path value "name".
func (m *mediaStore) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	m.mu.Lock()
	f, found := m.files[r.PathValue("name")]
	m.mu.Unlock()
	if !found {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", f.kind)
	h.Set("Content-Length", strconv.Itoa(len(f.data)))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Content-Security-Policy", "default-src 'none'; sandbox")
	_, _ = w.Write(f.data) // a caller that hung up is no concern of ours
}

// baseURL is the sandbox's own base URL, "" before Connect.
func (s *Sandbox) baseURL() string {
	base, _ := s.base.Load().(string)
	return base
}

// mediaURL is where a file of the store is fetched from.
func (s *Sandbox) mediaURL(name string) string { return s.baseURL() + MediaPath + "/" + name }

// keep stores a citizen's file under a random name. The caller holds mu.
func (s *Sandbox) keep(kind, name string, data []byte) Attachment {
	ending := strings.ToLower(path.Ext(name))
	stored := s.opt.NewID() + ending
	s.media.put(stored, contentType(kind, ending), data)
	sum := md5.Sum(data)
	return Attachment{Kind: kind, URL: s.mediaURL(stored), Name: name, Size: len(data), MD5: hex.EncodeToString(sum[:])}
}

// kept is a file that the product uploaded, to be named by later messages.
type kept struct {
	file  Attachment
	until time.Time
}

// takeUpload keeps what the product uploaded for as long as its platform does. The
// caller holds mu.
func (s *Sandbox) takeUpload(kind string, file upload, life time.Duration) kept {
	return kept{s.keep(kind, file.name, file.data), s.opt.Clock().Add(life)}
}

// contentType names what the platforms' file hosts would; the bytes may lie.
func contentType(kind, ending string) string {
	switch kind + ending {
	case "image.png":
		return "image/png"
	case "image.gif":
		return "image/gif"
	case "audio.amr":
		return "audio/amr"
	case "file.pdf":
		return "application/pdf"
	}
	switch kind {
	case "image":
		return "image/jpeg"
	case "audio":
		return "audio/mp4"
	case "video":
		return "video/mp4"
	}
	return "application/octet-stream"
}

// fileType is a file's ending without the dot.
func fileType(name string) string { return strings.TrimPrefix(strings.ToLower(path.Ext(name)), ".") }

// SamplePhoto draws a small photo, another one for each n.
func SamplePhoto(n int) []byte {
	const w, h = 240, 160
	img := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			c := color.RGBA{R: uint8(90 + n*37%120), G: uint8(120 + y/2), B: uint8(200 - y), A: 255}
			if road := x > w/3+y/4 && x < w-w/3-y/8; y > h/2 && road {
				c = color.RGBA{R: 70, G: 70, B: uint8(75 + n*11%60), A: 255}
			}
			img.Set(x, y, c)
		}
	}
	var b bytes.Buffer
	_ = jpeg.Encode(&b, img, nil) // a buffer takes everything
	return b.Bytes()
}
