package handlers

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// TestFirstLoginAsksForAPassword: the one-time password opens nothing but the
// page of a new one.
func TestFirstLoginAsksForAPassword(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		d.account(t, lan, models.RoleOfficer)
		b := d.screen(t)
		b.leads(b.get("/console"), startPath)
		b.leads(b.get(accountPath), loginPath+"?next=%2Fconsole%2Faccount")
		b.leads(b.post(loginPath, "email", " LAN@Tran-Bien.example.vn", "password", oneTime, "next", accountPath), accountPath)
		b.leads(b.get(accountPath), passwordPath+"?next=%2Fconsole%2Faccount")
		require.Equal(t, http.StatusOK, b.get(passwordPath).Code)
		for problem, pair := range map[string][2]string{
			"ít nhất 10": {"ngắn", "ngắn"}, "chưa giống": {sentence, sentence + "."}, "dễ đoán": {"lan123456789", "lan123456789"},
			"128": {strings.Repeat("dài ", 40), ""}, "khác mật khẩu": {oneTime, oneTime},
		} {
			a := b.post(passwordPath, "new", pair[0], "again", pair[1])
			require.Equal(t, http.StatusUnprocessableEntity, a.Code, problem)
			require.Contains(t, a.Body, problem)
		}
		b.leads(b.post(passwordPath, "new", sentence, "again", sentence, "next", accountPath), accountPath)
		page := b.get(accountPath)
		require.Equal(t, http.StatusOK, page.Code)
		require.Contains(t, page.Body, "Đã đổi mật khẩu")
		require.NotContains(t, b.get(accountPath).Body, "Đã đổi mật khẩu", "told once")

		b.leads(b.post(consolePath+"/logout"), loginPath)
		b.leads(b.get(startPath), loginPath)
		require.Equal(t, http.StatusUnprocessableEntity, b.logIn(lan, oneTime).Code)
		decomposed := "con tra\u0302u \u0111i tru\u031bo\u031b\u0301c" // as some keyboards type it
		b.leads(b.logIn(lan, decomposed), startPath)
		require.Contains(t, b.get(accountPath).Body, "Lan")
	})
}

// TestSecondFactor leads a leader through enrolment, a login with a code, replay
// and the recovery codes.
func TestSecondFactor(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		d.account(t, lan, models.RoleLeader)
		b := d.screen(t)
		b.settle(lan)
		b.leads(b.get(startPath), factorPath)
		require.Contains(t, b.post(factorPath, "code", "000000").Body, "Mã chưa đúng")
		secret, codes := b.enrol()
		require.Equal(t, http.StatusOK, b.get(accountPath).Code)

		other := d.screen(t)
		other.leads(other.logIn(lan, sentence), startPath)
		other.leads(other.get(accountPath+"?x=1"), codePath+"?next=%2Fconsole%2Faccount%3Fx%3D1")
		wrong := other.post(codePath, "code", other.code(secret))
		require.Equal(t, http.StatusUnprocessableEntity, wrong.Code, "the code of the enrolment was used")
		d.advance(30 * time.Second)
		before := other.cookies["langnghe"].Value
		code := other.code(secret)
		other.leads(other.post(codePath, "code", code[:3]+" "+code[3:], "next", accountPath), accountPath)
		require.NotEqual(t, before, other.cookies["langnghe"].Value, "the session has a new token")
		require.Equal(t, http.StatusOK, other.get(accountPath).Code)

		third := d.screen(t)
		third.logIn(lan, sentence)
		require.Equal(t, http.StatusUnprocessableEntity, third.post(codePath, "code", code).Code, "replayed")
		third.leads(third.post(codePath, "code", strings.ToLower(codes[3])), startPath)
		fourth := d.screen(t)
		fourth.logIn(lan, sentence)
		require.Equal(t, http.StatusUnprocessableEntity, fourth.post(codePath, "code", codes[3]).Code, "used up")
		require.Contains(t, third.get(accountPath).Body, "Còn 9 mã")

		require.Contains(t, third.post(consolePath+"/second-factor/codes", "password", "không phải").Body, "Mật khẩu chưa đúng")
		renewed := third.post(consolePath+"/second-factor/codes", "password", sentence)
		require.Contains(t, renewed.Body, "Mã dự phòng")
		require.NotContains(t, renewed.Body, codes[0])
		third.leads(third.post(consolePath+"/second-factor/end", "password", sentence), accountPath)
		third.leads(third.get(accountPath), factorPath+"?next=%2Fconsole%2Faccount")
	})
}

