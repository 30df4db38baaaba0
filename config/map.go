package config

import (
	"net/url"
	"strings"
)

// Map is where the tiles of maps come from; without it places are links.
type Map struct {
	Tiles       string `yaml:"tiles"`       // of one tile, with {z}, {x} and {y} in path or query
	Attribution string `yaml:"attribution"` // whom the source wants named on the map
}

// checkMap demands a source that cannot be another host for each tile.
func (c *Config) checkMap(f *faultList) {
	m := c.Map
	if m.Tiles == "" {
		if m.Attribution != "" {
			f.add("map.tiles", "is missing: map.attribution is for it")
		}
		return
	}
	checkTemplate(f, "map.tiles", m.Tiles, "https://tiles.example.vn/{z}/{x}/{y}.png", "z", "x", "y")
	if m.Attribution == "" {
		f.add("map.attribution", "is missing: give whom the tiles' source wants named, such as © OpenStreetMap")
	}
}

// checkTemplate demands https, or http on loopback, with every one of the names in
// braces in path or query, and no name in the host.
func checkTemplate(f *faultList, key, raw, example string, names ...string) {
	filled := raw
	for _, name := range names {
		filled = strings.ReplaceAll(filled, "{"+name+"}", "0")
	}
	u, err := url.Parse(filled)
	switch {
	case err != nil || u.Hostname() == "" || u.Scheme != "https" && u.Scheme != "http":
		f.add(key, "is not a URL: give one such as %s", example)
		return
	case u.User != nil || u.Fragment != "":
		f.add(key, "must hold no user or fragment: give one such as %s", example)
	case u.Scheme == "http" && !isLoopback(u.Hostname()):
		f.add(key, "is http: only loopback addresses may be, give https")
	}
	_, rest, _ := strings.Cut(raw, "://")
	host, rest, _ := strings.Cut(rest, "/")
	for _, name := range names {
		if !strings.Contains(rest, "{"+name+"}") || strings.Contains(host, "{") {
			f.add(key, "has no {%s} in its path or query: give one such as %s", name, example)
			return
		}
	}
}
