// Package bench measures the product against the bound of bench/bound, in the
// same run and interleaved, because only ratios hold on a shared machine.
package bench

import (
	"bytes"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/store/storetest"
)

const (
	rounds  = 3
	measure = "4s"
	warmup  = "1s"
)

// script is the report dialogue: five messages and one case.
const script = `[{"say":"#menu.root:report"},
{"say":"Tôi góp ý: ống nước trước số nhà 12 bị vỡ ba ngày nay, nước chảy ra đường mà không ai sửa"},
{"say":"hẻm 12 đường Nguyễn Trãi, tổ 3"},
{"say":"#report.contact:anonymous"},
{"say":"#report.confirm:yes"}]`

// bench holds the programs and where they run.
type bench struct {
	*testing.B
	dir     string
	product string
	bound   string
	loadgen string
}

// report is what is used of loadgen's.
type report struct {
	PerSec   float64 `json:"accepted_per_s"`
	Seconds  float64 `json:"seconds"`
	Answered int64   `json:"replies_matched"`
	Lost     int64   `json:"replies_lost"`
	Dup      int64   `json:"replies_duplicated"`
	Disorder int64   `json:"replies_out_of_order"`
	Refused  int64   `json:"non_2xx"`
	CPU      float64 `json:"target_cpu_us_per_message"`
	RSS      float64 `json:"target_peak_rss_mb"`
	Ack      hist    `json:"ack_from_intended_send"`
	Reply    hist    `json:"reply_from_intended_send"`
}

type hist struct {
	P50 float64 `json:"p50_us"`
	P99 float64 `json:"p99_us"`
}

func BenchmarkProduct(b *testing.B) {
	h := &bench{B: b, dir: b.TempDir()}
	h.product, h.bound, h.loadgen = h.build("..", "langnghe"), h.build("./bound", "bound"), h.build("./loadgen", "loadgen")
	h.part("cold", func(h *bench) { h.Log(h.cold()) })
	for _, db := range []string{"sqlite", "postgres"} {
		h.part("accept/"+db, func(h *bench) { h.accept(db) })
		h.part("loop/"+db, func(h *bench) { h.loop(db, "text", "") })
		h.part("report/"+db, func(h *bench) { h.loop(db, "report", script) })
		h.part("latency/"+db, func(h *bench) { h.latency(db) })
		h.part("slow/"+db, func(h *bench) { h.slowPlatform(db) })
	}
}

// part runs one measurement, so that -bench can choose it.
func (h *bench) part(name string, f func(*bench)) {
	h.Run(name, func(b *testing.B) {
		part := *h
		part.B = b
		f(&part)
	})
}

func (h *bench) build(pkg, name string) string {
	path := filepath.Join(h.dir, name)
	cmd := exec.Command("go", "build", "-ldflags=-s -w", "-trimpath", "-o", path, pkg)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	out, err := cmd.CombinedOutput()
	require.NoError(h, err, string(out))
	return path
}

// accept measures messages acknowledged after their commit.
func (h *bench) accept(db string) {
	load := []string{"-mode", "closed", "-conns", "64", "-fake", ""}
	h.compare("accept "+db, load, "", func(r report) float64 { return r.PerSec },
		h.startBound(db, ""), h.startProduct(db, "127.0.0.1:1", "web"), h.startProduct(db, "127.0.0.1:1", "all"))
}

// loop measures messages answered on the platform.
func (h *bench) loop(db, name, steps string) {
	fake := freeAddr(h)
	load := []string{"-mode", "dialog", "-citizens", "512", "-conns", "64", "-fake", fake}
	h.compare("loop "+name+" "+db, load, steps, func(r report) float64 { return float64(r.Answered) / r.Seconds },
		h.startBound(db, fake), h.startProduct(db, fake, "all"))
}

// latency measures from the citizen's message to the platform's receipt of the answer.
func (h *bench) latency(db string) {
	fake := freeAddr(h)
	load := []string{"-mode", "open", "-rate", "200", "-replies", "-citizens", "5000", "-fake", fake}
	h.compare("reply p50 at 200/s, µs, "+db, load, "", func(r report) float64 { return r.Reply.P50 },
		h.startBound(db, fake), h.startProduct(db, fake, "all"))
}

// slowPlatform measures the acknowledgement while the platform takes 0 and 5 s.
func (h *bench) slowPlatform(db string) {
	for _, wait := range []string{"0s", "5s"} {
		fake := freeAddr(h)
		load := []string{"-mode", "open", "-rate", "200", "-citizens", "5000", "-fake", fake, "-fake-latency", wait}
		h.compare("ack p99, platform takes "+wait+", µs, "+db, load, "", func(r report) float64 { return r.Ack.P99 },
			h.startProduct(db, fake, "all"))
	}
}

// target starts a program for one measurement.
type target struct {
	name  string
	start func() (addr string, pid int, stop func())
}

