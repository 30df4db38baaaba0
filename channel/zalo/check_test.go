package zalo

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/channel"
	"github.com/langnghe/langnghe/models"
)

func TestCheck(t *testing.T) {
	t.Parallel()
	sample := readAPISample(t, "43_getoa")
	for name, c := range map[string]struct {
		body   string
		source *source
		want   models.ChannelCheck
	}{
		"reached":         {string(sample.Response.Body), &source{access: "AT"}, models.ChannelCheck{Name: "UBND phường A"}},
		"another account": {`{"error":0,"data":{"oaid":"7","name":"B"}}`, &source{access: "AT"}, models.ChannelCheck{Name: "B", Kind: "misconfigured", Code: channel.OtherAccount}},
		"a dead token":    {`{"error":-216,"message":"Access token AT is invalid"}`, &source{access: "AT"}, models.ChannelCheck{Kind: "token", Code: "-216", Words: "Access token [token] is invalid"}},
		"no token at all": {``, &source{accessErr: ErrGrant}, models.ChannelCheck{Kind: "token", Code: "token", Words: "the grant is gone: an administrator of the OA must consent again"}},
		"no answer of it": {`{"error":0,"data":7}`, &source{access: "AT"}, models.ChannelCheck{Kind: "unknown", Code: "answer", Words: "the answer cannot be read"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			require.Equal(t, c.want, newPlatform(t, reply{body: c.body}).sender(c.source).Check(t.Context()))
			require.Empty(t, c.source.stale, "a look must not spend a refresh token")
		})
	}
}
