package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

func TestPerKind(t *testing.T) {
	t.Parallel()
	require.Equal(t, "contact 2, unit 1", perKind([]models.Due{{Kind: "contact", Key: "a"}, {Kind: "contact", Key: "b"}, {Kind: "unit"}}))
	require.Empty(t, perKind(nil))
}

// TestCheckCountsWhatIsDue holds that an operator learns in one line how much is
// due, and that it is less once an office has confirmed something.
func TestCheckCountsWhatIsDue(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	checked := command(t, dir, "", "check")
	require.Zero(t, checked.code, checked.stderr)
	require.Regexp(t, `(?m)^warning\tcontent\tdue for review: contact 1, holiday \d+, hours 1, procedure \d+, unit 97$`, checked.stdout)

	file := filepath.Join(dir, "units.yaml")
	require.NoError(t, os.WriteFile(file, []byte("- {slug: tran-bien, office: Số 1 đường A, office_confirmed: true}\n"), 0o600))
	imported := command(t, dir, "", "import", "units", file)
	require.Zero(t, imported.code, imported.stderr)
	require.Contains(t, command(t, dir, "", "check").stdout, "unit 96\n")
}
