package config

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/stretchr/testify/require"
)

const secret32 = "0123456789abcdef0123456789abcdef"

// full is a configuration with both platforms, as the documents show it.
const full = `
templates:
  - {channel: "messenger:1000001", purpose: case_answered, id: tra_loi, language: vi, params: ["1=code"], text: "Case {{1}} is answered."}
listen: 127.0.0.1:8080
public_url: https://gopy.example.vn/
database_url: postgres://user:pw@host:5432/db?sslmode=disable
blob_url: s3://bucket?endpoint=https://s3.example.vn
secret_key: env:LANGNGHE_SECRET            # 32+ bytes
log: {level: debug, format: text}
office: {name: "Trung tâm", privacy_contact: "dpo@example.vn"}
conversation: {gather: 0s, flood: 0, reopen_days: 20}
platforms:
  messenger: {graph_url: "http://127.0.0.1:9999/", version: v26.1, media_hosts: ["127.0.0.1:9999"]}
  zalo: {domain_proof: "AbC-1"}
channels:
  - {platform: messenger, unit: tran-bien, page_id: 1000001, app_id: "2000001", app_secret: env:FB_SECRET, page_token: env:FB_TOKEN, verify_token: verify}
  - platform: zalo
    oa_id: "0300"
    app_id: 4000001
    app_secret: env:ZALO_SECRET
    oa_secret_key: k
    access_token: a
    refresh_token: r
    rate: 90/min
    buttons: true
smtp: {host: mail.example.vn, port: 465, username: u, password: env:SMTP_PASSWORD, from: "Lắng Nghe <gopy@example.vn>"}
duty: {email: truc@example.vn, escalate_days: 5}
push: {contact: gopy@example.vn, private_key: env:PUSH_KEY, loopback: ["127.0.0.1:9000"]}
dossiers: {url: "https://motcua.example.vn/{code}"}
map: {tiles: "https://tiles.vn/{z}/{x}/{y}.png", attribution: "© Sở"}
oidc: {issuer: https://sso.example.vn/realms/tinh, client_id: lang-nghe, client_secret: env:OIDC_SECRET, name: SSO}
`

var fullEnv = []string{"LANGNGHE_SECRET=" + secret32, "FB_SECRET=fb-secret", "FB_TOKEN=fb-token", "ZALO_SECRET=zalo-secret", "SMTP_PASSWORD=smtp-secret", "OIDC_SECRET=oidc-secret", "PUSH_KEY=AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA"}

