package handlers

import (
	"net/http"
	"net/url"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	counterMost = 60                 // letters of a counter's name
	formMinute  = "2006-01-02T15:04" // as browsers send it, in local time
)

// cameraRoutes registers the link to what cameras saw. Staff who work on a case say
// where and when; who answers for them looks.
func (s *server) cameraRoutes() {
	if s.Camera == "" {
		return
	}
	s.page("POST /cases/:code/camera", models.ActOnCases, s.setCamera)
	s.page("GET /cases/:code/camera", models.LookUpCameras, s.lookUpCamera)
}

// cameraView is what the page of a case shows of it.
type cameraView struct {
	Offered bool // there is a system to look in
	Set     bool
	models.CameraSpot
}

// FormAt is the minute for the form.
func (c cameraView) FormAt() string { return local(c.At).Format(formMinute) }

// cameraOf is the counter and minute that staff set, else what the case tells: a
// card from a counter names it.
func (s *server) cameraOf(c models.Case) cameraView {
	v := cameraView{Offered: s.Camera != ""}
	if v.CameraSpot, v.Set = c.CameraSpot(); v.Set {
		return v
	}
	v.At = c.CreatedAt
	if c.Platform == models.Counter {
		v.Counter = c.Place
	}
	return v
}

// setCamera says which counter at which minute is to be looked at.
func (s *server) setCamera(v *visit) error {
	form, counter := readForm(v), strings.Join(strings.Fields(v.PostForm("counter")), " ")
	at, err := time.ParseInLocation(formMinute, v.PostForm("at"), time.FixedZone("", localOffset))
	if n := utf8.RuneCountInString(counter); err != nil || at.After(s.Now()) || !clean(counter) || strings.Trim(counter, ".") == "" || n > counterMost {
		return s.reshow(v, http.StatusUnprocessableEntity, "camera", form)
	}
	c, err := s.seenCase(v.Request.Context(), v.who, v.Param("code"))
	if err != nil {
		return err
	}
	spot := models.CameraSpot{Counter: counter, At: at}
	err = s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		c, err := seenIn(tx, v.who, c.Code)
		if err != nil {
			return err
		}
		before, set := c.CameraSpot()
		if set && before == (models.CameraSpot{Counter: counter, At: at.UTC()}) {
			return nil // posted twice
		}
		if err := c.Move(models.ActCamera, v.who.Name, s.Now().UTC(), "", spot.String()); err != nil {
			return err
		}
		if set {
			c.Events[len(c.Events)-1].Was = before.String()
		}
		if err := tx.SaveCase(c); err != nil {
			return err
		}
		if err := tx.MarkSeen(v.who.Email, c.Code); err != nil {
			return err
		}
		return tx.Audit(v.who, "case.camera", c.Code, spot.String())
	})
	if err != nil {
		return err
	}
	return v.done(casePath(c.Code), "case-done")
}

// lookUpCamera leads to the system of the cameras. That somebody went there is in
// the audit before they do.
func (s *server) lookUpCamera(v *visit) error {
	c, err := s.seenCase(v.Request.Context(), v.who, v.Param("code"))
	if err != nil {
		return err
	}
	spot, set := c.CameraSpot()
	if !set {
		return store.ErrNotFound
	}
	err = s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error {
		return tx.Audit(v.who, "camera.looked", c.Code, spot.String())
	})
	if err != nil {
		return err
	}
	v.Redirect(http.StatusSeeOther, cameraAddress(s.Camera, spot))
	return nil
}

// cameraAddress fills the configured address in. A value may stand in the path or
// in the query, and cannot leave its place in either; dots alone, which lead a
// browser up the path, are no counter.
func cameraAddress(form string, spot models.CameraSpot) string {
	escape := func(s string) string { return strings.ReplaceAll(url.QueryEscape(s), "+", "%20") }
	return strings.NewReplacer("{counter}", escape(spot.Counter), "{time}", escape(local(spot.At).Format(time.RFC3339))).Replace(form)
}
