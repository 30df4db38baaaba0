package models

import (
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDefaultAlerts: who may act is mailed what is theirs, everybody what names them.
func TestDefaultAlerts(t *testing.T) {
	t.Parallel()
	for role, want := range map[Role][]AlertKind{
		RoleOfficer: {AlertMentioned, AlertAssigned, AlertDanger, AlertDeadline}, RoleAdmin: {AlertMentioned, AlertAssigned, AlertDanger, AlertDeadline},
		RoleLeader: {AlertMentioned, AlertAssigned, AlertDanger, AlertDeadline, AlertReopened}, RoleViewer: {AlertMentioned}, RoleAuditor: {AlertMentioned},
	} {
		c := DefaultAlerts(role)
		require.True(t, c.Quiet)
		for _, k := range AlertKinds {
			require.True(t, c.Pushes(k), "%s of %s", role, k)
		}
		require.ElementsMatch(t, want, c.Mail, role)
	}
	none := AlertChoice{}
	require.False(t, none.Mails(AlertDanger) || none.Pushes(AlertDanger))
	require.True(t, none.Mails(AlertEscalated) && none.Pushes(AlertTrial), "nobody chooses these")
}

// TestWhatIsAnAlert: filed, passed on, assigned, answered, reopened; not what was
// merged when it was filed.
func TestWhatIsAnAlert(t *testing.T) {
	t.Parallel()
	for action, want := range map[Action]AlertKind{
		ActFile: AlertNew, ActTransfer: AlertNew, ActAssign: AlertAssigned, ActAnswer: AlertAnswered, ActAdd: AlertAnswered,
		ActNotDone: AlertReopened, ActReopen: AlertReopened, ActNote: "", ActResolve: "", ActMerge: "", ActWithdraw: "", ActLate: "",
	} {
		require.Equal(t, want, AlertOf(Case{Status: StatusNew}, CaseEvent{Action: action}), action)
	}
	require.Empty(t, AlertOf(Case{Status: StatusMerged}, CaseEvent{Action: ActFile}))
}
