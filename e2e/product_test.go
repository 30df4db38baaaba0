// Package e2e starts the real binary against the sandbox, on SQLite and on
// PostgreSQL, and uses it as citizens, staff and operators do.
package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

const (
	// patience bounds what should happen at once; a loaded machine is slow.
	patience = 20 * time.Second
	// look is the pause between two looks at what tells of no change itself.
	look = 20 * time.Millisecond
	// atOnce is how many tests run together: most of them wait.
	atOnce = "6"
)

// binary is the product's, built once.
var binary string

func TestMain(m *testing.M) {
	os.Exit(func() int {
		dir, err := os.MkdirTemp("", "langnghe-e2e-")
		if err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		defer os.RemoveAll(dir)
		binary = filepath.Join(dir, "langnghe")
		build := exec.Command("go", "build", "-o", binary, "..")
		build.Env = append(os.Environ(), "CGO_ENABLED=0")
		if out, err := build.CombinedOutput(); err != nil {
			fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
			return 1
		}
		if err := parallel(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			return 1
		}
		return m.Run()
	}())
}

// parallel sets how many tests run together, unless the command line does.
func parallel() error {
	flag.Parse()
	given := false
	flag.Visit(func(f *flag.Flag) { given = given || f.Name == "test.parallel" })
	if given {
		return nil
	}
	return flag.Set("test.parallel", atOnce)
}

// logbook is a process's output, which grows while a test reads it.
type logbook struct {
	mu  sync.Mutex
	buf bytes.Buffer
}

// Write implements io.Writer.
func (l *logbook) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

func (l *logbook) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.String()
}

// product is one process of the product.
type product struct {
	t      *testing.T
	config string // file
	role   string
	dir    string // where it runs; "" is here
	addr   string
	log    *logbook // of every start
	cmd    *exec.Cmd
	ended  chan error
}

// freeAddr returns a loopback address on which nothing listens. Its port is
// below those that the system gives to outgoing connections, so that nobody
// takes it while the product restarts.
func freeAddr(t *testing.T) string {
	t.Helper()
	for {
		addr := "127.0.0.1:" + strconv.Itoa(12000+rand.N(18000))
		if l, err := net.Listen("tcp", addr); err == nil {
			require.NoError(t, l.Close())
			return addr
		}
	}
}

// newProduct makes a process that is not started yet; it ends with the test.
func newProduct(t *testing.T, config, role string) *product {
	p := &product{t: t, config: config, role: role, addr: freeAddr(t), log: &logbook{}}
	t.Cleanup(func() {
		if p.ended != nil {
			p.kill()
		}
		if t.Failed() {
			t.Logf("log of the product %s:\n%s", role, tail(p.log.String(), 6000))
		}
	})
	return p
}

func tail(s string, most int) string { return s[max(len(s)-most, 0):] }

func (p *product) url() string { return "http://" + p.addr }

// start runs the product and waits until it is ready.
func (p *product) start() {
	p.t.Helper()
	p.launch()
	p.await("/readyz")
}

// launch runs the product.
func (p *product) launch() {
	p.t.Helper()
	args := []string{"serve", "--migrate"}
	if p.config != "" {
		args = append(args, "--config", p.config)
	}
	if p.role != "" {
		args = append(args, "--role", p.role)
	}
	p.cmd = exec.Command(binary, args...)
	p.cmd.Dir = p.dir
	p.cmd.Env = environ("LANGNGHE_LISTEN=" + p.addr)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	require.NoError(p.t, p.cmd.Start())
	ended := make(chan error, 1)
	go func(c *exec.Cmd) { ended <- c.Wait() }(p.cmd)
	p.ended = ended
}

// environ is the environment without what would configure the product, and more.
func environ(more ...string) []string {
	bare := slices.DeleteFunc(os.Environ(), func(v string) bool { return strings.HasPrefix(v, "LANGNGHE_") })
	return append(bare, more...)
}

// await waits until a path answers 200.
func (p *product) await(path string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), patience)
	defer cancel()
	for {
		resp, err := http.Get(p.url() + path)
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case err := <-p.ended:
			p.ended = nil
			p.t.Fatalf("product ended: %v\n%s", err, p.log)
		case <-ctx.Done():
			p.t.Fatalf("product not ready\n%s", p.log)
		case <-time.After(look):
		}
	}
}

// kill ends the process as a power cut would.
func (p *product) kill() {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Kill())
	<-p.ended
	p.ended = nil
}

// stop ends the process as an operator does, and demands a clean end.
func (p *product) stop() {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case err := <-p.ended:
		p.ended = nil
		require.NoError(p.t, err, p.log.String())
	case <-time.After(40 * time.Second):
		p.kill()
		p.t.Fatalf("product did not stop\n%s", p.log)
	}
}

// outcome is how a command ended.
type outcome struct {
	stdout, stderr string
	code           int
}

// command runs one command of the product with the same configuration.
func (p *product) command(stdin string, args ...string) outcome {
	p.t.Helper()
	return command(p.t, "", nil, stdin, append(args, "--config", p.config)...)
}

// command runs one command in a folder, with more environment.
func command(t *testing.T, dir string, env []string, stdin string, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	cmd := exec.CommandContext(ctx, binary, args...)
	cmd.Dir, cmd.Env, cmd.Stdin = dir, environ(env...), strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	return outcome{out.String(), errs.String(), cmd.ProcessState.ExitCode()}
}

// must demands that a command succeeded, and returns its standard output.
func (p *product) must(args ...string) string {
	p.t.Helper()
	got := p.command("", args...)
	require.Zero(p.t, got.code, "%v: %s%s", args, got.stdout, got.stderr)
	return got.stdout
}

// token makes an API token.
func (p *product) token(role string, more ...string) string {
	p.t.Helper()
	return strings.TrimSpace(p.must(append([]string{"token", "create", "--name", "e2e " + role, "--role", role}, more...)...))
}

// ask makes an API call and returns status and body.
func (p *product) ask(token, method, path string, body any) (int, []byte) {
	p.t.Helper()
	var reader io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		require.NoError(p.t, err)
		reader = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, p.url()+path, reader)
	require.NoError(p.t, err)
	if token != "" {
		req.Header.Set("Authorization", "Bearer "+token)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(p.t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	return resp.StatusCode, data
}

// call makes an API call that must succeed, and decodes its answer.
func call[T any](p *product, token, method, path string, body any) T {
	p.t.Helper()
	status, data := p.ask(token, method, path, body)
	require.Equal(p.t, http.StatusOK, status, "%s %s: %s", method, path, data)
	var out T
	require.NoError(p.t, json.Unmarshal(data, &out), string(data))
	return out
}
