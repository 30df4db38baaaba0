package config

import (
	"testing"

	"github.com/stretchr/testify/require"
)

func TestRetentionIsBounded(t *testing.T) {
	t.Parallel()
	path := write(t, full)
	for text, wrong := range map[string]bool{
		"AUDIT=365": true, "AUDIT=366": false, "AUDIT=0": false, "TALKS=59": true, "DRAFTS=6": true, "DRAFTS=-1": true,
		"CASES_KHIEU_NAI=30": true, "CASES_PHAN_ANH=0": false, "CASES_GOP_Y=40000": true,
	} {
		_, err := Load(path, append([]string{"LANGNGHE_RETENTION_" + text}, fullEnv...))
		require.Equal(t, wrong, err != nil, "%s: %v", text, err)
	}
}
