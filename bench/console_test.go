package bench

import (
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/store/storetest"
)

const (
	consoleCases = 1_000_000              // unless LANGNGHE_CASES says otherwise
	consoleBound = 100 * time.Millisecond // for a page of the console
	consoleTurns = 15                     // of each page
)

// BenchmarkConsole measures the staff's pages over a million cases, as a browser
// gets them from the running product.
func BenchmarkConsole(b *testing.B) {
	h := &bench{B: b, dir: b.TempDir()}
	h.product = h.build("..", "langnghe")
	for name, database := range map[string]func(testing.TB) string{"sqlite": storetest.SQLite, "postgres": storetest.Postgres} {
		h.part(name, func(h *bench) { h.console(name, database(h)) })
	}
}

func (h *bench) console(name, database string) {
	addr, dir := freeAddr(h), h.TempDir()
	config := h.config(dir, addr, database, "127.0.0.1:1")
	h.command("migrate", "up", "--config", config)
	n := consoleCases
	if want := os.Getenv("LANGNGHE_CASES"); want != "" {
		var err error
		n, err = strconv.Atoi(want)
		require.NoError(h, err)
	}
	storetest.FillCases(h, database, n, time.Now())
	staff := map[string]*http.Client{"officer of the largest unit": nil, "viewer of the province": nil}
	_, _, stop := h.run(addr, "/healthz", exec.Command(h.product, "serve", "--role", "web", "--config", config))
	defer stop()
	for who := range staff {
		staff[who] = h.logIn("http://"+addr+"/console", config, who)
	}
	last := fmt.Sprintf("PA2026-%06dX", n/10*10%1_000_000)
	for who, client := range staff {
		for _, page := range consolePages(last) {
			h.page(name+", "+who, client, "http://"+addr+"/console", page)
		}
	}
}

// consolePages are the lists, searches and the page of a case that are measured.
func consolePages(code string) []string {
	var pages []string
	for _, view := range []string{"open", "mine", "unassigned", "soon", "overdue", "waiting", "undelivered", "all"} {
		pages = append(pages, "/cases?view="+view)
	}
	for _, filter := range []string{"kind=khieu_nai", "category=c-7", "category=rare", "status=merged", "channel=counter", "channel=counter&kind=khieu_nai"} {
		pages = append(pages, "/cases?view=all&"+filter)
	}
	for _, words := range []string{"w0x3", "w0x1 w1x3", "w11x77", "w9x2000 w10x3000", code, "0910654321", "nguyen van 312", "khongcogi", "pa2026", "nguyen"} {
		pages = append(pages, "/cases?view=all&q="+url.QueryEscape(words))
	}
	return append(pages, "/cases/"+code)
}

// page gets a page some times, and tells the median, the slowest and its ratio to
// the bound.
func (h *bench) page(who string, client *http.Client, base, path string) {
	times := make([]time.Duration, consoleTurns)
	for i := range times {
		begin := time.Now()
		resp, err := client.Get(base + path)
		require.NoError(h, err)
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		times[i] = time.Since(begin)
		require.NoError(h, err)
		require.Equal(h, http.StatusOK, resp.StatusCode, "%s %s\n%.500s", who, path, body)
	}
	slices.Sort(times)
	h.Logf("%-44s %-44s %6.1f ms, slowest %6.1f, ratio to the bound %.2f", who, path,
		ms(times[len(times)/2]), ms(times[len(times)-1]), float64(times[len(times)/2])/float64(consoleBound))
}

func ms(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }

// command runs one of the product's and returns what it prints.
func (h *bench) command(args ...string) string {
	var errs strings.Builder
	cmd := exec.Command(h.product, args...)
	cmd.Stderr = &errs
	out, err := cmd.Output()
	require.NoError(h, err, errs.String())
	return strings.TrimSpace(string(out))
}

// logIn makes an account as it is named, and a client that is logged in.
func (h *bench) logIn(console, config, who string) *http.Client {
	role, rest, _ := strings.Cut(who, " ")
	args := []string{"user", "add", "--email", role + "@x.vn", "--name", role, "--role", role, "--config", config}
	if rest == "of the largest unit" {
		args = append(args, "--unit", storetest.Busiest)
	}
	once := h.command(args...)
	jar, err := cookiejar.New(nil)
	require.NoError(h, err)
	client := &http.Client{Jar: jar}
	const chosen = "mot cau dai de nho 27"
	h.post(client, console+"/login", url.Values{"email": {role + "@x.vn"}, "password": {once}})
	h.post(client, console+"/password", url.Values{"new": {chosen}, "again": {chosen}})
	return client
}

func (h *bench) post(client *http.Client, address string, form url.Values) {
	resp, err := client.PostForm(address, form)
	require.NoError(h, err)
	resp.Body.Close()
	require.Equal(h, http.StatusOK, resp.StatusCode, address)
}
