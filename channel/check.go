package channel

import (
	"errors"

	"github.com/langnghe/langnghe/models"
)

// OtherAccount is the code of a check whose token is that of another account.
const OtherAccount = "other_account"

// Refused fills in a check that did not reach the account.
func Refused(c models.ChannelCheck, err error) models.ChannelCheck {
	var fail *SendError
	if !errors.As(err, &fail) {
		fail = &SendError{Kind: KindUnknown, Code: "answer", Message: "the answer cannot be read"}
	}
	c.Kind, c.Code, c.Words = string(fail.Kind), fail.Code, fail.Message
	return c
}
