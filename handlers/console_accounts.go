package handlers

import (
	"context"
	"crypto/rand"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const (
	accountsPath = consolePath + "/accounts"
	accountsPage = 50 // lines
	// inviteMailFor bounds the mail of an invitation, which is sent while its link
	// is made ready to be shown.
	inviteMailFor = 15 * time.Second
)

func (s *server) accountRoutes() {
	s.page("GET /accounts", models.ManageAccounts, s.accountsPage)
	s.page("POST /accounts", models.ManageAccounts, s.addAccount)
	s.page("GET /accounts/:email", models.ManageAccounts, s.memberPage)
	s.page("POST /accounts/:email", models.ManageAccounts, s.changeAccount)
	s.page("POST /accounts/:email/access", models.ManageAccounts, s.accountAccess)
	s.page("POST /accounts/:email/reset", models.ManageAccounts, s.resetAccount)
	s.page("POST /accounts/:email/sessions/end", models.ManageAccounts, s.endAccountSession)
}

// memberPath is the page of an account.
func memberPath(email string) string { return accountsPath + "/" + url.PathEscape(email) }

// accountsForm is what the address of the list asks for.
type accountsForm struct {
	Query, Unit, Role, State, After string
}

func readAccounts(q url.Values) accountsForm {
	return accountsForm{text(q, "q"), text(q, "unit"), text(q, "role"), text(q, "state"), text(q, "after")}
}

// Page is the address of the page that begins after an account.
func (f accountsForm) Page(after string) string {
	q := url.Values{"after": {after}}
	for name, value := range map[string]string{"q": f.Query, "unit": f.Unit, "role": f.Role, "state": f.State} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return accountsPath + "?" + q.Encode()
}

// matches reports whether the list has the account.
func (f accountsForm) matches(a store.Account) bool {
	return (f.Unit == "" || a.Unit == f.Unit || f.Unit == wholeProvince && a.Unit == "") && (f.Role == "" || string(a.Role) == f.Role) &&
		(f.State == "" || a.Disabled == (f.State == "disabled")) && store.Holds(a.Name+" "+a.Email, f.Query)
}

// wholeProvince is how a form names no unit where an empty value means any.
const wholeProvince = "*"

// newAccount is the form of an account that is to be made.
type newAccount struct{ Email, Name, Role, Unit string }

// accountsData is what the list shows.
type accountsData struct {
	Form  accountsForm
	Rows  []store.Account
	Next  string
	Units []Named       // to choose from; none for who has one only
	Roles []models.Role // that may be given
	New   newAccount
}

// UnitName is what a unit is called.
func (d accountsData) UnitName(slug string) string { return nameIn(d.Units, slug) }

// accountsPage lists the accounts that the visitor may manage.
func (s *server) accountsPage(v *visit) error {
	data, err := s.accountsData(v)
	if err != nil {
		return err
	}
	return v.show("accounts", data)
}

func (s *server) accountsData(v *visit) (accountsData, error) {
	data := accountsData{Form: readAccounts(v.Request.URL.Query()), Roles: v.who.Managed(), Units: s.choices().Units}
	accounts, err := s.Store.Accounts(v.Request.Context())
	for _, a := range accounts { // by e-mail
		if a.Email <= data.Form.After || !v.who.MayManage(a.Role, a.Unit) || !data.Form.matches(a) {
			continue
		}
		if len(data.Rows) == accountsPage {
			data.Next = data.Form.Page(data.Rows[accountsPage-1].Email)
			break
		}
		data.Rows = append(data.Rows, a)
	}
	return data, err
}

// invitedData is the link of an invitation, which is shown once.
type invitedData struct {
	Email, Name, Link string
	Hours             int
	Mailed            bool
}

// addAccount makes an account and shows the link that its owner sets a password by.
func (s *server) addAccount(v *visit) error {
	form := newAccount{strings.TrimSpace(v.PostForm("email")), strings.TrimSpace(v.PostForm("name")), v.PostForm("role"), v.unitOf("unit")}
	a := store.Account{Email: strings.ToLower(form.Email), Name: form.Name, Role: models.Role(form.Role), Unit: form.Unit}
	if a.Unit != "" && !s.hasUnit(a.Unit) {
		return s.refuseAdd(v, AccountRights, form)
	}
	err := s.invite(v, a.Email, a.Name, func(tx *store.Tx, hash string) error { return AddAccount(tx, v.who, a, hash) })
	return s.refuseAdd(v, err, form)
}

// unitOf is the unit that a field of the form names; who has one only need not say.
func (v *visit) unitOf(field string) string {
	if v.who.Unit != "" {
		return v.who.Unit
	}
	return strings.TrimSpace(v.PostForm(field))
}

// refuseAdd shows the list again with the form that was not taken.
func (s *server) refuseAdd(v *visit, err error, form newAccount) error {
	var fault AccountFault
	if !errors.As(err, &fault) {
		return err
	}
	data, err := s.accountsData(v)
	if err != nil {
		return err
	}
	data.New = form
	return v.refuse(http.StatusUnprocessableEntity, "accounts", accountProblem(fault), data)
}

// accountProblem is the pages' word for a fault.
func accountProblem(f AccountFault) string {
	return map[AccountFault]string{
		AccountEmail: "email", AccountName: "name", AccountRole: "role", AccountKnown: "known", AccountRights: "rights", AccountOwn: "own", AccountLast: "last",
	}[f]
}

// invite lets somebody in by what give does with the hash of a password that nobody
// knows, and shows the link of the invitation, this once.
func (s *server) invite(v *visit, email, name string, give func(tx *store.Tx, hash string) error) error {
	ctx := v.Request.Context()
	hash, err := s.console.passwords.hash(ctx, rand.Text())
	if err != nil {
		return err
	}
	data := invitedData{Email: email, Name: name, Hours: int(InviteTime.Hours())}
	err = s.Staff.Update(ctx, func(tx *store.Tx) error {
		if err := give(tx, hash); err != nil {
			return err
		}
		path, err := InviteTo(tx, email, s.Now())
		data.Link = s.PublicURL + path
		return err
	})
	if err != nil {
		return err
	}
	if s.MailStaff != nil {
		if err := s.mailInvitation(ctx, data); err != nil {
			s.Log.WithError(err).Error("an invitation was not mailed")
		} else {
			data.Mailed = true
		}
	}
	return v.show("invited", data)
}

func (s *server) mailInvitation(ctx context.Context, data invitedData) error {
	subject, err := s.word("invited", "invite-subject", data)
	if err != nil {
		return err
	}
	body, err := s.word("invited", "invite-body", data)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, inviteMailFor)
	defer cancel()
	return s.MailStaff(ctx, data.Email, "invite-"+rand.Text(), subject, body+"\n")
}

