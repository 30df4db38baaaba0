package intake_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/intake"
	"github.com/langnghe/langnghe/models"
)

func TestDossiersOfASpreadsheet(t *testing.T) {
	t.Parallel()
	records, err := intake.Read("ho-so.csv", "dossiers", []byte("\ufeffcode;procedure;unit;stage;received;due;result;updated\r\n"+
		"h19.12-261126-0001;khai-sinh;tran-bien;Đang xử lý;20/11/2026;27/11/2026;;21/11/2026 16:30\r\n"+
		"000.00.12.H19-261126-0012;;;9;2026-11-20;;nhận tại quầy;\r\n"))
	require.NoError(t, err)
	list, faults := intake.DossierList(records, load(t))
	require.Empty(t, faults)
	day := func(d, h, m int) time.Time {
		return time.Date(2026, 11, d, h, m, 0, 0, time.FixedZone("+07", 7*60*60)).UTC()
	}
	require.Equal(t, []models.Dossier{
		{Code: "H19.12-261126-0001", Procedure: "khai-sinh", Unit: "tran-bien", Stage: "dang-xu-ly", Received: day(20, 0, 0), Due: day(27, 0, 0), Updated: day(21, 16, 30)},
		{Code: "000.00.12.H19-261126-0012", Stage: "da-xu-ly-xong", Received: day(20, 0, 0), Result: "nhận tại quầy"},
	}, list)
}

func TestEveryFaultOfADossierIsTold(t *testing.T) {
	t.Parallel()
	records, err := intake.Read("ho-so.csv", "dossiers", []byte("code,unit,stage,due,colour\n"+
		"12,no-such,flying,tomorrow,red\nH19-261126-1,,1,,\nH19-261126-1,,1,,\n,,,2026-11-20,\n"))
	require.NoError(t, err)
	list, faults := intake.DossierList(records, load(t))
	assert.Empty(t, list, "all or nothing")
	var told []string
	for _, f := range faults {
		told = append(told, f.Error())
	}
	assert.Equal(t, []string{
		`row 2: code: "12" is no code like H19.12-261126-0001`, `row 2: colour: is not known here`,
		`row 2: due: "tomorrow" is no date like 2026-11-02 or 02/11/2026`, `row 2: stage: "flying" is none of the states`,
		`row 2: unit: no unit has the slug "no-such"`, `row 4: code: stands in an earlier row too`,
		`row 5: code: is missing`, `row 5: stage: is missing`,
	}, told)
}

func TestStagesAreNineAndWhole(t *testing.T) {
	t.Parallel()
	stages := load(t).DossierStages()
	require.Len(t, stages, 9)
	names := map[string]string{}
	for _, s := range stages {
		assert.NotEmpty(t, s.Means, s.Code)
		assert.NotEmpty(t, s.English, s.Code)
		assert.True(t, s.Verify, "nobody has confirmed %s yet", s.Code)
		for _, name := range append([]string{s.Code, s.Name}, s.Aliases...) {
			assert.Empty(t, names[name], "%s is a name of two", name)
			names[name] = s.Code
		}
	}
	assert.True(t, stages.Done("da-xu-ly-xong"))
	assert.False(t, stages.Done("bo-sung"))
}
