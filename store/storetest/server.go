package storetest

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
)

// script runs a server in the folder $1 on the port $2 until its standard input
// ends, that is, until the test process is gone, however it went.
const script = `"$0" -D "$1" -p "$2" -k "$1" -h 127.0.0.1 -c max_connections=400 $3 >"$1/log" 2>&1 &
server=$!
cat >/dev/null
kill -QUIT $server
wait $server
rm -rf "$1"`

// quickSettings trade what a test does not need for speed.
const quickSettings = "-c fsync=off -c synchronous_commit=off -c full_page_writes=off"

// startTimeout bounds the start of a server, which takes about a second.
const startTimeout = 30 * time.Second

// server is a running one. It ends when life is closed, at the latest by the end
// of the process; so somebody has to keep it.
type server struct {
	address string // administrator's URL
	life    io.WriteCloser
}

// start runs a throw-away server.
func start(durable bool) (*server, error) {
	bin, err := programs()
	if err != nil {
		return nil, err
	}
	attr, dir, err := owner()
	if err != nil {
		return nil, err
	}
	initdb := exec.Command(filepath.Join(bin, "initdb"), "--no-sync", "-A", "trust", "-U", "postgres", "-E", "UTF8", "--locale=C", "-D", dir)
	initdb.SysProcAttr, initdb.Dir = attr, dir
	if out, err := initdb.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("initdb: %w: %s", err, out)
	}
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	settings := quickSettings
	if durable {
		settings = ""
	}
	cmd := exec.Command("/bin/sh", "-c", script, filepath.Join(bin, "postgres"), dir, strconv.Itoa(port), settings)
	cmd.SysProcAttr, cmd.Dir = attr, dir
	life, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{fmt.Sprintf("postgres://postgres@127.0.0.1:%d/postgres?sslmode=disable", port), life}
	return s, await(s.address)
}

// programs returns the folder of the newest PostgreSQL of the machine.
func programs() (string, error) {
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/initdb")
	if err == nil && len(found) > 0 {
		return filepath.Dir(found[len(found)-1]), nil
	}
	path, err := exec.LookPath("initdb")
	if err != nil {
		return "", errors.New("neither LANGNGHE_TEST_POSTGRES is set nor is initdb installed")
	}
	return filepath.Dir(path), nil
}

// owner makes the server's folder, and says as whom it runs: PostgreSQL refuses
// to be root, so root becomes the user postgres.
func owner() (*syscall.SysProcAttr, string, error) {
	dir, err := os.MkdirTemp("", "langnghe-postgres-")
	if err != nil || os.Getuid() != 0 {
		return nil, dir, err
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return nil, "", err
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return nil, "", err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return nil, "", err
	}
	cred := &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return &syscall.SysProcAttr{Credential: cred}, dir, os.Chown(dir, int(uid), int(gid))
}

func freePort() (int, error) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	defer l.Close()
	return l.Addr().(*net.TCPAddr).Port, nil
}

// await waits until the server answers.
func await(address string) error {
	ctx, cancel := context.WithTimeout(context.Background(), startTimeout)
	defer cancel()
	for {
		conn, err := pgx.Connect(ctx, address)
		if err == nil {
			return conn.Close(ctx)
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("start PostgreSQL: %w", err)
		case <-time.After(20 * time.Millisecond):
		}
	}
}
