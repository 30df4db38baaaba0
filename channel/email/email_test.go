package email_test

import (
	"bufio"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"io"
	"math/big"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/langnghe/langnghe/channel/email"
	"github.com/stretchr/testify/require"
)

// server is a small SMTP server that keeps one session.
type server struct {
	t        *testing.T
	listener net.Listener
	cert     *tls.Certificate // offers STARTTLS
	refuse   string           // command that is answered 451
	silent   bool             // never greets

	lines []string // commands
	data  string
	done  chan struct{}
}

func serve(t *testing.T, s *server) email.Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	s.t, s.listener, s.done = t, l, make(chan struct{})
	go s.accept()
	t.Cleanup(func() { l.Close(); <-s.done })
	host, port, err := net.SplitHostPort(l.Addr().String())
	require.NoError(t, err)
	return email.Server{Host: host, Port: port, From: "Lắng Nghe <gopy@example.vn>"}
}

func (s *server) accept() {
	defer close(s.done)
	conn, err := s.listener.Accept()
	s.listener.Close() // one session is enough
	if err != nil {
		return
	}
	defer func() { conn.Close() }()
	if s.silent {
		_, _ = io.Copy(io.Discard, conn)
		return
	}
	conn = s.talk(conn)
}

// talk plays a session; it returns the connection as it ended, private or not.
func (s *server) talk(conn net.Conn) net.Conn {
	r := bufio.NewReader(conn)
	say := func(line string) { _, _ = io.WriteString(conn, line+"\r\n") }
	say("220 ready")
	private := false
	for {
		line, err := r.ReadString('\n')
		if err != nil {
			return conn
		}
		line = strings.TrimSpace(line)
		s.lines = append(s.lines, line)
		verb, _, _ := strings.Cut(line, " ")
		switch {
		case verb == s.refuse:
			say("451 later")
		case verb == "EHLO" && s.cert != nil && !private:
			say("250-here\r\n250-AUTH PLAIN\r\n250 STARTTLS")
		case verb == "EHLO":
			say("250-here\r\n250 AUTH PLAIN")
		case verb == "STARTTLS":
			say("220 go")
			conn = tls.Server(conn, &tls.Config{Certificates: []tls.Certificate{*s.cert}})
			r, private = bufio.NewReader(conn), true
		case verb == "AUTH":
			say("235 in")
		case verb == "DATA":
			say("354 go")
			s.data = body(r)
			say("250 taken")
		case verb == "QUIT":
			say("221 bye")
			return conn
		default:
			say("250 ok")
		}
	}
}

func body(r *bufio.Reader) string {
	var b strings.Builder
	for {
		line, err := r.ReadString('\n')
		if err != nil || line == ".\r\n" {
			return b.String()
		}
		b.WriteString(line)
	}
}

var letter = email.Mail{
	ID: "danger-1-2", To: "truc@example.vn", Subject: "Báo nguy hiểm\r\nBcc: x@y.vn", Body: "Dòng một\n.\nDòng ba",
	Date: time.Date(2026, 11, 2, 8, 0, 0, 0, time.UTC),
}

func TestSend(t *testing.T) {
	t.Parallel()
	s := &server{}
	to := serve(t, s)
	require.NoError(t, to.Send(t.Context(), letter))
	<-s.done
	require.Contains(t, s.lines, "MAIL FROM:<gopy@example.vn>")
	require.Contains(t, s.lines, "RCPT TO:<truc@example.vn>")
	m, err := mail.ReadMessage(strings.NewReader(s.data))
	require.NoError(t, err)
	subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
	require.NoError(t, err)
	require.Equal(t, "Báo nguy hiểm Bcc: x@y.vn", subject)
	require.Empty(t, m.Header.Get("Bcc"), "a line break makes no header")
	require.Equal(t, "<danger-1-2@example.vn>", m.Header.Get("Message-ID"))
	require.Equal(t, "auto-generated", m.Header.Get("Auto-Submitted"))
	from, err := mail.ParseAddress(m.Header.Get("From"))
	require.NoError(t, err)
	require.Equal(t, mail.Address{Name: "Lắng Nghe", Address: "gopy@example.vn"}, *from)
	text, err := io.ReadAll(quotedprintable.NewReader(m.Body))
	require.NoError(t, err)
	require.Equal(t, "Dòng một\r\n..\r\nDòng ba\r\n", string(text), "a lone dot is doubled on the wire")
}

func TestSendIsPrivateAndLogsIn(t *testing.T) {
	t.Parallel()
	cert, pool := certificate(t)
	s := &server{cert: &cert}
	to := serve(t, s)
	to.Username, to.Password, to.TLS = "u", "p", &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}
	require.NoError(t, to.Send(t.Context(), letter))
	<-s.done
	require.Equal(t, "STARTTLS", s.lines[1])
	require.Contains(t, s.lines, "AUTH PLAIN "+base64.StdEncoding.EncodeToString([]byte("\x00u\x00p")))
	require.NotEmpty(t, s.data)
}

func TestCheckSendsNothing(t *testing.T) {
	t.Parallel()
	cert, pool := certificate(t)
	s := &server{cert: &cert}
	to := serve(t, s)
	to.Username, to.Password, to.TLS = "u", "p", &tls.Config{RootCAs: pool, ServerName: "127.0.0.1"}
	require.NoError(t, to.Check(t.Context()))
	<-s.done
	require.Equal(t, "QUIT", s.lines[len(s.lines)-1])
	require.NotContains(t, strings.Join(s.lines, "\n"), "MAIL")
	require.Error(t, to.Check(t.Context()), "nothing listens any more")
}

func TestSendDistrustsAnUnknownAuthority(t *testing.T) {
	t.Parallel()
	cert, _ := certificate(t)
	s := &server{cert: &cert}
	to := serve(t, s)
	to.Username, to.Password = "u", "p"
	require.Error(t, to.Send(t.Context(), letter))
	<-s.done
	require.NotContains(t, strings.Join(s.lines, "\n"), "AUTH")
}

func TestSendTellsOfRefusals(t *testing.T) {
	t.Parallel()
	for _, verb := range []string{"EHLO", "MAIL", "RCPT", "DATA"} {
		s := &server{refuse: verb}
		to := serve(t, s)
		err := to.Send(t.Context(), letter)
		if verb == "EHLO" { // an old server is greeted with HELO
			require.NoError(t, err)
			continue
		}
		require.ErrorContains(t, err, "451", verb)
	}
}

func TestSendEndsWithItsContext(t *testing.T) {
	t.Parallel()
	s := &server{silent: true}
	to := serve(t, s)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.Error(t, to.Send(ctx, letter))
	<-s.done
}

func TestSendRefusesOddAddresses(t *testing.T) {
	t.Parallel()
	require.ErrorContains(t, email.Server{From: "x"}.Send(t.Context(), letter), "sender")
	require.ErrorContains(t, email.Server{From: "a@b.vn"}.Send(t.Context(), email.Mail{To: "a@b.vn>\r\nRCPT"}), "receiver")
}

func certificate(t *testing.T) (tls.Certificate, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	require.NoError(t, err)
	parsed, err := x509.ParseCertificate(der)
	require.NoError(t, err)
	pool := x509.NewCertPool()
	pool.AddCert(parsed)
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, pool
}