// write puts a configuration into a file of its own.
func write(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "langnghe.yaml")
	require.NoError(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

// faultKeys loads a faulty configuration and returns its faults by key.
func faultKeys(t *testing.T, text string, env ...string) map[string]string {
	t.Helper()
	_, err := Load(write(t, text), env)
	var faults Faults
	require.ErrorAs(t, err, &faults)
	got := map[string]string{}
	for _, f := range faults {
		got[f.Key] = f.Text
	}
	require.Len(t, got, len(faults), "a key is told of once")
	return got
}

func TestLoadReadsEverything(t *testing.T) {
	t.Parallel()
	c, err := Load(write(t, full), fullEnv)
	require.NoError(t, err)
	require.Equal(t, "https://gopy.example.vn", c.PublicURL)
	require.Equal(t, "postgres://user:pw@host:5432/db?sslmode=disable", c.DatabaseURL.Reveal())
	require.Equal(t, secret32, c.SecretKey.Reveal())
	require.Equal(t, Log{"debug", "text"}, c.Log)
	require.Equal(t, Conversation{ReopenDays: 20}, c.Conversation)
	require.Equal(t, Messenger{"http://127.0.0.1:9999", "v26.1", []string{"127.0.0.1:9999"}}, c.Platforms.Messenger)
	require.Equal(t, "https://openapi.zalo.me", c.Platforms.Zalo.APIURL, "a default beside given keys stays")
	require.Equal(t, []Channel{
		{Platform: "messenger", Unit: "tran-bien", PageID: "1000001", AppID: "2000001", Secret: "fb-secret", PageToken: "fb-token", VerifyToken: "verify"},
		{Platform: "zalo", OAID: "0300", AppID: "4000001", Secret: "zalo-secret", OASecretKey: "k", AccessToken: "a", RefreshToken: "r", Rate: 90, Buttons: true},
	}, c.Channels)
	require.Equal(t, "0300", c.Channels[1].Account())
	require.Equal(t, OIDC{"https://sso.example.vn/realms/tinh", "lang-nghe", "oidc-secret", "SSO"}, c.OIDC)
	require.Equal(t, SMTP{"mail.example.vn", "465", "u", "smtp-secret", "Lắng Nghe <gopy@example.vn>"}, c.SMTP)
	require.Equal(t, Duty{"truc@example.vn", 5}, c.Duty)
	require.Equal(t, []string{"127.0.0.1:9000"}, c.Push.Loopback)
	require.Equal(t, "gopy@example.vn", c.PushContact())
	public, private := c.PushKeys()
	require.Equal(t, "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA", private)
	require.Len(t, public, 87, "an uncompressed point")
	require.False(t, c.Embedded)
	require.False(t, c.Sandbox)
	require.Equal(t, []string{"127.0.0.1:9999", "zdn.vn", "zadn.vn", "zaloapp.com"}, c.MediaHosts())
}

func TestEmbeddedMode(t *testing.T) {
	t.Chdir(t.TempDir())
	c, err := Load("", nil)
	require.NoError(t, err)
	require.True(t, c.Embedded)
	require.True(t, c.Sandbox)
	require.Equal(t, "127.0.0.1:8080", c.Listen)
	require.Equal(t, "http://127.0.0.1:8080", c.PublicURL)
	require.Equal(t, "sqlite:./data/langnghe.db", c.DatabaseURL.Reveal())
	require.Equal(t, 700*time.Millisecond, c.Conversation.Gather)
	require.EqualValues(t, 30, c.Conversation.Flood)
	require.EqualValues(t, 15, c.Conversation.ReopenDays)
	left, err := os.ReadDir(".")
	require.NoError(t, err)
	require.Empty(t, left, "Load writes nothing")

	require.NoError(t, c.Prepare())
	again, err := Load("", nil)
	require.NoError(t, err)
	require.NoError(t, again.Prepare())
	require.GreaterOrEqual(t, len(c.SecretKey), minSecretKey)
	require.Equal(t, c.SecretKey, again.SecretKey, "the secret is kept")
	info, err := os.Stat(SecretFile)
	require.NoError(t, err)
	require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	left, err = os.ReadDir("data")
	require.NoError(t, err)
	require.Len(t, left, 1, "no half-made secret stays behind")

	require.NoError(t, os.WriteFile(SecretFile, []byte("short"), 0o600))
	cut, err := Load("", nil)
	require.NoError(t, err)
	require.ErrorContains(t, cut.Prepare(), "give 32 or more")
}

func TestMailIsWholeOrNotThere(t *testing.T) {
	t.Parallel()
	base := "secret_key: " + secret32 + "\n"
	for text, want := range map[string][]string{
		"duty: {email: a@b.vn}":                                                 {"smtp.host", "smtp.from"},
		"duty: {email: ab.vn}\nsmtp: {host: h, from: x@y.vn}":                   {"duty.email"},
		"smtp: {host: h}":                                                       {"smtp.from"},
		"duty: {escalate_days: -1}":                                             {"duty.escalate_days"},
		"push: {private_key: AAAA}":                                             {"push.private_key"},
		"push: {contact: nobody}":                                               {"push.contact"},
		"push: {loopback: ['10.0.0.1:1']}":                                      {"push.loopback.0"},
		"figures: {weekly: monday}":                                             {"smtp.host"},
		"figures: {weekly: Montag}\nsmtp: {host: h, from: a@b.vn}":              {"figures.weekly"},
		"smtp: {host: h, from: nobody}":                                         {"smtp.from"},
		"smtp: {host: h, from: a@b.vn, port: smtp}":                             {"smtp.port"},
		"smtp: {host: h, from: a@b.vn, username: u}":                            {"smtp.username"},
		"smtp: {host: h, from: a@b.vn, username: u, password: p, from_name: x}": {"smtp.from_name"},
	} {
		got := faultKeys(t, base+text)
		require.Len(t, got, len(want), text)
		for _, key := range want {
			require.Contains(t, got, key, text)
		}
	}
	c, err := Load(write(t, base), []string{"LANGNGHE_SMTP_HOST=h", "LANGNGHE_SMTP_FROM=a@b.vn", "LANGNGHE_DUTY_EMAIL=c@d.vn"})
	require.NoError(t, err)
	require.Equal(t, "587", c.SMTP.Port)
	require.Equal(t, "c@d.vn", c.Duty.Email)
	_, mailed := c.Figures.Day()
	require.False(t, mailed)
	day, mailed := Figures{Weekly: "monday"}.Day()
	require.True(t, mailed)
	require.Equal(t, time.Monday, day)
}

func TestEmbeddedModeIsLoopbackOnly(t *testing.T) {
	t.Chdir(t.TempDir())
	c, err := Load("", []string{"LANGNGHE_LISTEN=0.0.0.0:80", "LANGNGHE_PUBLIC_URL=https://a.vn"})
	require.NoError(t, err)
	require.False(t, c.Sandbox)
}

func TestWhereTheFileIsLookedFor(t *testing.T) {
	named, other := write(t, "log: {level: warn}\nsecret_key: "+secret32), write(t, "log: {level: error}\nsecret_key: "+secret32)
	t.Chdir(t.TempDir())
	for _, tt := range []struct{ path, env, level string }{
		{named, "", "warn"},
		{named, other, "warn"},
		{"", other, "error"},
		{"", "", "info"},
	} {
		c, err := Load(tt.path, []string{"LANGNGHE_CONFIG=" + tt.env})
		require.NoError(t, err)
		require.Equal(t, tt.level, c.Log.Level)
	}
	require.NoError(t, os.WriteFile("langnghe.yaml", []byte("log: {level: trace}\nsecret_key: "+secret32), 0o600))
	c, err := Load("", nil)
	require.NoError(t, err)
	require.Equal(t, "trace", c.Log.Level)
	require.False(t, c.Embedded)

	_, err = Load("nowhere.yaml", nil)
	require.ErrorContains(t, err, "nowhere.yaml")
}

func TestEnvironmentOverridesEveryKey(t *testing.T) {
	t.Parallel()
	path := write(t, full)
	good := map[string]string{
		"listen": "127.0.0.1:1", "public_url": "https://b.vn", "database_url": "sqlite:x", "blob_url": "file:x", "secret_key": secret32 + "x",
		"log.level": "error", "log.format": "json", "conversation.gather": "3s", "conversation.flood": "7/min", "conversation.reopen_days": "30",
		"platforms.messenger.graph_url": "https://g.vn", "platforms.messenger.version": "v1.0", "platforms.messenger.media_hosts.0": "m.vn",
		"platforms.zalo.api_url": "https://z.vn", "platforms.zalo.oauth_url": "https://z.vn", "platforms.zalo.template_url": "https://z.vn",
		"platforms.zalo.media_hosts.0": "z.vn", "channels.0.platform": "messenger", "channels.0.unit": "bien-hoa", "channels.0.rate": "5/min",
		"smtp.port": "25", "smtp.from": "other@example.vn", "duty.email": "other@example.vn", "figures.weekly": "friday",
		"duty.escalate_days": "9", "push.contact": "https://p.vn", "push.loopback.0": "[::1]:9", "push.private_key": "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE",
		"dossiers.url": "https://d.vn/{code}", "dossiers.timeout": "9s", "dossiers.cache": "1s", "oidc.issuer": "https://o.vn",
		"retention.audit": "400", "retention.talks": "100", "retention.drafts": "10", "retention.cases.phan_anh": "400", "retention.cases.kien_nghi": "400",
		"retention.cases.khieu_nai": "400", "retention.cases.gop_y": "400", "retention.cases.khen_ngoi": "400",
		"map.tiles": "https://t.vn/{z}/{x}/{y}", "camera.url": "https://c.vn/{counter}/{time}",
		"templates.0.channel": "messenger:9", "templates.0.purpose": "result_ready", "templates.0.to": "user", "templates.0.params.0": "1=unit",
		"templates.0.text": "Another {{1}}.",
	}
	onZalo := map[string]string{"oa_id": "9", "oa_secret_key": "9", "access_token": "9", "refresh_token": "9", "buttons": "false"}
	for _, key := range Keys() {
		key := strings.ReplaceAll(key, ".N", ".0")
		text, ok := good[key]
		if !ok {
			text = "other"
		}
		if of, found := onZalo[strings.TrimPrefix(key, "channels.0.")]; found {
			key, text = strings.Replace(key, ".0.", ".1.", 1), of
		}
		name := "LANGNGHE_" + strings.ToUpper(strings.ReplaceAll(key, ".", "_"))
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			before, err := Load(path, fullEnv)
			require.NoError(t, err)
			after, err := Load(path, append([]string{name + "=" + text}, fullEnv...))
			require.NoError(t, err)
			if key != "channels.0.platform" {
				require.NotEqual(t, *before, *after, "the variable changes nothing")
			}
			require.Empty(t, after.Warnings)
		})
	}
}

