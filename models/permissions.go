package models

import "slices"

// Permission is something that only some roles may do, wherever they ask for it:
// through the API or in the console.
type Permission string

// The permissions.
const (
	OwnAccount    Permission = "account.own"    // log in, change one's password, end one's sessions
	ReadCases     Permission = "cases.read"     // cases and their files, contacts masked
	ActOnCases    Permission = "cases.act"      // change cases and conversations; one's words count as a person's
	ReadContacts  Permission = "contacts.read"  // citizens' names, phones and words, unmasked
	ReadSensitive Permission = "sensitive.read" // sensitive cases that are not assigned to oneself
	ReadTalks     Permission = "talks.read"     // which conversations wait, what was sent in them
	ReadFigures   Permission = "figures.read"   // numbers of cases
	ReadContent   Permission = "content.read"   // what is published, and what the bot makes of a text
	Publish       Permission = "content.publish"
	ReleaseHidden Permission = "hidden.release" // put back what staff hid in a case
	LookUpCameras Permission = "cameras.look"   // what cameras saw of a case
	ReadQuestions Permission = "questions.read" // what citizens asked, in their words
	ReadAudit     Permission = "audit.read"     // who saw and changed what

	ManageAccounts Permission = "accounts.manage" // make, change and end accounts of the roles in managed
	ReadChannels   Permission = "channels.read"   // how channels do
	ManageChannels Permission = "channels.manage" // connect, change, ask and take away channels
)

// permissions is the one table of who may do what. What is seen is bounded by
// the principal's unit besides.
var permissions = map[Permission][]Role{
	OwnAccount:    Roles,
	ReadCases:     Roles,
	ActOnCases:    {RoleAdmin, RoleLeader, RoleOfficer},
	ReadContacts:  {RoleAdmin, RoleInspector, RoleLeader, RoleOfficer},
	ReadSensitive: {RoleInspector, RoleLeader},
	ReadTalks:     Roles,
	ReadFigures:   Roles,
	ReadContent:   Roles,
	Publish:       {RoleAdmin, RoleLeader, RoleOfficer},
	ReleaseHidden: {RoleLeader},
	LookUpCameras: {RoleAdmin, RoleInspector, RoleLeader},
	ReadQuestions: {RoleAdmin, RoleInspector, RoleLeader, RoleOfficer},
	ReadAudit:     {RoleAdmin, RoleInspector, RoleAuditor},

	ManageAccounts: {RoleAdmin, RoleLeader},
	ReadChannels:   {RoleAdmin, RoleLeader},
	ManageChannels: {RoleAdmin},
}

// managed are the roles whose accounts a role may make, change and end.
var managed = map[Role][]Role{
	RoleAdmin:  Roles,
	RoleLeader: {RoleOfficer, RoleViewer},
}

// Managed are the roles whose accounts the principal may make, change and end.
func (p Principal) Managed() []Role {
	if !p.May(ManageAccounts) || p.Role == RoleLeader && p.Unit == "" { // a leader's are those of the own unit
		return nil
	}
	return managed[p.Role]
}

// MayManage reports whether the principal may make, change and end accounts of the
// role and unit: nobody gives more than the own unit and the roles below.
func (p Principal) MayManage(role Role, unit string) bool {
	return slices.Contains(p.Managed(), role) && p.SeesUnit(unit)
}

// May reports whether the role has the permission. An unknown role has none, and
// nobody has an unknown permission.
func (r Role) May(p Permission) bool { return slices.Contains(permissions[p], r) }

// MustProve reports whether the role logs in only with a second factor: it sees
// or rules over more than one office's daily work.
func (r Role) MustProve() bool {
	return slices.Contains([]Role{RoleAdmin, RoleLeader, RoleInspector}, r)
}

// May reports whether the principal's role has the permission.
func (p Principal) May(permission Permission) bool { return p.Role.May(permission) }
