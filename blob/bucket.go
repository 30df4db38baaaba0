package blob

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"net/url"
	"path"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

const (
	awsEndpoint   = "https://s3.amazonaws.com"
	defaultRegion = "us-east-1" // what self-hosted stores call their only region
	maxTries      = 3           // of one request; the caller has its own retry
)

// bucket keeps files in a bucket of an S3-compatible store.
type bucket struct {
	core   minio.Core
	name   string
	prefix string // "" or ends with a slash
}

func openBucket(u *url.URL) (Store, error) {
	q := u.Query()
	for param := range q {
		if param != "endpoint" && param != "region" {
			return nil, fmt.Errorf("blob: the store's URL holds the unknown parameter %q", param)
		}
	}
	endpoint, err := parseEndpoint(q.Get("endpoint"))
	if err != nil {
		return nil, err
	}
	lookup := minio.BucketLookupAuto
	if q.Has("endpoint") {
		lookup = minio.BucketLookupPath // the bucket's own host name is seldom set up elsewhere
	}
	core, err := minio.NewCore(endpoint.Host, &minio.Options{
		Creds: credentials.NewChainCredentials([]credentials.Provider{
			&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}, &credentials.IAM{},
		}),
		Secure:       endpoint.Scheme == "https",
		Region:       orElse(q.Get("region"), defaultRegion),
		BucketLookup: lookup,
		MaxRetries:   maxTries,
	})
	if err != nil {
		return nil, fmt.Errorf("blob: make the S3 client: %w", err)
	}
	b := &bucket{core: *core, name: u.Host}
	if prefix := strings.Trim(u.Path, "/"); prefix != "" {
		b.prefix = prefix + "/"
	}
	return b, nil
}

// parseEndpoint demands https, or http on loopback, since the files are citizens'.
func parseEndpoint(raw string) (*url.URL, error) {
	raw = orElse(raw, awsEndpoint)
	if !strings.Contains(raw, "://") {
		raw = "https://" + raw
	}
	u, err := url.Parse(raw)
	if err != nil || u.Host == "" || path.Clean("/"+u.Path) != "/" {
		return nil, errors.New("blob: the endpoint is not a URL of scheme and host")
	}
	ip, err := netip.ParseAddr(u.Hostname())
	loopback := u.Hostname() == "localhost" || err == nil && ip.IsLoopback()
	if u.Scheme != "https" && (u.Scheme != "http" || !loopback) {
		return nil, errors.New("blob: the endpoint must be https, or http on loopback")
	}
	return u, nil
}

func orElse(s, other string) string {
	if s == "" {
		return other
	}
	return s
}

// Put implements Store. It is one request whatever the size, so that no part
// of a file is ever left behind.
func (b *bucket) Put(ctx context.Context, key string, r io.Reader, size int64, contentType string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	whole, err := newExactly(r, size)
	if err == nil {
		_, err = b.core.Client.PutObject(ctx, b.name, b.prefix+key, whole, size,
			minio.PutObjectOptions{ContentType: contentType, DisableMultipart: true})
	}
	if err != nil {
		return fmt.Errorf("blob: put %s: %w", key, err)
	}
	return nil
}

// Open implements Store.
func (b *bucket) Open(ctx context.Context, key string) (io.ReadCloser, error) {
	if err := checkKey(key); err != nil {
		return nil, err
	}
	body, _, _, err := b.core.GetObject(ctx, b.name, b.prefix+key, minio.GetObjectOptions{})
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		err = ErrNotExist
	}
	if err != nil {
		return nil, fmt.Errorf("blob: open %s: %w", key, err)
	}
	return body, nil
}

// Delete implements Store.
func (b *bucket) Delete(ctx context.Context, key string) error {
	if err := checkKey(key); err != nil {
		return err
	}
	if err := b.core.RemoveObject(ctx, b.name, b.prefix+key, minio.RemoveObjectOptions{}); err != nil {
		return fmt.Errorf("blob: delete %s: %w", key, err)
	}
	return nil
}
