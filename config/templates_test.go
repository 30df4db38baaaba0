package config

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

func loadTemplates(t *testing.T, list string) (*Config, error) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "langnghe.yaml")
	text := "secret_key: 0123456789abcdef0123456789abcdef\ntemplates:\n" + list
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return Load(path, nil)
}

func TestTemplates(t *testing.T) {
	t.Parallel()
	c, err := loadTemplates(t, `
  - {channel: "zalo:3000001", purpose: case_answered, id: "300001", params: ["ma_hs=code", "ho_ten=name"], text: "Phản ánh {{ma_hs}} của {{ho_ten}} đã có trả lời."}
  - {channel: "messenger:1000001", purpose: case_answered, id: tra_loi, params: ["1=code"], text: "Phản ánh {{1}} đã có trả lời."}
  - {channel: "zalo:3000001", purpose: result_ready, id: "300002", to: user, params: ["ma=code"], text: "Hồ sơ {{ma}} đã xong."}
`)
	require.NoError(t, err)
	require.Len(t, c.Templates, 3)
	require.Equal(t, [][2]string{{"ma_hs", "code"}, {"ho_ten", "name"}}, c.Templates[0].Values())

	_, err = loadTemplates(t, `
  - {channel: "sms:1", purpose: spam, text: "x", params: ["a"]}
  - {channel: "messenger:1", purpose: case_answered, id: a, to: phone, params: ["x=code"], text: "Hồ sơ {{x}} xong"}
  - {channel: "zalo:1", purpose: result_ready, id: "1", language: vi, params: ["a=code"], text: "Hồ sơ {{b}}"}
  - {channel: "zalo:1", purpose: result_ready, id: "2", to: user, text: ""}
`)
	for _, key := range []string{
		"templates.0.channel", "templates.0.purpose", "templates.0.id", "templates.0.params.0", "templates.1.to", "templates.1.params.0",
		"templates.2.language", "templates.2.to", "templates.2.text", "templates.3.text", "templates.3: ",
	} {
		require.ErrorContains(t, err, key)
	}
}
