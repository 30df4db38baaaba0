// Package data is the starting content of an installation: units, procedures,
// taxonomy, calendar, words and the model that reads messages. Its sources are
// meant to be read and corrected; what is embedded is made from them.
package data

import (
	"embed"
	"io/fs"
)

//go:generate go run ./gen

// The patterns are explicit because a running product keeps its database and
// its secret in a folder of the same name.
//
//go:embed catalogue.json procedures.json model.bin
var files embed.FS

// FS holds catalogue.json, procedures.json and model.bin, as lookup.Load reads them.
func FS() fs.FS { return files }
