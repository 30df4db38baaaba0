// Package email sends e-mail through one SMTP server (RFC 5321), for what is
// told to staff.
package email

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"mime"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/smtp"
	"strings"
	"time"
)

const (
	// timeout bounds one delivery to the server, from the connection to QUIT.
	timeout = 20 * time.Second
	// implicitTLS is the port on which TLS comes before SMTP (RFC 8314).
	implicitTLS = "465"
)

// Server is an SMTP server and who sends through it.
type Server struct {
	Host     string
	Port     string
	Username string // "" sends without a login
	Password string
	From     string // an address, perhaps with a name

	// TLS is used for STARTTLS; nil trusts the machine's authorities.
	TLS *tls.Config
}

// Mail is one message.
type Mail struct {
	ID      string // Message-ID without brackets and domain; the same mail sent again has the same
	To      string
	Subject string
	Body    string // plain text
	Date    time.Time
}

// errPlain says that the server would get a password or a citizen's matter in
// the clear.
var errPlain = errors.New("the server offers no STARTTLS, which only a server on this machine may")

// Send hands the mail to the server. An error does not tell whether it went
// out: who sends it again gives it the same ID.
func (s Server) Send(ctx context.Context, m Mail) error {
	from, err := mail.ParseAddress(s.From)
	if err != nil {
		return fmt.Errorf("sender of a mail: %w", err)
	}
	to, err := mail.ParseAddress(m.To)
	if err != nil {
		return fmt.Errorf("receiver of a mail: %w", err)
	}
	c, err := s.connect(ctx)
	if err != nil {
		return fmt.Errorf("connect to the mail server: %w", err)
	}
	defer c.Close()
	defer context.AfterFunc(ctx, func() { _ = c.Close() })()
	if err := s.deliver(c, from, to, m); err != nil {
		return fmt.Errorf("send a mail: %w", err)
	}
	return nil
}

// Check reaches the server and logs in, without sending anything.
func (s Server) Check(ctx context.Context) error {
	c, err := s.connect(ctx)
	if err != nil {
		return fmt.Errorf("connect to the mail server: %w", err)
	}
	_ = c.Quit() // what was to be known is known
	return nil
}

// connect returns a session that is private, or on this machine, and logged in.
func (s Server) connect(ctx context.Context) (*smtp.Client, error) {
	ctx, cancel := context.WithTimeout(ctx, timeout)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, "tcp", net.JoinHostPort(s.Host, s.Port))
	if err != nil {
		return nil, err
	}
	defer context.AfterFunc(ctx, func() { _ = conn.Close() })()
	if err := conn.SetDeadline(time.Now().Add(timeout)); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if s.Port == implicitTLS {
		conn = tls.Client(conn, s.tls())
	}
	c, err := smtp.NewClient(conn, s.Host)
	if err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	if err := s.login(c); err != nil {
		return nil, errors.Join(err, c.Close())
	}
	return c, nil
}

func (s Server) login(c *smtp.Client) error {
	if ok, _ := c.Extension("STARTTLS"); ok {
		if err := c.StartTLS(s.tls()); err != nil {
			return err
		}
	} else if s.Port != implicitTLS && !s.local() {
		return errPlain
	}
	if s.Username == "" {
		return nil
	}
	return c.Auth(smtp.PlainAuth("", s.Username, s.Password, s.Host))
}

func (s Server) tls() *tls.Config {
	if s.TLS != nil {
		return s.TLS
	}
	return &tls.Config{ServerName: s.Host, MinVersion: tls.VersionTLS12}
}

// local reports whether the server is this machine itself.
func (s Server) local() bool {
	ip := net.ParseIP(s.Host)
	return s.Host == "localhost" || ip != nil && ip.IsLoopback()
}

func (s Server) deliver(c *smtp.Client, from, to *mail.Address, m Mail) error {
	if err := c.Mail(from.Address); err != nil {
		return err
	}
	if err := c.Rcpt(to.Address); err != nil {
		return err
	}
	w, err := c.Data()
	if err != nil {
		return err
	}
	if _, err := w.Write(compose(from, to, m)); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	_ = c.Quit() // the server has taken the mail already
	return nil
}

// compose writes the message (RFC 5322), marked as sent by a program so that no
// absence note answers it (RFC 3834).
func compose(from, to *mail.Address, m Mail) []byte {
	_, domain, _ := strings.Cut(from.Address, "@")
	var b bytes.Buffer
	for _, h := range [][2]string{
		{"From", from.String()},
		{"To", to.String()},
		{"Subject", mime.BEncoding.Encode("utf-8", strings.Join(strings.Fields(m.Subject), " "))},
		{"Date", m.Date.Format(time.RFC1123Z)},
		{"Message-ID", "<" + m.ID + "@" + domain + ">"},
		{"Auto-Submitted", "auto-generated"},
		{"MIME-Version", "1.0"},
		{"Content-Type", "text/plain; charset=utf-8"},
		{"Content-Transfer-Encoding", "quoted-printable"},
	} {
		b.WriteString(h[0] + ": " + h[1] + "\r\n")
	}
	b.WriteString("\r\n")
	body := quotedprintable.NewWriter(&b)
	_, _ = body.Write([]byte(m.Body)) // writes to memory, which does not fail
	_ = body.Close()
	return b.Bytes()
}
