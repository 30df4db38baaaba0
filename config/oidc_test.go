package config

import (
	"maps"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestProviderIsWholeOrNotThere(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][]string{
		"oidc: {issuer: https://a.vn}":                                 {"oidc.client_id", "oidc.client_secret"},
		"oidc: {client_id: x}":                                         {"oidc.issuer"},
		"oidc: {client_secret: x}":                                     {"oidc.issuer"},
		"oidc: {issuer: http://a.vn, client_id: x, client_secret: y}":  {"oidc.issuer"},
		"oidc: {issuer: sso.a.vn, client_id: x, client_secret: y}":     {"oidc.issuer"},
		"oidc: {issuer: https://a.vn, client_id: x, client_secre: y}":  {"oidc.client_secre", "oidc.client_secret"},
		"oidc: {issuer: https://a.vn, client_id: x, client_secret: y}": nil,
	} {
		if want == nil {
			_, err := Load(write(t, "secret_key: "+secret32+"\n"+text), nil)
			require.NoError(t, err, text)
			continue
		}
		got := faultKeys(t, "secret_key: "+secret32+"\n"+text)
		require.ElementsMatch(t, want, slices.Collect(maps.Keys(got)), text)
	}
}
