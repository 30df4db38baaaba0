package config

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// part is one field of a channel as the checks need it.
type part struct {
	key    string
	filled bool
}

// parts returns what a channel of each platform must have.
func (c Channel) parts(platform string) []part {
	switch platform {
	case PlatformMessenger:
		return []part{
			{"page_id", c.PageID != ""},
			{"page_token", c.PageToken != ""},
			{"verify_token", c.VerifyToken != ""},
		}
	case PlatformZalo:
		return []part{
			{"oa_id", c.OAID != ""},
			{"oa_secret_key", c.OASecretKey != ""},
			{"access_token", c.AccessToken != ""},
			{"refresh_token", c.RefreshToken != ""},
		}
	}
	return nil
}

func (c Channel) check(f *faultList, key string) {
	if f.has(key) {
		return // the item itself is missing
	}
	other := PlatformZalo
	switch c.Platform {
	case PlatformZalo:
		other = PlatformMessenger
	case PlatformMessenger:
		if c.Buttons {
			f.add(key+".buttons", "belongs to zalo: take it out")
		}
	default:
		f.add(key+".platform", "%q is not known: give messenger or zalo", c.Platform)
		return
	}
	shared := []part{{"app_id", c.AppID != ""}, {"app_secret", c.Secret != ""}}
	for _, p := range append(shared, c.parts(c.Platform)...) {
		if !p.filled {
			f.add(join(key, p.key), "is missing: a %s channel needs it", c.Platform)
		}
	}
	for _, p := range c.parts(other) {
		if p.filled {
			f.add(join(key, p.key), "belongs to %s: take it out", other)
		}
	}
	c.checkForms(f, key)
}

func (c Channel) checkForms(f *faultList, key string) {
	account := key + ".page_id"
	if c.Platform == PlatformZalo {
		account = key + ".oa_id"
	}
	if id := c.Account(); id != "" && !accountForm.MatchString(id) {
		f.add(account, "%q is not an account's id: give letters and digits alone", id)
	}
	if c.Unit != "" && !slugForm.MatchString(c.Unit) {
		f.add(key+".unit", "%q is not a slug: give one such as tran-bien", c.Unit)
	}
}

func (c *Config) checkChannels(f *faultList) {
	for i, ch := range c.Channels {
		ch.check(f, "channels."+strconv.Itoa(i))
	}
	c.checkDoubles(f)
}

// CheckChannel returns what is wrong with one more channel beside the others, by
// the rules of a configuration that names them all. Each fault's key is that within
// the channel: "page_id", or "" for the channel as a whole.
func CheckChannel(others []Channel, more Channel, known func(slug string) bool) (faults Faults) {
	all, f := &Config{Channels: append(slices.Clone(others), more)}, &faultList{}
	all.checkChannels(f)
	all.checkUnits(f, known)
	key := "channels." + strconv.Itoa(len(others))
	for _, fault := range f.sorted() {
		if rest, own := strings.CutPrefix(fault.Key, key); own && (rest == "" || rest[0] == '.') {
			faults = append(faults, Fault{Key: strings.TrimPrefix(rest, "."), Text: fault.Text})
		}
	}
	return faults
}

// checkDoubles tells of accounts that are named twice.
func (c *Config) checkDoubles(f *faultList) {
	first := map[string]int{}
	for i, ch := range c.Channels {
		if ch.Account() == "" {
			continue
		}
		name := ch.Platform + ":" + ch.Account()
		if j, double := first[name]; double {
			f.add(fmt.Sprintf("channels.%d", i), "is the same %s account as channels.%d: take one out", ch.Platform, j)
			continue
		}
		first[name] = i
	}
}

// PerMinute is a number of messages a minute, written "90/min"; 0 is "0".
type PerMinute int

// maxPerMinute bounds it.
const maxPerMinute = 100_000_000

// rateError is what is wrong with a rate, after the text itself.
type rateError struct{}

func (rateError) Error() string {
	return "is not a rate: give a whole number of messages a minute such as 90/min, or 0"
}

// UnmarshalText implements encoding.TextUnmarshaler.
func (p *PerMinute) UnmarshalText(text []byte) error {
	number, isRate := strings.CutSuffix(string(text), "/min")
	n, err := strconv.Atoi(number)
	if err != nil || n < 0 || n > maxPerMinute || !isRate && n != 0 {
		return rateError{}
	}
	*p = PerMinute(n)
	return nil
}

// MarshalText implements encoding.TextMarshaler.
func (p PerMinute) MarshalText() ([]byte, error) {
	if p == 0 {
		return []byte("0"), nil
	}
	return []byte(strconv.Itoa(int(p)) + "/min"), nil
}

// Days is a whole number of days, written "15".
type Days int

// dayError is what is wrong with a number of days, after the text itself.
type dayError struct{}

func (dayError) Error() string { return "is not a number of days: give a whole number such as 15" }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Days) UnmarshalText(text []byte) error {
	n, err := strconv.Atoi(string(text))
	if err != nil {
		return dayError{}
	}
	*d = Days(n)
	return nil
}
