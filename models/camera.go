package models

import (
	"strings"
	"time"
)

// ActCamera says which counter at which minute cameras may have seen: Detail, as
// CameraSpot writes it.
const ActCamera Action = "camera"

// CameraSpot is where and when cameras may have seen what a case tells of.
type CameraSpot struct {
	Counter string
	At      time.Time // to the minute
}

const cameraMinute = "2006-01-02T15:04Z"

// String is how a case's history keeps it.
func (s CameraSpot) String() string { return s.At.UTC().Format(cameraMinute) + " " + s.Counter }

// ReadCameraSpot undoes CameraSpot.String; false of anything else.
func ReadCameraSpot(text string) (CameraSpot, bool) {
	minute, counter, _ := strings.Cut(text, " ")
	at, err := time.Parse(cameraMinute, minute)
	return CameraSpot{counter, at}, err == nil && counter != ""
}

// CameraSpot is the one that staff set last, if any.
func (c Case) CameraSpot() (spot CameraSpot, set bool) {
	for _, e := range c.Events {
		if e.Action == ActCamera {
			spot, set = ReadCameraSpot(e.Detail)
		}
	}
	return spot, set
}