// memberData is what the page of one account shows.
type memberData struct {
	Account  store.Account
	Own      bool
	Sessions []sessionView
	Units    []Named
	Roles    []models.Role
	Open     string // cases that are assigned to it and not ended; "" for none
	Inbox    string // address of these
}

// member returns an account that the visitor may manage.
func (s *server) member(v *visit) (store.Account, error) {
	email := v.Param("email")
	if !plainID(email) {
		return store.Account{}, store.ErrNotFound
	}
	login, err := s.Staff.Login(v.Request.Context(), email)
	if err == nil && !v.who.MayManage(login.Role, login.Unit) {
		err = store.ErrNotFound
	}
	return login.Account, err
}

func (s *server) memberPage(v *visit) error {
	a, err := s.member(v)
	if err != nil {
		return err
	}
	data, err := s.memberData(v, a)
	if err != nil {
		return err
	}
	return v.show("member", data)
}

func (s *server) memberData(v *visit, a store.Account) (memberData, error) {
	ctx := v.Request.Context()
	data := memberData{Account: a, Own: own(v.who, a), Roles: v.who.Managed(), Units: s.choices().Units}
	if !slices.Contains(data.Roles, a.Role) {
		data.Roles = append(slices.Clone(data.Roles), a.Role)
	}
	sessions, err := s.Staff.Sessions(ctx, a.Email, sessionIdle)
	if err != nil {
		return data, err
	}
	data.Sessions = sessionViews(sessions, v.session.ID)
	if s.Desk == nil {
		return data, nil
	}
	form := deskForm{View: store.DeskOpen, Whose: a.Email}
	n, err := s.Desk.DeskAssigned(ctx, v.who, a.Email)
	if n > 0 {
		data.Open, data.Inbox = bounded(n), form.Address()
	}
	return data, err
}

// changeAccount takes another name, role or unit.
func (s *server) changeAccount(v *visit) error {
	name, role, unit := strings.TrimSpace(v.PostForm("name")), models.Role(v.PostForm("role")), v.unitOf("unit")
	return s.changeMember(v, "saved", func(tx *store.Tx, email string) error {
		if unit != "" && !s.hasUnit(unit) {
			return AccountRights
		}
		return ChangeAccount(tx, v.who, email, func(a *store.Account) {
			a.Name = name
			if !own(v.who, *a) { // whose form has neither
				a.Role, a.Unit = role, unit
			}
		})
	})
}

// accountAccess disables an account, or lets its owner in again.
func (s *server) accountAccess(v *visit) error {
	disabled := v.PostForm("disabled") == "1"
	flash := map[bool]string{true: "account-disabled", false: "account-enabled"}[disabled]
	return s.changeMember(v, flash, func(tx *store.Tx, email string) error {
		return ChangeAccount(tx, v.who, email, func(a *store.Account) { a.Disabled = disabled })
	})
}

// endAccountSession ends one session of an account, or all of them.
func (s *server) endAccountSession(v *visit) error {
	id := v.PostForm("id")
	return s.changeMember(v, "session-ended", func(tx *store.Tx, email string) error {
		if id == "all" {
			if err := tx.EndSessions(email, ""); err != nil {
				return err
			}
		} else if err := tx.EndSession(email, id); err != nil {
			return err
		}
		return tx.Audit(v.who, "session.ended", email, shortened(id, 12))
	})
}

// resetAccount gives the owner of an account another way in, and shows it.
func (s *server) resetAccount(v *visit) error {
	a, err := s.member(v)
	if err != nil {
		return err
	}
	err = s.invite(v, a.Email, a.Name, func(tx *store.Tx, hash string) error { return ResetAccount(tx, v.who, a.Email, hash, true) })
	return s.refuseMember(v, err)
}

// changeMember does something to an account that the visitor may manage.
func (s *server) changeMember(v *visit, flash string, change func(tx *store.Tx, email string) error) error {
	a, err := s.member(v)
	if err != nil {
		return err
	}
	err = s.Staff.Update(v.Request.Context(), func(tx *store.Tx) error { return change(tx, a.Email) })
	if err != nil {
		return s.refuseMember(v, err)
	}
	return v.done(memberPath(a.Email), flash)
}

// refuseMember shows the account again and says why it was not changed.
func (s *server) refuseMember(v *visit, err error) error {
	var fault AccountFault
	if !errors.As(err, &fault) {
		return err
	}
	a, err := s.member(v)
	if err != nil {
		return err
	}
	data, err := s.memberData(v, a)
	if err != nil {
		return err
	}
	return v.refuse(http.StatusUnprocessableEntity, "member", accountProblem(fault), data)
}
