package store

import (
	"net"
	"syscall"
	"time"

	"golang.org/x/sys/unix"
)

// unansweredMax is how long what was sent to PostgreSQL may stay without an
// acknowledgement of its host. Without it a host that went away silently holds
// every transaction for a quarter of an hour.
const unansweredMax = 10 * time.Second

// dialer opens connections that notice when the other side is gone.
func dialer() *net.Dialer {
	return &net.Dialer{
		Timeout:         unansweredMax,
		KeepAliveConfig: net.KeepAliveConfig{Enable: true, Idle: unansweredMax, Interval: 2 * time.Second, Count: 3},
		Control: func(_, _ string, c syscall.RawConn) error {
			var err error
			control := c.Control(func(fd uintptr) {
				err = unix.SetsockoptInt(int(fd), unix.IPPROTO_TCP, unix.TCP_USER_TIMEOUT, int(unansweredMax.Milliseconds()))
			})
			if control != nil {
				return control
			}
			return err
		},
	}
}
