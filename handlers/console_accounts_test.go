package handlers

import (
	"context"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

var invited = regexp.MustCompile(`http://console\.example\.vn(/console/invite/[^<\s]+)`)

// boss logs an administrator of the whole province in.
func (d *desk) boss(t *testing.T, email string) *screen {
	t.Helper()
	b := d.screen(t)
	d.account(t, email, models.RoleAdmin)
	require.NoError(t, d.store.SaveAccount(t.Context(), store.Account{Email: email, Name: "Quản trị", Role: models.RoleAdmin}, ""))
	b.settle(email)
	b.enrol()
	return b
}

func (d *desk) accountNow(t *testing.T, email string) store.Account {
	t.Helper()
	login, err := d.store.Login(t.Context(), email)
	require.NoError(t, err)
	return login.Account
}

// TestAccountFromInvitationToEnd: an administrator adds somebody, who sets a password
// by the link, works, is moved, disabled and let in again.
func TestAccountFromInvitationToEnd(t *testing.T) {
	t.Parallel()
	databases.Each(t, func(t *testing.T, url string) {
		t.Parallel()
		var mu sync.Mutex
		var mails []string
		d := newDesk(t, url, figuring, func(deps *Deps) {
			deps.MailStaff = func(_ context.Context, to, _, subject, body string) error {
				mu.Lock()
				defer mu.Unlock()
				mails = append(mails, to+"|"+subject+"|"+body)
				return nil
			}
		})
		admin := d.boss(t, "admin@x.vn")
		shown := admin.post(accountsPath, "name", "Hoà <b>", "email", "Hoa+1@x.vn", "role", "officer", "unit", "tran-bien")
		require.Equal(t, http.StatusOK, shown.Code, shown.Body)
		link := invited.FindStringSubmatch(shown.Body)[1]
		require.Len(t, mails, 1)
		require.Contains(t, mails[0], "hoa+1@x.vn|")
		require.Contains(t, mails[0], "Hoà <b>")
		require.Contains(t, mails[0], link)
		require.NotContains(t, admin.get(memberPath("hoa+1@x.vn")).Body, link, "shown once")
		require.Contains(t, admin.get(accountsPath).Body, "Chưa đặt mật khẩu")
		require.Equal(t, http.StatusUnprocessableEntity, admin.post(accountsPath, "name", "H", "email", "HOA+1@x.vn", "role", "admin", "unit", "").Code, "nobody takes an account over")

		hoa := d.screen(t)
		hoa.leads(hoa.post(link, "new", sentence, "again", sentence), startPath)
		require.Equal(t, http.StatusOK, hoa.get(accountPath).Code)
		require.Equal(t, http.StatusForbidden, hoa.get(accountsPath).Code)
		require.NotZero(t, d.accountNow(t, "hoa+1@x.vn").SeenAt)
		page := admin.get(memberPath("hoa+1@x.vn"))
		require.Contains(t, page.Body, "192.0.2.7")

		admin.leads(admin.post(memberPath("hoa+1@x.vn"), "name", "Hoà", "role", "viewer", "unit", "long-khanh"), memberPath("hoa+1@x.vn"))
		hoa.leads(hoa.get(accountPath), loginPath+"?next=%2Fconsole%2Faccount")
		hoa.leads(hoa.logIn("hoa+1@x.vn", sentence), startPath)
		token, err := d.store.CreateToken(t.Context(), models.Principal{Name: "Hoa+1@x.vn", Role: models.RoleOfficer})
		require.NoError(t, err)
		api := visitor{d, token, d.screen(t)}
		require.Equal(t, http.StatusOK, api.status(http.MethodGet, "/api/v1/cases"))

		admin.leads(admin.post(memberPath("hoa+1@x.vn")+"/access", "disabled", "1"), memberPath("hoa+1@x.vn"))
		hoa.leads(hoa.get(accountPath), loginPath+"?next=%2Fconsole%2Faccount")
		require.Equal(t, http.StatusUnprocessableEntity, hoa.logIn("hoa+1@x.vn", sentence).Code)
		require.Equal(t, http.StatusUnauthorized, api.status(http.MethodGet, "/api/v1/cases"), "a token that bears the e-mail ends too")

		admin.leads(admin.post(memberPath("hoa+1@x.vn")+"/access", "disabled", "0"), memberPath("hoa+1@x.vn"))
		hoa.leads(hoa.logIn("hoa+1@x.vn", sentence), startPath)
		admin.leads(admin.post(memberPath("hoa+1@x.vn")+"/sessions/end", "id", "all"), memberPath("hoa+1@x.vn"))
		hoa.leads(hoa.get(accountPath), loginPath+"?next=%2Fconsole%2Faccount")

		hoa.leads(hoa.logIn("hoa+1@x.vn", sentence), startPath)
		hoa.enrol()
		require.True(t, d.accountNow(t, "hoa+1@x.vn").Factor)
		again := admin.post(memberPath("hoa+1@x.vn") + "/reset")
		require.NotEqual(t, link, invited.FindStringSubmatch(again.Body)[1])
		require.False(t, d.accountNow(t, "hoa+1@x.vn").Factor)
		hoa.leads(hoa.get(accountPath), loginPath+"?next=%2Fconsole%2Faccount")
		require.Equal(t, http.StatusUnprocessableEntity, hoa.logIn("hoa+1@x.vn", sentence).Code, "the old password is over")

		entries, _, err := d.store.AuditEntries(t.Context(), store.AuditFilter{About: "hoa+1@x.vn", Actor: "admin@x.vn"})
		require.NoError(t, err)
		var done []string
		for _, e := range entries {
			done = append(done, e.Action)
		}
		require.Equal(t, []string{"account.reset", "session.ended", "account.enabled", "account.disabled", "account.changed", "account.added"}, done)
		require.Contains(t, entries[4].Detail, "role officer → viewer; unit tran-bien → long-khanh")
	})
}

// TestCasesOfTheDisabledAreReassigned leads from the account to the inbox.
func TestCasesOfTheDisabledAreReassigned(t *testing.T) {
	onFiguring(t, func(t *testing.T, d *desk) {
		admin := d.boss(t, "admin@x.vn")
		d.member(t, "an@x.vn", models.RoleOfficer, "tran-bien")
		for code, whose := range map[string]string{"PA2026-AAAAAA": "an@x.vn", "PA2026-BBBBBB": "an@x.vn", "PA2026-CCCCCC": lan} {
			d.deskCase(t, code, func(c *models.Case) { c.Assignee = whose })
		}
		admin.post(memberPath("an@x.vn")+"/access", "disabled", "1")
		page := admin.get(memberPath("an@x.vn")).Body
		require.Contains(t, page, "2 hồ sơ chưa xong")
		require.Contains(t, page, `href="/console/cases?whose=an%40x.vn"`)
		list := admin.get(casesPath + "?whose=an%40x.vn").Body
		require.Contains(t, list, "PA2026-AAAAAA")
		require.Contains(t, list, "PA2026-BBBBBB")
		require.NotContains(t, list, `id="dong-PA2026-CCCCCC"`)
		require.Contains(t, list, `<option value="an@x.vn" selected>`)
	})
}

// TestAccountsByRole: who may manage whom, asked for each role and unit by each role.
func TestAccountsByRole(t *testing.T) {
	t.Parallel()
	d := newDesk(t, databases.SQLite(t), figuring)
	d.boss(t, "keeper@x.vn")
	for _, by := range []store.Account{
		{Email: "province@x.vn", Role: models.RoleAdmin}, {Email: "unit@x.vn", Role: models.RoleAdmin, Unit: "tran-bien"},
		{Email: "leader@x.vn", Role: models.RoleLeader, Unit: "tran-bien"}, {Email: "high@x.vn", Role: models.RoleLeader},
		{Email: "officer@x.vn", Role: models.RoleOfficer, Unit: "tran-bien"}, {Email: "auditor@x.vn", Role: models.RoleAuditor},
	} {
		by.Name = by.Email
		for _, role := range models.Roles {
			for _, unit := range []string{"tran-bien", "long-khanh", ""} {
				target := store.Account{Email: "t@x.vn", Name: "T", Role: role, Unit: unit}
				require.NoError(t, d.store.SaveAccount(t.Context(), target, "hash"))
				may := by.Email == "province@x.vn" || by.Email == "unit@x.vn" && unit == "tran-bien" ||
					by.Email == "leader@x.vn" && unit == "tran-bien" && (role == models.RoleOfficer || role == models.RoleViewer)
				require.Equal(t, may, by.Principal().MayManage(role, unit), "%s %s %s", by.Email, role, unit)
				for name, do := range map[string]func(*store.Tx) error{
					"add": func(tx *store.Tx) error {
						return AddAccount(tx, by.Principal(), store.Account{Email: "new@x.vn", Name: "N", Role: role, Unit: unit}, "h")
					},
					"disable": func(tx *store.Tx) error {
						return ChangeAccount(tx, by.Principal(), "t@x.vn", func(a *store.Account) { a.Disabled = true })
					},
					"reset": func(tx *store.Tx) error { return ResetAccount(tx, by.Principal(), "t@x.vn", "h", true) },
					"raise": func(tx *store.Tx) error {
						return ChangeAccount(tx, by.Principal(), "t@x.vn", func(a *store.Account) { a.Name = "other" })
					},
				} {
					undone := errors.New("undone")
					err := d.store.Update(t.Context(), func(tx *store.Tx) error {
						if err := do(tx); err != nil {
							return err
						}
						return undone
					})
					require.Equal(t, may, errors.Is(err, undone), "%s %s a %s of %q: %v", by.Email, name, role, unit, err)
				}
			}
		}
	}
	err := d.store.Update(t.Context(), func(tx *store.Tx) error {
		leader := models.Principal{Email: "leader@x.vn", Role: models.RoleLeader, Unit: "tran-bien"}
		if err := tx.SaveAccount(store.Account{Email: "t@x.vn", Name: "T", Role: models.RoleOfficer, Unit: "tran-bien"}, ""); err != nil {
			return err
		}
		return ChangeAccount(tx, leader, "t@x.vn", func(a *store.Account) { a.Role = models.RoleLeader })
	})
	require.ErrorIs(t, err, AccountRights, "nobody gives more than they may")
}

// TestNobodyLocksTheProvinceOut: the last administrator stays, also when two take each
// other away at once, and nobody changes their own rights.
func TestNobodyLocksTheProvinceOut(t *testing.T) {
	onFiguring(t, func(t *testing.T, d *desk) {
		first := d.boss(t, "a@x.vn")
		d.member(t, "b@x.vn", models.RoleAdmin, "tran-bien")
		for _, form := range [][]string{{"/access", "disabled", "1"}, {"/reset"}} {
			refused := first.post(memberPath("a@x.vn")+form[0], form[1:]...)
			require.Equal(t, http.StatusUnprocessableEntity, refused.Code)
			require.Contains(t, refused.Body, "Không ai tự đổi")
		}
		first.leads(first.post(memberPath("a@x.vn"), "name", "Tên mới", "role", "auditor", "unit", "tran-bien"), memberPath("a@x.vn"))
		require.Equal(t, models.RoleAdmin, d.accountNow(t, "a@x.vn").Role)
		require.Equal(t, "Tên mới", d.accountNow(t, "a@x.vn").Name)

		change := func(by, of string, f func(*store.Account)) error {
			return d.store.Update(t.Context(), func(tx *store.Tx) error {
				return ChangeAccount(tx, models.Principal{Email: by, Role: models.RoleAdmin}, of, f)
			})
		}
		for _, f := range []func(*store.Account){
			func(a *store.Account) { a.Disabled = true }, func(a *store.Account) { a.Role = models.RoleLeader }, func(a *store.Account) { a.Unit = "tran-bien" },
		} {
			require.ErrorIs(t, change("z@x.vn", "a@x.vn", f), AccountLast)
		}
		d.boss(t, "c@x.vn")
		var wg sync.WaitGroup
		errs := make([]error, 2)
		for i, pair := range [][2]string{{"a@x.vn", "c@x.vn"}, {"c@x.vn", "a@x.vn"}} {
			wg.Go(func() { errs[i] = change(pair[0], pair[1], func(a *store.Account) { a.Disabled = true }) })
		}
		wg.Wait()
		require.Len(t, strings.Split(strings.Trim(errors.Join(errs...).Error(), "\n"), "\n"), 1, "one of them wins")
		require.ErrorIs(t, errors.Join(errs...), AccountLast)
	})
}
