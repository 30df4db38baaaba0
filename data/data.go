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
//go:embed catalogue.json procedures.json coach.yaml sample.json templates.yaml
var files embed.FS

//go:embed model.bin
var model string

// source is what is embedded.
type source struct{ embed.FS }

// Model returns model.bin where it lies: it is not copied.
func (source) Model() string { return model }

// ReadFile reads a file; model.bin is one of them.
func (s source) ReadFile(name string) ([]byte, error) {
	if name == "model.bin" {
		return []byte(model), nil
	}
	return s.FS.ReadFile(name)
}

// FS holds catalogue.json and procedures.json, as lookup.Load reads them, and
// has the model by ReadFile and, in place, by Model; templates.yaml and coach.yaml
// are for coach.Load, sample.json is for showing how a wording reads.
func FS() fs.FS { return source{files} }
