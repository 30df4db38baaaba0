package e2e

import (
	"bufio"
	"fmt"
	"io"
	"mime/quotedprintable"
	"net"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/sandbox"
)

// postbox is a mail server that takes every mail.
type postbox struct{ mails chan string }

func newPostbox(t *testing.T, addr string) *postbox {
	t.Helper()
	l, err := net.Listen("tcp", addr)
	require.NoError(t, err)
	p := &postbox{mails: make(chan string, 100)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			p.serve(conn)
		}
	}()
	t.Cleanup(func() { l.Close(); <-done })
	return p
}

func (p *postbox) serve(conn net.Conn) {
	defer conn.Close()
	r := bufio.NewReader(conn)
	fmt.Fprint(conn, "220 ready\r\n")
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		if strings.TrimSpace(line) != "DATA" {
			fmt.Fprint(conn, "250 ok\r\n")
			continue
		}
		fmt.Fprint(conn, "354 go\r\n")
		var b strings.Builder
		for line, err = r.ReadString('\n'); err == nil && line != ".\r\n"; line, err = r.ReadString('\n') {
			b.WriteString(line)
		}
		p.mails <- b.String()
		fmt.Fprint(conn, "250 taken\r\n")
	}
}

// TestDutyContactIsMailed: a danger that is reported while the mail server is
// away reaches the duty contact after a power cut.
func TestDutyContactIsMailed(t *testing.T) {
	each(t, setup{idle: true}, func(t *testing.T, w *world) {
		addr := freeAddr(t)
		_, port, err := net.SplitHostPort(addr)
		require.NoError(t, err)
		file, err := os.OpenFile(w.config, os.O_APPEND|os.O_WRONLY, 0)
		require.NoError(t, err)
		_, err = fmt.Fprintf(file, "smtp: {host: 127.0.0.1, port: %s, from: gopy@example.vn}\nduty: {email: truc@example.vn}\n", port)
		require.NoError(t, err)
		require.NoError(t, file.Close())
		w.start()
		c := w.phone(sandbox.Messenger, 0)
		answer := c.say("cháy nhà rồi, số 25 đường Nguyễn Ái Quốc, gọi 0900 000 078")
		require.Contains(t, answer.Text, "114")
		within(t, patience, "a mail that is refused", func() bool { return strings.Contains(w.log.String(), "duty contact not told") })
		w.kill()
		box := newPostbox(t, addr)
		w.start()
		var mail string
		within(t, patience, "the mail", func() bool {
			select {
			case mail = <-box.mails:
				return true
			default:
				return false
			}
		})
		head, body, _ := strings.Cut(mail, "\r\n\r\n")
		require.Contains(t, head, "To: <truc@example.vn>")
		words, err := io.ReadAll(quotedprintable.NewReader(strings.NewReader(body)))
		require.NoError(t, err)
		require.Contains(t, string(words), "chay")
		require.Contains(t, string(words), "Trấn Biên")
		for _, private := range []string{"cháy nhà", "Nguyễn Ái Quốc", "0900", c.ID()} {
			require.NotContains(t, string(words), private)
		}
		require.Contains(t, w.command("", "check").stdout, "ok\tsmtp 127.0.0.1\n")
		w.stop()
		require.Empty(t, box.mails, "once")
	})
}
