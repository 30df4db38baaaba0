// Package pushtest is a browser's push service (RFC 8030) for tests. It knows who
// writes to it (RFC 8292) and reads, with the browsers' keys, what they are told
// (RFC 8291). It is written from these documents and shares nothing with the sender.
package pushtest

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/ecdh"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

// Service is a push service. Faults of the sender fail the test.
type Service struct {
	t      testing.TB
	server *httptest.Server

	mu      sync.Mutex
	devices map[string]*Device
}

// Device is a browser that asked the service for an address.
type Device struct {
	Endpoint, Key, Auth string // as a browser tells them: base64url

	private *ecdh.PrivateKey
	secret  []byte
	sender  string // the only key that may write to it

	mu      sync.Mutex
	got     []Message
	answers []int
	tries   int
}

// Message is what a device was told.
type Message struct {
	Text, TTL, Urgency, Contact string
}

// New starts a service on this machine.
func New(t testing.TB) *Service {
	s := &Service{t: t, devices: map[string]*Device{}}
	s.server = httptest.NewServer(http.HandlerFunc(s.serve))
	t.Cleanup(s.server.Close)
	return s
}

// Host is host:port of the service.
func (s *Service) Host() string { return strings.TrimPrefix(s.server.URL, "http://") }

// Device makes an address to which only the holder of the key may write.
func (s *Service) Device(sender string) *Device {
	private, err := ecdh.P256().GenerateKey(rand.Reader)
	if err != nil {
		s.t.Fatal(err)
	}
	d := &Device{private: private, secret: make([]byte, 16), sender: sender}
	_, _ = rand.Read(d.secret) // never fails
	path := "/push/" + rand.Text()
	d.Endpoint, d.Key, d.Auth = s.server.URL+path, encoding.EncodeToString(private.PublicKey().Bytes()), encoding.EncodeToString(d.secret)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.devices[path] = d
	return d
}

var encoding = base64.RawURLEncoding

// Answer has the next tries answered with these statuses in place of being taken.
func (d *Device) Answer(statuses ...int) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.answers = append(d.answers, statuses...)
}

// Got is what the device was told so far.
func (d *Device) Got() []Message {
	d.mu.Lock()
	defer d.mu.Unlock()
	return append([]Message(nil), d.got...)
}

// Tries is how often somebody wrote to the device.
func (d *Device) Tries() int {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.tries
}

func (s *Service) serve(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	d := s.devices[r.URL.Path]
	s.mu.Unlock()
	if d == nil || r.Method != http.MethodPost {
		http.NotFound(w, r)
		return
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.tries++
	m, err := d.read(r, s.server.URL)
	if err != nil {
		s.t.Errorf("what came to the push service: %v", err)
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	if len(d.answers) > 0 {
		status := d.answers[0]
		d.answers = d.answers[1:]
		w.Header().Set("Location", s.server.URL+"/elsewhere")
		w.WriteHeader(status)
		return
	}
	d.got = append(d.got, m)
	w.WriteHeader(http.StatusCreated)
}

func (d *Device) read(r *http.Request, origin string) (Message, error) {
	m := Message{TTL: r.Header.Get("TTL"), Urgency: r.Header.Get("Urgency")}
	if m.TTL == "" || r.Header.Get("Content-Encoding") != "aes128gcm" {
		return m, errors.New("no TTL, or another encoding than aes128gcm")
	}
	claims, err := d.claims(r.Header.Get("Authorization"))
	if err != nil {
		return m, err
	}
	left := time.Until(time.Unix(claims.Exp, 0))
	if claims.Aud != origin || left <= 0 || left > 24*time.Hour || claims.Sub == "" {
		return m, fmt.Errorf("claims %+v", claims)
	}
	m.Contact = claims.Sub
	body, err := io.ReadAll(io.LimitReader(r.Body, 4097))
	if err != nil || len(body) > 4096 {
		return m, errors.New("more than a push service takes")
	}
	m.Text, err = d.decrypt(body)
	return m, err
}

type claims struct {
	Aud, Sub string
	Exp      int64
}

// claims verifies who writes (RFC 8292, sections 2 and 3).
func (d *Device) claims(header string) (c claims, err error) {
	fields := map[string]string{}
	rest, ok := strings.CutPrefix(header, "vapid ")
	for _, part := range strings.Split(rest, ",") {
		name, value, _ := strings.Cut(strings.TrimSpace(part), "=")
		fields[name] = value
	}
	token := strings.Split(fields["t"], ".")
	if !ok || len(token) != 3 || fields["k"] != d.sender {
		return c, errors.New("nobody that may write here: " + fields["k"])
	}
	key, _ := encoding.DecodeString(fields["k"])
	public, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), key)
	if err != nil {
		return c, fmt.Errorf("no key of ES256: %w", err)
	}
	signature, err := encoding.DecodeString(token[2])
	if err != nil || len(signature) != 64 {
		return c, errors.New("no signature of ES256")
	}
	sum := sha256.Sum256([]byte(token[0] + "." + token[1]))
	if !ecdsa.Verify(public, sum[:], new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])) {
		return c, errors.New("the signature is somebody else's")
	}
	text, err := encoding.DecodeString(token[1])
	if err == nil {
		err = json.Unmarshal(text, &c)
	}
	return c, err
}

// decrypt reads a message of one record (RFC 8188, section 2; RFC 8291, section 3.4).
func (d *Device) decrypt(body []byte) (string, error) {
	const head = 16 + 4 + 1
	if len(body) < head || len(body) < head+int(body[20]) || binary.BigEndian.Uint32(body[16:20]) < uint32(len(body)-head-int(body[20])) {
		return "", errors.New("no header of aes128gcm")
	}
	salt, id := body[:16], body[head:head+int(body[20])]
	sender, err := ecdh.P256().NewPublicKey(id)
	if err != nil {
		return "", err
	}
	shared, err := d.private.ECDH(sender)
	if err != nil {
		return "", err
	}
	info := "WebPush: info\x00" + string(d.private.PublicKey().Bytes()) + string(id)
	ikm, err := hkdf.Key(sha256.New, shared, d.secret, info, 32)
	if err != nil {
		return "", err
	}
	key, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: aes128gcm\x00", 16)
	if err != nil {
		return "", err
	}
	nonce, err := hkdf.Key(sha256.New, ikm, salt, "Content-Encoding: nonce\x00", 12)
	if err != nil {
		return "", err
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return "", err
	}
	gcm, err := cipher.NewGCM(block)
	if err != nil {
		return "", err
	}
	plain, err := gcm.Open(nil, nonce, body[head+len(id):], nil)
	if err != nil {
		return "", err
	}
	text := strings.TrimRight(string(plain), "\x00")
	if !strings.HasSuffix(text, "\x02") {
		return "", errors.New("not the last record")
	}
	return strings.TrimSuffix(text, "\x02"), nil
}
