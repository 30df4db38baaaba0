package messenger

import (
	"strconv"
	"strings"

	"github.com/langnghe/langnghe/models"
)

// attachment is one thing sent with a message (D:messages):
//
//	{"type":"image","payload":{"url":"https://…"}}
//	{"type":"sticker","payload":{"url":"https://…","sticker_id":369239263222822}}
//	{"type":"location","payload":{"coordinates":{"lat":10.9447,"long":106.8243}}}
//	{"type":"fallback","payload":{"url":"https://…","title":"…"}}, or without payload
type attachment struct {
	Type    text `json:"type"`
	Title   text `json:"title"` // of a fallback without payload
	URL     text `json:"url"`
	Payload struct {
		URL         text `json:"url"`
		Title       text `json:"title"`
		StickerID   text `json:"sticker_id"`
		Coordinates struct {
			Lat  text `json:"lat"`
			Long text `json:"long"`
		} `json:"coordinates"`
	} `json:"payload"`
}

func (a attachment) isSticker() bool { return a.Type == "sticker" || a.Payload.StickerID != "" }

// link returns where the thing is kept, or "". Reels come with a path alone.
func (a attachment) link() string {
	link := string(a.Payload.URL)
	if link == "" {
		link = string(a.URL)
	}
	switch {
	case strings.HasPrefix(link, "https://"), strings.HasPrefix(link, "http://"):
		return link
	case strings.HasPrefix(link, "/"):
		return "https://www.facebook.com" + link
	}
	return ""
}

func (a attachment) file() models.File {
	f := models.File{Kind: "link", URL: a.link(), Name: string(a.Payload.Title)}
	if f.Name == "" {
		f.Name = string(a.Title)
	}
	switch a.Type {
	case "image", "audio", "video", "file":
		f.Kind = string(a.Type)
	}
	return f
}

func (a attachment) location() *models.Location {
	lat, wrongLat := strconv.ParseFloat(string(a.Payload.Coordinates.Lat), 64)
	lng, wrongLng := strconv.ParseFloat(string(a.Payload.Coordinates.Long), 64)
	if wrongLat != nil || wrongLng != nil || !within(lat, 90) || !within(lng, 180) {
		return nil
	}
	return &models.Location{Lat: lat, Lng: lng}
}

// within is false for NaN.
func within(degrees, limit float64) bool { return -limit <= degrees && degrees <= limit }

// attach puts a message's attachments on its event. Twins of one URL count
// once: until August 2026 a sticker came as an image too (D:sticker-api), and
// a post comes as a legacy share too.
func attach(e *models.Event, things []attachment) {
	seen := map[string]bool{"": true}
	for _, a := range things {
		if a.isSticker() {
			e.Sticker = true
			seen[a.link()] = true
		}
	}
	for _, a := range things {
		if a.Type == "location" {
			e.Location = a.location()
			continue
		}
		if f := a.file(); !seen[f.URL] {
			seen[f.URL] = true
			e.Files = append(e.Files, f)
		}
	}
}
