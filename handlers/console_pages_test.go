package handlers

import (
	"io/fs"
	"net/http"
	"net/url"
	"path"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
	"github.com/langnghe/langnghe/web"
)

// TestPlainStyleKnowsEveryClass: a build without npm looks plain, not broken.
func TestPlainStyleKnowsEveryClass(t *testing.T) {
	t.Parallel()
	var styles strings.Builder
	for _, name := range []string{"static/plain.css", "static/frame.css"} {
		body, err := fs.ReadFile(web.Files, name)
		require.NoError(t, err)
		styles.Write(body)
	}
	names, err := fs.Glob(web.Files, "pages/console/*.html")
	require.NoError(t, err)
	n := 0
	for _, name := range names {
		body, err := fs.ReadFile(web.Files, name)
		require.NoError(t, err)
		for _, m := range regexp.MustCompile(`class="([^"{]+)"`).FindAllStringSubmatch(string(body), -1) {
			for _, class := range strings.Fields(m[1]) {
				n++
				require.True(t, strings.Contains(styles.String(), "."+class), "%s uses the class %s, which has no rule", name, class)
			}
		}
	}
	require.Greater(t, n, 40)
}

// TestNoInlineScriptOrStyle: the content policy would drop it without a word.
func TestNoInlineScriptOrStyle(t *testing.T) {
	t.Parallel()
	names, err := fs.Glob(web.Files, "pages/console/*.html")
	require.NoError(t, err)
	require.NotEmpty(t, names)
	for _, name := range names {
		body, err := fs.ReadFile(web.Files, name)
		require.NoError(t, err)
		require.NotRegexp(t, `(?i) (style|on[a-z]+|hx-on[^=]*)=|<style|<script[^>]*>[^<]`, string(body), name)
	}
}

// TestWordsOfTheLayout: what Go names by a word has a sentence.
func TestWordsOfTheLayout(t *testing.T) {
	t.Parallel()
	set, err := readPages("pages/console")
	require.NoError(t, err)
	words := func(block string, data any) string {
		var out strings.Builder
		require.NoError(t, set["start"].ExecuteTemplate(&out, block, data))
		return strings.TrimSpace(out.String())
	}
	for _, word := range flashes() {
		require.NotEmpty(t, words("flash", word), word)
	}
	for _, item := range menu() {
		require.NotEmpty(t, words("nav-name", item.path), item.path)
		require.NotEmpty(t, words("nav-group", item.group), item.group)
	}
	for _, cause := range models.Causes {
		require.NotEmpty(t, words("cause", cause), cause)
	}
	for _, role := range models.Roles {
		require.NotEmpty(t, words("role", role), role)
	}
}

func TestAssets(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t))
	b := d.screen(t)
	page := b.get(loginPath)
	found := regexp.MustCompile(`(?:href|src)="(/console/assets/[^"]+)"`).FindAllStringSubmatch(page.Body, -1)
	require.GreaterOrEqual(t, len(found), 2)
	for _, m := range found {
		a := b.get(m[1])
		require.Equal(t, http.StatusOK, a.Code)
		require.Contains(t, a.Header.Get("Cache-Control"), "immutable")
		require.Regexp(t, "^text/(css|javascript)", a.Header.Get("Content-Type"))
		old, _, _ := strings.Cut(m[1], "?")
		require.Equal(t, "no-store", b.get(old+"?v=old").Header.Get("Cache-Control"))
	}
	require.Equal(t, http.StatusNotFound, b.get(assetPath+"none.css").Code)
	require.Equal(t, http.StatusNotFound, b.get(consolePath+"/none").Code)
}

// TestPagesAreForTheirRoles uses pages as they are added.
func TestPagesAreForTheirRoles(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t), func(deps *Deps) {
		deps.UnitName = func(slug string) string { return map[string]string{"tran-bien": "phường Trấn Biên"}[slug] }
	})
	var saw models.Principal
	d.server.page("GET /probe", models.ReadQuestions, func(v *visit) error { saw = v.who; return v.show("start", nil) })
	d.server.page("GET /probe/rows", models.ReadQuestions, func(v *visit) error { return v.fragment("account", "title", nil) })
	d.server.page("GET /probe/lost", models.ReadQuestions, func(*visit) error { return store.ErrNotFound })
	d.server.page("GET /probe/stale", models.ReadQuestions, func(*visit) error { return store.ErrConflict })
	d.server.page("GET /probe/odd", models.ReadQuestions, func(*visit) error { return invalid("body.x", "is odd") })
	d.server.page("GET /probe/broken", models.ReadQuestions, func(v *visit) error { return v.show("none", nil) })
	d.server.page("POST /probe", models.ReadQuestions, func(v *visit) error { return v.done("/console/probe", "saved") })
	officer, viewer := d.visitor(t, models.RoleOfficer).screen, d.visitor(t, models.RoleViewer).screen
	require.Contains(t, viewer.get("/console/probe").Body, "không dành cho vai trò")
	require.Equal(t, http.StatusForbidden, viewer.get("/console/probe").Code)
	require.Equal(t, http.StatusOK, officer.get("/console/probe").Code)
	require.Contains(t, officer.get("/console/probe").Body, "phường Trấn Biên")
	require.Equal(t, models.Principal{Name: "Lan", Email: "officer@example.vn", Role: models.RoleOfficer, Unit: "tran-bien"}, saw)
	officer.leads(officer.post("/console/probe"), "/console/probe")
	require.Contains(t, officer.get("/console/probe").Body, "Đã lưu.")
	require.Equal(t, "Tài khoản của tôi", officer.get("/console/probe/rows").Body)
	for path, want := range map[string]int{"lost": 404, "stale": 409, "odd": 422, "broken": 500} {
		a := officer.get("/console/probe/" + path)
		require.Equal(t, want, a.Code, path)
		require.Contains(t, a.Body, "Về trang đầu")
	}
	officer.cookies[flashCookie] = &http.Cookie{Name: flashCookie, Value: "<b>"}
	require.NotContains(t, officer.get("/console/probe").Body, "<b>")
}

