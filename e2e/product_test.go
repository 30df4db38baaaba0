// Package e2e starts the real binary against the sandbox, on SQLite and on
// PostgreSQL, and uses it as citizens, staff and operators do.
package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
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
		return m.Run()
	}())
}

// product is one process of the product.
type product struct {
	t      *testing.T
	config string // file
	role   string
	addr   string
	log    *bytes.Buffer
	cmd    *exec.Cmd
	ended  chan error
}

// freeAddr returns a loopback address on which nothing listens.
func freeAddr(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// start runs the product and waits until it is ready.
func (p *product) start() {
	p.t.Helper()
	p.log = &bytes.Buffer{}
	args := []string{"serve", "--config", p.config, "--migrate"}
	if p.role != "" {
		args = append(args, "--role", p.role)
	}
	p.cmd = exec.Command(binary, args...)
	p.cmd.Env = append(os.Environ(), "LANGNGHE_LISTEN="+p.addr)
	p.cmd.Stdout, p.cmd.Stderr = p.log, p.log
	require.NoError(p.t, p.cmd.Start())
	ended := make(chan error, 1)
	go func(c *exec.Cmd) { ended <- c.Wait() }(p.cmd)
	p.ended = ended
	p.await("/readyz")
}

// await waits until a path answers 200.
func (p *product) await(path string) {
	p.t.Helper()
	ctx, cancel := context.WithTimeout(p.t.Context(), 20*time.Second)
	defer cancel()
	for {
		resp, err := http.Get("http://" + p.addr + path)
		if err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case err := <-p.ended:
			p.t.Fatalf("product ended: %v\n%s", err, p.log)
		case <-ctx.Done():
			p.t.Fatalf("product not ready\n%s", p.log)
		case <-time.After(20 * time.Millisecond):
		}
	}
}

// kill ends the process as a power cut would.
func (p *product) kill() {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Kill())
	<-p.ended
}

// stop ends the process as an operator does, and demands a clean end.
func (p *product) stop() {
	p.t.Helper()
	require.NoError(p.t, p.cmd.Process.Signal(syscall.SIGTERM))
	select {
	case err := <-p.ended:
		require.NoError(p.t, err, p.log.String())
	case <-time.After(40 * time.Second):
		_ = p.cmd.Process.Kill()
		p.t.Fatalf("product did not stop\n%s", p.log)
	}
}

// command runs one command of the product with the same configuration and
// returns its standard output.
func (p *product) command(stdin string, args ...string) (string, error) {
	p.t.Helper()
	cmd := exec.Command(binary, append(args, "--config", p.config)...)
	cmd.Stdin = strings.NewReader(stdin)
	var out, errs bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &errs
	err := cmd.Run()
	if err != nil {
		err = fmt.Errorf("%w: %s", err, errs.String())
	}
	return out.String(), err
}

// token makes an API token.
func (p *product) token(role string, more ...string) string {
	p.t.Helper()
	out, err := p.command("", append([]string{"token", "create", "--name", "e2e " + role, "--role", role}, more...)...)
	require.NoError(p.t, err)
	return strings.TrimSpace(out)
}

// call makes an API call, decodes the answer into out when it is not nil, and
// returns the status.
func (p *product) call(token, method, path string, body, out any) int {
	p.t.Helper()
	var reader io.Reader
	if body != nil {
		data, err := json.Marshal(body)
		require.NoError(p.t, err)
		reader = bytes.NewReader(data)
	}
	req, err := http.NewRequestWithContext(p.t.Context(), method, "http://"+p.addr+path, reader)
	require.NoError(p.t, err)
	req.Header.Set("Authorization", "Bearer "+token)
	req.Header.Set("Content-Type", "application/json")
	resp, err := http.DefaultClient.Do(req)
	require.NoError(p.t, err)
	defer resp.Body.Close()
	data, err := io.ReadAll(resp.Body)
	require.NoError(p.t, err)
	if out != nil && resp.StatusCode < 300 {
		require.NoError(p.t, json.Unmarshal(data, out), string(data))
	}
	return resp.StatusCode
}