func TestEnvironmentAddsItems(t *testing.T) {
	t.Parallel()
	env := append([]string{
		"LANGNGHE_CHANNELS_2_PLATFORM=messenger", "LANGNGHE_CHANNELS_2_PAGE_ID=3", "LANGNGHE_CHANNELS_2_APP_ID=4",
		"LANGNGHE_CHANNELS_2_APP_SECRET=env:LANGNGHE_THIRD", "LANGNGHE_THIRD=s3", "LANGNGHE_CHANNELS_2_PAGE_TOKEN=t", "LANGNGHE_CHANNELS_2_VERIFY_TOKEN=v",
		"LANGNGHE_CHANNELS_0_UNIT=", "LANGNGHE_PLATFORMS_ZALO_MEDIA_HOSTS_3=[::1]:80",
	}, fullEnv...)
	c, err := Load(write(t, full), env)
	require.NoError(t, err)
	require.Len(t, c.Channels, 3)
	require.Equal(t, "s3", c.Channels[2].Secret.Reveal())
	require.Empty(t, c.Channels[0].Unit, "an empty variable empties the value")
	require.Equal(t, []string{"zdn.vn", "zadn.vn", "zaloapp.com", "[::1]:80"}, c.Platforms.Zalo.MediaHosts)
	require.Empty(t, c.Warnings)
}

