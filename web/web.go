// Package web holds the templates and styles of the pages, embedded into the
// binary. Package handlers renders them.
package web

import "embed"

// Files has the templates in pages/ and what browsers fetch in static/. dist/
// has the console's style and script as `make assets` builds them; it is empty
// in a build without npm, for which static/plain.css stands in.
//
//go:embed pages static all:dist
var Files embed.FS
