package main

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestImportDossiers: all or nothing, told row by row, and only said with --check.
func TestImportDossiers(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	good := file("good.csv", "code,stage,due\nH19.12-261126-0001,Đang xử lý,27/11/2026\nH19.12-261126-0002,9,\n")
	bad := file("bad.csv", "code,stage\nH19.12-261126-0001,Đang xử lý\nH19.12-261126-0002,flying\n")

	refused := command(t, dir, "", "import", "dossiers", bad)
	require.Equal(t, exitFailed, refused.code)
	require.Contains(t, refused.stdout, "rejected 1")
	require.Contains(t, refused.stderr, `row 3: stage: "flying" is none of the states`)
	for _, want := range []string{"added 2, changed 0, unchanged 0, rejected 0\n", "added 2, changed 0, unchanged 0, rejected 0\n"} {
		require.Equal(t, want, command(t, dir, "", "import", "--check", "dossiers", good).stdout)
	}
	require.Equal(t, "added 2, changed 0, unchanged 0, rejected 0\n", command(t, dir, "", "import", "dossiers", good).stdout)
	require.Equal(t, "added 0, changed 0, unchanged 2, rejected 0\n", command(t, dir, "", "import", "dossiers", good).stdout)
}
