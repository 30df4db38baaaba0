// Command gen makes what the program embeds out of the sources in data/:
// catalogue.json, procedures.json and model.bin. Run it by go generate ./data.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
)

func main() {
	dir := flag.String("dir", ".", "the data directory")
	flag.Parse()
	if err := run(*dir); err != nil {
		fmt.Fprintln(os.Stderr, "gen:", err)
		os.Exit(1)
	}
}

// run writes the three files. The model is trained only when what it is made
// from has changed: that takes a while.
func run(dir string) error {
	src := os.DirFS(dir)
	catalogue, err := buildCatalogue(src)
	if err != nil {
		return err
	}
	procedures, err := buildProcedures(src)
	if err != nil {
		return err
	}
	files := map[string][]byte{"catalogue.json": catalogue, "procedures.json": procedures}
	fresh, err := modelIsFresh(src, catalogue)
	if err != nil {
		return err
	}
	if !fresh {
		if files["model.bin"], err = train(src, catalogue); err != nil {
			return err
		}
	}
	for name, content := range files {
		if err := os.WriteFile(filepath.Join(dir, name), content, 0o644); err != nil {
			return err
		}
	}
	return nil
}
