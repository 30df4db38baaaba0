// Package web holds the templates and styles of the pages, embedded into the
// binary. Package handlers renders them.
package web

import "embed"

// Files has the templates in pages/ and what browsers fetch in static/.
//
//go:embed pages static
var Files embed.FS
