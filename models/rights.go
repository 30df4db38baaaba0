package models

import (
	"cmp"
	"strings"
)

// Role is what a token or an account may do.
type Role string

// The roles.
const (
	RoleAdmin     Role = "admin"
	RoleInspector Role = "inspector"
	RoleLeader    Role = "leader"
	RoleOfficer   Role = "officer"
	RoleViewer    Role = "viewer"
	RoleAuditor   Role = "auditor"
)

// Roles lists them.
var Roles = []Role{RoleAdmin, RoleInspector, RoleLeader, RoleOfficer, RoleViewer, RoleAuditor}

// Principal is who asks: a token or an account.
type Principal struct {
	Name  string
	Email string // of an account; "" for a token
	Role  Role
	Unit  string // slug that bounds what is seen; "" is the whole province
}

// Actor is how the audit spells who did something, and how it is searched: by the
// e-mail of the account, else by the name of the token or of what acted by itself.
func (p Principal) Actor() string {
	return cmp.Or(strings.ToLower(strings.TrimSpace(p.Email)), strings.TrimSpace(p.Name))
}

// MayAct reports whether the principal may change cases and conversations.
func (p Principal) MayAct() bool { return p.May(ActOnCases) }

// MayPublish reports whether the principal may change what is published and is
// that owner's own (Content.Owner): that of the whole province ("") only who is not
// bound to a unit.
func (p Principal) MayPublish(unit string) bool { return p.May(Publish) && p.SeesUnit(unit) }

// Reads reports whether the principal may know the piece of content: what is the
// whole province's, and of units those that they see.
func (p Principal) Reads(c Content) bool {
	owner := c.Owner()
	return p.May(ReadContent) && (owner == "" || p.SeesUnit(owner))
}

// IsPerson reports whether words sent by the principal count as a person's.
func (p Principal) IsPerson() bool { return p.MayAct() }

// SeesContacts reports whether names and phones are shown unmasked.
func (p Principal) SeesContacts() bool { return p.May(ReadContacts) }

// SeesUnit reports whether what belongs to the unit may be known to the principal.
func (p Principal) SeesUnit(unit string) bool { return p.Unit == "" || p.Unit == unit }

// Sees reports whether the principal may know of the case: its unit, and for a
// sensitive one the role (an officer sees it when it is assigned to them; the
// token of an officer bears the e-mail of their account as its name).
func (p Principal) Sees(c Case) bool {
	if !p.SeesUnit(c.Unit) {
		return false
	}
	if !c.Sensitive {
		return true
	}
	mine := c.Assignee != "" && (strings.EqualFold(c.Assignee, p.Email) || strings.EqualFold(c.Assignee, p.Name))
	return p.May(ReadSensitive) || p.Role == RoleOfficer && mine
}