func TestEveryFaultAtOnce(t *testing.T) {
	t.Parallel()
	got := faultKeys(t, `
listen: nowhere
public_url: http://gopy.example.vn
database_url: mysql://root:hunter2@db/x
blob_url: ftp://x
secret_key: short
log: {level: loud, format: xml, levle: info}
conversation: {gather: 700, flood: 30}
platforms:
  messenger: {graph_url: graph, version: "25", media_hosts: ["10.0.0.1:80", "*"]}
  zalo: plain
channels:
  - {platform: messenger, unit: Trấn Biên, page_id: "1:2", app_secret: env:NOT_SET, page_token: file:/nonexistent/token, buttons: true, oa_id: "1"}
  - {platform: sms}
  - {platform: zalo, oa_id: "5", app_id: "1", app_secret: s, oa_secret_key: k, access_token: a, refresh_token: r, rate: often}
  - {platform: zalo, oa_id: "5", app_id: "1", app_secret: s, oa_secret_key: k, access_token: a, refresh_token: r}
`, "LANGNGHE_LOG_LEVL=info", "LANGNGHE_CHANNELS_5_RATE=1/min", "LANGNGHE_ELSEWHERE=1")
	want := []string{
		"listen", "public_url", "database_url", "blob_url", "secret_key", "log.level", "log.format", "log.levle", "conversation.gather", "conversation.flood",
		"platforms.messenger.graph_url", "platforms.messenger.version", "platforms.messenger.media_hosts.0", "platforms.messenger.media_hosts.1",
		"platforms.zalo", "channels.0.unit", "channels.0.page_id", "channels.0.app_id", "channels.0.app_secret", "channels.0.page_token",
		"channels.0.verify_token", "channels.0.buttons", "channels.0.oa_id", "channels.1.platform", "channels.2.rate", "channels.3", "channels.4",
		"channels.5.platform", "LANGNGHE_LOG_LEVL",
	}
	for _, key := range want {
		require.NotEmpty(t, got[key], key)
	}
	require.Len(t, got, len(want), "%v", got)
	require.Contains(t, got["log.levle"], "did you mean log.level?")
	require.Contains(t, got["LANGNGHE_LOG_LEVL"], "did you mean LANGNGHE_LOG_LEVEL?")
	require.Contains(t, got["channels.0.app_secret"], "NOT_SET")
	require.Contains(t, got["platforms.zalo"], "platforms.zalo.api_url")
	require.NotContains(t, fmt.Sprint(got), "hunter2")
}

