package relay

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
	"time"
)

const (
	mediaRedirects = 5
	mediaDial      = 5 * time.Second
	mediaHeaders   = 10 * time.Second
	mediaTotal     = 60 * time.Second
)

// fetchError is why a file was not fetched. Its reason is shown to staff.
type fetchError struct {
	reason string // a word for machines: "too_large"
	tries  int    // how often at most it is worth trying; 0 is as often as there are waits
	err    error  // never holds the link, whose query is a key to the file
}

// allowed is how many attempts the file gets in all.
func (e *fetchError) allowed() int {
	if e.tries == 0 {
		return len(mediaWaits) + 1
	}
	return e.tries
}

// Error implements error.
func (e *fetchError) Error() string {
	if e.err == nil {
		return "fetch file: " + e.reason
	}
	return "fetch file: " + e.reason + ": " + e.err.Error()
}

// The reasons that no retry mends.
var (
	errHost     = &fetchError{reason: "host_not_allowed", tries: 1}
	errAddress  = &fetchError{reason: "address_not_allowed", tries: 1}
	errRedirect = &fetchError{reason: "too_many_redirects", tries: 1}
)

// mediaClient asks listed hosts only. Links come from citizens' messages, so
// each one, and each redirect, is held against the list, and the address that a
// name leads to is looked at when it is dialled, when no later answer of a name
// server can change it.
type mediaClient struct {
	http.Client
	domains []string // lower case; subdomains count
	local   []string // loopback host:port, http allowed
	dial    func(ctx context.Context, network, address string) (net.Conn, error)
	total   time.Duration // for one file, redirects and body included
}

func newMediaClient(hosts []string) *mediaClient {
	c := &mediaClient{total: mediaTotal}
	for _, h := range hosts {
		h = strings.ToLower(h)
		if _, _, err := net.SplitHostPort(h); err == nil {
			c.local = append(c.local, h)
			continue
		}
		c.domains = append(c.domains, h)
	}
	public := net.Dialer{Timeout: mediaDial, Control: controlPublic}
	c.dial = public.DialContext
	c.Transport = &http.Transport{
		Proxy:                 nil, // a proxy would dial in our place, unchecked
		DialContext:           c.dialContext,
		DisableCompression:    true, // the bytes are the citizen's; and 1 MB may unpack to 1 GB
		TLSHandshakeTimeout:   mediaDial,
		ResponseHeaderTimeout: mediaHeaders,
		MaxIdleConns:          mediaSlots,
		IdleConnTimeout:       time.Minute,
	}
	c.CheckRedirect = c.checkRedirect
	return c
}

// dialContext dials listed loopback addresses as such, and all others only
// where the internet is.
func (c *mediaClient) dialContext(ctx context.Context, network, address string) (net.Conn, error) {
	if slices.Contains(c.local, strings.ToLower(address)) {
		local := net.Dialer{Timeout: mediaDial, Control: controlLoopback}
		return local.DialContext(ctx, network, address)
	}
	return c.dial(ctx, network, address)
}

func (c *mediaClient) checkRedirect(req *http.Request, via []*http.Request) error {
	if len(via) > mediaRedirects {
		return errRedirect
	}
	allowed, err := c.allow(req.URL)
	if err != nil {
		return err
	}
	req.URL = allowed
	req.Header.Del("Referer") // the link before is a key too
	return nil
}

// allow returns the link to ask, which is https even where an http one was
// given (Zalo does so on its own domains).
func (c *mediaClient) allow(u *url.URL) (*url.URL, error) {
	if u.User != nil || u.Opaque != "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, errHost
	}
	host, port := strings.ToLower(u.Hostname()), u.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[u.Scheme]
	}
	secure := *u
	if slices.Contains(c.local, net.JoinHostPort(host, port)) {
		return &secure, nil
	}
	usual := u.Scheme == "http" && port == "80" || u.Scheme == "https" && port == "443"
	if !usual || !slices.ContainsFunc(c.domains, func(d string) bool { return host == d || strings.HasSuffix(host, "."+d) }) {
		return nil, errHost
	}
	secure.Scheme, secure.Host = "https", host
	return &secure, nil
}

// controlPublic refuses an address that is not on the public internet, at the
// port of https.
func controlPublic(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || ap.Port() != 443 || !isPublic(ap.Addr()) {
		return errAddress
	}
	return nil
}

func controlLoopback(_, address string, _ syscall.RawConn) error {
	ap, err := netip.ParseAddrPort(address)
	if err != nil || !ap.Addr().Unmap().IsLoopback() {
		return errAddress
	}
	return nil
}

// reserved holds what IANA's special-purpose registries keep off the public
// internet (RFC 6890 and its successors), beyond what isPublic asks of netip,
// and a cloud's inner address among the public ones.
var reserved = parsePrefixes(
	"0.0.0.0/8", "100.64.0.0/10", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "198.18.0.0/15",
	"198.51.100.0/24", "203.0.113.0/24", "240.0.0.0/4",
	"168.63.129.16/32", // Azure's inner services
	"::/96", "64:ff9b::/96", "64:ff9b:1::/48", "100::/64", "2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16", "fec0::/10",
)

func parsePrefixes(all ...string) []netip.Prefix {
	prefixes := make([]netip.Prefix, len(all))
	for i, s := range all {
		prefixes[i] = netip.MustParsePrefix(s)
	}
	return prefixes
}

// isPublic reports whether an address is on the public internet. An IPv4
// address in IPv6's clothes is judged as what it is.
func isPublic(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsValid() && a.Zone() == "" && a.IsGlobalUnicast() && !a.IsPrivate() && !a.IsLoopback() &&
		!slices.ContainsFunc(reserved, func(p netip.Prefix) bool { return p.Contains(a) })
}

// get asks for a file. The caller closes the body.
func (c *mediaClient) get(ctx context.Context, link string) (*http.Response, error) {
	u, err := url.Parse(link)
	if err != nil {
		return nil, errHost
	}
	u, err = c.allow(u)
	if err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, errHost
	}
	res, err := c.Do(req)
	if err != nil {
		return nil, unreached(err)
	}
	if res.StatusCode != http.StatusOK {
		_ = res.Body.Close()
		return nil, refusedBy(res.StatusCode)
	}
	return res, nil
}

// refusedBy is an answer without the file. One that blames the request may
// only mean that the platform's edge has not got the file yet: some tries, but
// not all.
func refusedBy(status int) error {
	e := &fetchError{reason: fmt.Sprintf("http_%d", status)}
	busy := status == http.StatusRequestTimeout || status == http.StatusTooManyRequests || status == http.StatusTooEarly
	if status < http.StatusInternalServerError && !busy {
		e.tries = 5
	}
	return e
}

// unreached classifies a failure to ask, and takes the link out of it.
func unreached(err error) error {
	var refused *fetchError
	if errors.As(err, &refused) {
		return refused
	}
	var u *url.Error
	if errors.As(err, &u) {
		err = u.Err
	}
	if t, ok := errors.AsType[net.Error](err); ok && t.Timeout() || errors.Is(err, context.DeadlineExceeded) {
		return &fetchError{reason: "timeout", err: err}
	}
	return &fetchError{reason: "unreachable", err: err}
}