func TestSecondFactorIsOptionalForOfficers(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t))
	d.account(t, lan, models.RoleOfficer)
	b := d.screen(t)
	b.settle(lan)
	require.Contains(t, b.get(accountPath).Body, "Chưa bật")
	require.Equal(t, http.StatusConflict, b.post(consolePath+"/second-factor/codes", "password", sentence).Code)
	b.enrol()
	require.Contains(t, b.get(accountPath).Body, "Đang bật")
	b.leads(b.get(factorPath), accountPath)
	b.leads(b.post(consolePath+"/second-factor/end", "password", sentence), accountPath)
	require.Contains(t, b.get(accountPath).Body, "Đã tắt xác thực")
}

// TestCodesAreBraked: who has the password does not guess the code.
func TestCodesAreBraked(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t))
	d.account(t, lan, models.RoleLeader)
	b := d.screen(t)
	b.settle(lan)
	secret, _ := b.enrol()
	other := d.screen(t)
	other.logIn(lan, sentence)
	for range 6 {
		require.Equal(t, http.StatusUnprocessableEntity, other.post(codePath, "code", "000000").Code)
	}
	d.advance(30 * time.Second)
	slow := other.post(codePath, "code", other.code(secret))
	require.Equal(t, http.StatusTooManyRequests, slow.Code)
	require.Contains(t, slow.Body, "một phút")
	d.advance(time.Minute)
	other.leads(other.post(codePath, "code", other.code(secret)), startPath)
}

// TestLoginTellsNobodyWhoHasAnAccount: unknown, disabled and known accounts are
// answered alike, also when they are locked.
func TestLoginTellsNobodyWhoHasAnAccount(t *testing.T) {
	t.Parallel()
	url := databases.SQLite(t)
	d := newDesk(t, url)
	d.account(t, lan, models.RoleOfficer)
	require.NoError(t, d.store.SaveAccount(t.Context(), store.Account{Email: "cu@example.vn", Role: models.RoleOfficer, Disabled: true}, "x"))
	emails := []string{lan, "khong-co@example.vn", "cu@example.vn", "not an address \x00'"}
	var bodies []string
	for i, email := range emails {
		if email == "cu@example.vn" {
			require.NoError(t, d.store.SaveAccount(t.Context(), store.Account{Email: email, Role: models.RoleOfficer, Disabled: true}, mustHash(t, "right password")))
		}
		b := d.screen(t)
		b.address = "198.51.100." + string(rune('1'+i)) + ":1"
		var seen []string
		for range 8 {
			a := b.logIn(email, "right password")
			seen = append(seen, http.StatusText(a.Code)+strings.ReplaceAll(a.Body, htmlValue(email), ""))
		}
		bodies = append(bodies, strings.Join(seen, "\n"))
		require.Contains(t, seen[7], "quá nhiều lần")
	}
	for _, body := range bodies[:3] {
		require.Equal(t, bodies[0], body)
	}
	audit := audited(t, url)
	require.Contains(t, audit, "login.failed "+lan+" 198.51.100.1")
	require.Contains(t, audit, "locked account "+lan+" 198.51.100.1")
	require.Contains(t, audit, "login.failed unknown 198.51.100.2")
	require.NotContains(t, strings.Join(audit, "\n"), "khong-co", "what was typed may be a password")
}

func mustHash(t *testing.T, password string) string {
	t.Helper()
	hash, err := newPasswords(cheap()).hash(t.Context(), password)
	require.NoError(t, err)
	return hash
}

func htmlValue(s string) string {
	return strings.NewReplacer("'", "&#39;", "\x00", "\uFFFD").Replace(s)
}

// TestLockOutByAccount: a right password does not count while the account waits,
// and the waits grow.
func TestLockOutByAccount(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		d.account(t, lan, models.RoleOfficer)
		b := d.screen(t)
		for range 6 {
			require.Equal(t, http.StatusUnprocessableEntity, b.logIn(lan, "sai").Code)
		}
		for range 3 {
			require.Equal(t, http.StatusTooManyRequests, b.logIn(lan, oneTime).Code)
		}
		d.advance(31 * time.Second)
		require.Equal(t, http.StatusUnprocessableEntity, b.logIn(lan, "sai").Code)
		d.advance(31 * time.Second)
		require.Equal(t, http.StatusTooManyRequests, b.logIn(lan, oneTime).Code, "twice as long")
		d.advance(30 * time.Second)
		b.leads(b.logIn(lan, oneTime), startPath)
	})
}