func TestFaults(t *testing.T) {
	t.Parallel()
	const ok = "secret_key: " + secret32 + "\n"
	for name, tt := range map[string]struct{ text, key, holds string }{
		"no secret":            {"listen: 127.0.0.1:1", "secret_key", "missing"},
		"public_url needed":    {ok + "listen: 0.0.0.0:80", "public_url", "missing"},
		"password in blobs":    {ok + "blob_url: s3://me:hunter2@bucket", "blob_url", "AWS_ACCESS_KEY_ID"},
		"odd password there":   {ok + "blob_url: s3://me:hunter2%zz@bucket", "blob_url", "store's URL"},
		"endpoint without tls": {ok + "blob_url: s3://b?endpoint=http://10.0.0.1", "blob_url", "https"},
		"not YAML":             {ok + "a: [hunter2\nb: }", "configuration", "not YAML"},
		"doubled key":          {ok + ok, "configuration", "line 2"},
		"a list at the top":    {"- a", "configuration", "keys"},
		"two documents":        {ok + "---\n" + ok, "configuration", "one"},
		"list for a value":     {ok + "listen: [a]", "listen", "list"},
		"group for a value":    {ok + "listen: {a: 1}", "listen.a", "known"},
		"negative wait":        {ok + "conversation: {gather: -1s}", "conversation.gather", "range"},
		"no day to reopen":     {ok + "conversation: {reopen_days: 0}", "conversation.reopen_days", "range"},
		"days in words":        {ok + "conversation: {reopen_days: 15d}", "conversation.reopen_days", "whole number"},
		"not a boolean":        {ok + "channels: [{buttons: maybe}]", "channels.0.buttons", "true"},
		"alias without anchor": {ok + "office: *nothing", "configuration", "YAML"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := faultKeys(t, tt.text)
			require.Contains(t, got[tt.key], tt.holds, "%v", got)
			require.NotContains(t, fmt.Sprint(got), "hunter2")
		})
	}
}

func TestStrangeButFine(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"secret_key: " + secret32 + "\noffice:\nlog: {}\nchannels: []\nplatforms: {zalo: {media_hosts: []}}",
		"secret_key: &s " + secret32 + "\noffice: {name: *s}",
		"secret_key: >-\n  " + secret32,
		"log: &l {level: info}\nsecret_key: !!str '" + secret32 + "'\n",
	} {
		c, err := Load(write(t, text), []string{"LANGNGHE_ELSEWHERE=1"})
		require.NoError(t, err, text)
		require.Equal(t, secret32, c.SecretKey.Reveal())
		require.Len(t, c.Warnings, 1)
		require.Contains(t, c.Warnings[0], "LANGNGHE_ELSEWHERE")
	}
}

func TestSecretFromFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "secret")
	require.NoError(t, os.WriteFile(path, []byte(secret32+"\r\n"), 0o600))
	c, err := Load(write(t, "secret_key: file:"+path), nil)
	require.NoError(t, err)
	require.Equal(t, secret32, c.SecretKey.Reveal())

	require.NoError(t, os.WriteFile(path, nil, 0o600))
	require.Contains(t, faultKeys(t, "secret_key: file:"+path)["secret_key"], "empty")
	require.NoError(t, os.Truncate(path, maxSecret+1))
	require.Contains(t, faultKeys(t, "secret_key: file:"+path)["secret_key"], "too large")
}

func TestSecretsAreNeverPrinted(t *testing.T) {
	t.Parallel()
	c, err := Load(write(t, full), fullEnv)
	require.NoError(t, err)
	asJSON, err := json.Marshal(c)
	require.NoError(t, err)
	asYAML, err := yaml.Marshal(c)
	require.NoError(t, err)
	printed := string(asJSON) + string(asYAML)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d"} {
		printed += fmt.Sprintf(verb, *c) + fmt.Sprintf(verb, c.SecretKey)
	}
	for _, secret := range []string{secret32, "fb-secret", "fb-token", "zalo-secret", "user:pw", ":pw@"} {
		require.NotContains(t, printed, secret)
	}
	require.Contains(t, string(asYAML), "postgres://host:5432/db")
	require.Contains(t, string(asYAML), "90/min")
	require.Equal(t, mask, DSN("%").String())
	require.Empty(t, Secret("").String())
}

func TestCheckUnits(t *testing.T) {
	t.Parallel()
	c, err := Load(write(t, full), fullEnv)
	require.NoError(t, err)
	require.NoError(t, c.CheckUnits(func(slug string) bool { return slug == "tran-bien" }))
	require.ErrorContains(t, c.CheckUnits(func(string) bool { return false }), "channels.0.unit: ")
}

func TestEachFaultIsOneLine(t *testing.T) {
	t.Parallel()
	_, err := Load(write(t, "listen: \"a\\nb\"\nlog: {level: \"x\\ny\"}"), nil)
	var faults Faults
	require.True(t, errors.As(err, &faults))
	require.Len(t, strings.Split(err.Error(), "\n"), len(faults))
}

func FuzzLoad(f *testing.F) {
	f.Add([]byte(full))
	f.Add([]byte("a: &a [*a, *a]"))
	f.Add([]byte("<<: {log: {level: info}}"))
	f.Add([]byte("channels: {0: {rate: 1/min}}"))
	path := filepath.Join(f.TempDir(), "langnghe.yaml")
	f.Fuzz(func(t *testing.T, data []byte) {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(path, fullEnv)
		var faults Faults
		if (c == nil) == (err == nil) || err != nil && !errors.As(err, &faults) {
			t.Fatalf("Load gave %v, %v", c, err)
		}
		for _, line := range faults.Lines() {
			if strings.Contains(line, secret32) {
				t.Fatalf("a secret is printed: %s", line)
			}
		}
	})
}

func TestCheckChannelHasTheRulesOfTheFile(t *testing.T) {
	t.Parallel()
	known := func(slug string) bool { return slug == "tran-bien" }
	page := Channel{Platform: PlatformMessenger, Unit: "tran-bien", PageID: "1", AppID: "2", Secret: "a", PageToken: "b", VerifyToken: "c"}
	keys := func(others []Channel, c Channel) (keys []string) {
		for _, f := range CheckChannel(others, c, known) {
			keys = append(keys, f.Key)
			require.NotContains(t, f.Text, "SECRET")
		}
		return keys
	}
	require.Empty(t, keys(nil, page))
	require.Equal(t, []string{""}, keys([]Channel{page}, page), "named twice")
	broken := Channel{Platform: PlatformMessenger, Unit: "nowhere", PageID: "x y", Secret: "SECRET", OASecretKey: "SECRET"}
	require.Equal(t, []string{"app_id", "oa_secret_key", "page_id", "page_token", "unit", "verify_token"}, keys([]Channel{page, broken}, broken)[1:], "besides being the same account")
	require.Equal(t, []string{"platform"}, keys(nil, Channel{Platform: "viber"}))
}
