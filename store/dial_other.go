//go:build !linux

package store

import (
	"net"
	"time"
)

// dialer opens connections that notice when the other side is gone.
func dialer() *net.Dialer {
	return &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 10 * time.Second}
}
