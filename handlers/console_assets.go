package handlers

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"

	"github.com/gin-gonic/gin"

	"github.com/langnghe/langnghe/web"
)

// assets are what browsers fetch for the console. An address changes with its
// content, so that a browser keeps each for good.
type assets struct {
	styles  []string // addresses
	script  string   // "" when it was not built, like the next
	decoder string   // of Zalo's voices, which only who hears one fetches
	files   map[string]file
}

type file struct {
	body    []byte
	version string
}

// assetPath is where they are fetched from.
const assetPath = consolePath + "/assets/"

// readAssets takes what npm has built, or the plain style when it has not.
func readAssets() (assets, error) {
	a := assets{files: map[string]file{}}
	look, err := a.add("dist/console.css")
	if errors.Is(err, fs.ErrNotExist) {
		look, err = a.add("static/plain.css")
	}
	if err != nil {
		return a, err
	}
	frame, err := a.add("static/frame.css")
	if err != nil {
		return a, err
	}
	a.styles = []string{look, frame}
	var worker string // has an address of its own
	for name, to := range map[string]*string{"dist/console.js": &a.script, "dist/amr.js": &a.decoder, "dist/sw.js": &worker} {
		if *to, err = a.add(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return a, err
		}
	}
	return a, nil
}

// add takes an embedded file in and returns its address.
func (a *assets) add(name string) (address string, err error) {
	body, err := fs.ReadFile(web.Files, name)
	if err != nil {
		return "", fmt.Errorf("read an asset: %w", err)
	}
	sum := sha256.Sum256(body)
	version := hex.EncodeToString(sum[:6])
	a.files[path.Base(name)] = file{body, version}
	return assetPath + path.Base(name) + "?v=" + version, nil
}

// asset serves one.
func (s *server) asset(c *gin.Context) {
	f, ok := s.console.assets.files[c.Param("name")]
	if !ok {
		problem(c, http.StatusNotFound, "there is no such asset")
		return
	}
	if c.Query("v") == f.version {
		c.Header("Cache-Control", "public, max-age=31536000, immutable")
	}
	c.Data(http.StatusOK, mime.TypeByExtension(path.Ext(c.Param("name"))), f.body)
}