// TestLockOutByAddress: one address does not try many accounts; another is free.
func TestLockOutByAddress(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t))
	d.account(t, lan, models.RoleOfficer)
	b := d.screen(t)
	b.address = "[2001:db8:1:2::1]:9"
	for i := range 21 {
		require.Equal(t, http.StatusUnprocessableEntity, b.logIn(strings.Repeat("a", i+1)+"@example.vn", "x").Code)
	}
	b.address = "[2001:db8:1:2::ffff]:9" // of the same household
	require.Equal(t, http.StatusTooManyRequests, b.logIn(lan, oneTime).Code)
	d.screen(t).leads(d.screen(t).logIn(lan, oneTime), startPath)
}

// TestManyGuessesAtOnce: trying at the same time does not get around the lock.
func TestManyGuessesAtOnce(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t))
	d.account(t, lan, models.RoleOfficer)
	codes := make([]int, 20)
	var work sync.WaitGroup
	for i := range codes {
		work.Go(func() { codes[i] = d.screen(t).logIn(lan, "sai").Code })
	}
	work.Wait()
	tried := 0
	for _, c := range codes {
		if c == http.StatusUnprocessableEntity {
			tried++
		}
	}
	require.Equal(t, 6, tried)
}

func TestHashesAreFewAtOnce(t *testing.T) {
	t.Parallel()
	p := newPasswords(cheap())
	for range hashesAtOnce {
		_, err := p.take(t.Context())
		require.NoError(t, err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := p.match(ctx, "x", "")
	require.ErrorIs(t, err, errBusy)
	status, _ := consoleFault(err)
	require.Equal(t, http.StatusServiceUnavailable, status)
}

// TestSessionsEndEverywhere: they are listed, ended one by one, by idleness, by
// age, and by a new password.
func TestSessionsEndEverywhere(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		d.account(t, lan, models.RoleOfficer)
		own, other := d.screen(t), d.screen(t)
		own.settle(lan)
		other.address = "203.0.113.9:1"
		other.leads(other.logIn(lan, sentence), startPath)
		page := own.get(accountPath)
		require.Contains(t, page.Body, "203.0.113.9")
		_, id, _ := strings.Cut(page.Body, `name="id" value="`)
		own.leads(own.post(accountPath+"/sessions/end", "id", id[:64]), accountPath)
		other.leads(other.get(startPath), loginPath)
		require.Equal(t, http.StatusNotFound, own.post(accountPath+"/sessions/end", "id", strings.Repeat("0", 64)).Code)

		other.logIn(lan, sentence)
		own.leads(own.post(accountPath+"/sessions/end", "id", "others"), accountPath)
		other.leads(other.get(startPath), loginPath)
		other.logIn(lan, sentence)
		require.Equal(t, http.StatusUnprocessableEntity, own.post(passwordPath, "current", "sai", "new", "đồng xanh lúa chín", "again", "đồng xanh lúa chín").Code)
		own.leads(own.post(passwordPath, "current", sentence, "new", "đồng xanh lúa chín", "again", "đồng xanh lúa chín"), startPath)
		other.leads(other.get(startPath), loginPath)

		d.advance(sessionIdle + time.Minute)
		own.leads(own.get(startPath), loginPath)
		own.leads(own.logIn(lan, "đồng xanh lúa chín"), startPath)
		for range 12 {
			require.Equal(t, http.StatusOK, own.get(accountPath).Code)
			d.advance(time.Hour)
		}
		own.leads(own.get(startPath), loginPath)
	})
}

func TestInvitation(t *testing.T) {
	onDesks(t, func(t *testing.T, d *desk) {
		require.NoError(t, d.store.SaveAccount(t.Context(), store.Account{Email: lan, Name: "Lan", Role: models.RoleOfficer}, ""))
		var token string
		require.NoError(t, d.store.Update(t.Context(), func(tx *store.Tx) (err error) {
			token, err = tx.Invite(lan, d.now().Add(InviteTime))
			return err
		}))
		b := d.screen(t)
		require.Equal(t, http.StatusUnprocessableEntity, b.logIn(lan, "").Code, "there is no password yet")
		require.Contains(t, b.get(InvitePath+token).Body, lan)
		require.Contains(t, b.post(InvitePath+token, "new", "ngắn", "again", "ngắn").Body, "ít nhất 10")
		b.leads(b.post(InvitePath+token, "new", sentence, "again", sentence), startPath)
		require.Equal(t, http.StatusOK, b.get(accountPath).Code)
		for _, used := range []string{token, "x", "%00"} {
			a := d.screen(t).get(InvitePath + used)
			require.Equal(t, http.StatusNotFound, a.Code)
		}
		require.Equal(t, http.StatusNotFound, d.screen(t).post(InvitePath+token, "new", sentence, "again", sentence).Code)
	})
}

