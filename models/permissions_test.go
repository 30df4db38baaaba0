package models_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

// TestPermissions holds the table against the contract, written the other way
// round: what each role may do.
func TestPermissions(t *testing.T) {
	t.Parallel()
	reads := []models.Permission{models.OwnAccount, models.ReadCases, models.ReadTalks, models.ReadFigures, models.ReadContent}
	private := []models.Permission{models.ReadContacts, models.ReadQuestions}
	acts := []models.Permission{models.ActOnCases, models.Publish}
	may := map[models.Role][][]models.Permission{
		models.RoleAdmin:     {reads, private, acts, {models.LookUpCameras}},
		models.RoleInspector: {reads, private, {models.ReadSensitive, models.LookUpCameras}},
		models.RoleLeader:    {reads, private, acts, {models.ReadSensitive, models.LookUpCameras}},
		models.RoleOfficer:   {reads, private, acts},
		models.RoleViewer:    {reads},
		models.RoleAuditor:   {reads},
	}
	every := append(append(append([]models.Permission{models.ReadSensitive, models.LookUpCameras}, reads...), private...), acts...)
	require.Len(t, may, len(models.Roles))
	for role, groups := range may {
		granted := map[models.Permission]bool{}
		for _, group := range groups {
			for _, p := range group {
				granted[p] = true
			}
		}
		for _, p := range every {
			require.Equal(t, granted[p], role.May(p), "%s %s", role, p)
			require.Equal(t, granted[p], models.Principal{Role: role}.May(p))
		}
		require.False(t, role.May("unknown"))
	}
	require.False(t, models.Role("stranger").May(models.ReadCases))
}

func TestMustProve(t *testing.T) {
	t.Parallel()
	for role, want := range map[models.Role]bool{
		models.RoleAdmin: true, models.RoleLeader: true, models.RoleInspector: true,
		models.RoleOfficer: false, models.RoleViewer: false, models.RoleAuditor: false,
	} {
		require.Equal(t, want, role.MustProve(), role)
	}
}