func TestStepOf(t *testing.T) {
	t.Parallel()
	const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ" // of RFC 6238, appendix B
	for unix, code := range map[int64]string{59: "287082", 1111111109: "081804", 1234567890: "005924", 20000000000: "353130"} {
		for _, drift := range []int64{-30, 0, 30} {
			step, ok := stepOf(code, secret, time.Unix(unix+drift, 0))
			require.True(t, ok, unix)
			require.Equal(t, unix/30, step)
		}
		_, ok := stepOf(code, secret, time.Unix(unix+90, 0))
		require.False(t, ok)
	}
	for _, code := range []string{"", "28708", "2870822", "28708x"} {
		_, ok := stepOf(code, secret, time.Unix(59, 0))
		require.False(t, ok, code)
	}
	_, ok := stepOf("000000", "", time.Unix(59, 0))
	require.False(t, ok)
	require.Len(t, newSecret(), 32)
}

func TestQRCode(t *testing.T) {
	t.Parallel()
	uri := keyURI(issuer, lan, "SECRET")
	u, err := url.Parse(uri)
	require.NoError(t, err)
	require.Equal(t, "/"+issuer+":"+lan, u.Path)
	require.Equal(t, issuer, u.Query().Get("issuer"))
	svg, err := qrCode(uri)
	require.NoError(t, err)
	require.Regexp(t, `^<svg [^>]+><path fill="#fff" d="M0 0h\d+v\d+H0z"/><path d="(M\d+ \d+h1v1h-1z)+"/></svg>$`, string(svg))
	require.Contains(t, svg, "M4 4h1", "the finder pattern begins after the quiet zone")
	_, err = qrCode(strings.Repeat("x", 5000))
	require.Error(t, err)
}

func TestGuessable(t *testing.T) {
	t.Parallel()
	login := store.Login{Account: store.Account{Email: "nguyen.thi.lan@tran-bien.example.vn", Name: "Nguyễn Thị Lan"}}
	for password, want := range map[string]string{
		"": "short", "chín chữ ạ": "", "1234567890": "guessable", "matkhau2026": "guessable", "nguyễn thị lan 1": "guessable",
		"aaaaaaaaaaaa": "guessable", "abababababab": "guessable", "đồng xanh lúa chín": "", "x7#kQ!m2pR": "", strings.Repeat("dài ", 33): "long",
	} {
		require.Equal(t, want, passwordFault(password, password, login), password)
	}
}

func TestDevice(t *testing.T) {
	t.Parallel()
	for agent, want := range map[string][2]string{
		"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36 Edg/140.0": {"Edge", "Windows"},
		"Mozilla/5.0 (Linux; Android 12; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36":           {"Chrome", "Android"},
		"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.0 Safari/604.1": {"Safari", "iPhone"},
		"curl/8": {"", ""},
	} {
		browser, system := device(agent)
		require.Equal(t, want, [2]string{browser, system})
	}
}

func FuzzOwnPage(f *testing.F) {
	for _, s := range []string{"", "/console/account?x=1", "//evil.example", "/console//evil", "/console/../x", "https://evil.example/console/", "/console/\\evil", "/console/%2e%2e/x", "/console/a#b"} {
		f.Add(s)
	}
	base, err := url.Parse("https://gopy.example.vn/console/login")
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, next string) {
		got := ownPage(next)
		u, err := base.Parse(got)
		require.NoError(t, err)
		require.Equal(t, base.Host, u.Host)
		require.True(t, strings.HasPrefix(got, startPath), got)
		require.True(t, strings.HasPrefix(path.Clean(u.Path)+"/", startPath), got)
		require.Equal(t, got, ownPage(got), "it stays what it is")
	})
}

func FuzzReadCode(f *testing.F) {
	for _, s := range []string{"123 456", "abcd-efgh-ijkl-mnop", "١٢٣٤٥٦", "", "12345\x00", "ABCDEFGHIJKLMNOı"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, typed string) {
		digits, recovery := readCode(typed)
		require.False(t, digits != "" && recovery != "")
		require.Regexp(t, `^(\d{6})?$`, digits)
		require.Regexp(t, `^([A-Z2-7]{16})?$`, recovery)
	})
}
