package config

import (
	"slices"
	"strings"
	"time"
)

// Figures says whether leaders are mailed the figures of their unit.
type Figures struct {
	Weekly string `yaml:"weekly"` // day of the week on which they are: monday; "" mails none
}

// weekdays are what figures.weekly may say, Sunday first.
func weekdays() []string {
	var names []string
	for d := time.Sunday; d <= time.Saturday; d++ {
		names = append(names, strings.ToLower(d.String()))
	}
	return names
}

// Day is the day of the week that the mail goes out on; false when it never does.
func (f Figures) Day() (time.Weekday, bool) {
	i := slices.Index(weekdays(), f.Weekly)
	return time.Weekday(i), i >= 0
}

// checkFigures demands a mail server for the weekly mail.
func (c *Config) checkFigures(f *faultList) {
	if c.Figures.Weekly == "" {
		return
	}
	oneOf(f, "figures.weekly", c.Figures.Weekly, weekdays())
	if c.SMTP.Host == "" {
		f.add("smtp.host", "is missing: figures.weekly is mailed through it")
	}
}