// compare measures the targets in turn, some rounds, and logs medians and their
// ratio to the first.
func (h *bench) compare(what string, load []string, steps string, figure func(report) float64, targets ...target) {
	figures := make([][]float64, len(targets))
	notes := make([]string, len(targets))
	for range rounds {
		for i, t := range targets {
			addr, pid, stop := t.start()
			r := h.load(addr, pid, load, steps)
			stop()
			figures[i] = append(figures[i], figure(r))
			notes[i] = fmt.Sprintf("cpu %.0f µs/message, peak RSS %.0f MB, lost %d, doubled %d, disordered %d, refused %d", r.CPU, r.RSS, r.Lost, r.Dup, r.Disorder, r.Refused)
		}
	}
	base := median(figures[0])
	for i, t := range targets {
		h.Logf("%-34s %-12s %9.0f  ratio %.2f  (%s)", what, t.name, median(figures[i]), median(figures[i])/base, notes[i])
	}
}

func median(xs []float64) float64 {
	slices.Sort(xs)
	return xs[len(xs)/2]
}

// load runs the load generator against a target.
func (h *bench) load(addr string, pid int, args []string, steps string) report {
	args = append([]string{"run", "-messenger", "http://" + addr + "/webhooks/messenger", "-d", measure, "-warmup", warmup, "-json", "-pids", strconv.Itoa(pid)}, args...)
	if steps != "" {
		file := filepath.Join(h.dir, "script.json")
		require.NoError(h, os.WriteFile(file, []byte(steps), 0o600))
		args = append(args, "-script", file)
	}
	cmd := exec.Command(h.loadgen, args...)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	require.NoError(h, cmd.Run(), errs.String())
	var r report
	require.NoError(h, json.Unmarshal(out.Bytes(), &r))
	return r
}

func (h *bench) startBound(db, fake string) target {
	return target{"bound", func() (string, int, func()) {
		addr := freeAddr(h)
		args := []string{"-listen", addr, "-sqlite", filepath.Join(h.TempDir(), "bound.db")}
		if db == "postgres" {
			args = append(args, "-postgres", storetest.Postgres(h.B))
		}
		if fake != "" {
			args = append(args, "-reply", "http://"+fake)
		}
		return h.run(addr, "/webhooks/messenger", exec.Command(h.bound, args...))
	}}
}

func (h *bench) startProduct(db, fake, role string) target {
	return target{"product " + role, func() (string, int, func()) {
		addr, dir := freeAddr(h), h.TempDir()
		url := "sqlite:" + filepath.Join(dir, "product.db")
		if db == "postgres" {
			url = storetest.Postgres(h.B)
		}
		cmd := exec.Command(h.product, "serve", "--migrate", "--role", role, "--config", h.config(dir, addr, url, fake))
		return h.run(addr, "/healthz", cmd)
	}}
}

func (h *bench) config(dir, addr, url, fake string) string {
	file := filepath.Join(dir, "langnghe.yaml")
	text := fmt.Sprintf(`listen: %s
database_url: %q
blob_url: file:%s/files
secret_key: %s
log: {level: error}
conversation: {gather: 0s, flood: 0}
platforms: {messenger: {graph_url: "http://%s", version: v25.0}}
channels:
  - {platform: messenger, unit: tran-bien, page_id: "1234567890", app_id: "1", app_secret: appsecret, page_token: token, verify_token: verify, rate: 6000000/min}
`, addr, url, dir, strings.Repeat("k", 32), fake)
	require.NoError(h, os.WriteFile(file, []byte(text), 0o600))
	return file
}

// run starts a program and waits until it answers.
func (h *bench) run(addr, path string, cmd *exec.Cmd) (string, int, func()) {
	var log bytes.Buffer
	cmd.Stdout, cmd.Stderr = &log, &log
	require.NoError(h, cmd.Start())
	h.await("http://"+addr+path, &log)
	return addr, cmd.Process.Pid, func() {
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		if log.Len() > 0 {
			h.Logf("%.2000s", log.String())
		}
	}
}

func (h *bench) await(url string, log *bytes.Buffer) {
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); time.Sleep(time.Millisecond) {
		if resp, err := http.Get(url); err == nil {
			resp.Body.Close()
			return
		}
	}
	h.Fatalf("%s does not answer\n%s", url, log)
}

// cold measures the start on an empty SQLite database and the memory 10 s later.
func (h *bench) cold() string {
	var starts []time.Duration
	var rss string
	for i := range rounds {
		addr, dir := freeAddr(h), h.TempDir()
		cmd := exec.Command(h.product, "serve", "--config", h.config(dir, addr, "sqlite:"+filepath.Join(dir, "product.db"), "127.0.0.1:1"))
		began := time.Now()
		_, pid, stop := h.run(addr, "/healthz", cmd)
		starts = append(starts, time.Since(began))
		if i == rounds-1 {
			time.Sleep(10 * time.Second)
			rss = memory(h, pid)
		}
		stop()
	}
	slices.Sort(starts)
	return fmt.Sprintf("start to the first 200: %s; after 10 s %s", starts[rounds/2].Round(time.Millisecond), rss)
}

// memory reads what the kernel says of a process.
func memory(tb testing.TB, pid int) string {
	data, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	require.NoError(tb, err)
	var lines []string
	for line := range strings.Lines(string(data)) {
		if strings.HasPrefix(line, "VmRSS") || strings.HasPrefix(line, "RssAnon") || strings.HasPrefix(line, "RssFile") {
			lines = append(lines, strings.Join(strings.Fields(line), " "))
		}
	}
	return strings.Join(lines, ", ")
}

func freeAddr(tb testing.TB) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(tb, err)
	defer l.Close()
	return l.Addr().String()
}
