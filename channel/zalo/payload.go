package zalo

import (
	"cmp"
	"encoding/json"
	"errors"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
)

// word is a string that Zalo also sends as a number. Whatever else stands in
// its place is read as "". NUL, which databases refuse, is dropped.
type word string

// UnmarshalJSON implements json.Unmarshaler. It never fails.
func (w *word) UnmarshalJSON(raw []byte) error {
	switch c := raw[0]; {
	case c == '"':
		var s string
		if json.Unmarshal(raw, &s) == nil {
			*w = word(strings.ReplaceAll(s, "\x00", ""))
		}
	case c == '-' || '0' <= c && c <= '9':
		*w = word(raw)
	}
	return nil
}

// envelope is every webhook body in one: a citizen's message
//
//	{"app_id","sender":{"id"},"recipient":{"id"},"user_id_by_app","event_name",
//	 "message":{"text","msg_id"},"timestamp":"1790000000000"}
//
// has sender and recipient, swapped in echoes and receipts; what is managed has
// "oa_id" and the citizen in "follower", "user_id", "tag" or "data" instead.
// user_id_by_app is another id of the same citizen, to which nothing can be
// sent: it is not read.
type envelope struct {
	Name      word     `json:"event_name"`
	OA        word     `json:"oa_id"`
	OAQuota   word     `json:"oaId"` // change_oa_daily_quota alone
	Sender    party    `json:"sender"`
	Recipient party    `json:"recipient"`
	Follower  party    `json:"follower"`
	User      word     `json:"user_id"`
	Data      userData `json:"data"`
	Tag       tag      `json:"tag"`
	Info      info     `json:"info"`
	Message   message  `json:"message"`
	Timestamp word     `json:"timestamp"`
}

// party is who sent or got something.
type party struct {
	ID    word `json:"id"`
	Admin word `json:"admin_id"` // only when a person wrote in the OA's chat tool
}

// userData is the citizen of a widget event.
type userData struct {
	User word `json:"user_id"`
}

// tag is a label that staff gave to citizens.
type tag struct {
	Name  word   `json:"name"`
	Users []word `json:"user_ids"`
}

// info is what a citizen filled into the platform's form.
type info struct {
	Name  word `json:"name"`
	Phone word `json:"phone"` // "84900000000", as number in older events
}

// message is what was said, seen, received, reacted to or rated.
type message struct {
	ID           word         `json:"msg_id"`
	IDs          []word       `json:"msg_ids"` // of user_seen_message
	Text         word         `json:"text"`
	Quote        word         `json:"quote_msg_id"`
	Attachments  []attachment `json:"attachments"`
	Location     point        `json:"location"` // one source's place for it
	Conversation word         `json:"conversation_id"`
	Anonymous    word         `json:"anonymous_id"`
	Icon         word         `json:"react_icon"`
	Delivered    word         `json:"delivery_time"` // of a paid notice (ZNS) only
	Tracking     word         `json:"tracking_id"`
	Rate         word         `json:"rate"`
	Note         word         `json:"note"`
	Feedbacks    []word       `json:"feedbacks"`
}

// attachment is one thing sent along.
type attachment struct {
	Type    word    `json:"type"`
	Payload payload `json:"payload"`
}

// payload holds the fields of every type of attachment.
type payload struct {
	URL         word  `json:"url"`
	Thumbnail   word  `json:"thumbnail"`
	Name        word  `json:"name"`
	Title       word  `json:"title"`
	Description word  `json:"description"` // of a business card: JSON text {"phone","qrCodeUrl"}
	Coordinates point `json:"coordinates"`
	point
}

// point is a place in the spellings that were seen.
type point struct {
	Latitude  word `json:"latitude"`
	Longitude word `json:"longitude"`
	Lat       word `json:"lat"`
	Long      word `json:"long"`
}

// decode reads a signed body. A field of a wrong type is left empty and costs
// nothing else; false means that the body is no JSON object at all.
func decode(body []byte) (envelope, bool) {
	var e envelope
	err := json.Unmarshal(body, &e)
	var wrongType *json.UnmarshalTypeError
	if errors.As(err, &wrongType) {
		return e, wrongType.Field != ""
	}
	return e, err == nil
}

// location returns the point, or nil when it is not one on Earth.
func (p point) location() *models.Location {
	lat, errLat := strconv.ParseFloat(string(cmp.Or(p.Latitude, p.Lat)), 64)
	lng, errLng := strconv.ParseFloat(string(cmp.Or(p.Longitude, p.Long)), 64)
	// The comparisons also refuse NaN, which no JSON can hold.
	if errLat != nil || errLng != nil || !(math.Abs(lat) <= 90) || !(math.Abs(lng) <= 180) {
		return nil
	}
	return &models.Location{Lat: lat, Lng: lng}
}

// milliseconds reads a time in milliseconds since 1970. It returns false for
// what is no number and for times outside the platform's own life.
func (w word) milliseconds() (time.Time, bool) {
	ms, err := strconv.ParseInt(string(w), 10, 64)
	t := time.UnixMilli(ms).UTC()
	return t, err == nil && t.Year() >= 2012 && t.Year() < 2100
}

// nationalPhone turns 84900000000, +84… and 0084… into 0900000000.
func nationalPhone(raw string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, raw)
	digits = strings.TrimPrefix(digits, "00")
	if rest, ok := strings.CutPrefix(digits, "84"); ok && len(rest) >= 9 {
		return "0" + strings.TrimPrefix(rest, "0")
	}
	switch n := len(digits); {
	case n == 9: // a number lost its zero on the way
		return "0" + digits
	case n < 8 || n > 15:
		return ""
	}
	return digits
}
