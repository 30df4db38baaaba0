package handlers

import (
	"html"
	"net/http"
	"regexp"
	"strings"

	"github.com/gin-gonic/gin"
)

// proofFile is what Zalo lets the owner of a domain download; %CODE% stands
// for the code. Zalo looks for the code only.
const proofFile = `<!DOCTYPE html>
<html lang="en">
<head>
<meta property="zalo-platform-site-verification" content="%CODE%" />
</head>
<body>
There Is No Limit To What You Can Accomplish Using Zalo!
</body>
</html>
`

var (
	proofName = regexp.MustCompile(`^(?:zalo_verifier)?([A-Za-z0-9_-]+)(?:\.html)?$`)
	proofMeta = regexp.MustCompile(`content="([^"]+)"`)
)

// domainProof returns the code and the file of the configured proof: its code,
// the file's name, or the whole file as downloaded, which is served byte for
// byte. A file in which no code is found is served for any code.
func domainProof(configured string) (code, file string) {
	if m := proofName.FindStringSubmatch(strings.TrimSpace(configured)); m != nil {
		return m[1], strings.Replace(proofFile, "%CODE%", html.EscapeString(m[1]), 1)
	}
	if m := proofMeta.FindStringSubmatch(configured); m != nil {
		code = m[1]
	}
	return code, configured
}

// prove serves the proof to Zalo.
func (s *server) prove() gin.HandlerFunc {
	code, file := domainProof(s.DomainProof)
	return func(c *gin.Context) {
		asked, isPage := strings.CutSuffix(c.Param("code"), ".html")
		if file == "" || !isPage || code != "" && asked != code {
			s.missing(c)
			return
		}
		c.Data(http.StatusOK, "text/html; charset=utf-8", []byte(file))
	}
}