// TestCrossSitePostsAreRefused: another site cannot log anybody in or out.
func TestCrossSitePostsAreRefused(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t))
	d.account(t, lan, models.RoleOfficer)
	b := d.screen(t)
	for name, headers := range map[string][2]string{
		"fetch metadata": {"Sec-Fetch-Site", "cross-site"}, "origin": {"Origin", "https://evil.example"},
	} {
		r := httptest.NewRequest(http.MethodPost, "http://console.example.vn"+loginPath, strings.NewReader("email="+lan+"&password="+oneTime))
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set(headers[0], headers[1])
		require.Equal(t, http.StatusForbidden, b.send(r).Code, name)
	}
	r := httptest.NewRequest(http.MethodPost, "http://10.0.0.1:8080"+loginPath, strings.NewReader("email="+lan+"&password="+oneTime))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Origin", "http://console.example.vn")
	require.Equal(t, http.StatusSeeOther, b.send(r).Code, "a proxy that names another host")
}

func TestCookieAndHeaders(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t), func(deps *Deps) { deps.PublicURL = "https://console.example.vn" })
	d.account(t, lan, models.RoleOfficer)
	b := d.screen(t)
	page := b.get(loginPath)
	require.Contains(t, page.Header.Get("Content-Security-Policy"), "script-src 'self'")
	require.NotContains(t, page.Header.Get("Content-Security-Policy"), "unsafe")
	require.Equal(t, "no-store", page.Header.Get("Cache-Control"))
	b.post(loginPath, "email", lan, "password", oneTime)
	c := b.cookies["__Host-langnghe"]
	require.NotNil(t, c)
	require.True(t, c.Secure && c.HttpOnly)
	require.Equal(t, http.SameSiteLaxMode, c.SameSite)
	require.Equal(t, "/", c.Path)
}

func TestUnknownSessionsAndScripts(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t))
	b := d.screen(t)
	b.cookies["langnghe"] = &http.Cookie{Name: "langnghe", Value: "ln_stolen"}
	b.leads(b.get(startPath), loginPath)
	r := httptest.NewRequest(http.MethodGet, "http://console.example.vn"+accountPath, nil)
	r.Header.Set("HX-Request", "true")
	a := b.send(r)
	require.Equal(t, http.StatusUnauthorized, a.Code)
	require.Equal(t, loginPath, a.Header.Get("HX-Redirect"))
	require.NoError(t, d.store.Close())
	require.Equal(t, http.StatusInternalServerError, b.get(startPath).Code)
	require.Contains(t, d.log.String(), "a staff page failed")
}

// TestAudit: what is done with an account is written down, in order.
func TestAudit(t *testing.T) {
	t.Parallel()
	url := databases.SQLite(t)
	d := newDesk(t, url)
	d.account(t, lan, models.RoleLeader)
	b := d.screen(t)
	b.settle(lan)
	_, codes := b.enrol()
	b.post(consolePath + "/logout")
	b.logIn(lan, "sai")
	b.logIn(lan, sentence)
	b.post(codePath, "code", "000000")
	b.post(codePath, "code", codes[0])
	b.post(consolePath+"/second-factor/codes", "password", sentence)
	b.post(consolePath+"/second-factor/end", "password", "sai")
	b.post(consolePath+"/second-factor/end", "password", sentence)
	var actions []string
	for _, line := range audited(t, url) {
		action, rest, _ := strings.Cut(line, " ")
		actions = append(actions, action)
		require.True(t, strings.HasPrefix(rest, lan), line)
	}
	require.Equal(t, []string{
		"login", "password.changed", "factor.set", "logout", "login.failed", "code.wrong", "recovery.used", "login",
		"recovery.renewed", "password.wrong", "factor.ended",
	}, actions)
}
