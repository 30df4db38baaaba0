package config

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
)

// Template is a text that a platform has approved, for one channel and purpose: it
// may be sent where words of our own are no longer allowed.
type Template struct {
	Channel  string   `yaml:"channel"`  // platform and account: zalo:3000001
	Purpose  string   `yaml:"purpose"`  // case_answered or result_ready
	ID       string   `yaml:"id"`       // its number on Zalo, its name on Messenger
	Language string   `yaml:"language"` // messenger; "" is vi
	To       string   `yaml:"to"`       // user, or on zalo phone (of the case), which "" is there
	Params   []string `yaml:"params"`   // name=value each; values are code, name, unit, date, link
	Text     string   `yaml:"text"`     // as approved, with {{name}} for each parameter: what staff are shown
}

// The values of Template.To.
const (
	ToPhone = "phone"
	ToUser  = "user"
)

const (
	maxTemplateText = 1024 // runes; Messenger's body
)

var (
	templatePurposes = []string{"case_answered", "result_ready"}
	templateValues   = []string{"code", "name", "unit", "date", "link"}
	channelForm      = regexp.MustCompile(`^(messenger|zalo):[A-Za-z0-9_.-]+$`)
	templateHole     = regexp.MustCompile(`\{\{([a-z0-9_]+)\}\}`)
)

// Values are the parameters in their order: its name, and which value it takes.
func (t Template) Values() (list [][2]string) {
	for _, p := range t.Params {
		name, value, _ := strings.Cut(p, "=")
		list = append(list, [2]string{strings.TrimSpace(name), strings.TrimSpace(value)})
	}
	return list
}

func (c *Config) checkTemplates(f *faultList) {
	seen := map[string]bool{}
	for i, t := range c.Templates {
		key := "templates." + strconv.Itoa(i)
		if f.has(key) {
			continue // the item itself is missing
		}
		t.check(f, key)
		if what := t.Channel + " " + t.Purpose; seen[what] {
			f.add(key, "is a second template of the same channel and purpose: take one out")
		} else {
			seen[what] = true
		}
	}
}

func (t Template) check(f *faultList, key string) {
	if !channelForm.MatchString(t.Channel) {
		f.add(key+".channel", "%q is not a channel: give platform and account, such as zalo:3000001", t.Channel)
	}
	oneOf(f, key+".purpose", t.Purpose, templatePurposes)
	if t.ID == "" {
		f.add(key+".id", "is missing: give the template's number (Zalo) or name (Messenger)")
	}
	zalo := strings.HasPrefix(t.Channel, PlatformZalo+":")
	switch {
	case t.To == ToPhone && !zalo:
		f.add(key+".to", "must be user: only zalo sends to a phone")
	case t.To != "" && t.To != ToPhone && t.To != ToUser:
		f.add(key+".to", "%q is not known: give phone or user", t.To)
	case t.Purpose == "result_ready" && zalo && t.To != ToUser:
		f.add(key+".to", "must be user: no phone is known of who waits for a dossier")
	}
	if t.Language != "" && zalo {
		f.add(key+".language", "belongs to messenger: take it out")
	}
	t.checkText(f, key, zalo)
}

// checkText demands that the text shows every parameter and no other hole, so that
// staff see what is sent.
func (t Template) checkText(f *faultList, key string, zalo bool) {
	if n := len([]rune(t.Text)); n == 0 || n > maxTemplateText {
		f.add(key+".text", "has %d characters: give the approved text, at most %d", n, maxTemplateText)
	}
	var names, holes []string
	for i, p := range t.Values() {
		at := key + ".params." + strconv.Itoa(i)
		switch name, value := p[0], p[1]; {
		case name == "" || !slices.Contains(templateValues, value):
			f.add(at, "%q is not name=value: give one such as ma_hs=code; values are %s", t.Params[i], strings.Join(templateValues, ", "))
		case !zalo && name != strconv.Itoa(i+1):
			f.add(at, "must be numbered %d: Messenger's parameters have numbers, in their order", i+1)
		}
		names = append(names, p[0])
	}
	for _, hole := range templateHole.FindAllStringSubmatch(t.Text, -1) {
		holes = append(holes, hole[1])
	}
	slices.Sort(names)
	slices.Sort(holes)
	if !slices.Equal(slices.Compact(names), slices.Compact(holes)) {
		f.add(key+".text", "names {{%s}}, params %s: each must stand in the other", strings.Join(holes, "}} {{"), strings.Join(names, ", "))
	}
}
