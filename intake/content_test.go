package intake_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"github.com/xuri/excelize/v2"

	"github.com/langnghe/langnghe/bot/lookup"
	"github.com/langnghe/langnghe/data"
	"github.com/langnghe/langnghe/intake"
	"github.com/langnghe/langnghe/models"
)

func load(t *testing.T, pieces ...models.Content) *lookup.Catalogue {
	t.Helper()
	c, err := lookup.Load(data.FS(), lookup.WithContent(pieces))
	require.NoError(t, err)
	return c
}

// read makes pieces of a file, which must be without fault.
func read(t *testing.T, kind intake.Kind, name, content string) []models.Content {
	t.Helper()
	records, err := intake.Read(name, string(kind), []byte(content))
	require.NoError(t, err)
	pieces, faults := intake.Content(kind, records, load(t))
	require.Empty(t, faults)
	return pieces
}

const contactsCSV = "\ufeffunit;role;field;name;phone;hours;as_of;public\r\n" +
	"tran-bien;chu_tich;;Nguyễn Văn A;0900 000 001;;02/11/2026;có\r\n" +
	"tran-bien;cong_chuc;ho-tich;Trần Thị B;900000002;\"sáng\nchiều\";2026-11-02;x\r\n"

func TestContactsOfASpreadsheet(t *testing.T) {
	t.Parallel()
	pieces := read(t, intake.Contacts, "danh-ba.CSV", contactsCSV)
	c := load(t, pieces...)
	contacts := c.Contacts("tran-bien")
	require.Len(t, contacts, 2)
	assert.Equal(t, "0900000001", contacts[0].Phone)
	assert.Equal(t, "2026-11-02", contacts[0].AsOf)
	assert.Equal(t, "0900000002", contacts[1].Phone, "the zero that the spreadsheet has eaten")
	assert.Equal(t, "sáng\nchiều", contacts[1].Hours)
}

func TestTheSameTableAsXLSX(t *testing.T) {
	t.Parallel()
	book := excelize.NewFile()
	for i, row := range [][]any{
		{"unit", "role", "name", "phone", "as_of", "public"},
		{"tran-bien", "chu_tich", "Nguyễn Văn A", 900000001, "2026-11-02", "x"},
	} {
		require.NoError(t, book.SetSheetRow("Sheet1", "A"+string(rune('1'+i)), &row))
	}
	var b bytes.Buffer
	require.NoError(t, book.Write(&b))
	pieces := read(t, intake.Contacts, "danh-ba.xlsx", b.String())
	require.Len(t, pieces, 1)
	assert.Equal(t, "chu_tich//0900000001", pieces[0].Key)
}

func TestEveryFaultIsTold(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		kind    intake.Kind
		content string
		want    []string
	}{
		{intake.Contacts, "unit,role,phone,as_of,public,colour\nno-such,king,12,soon,perhaps,red\n", []string{
			"row 2: as_of", "row 2: colour: is not known here", "row 2: phone", "row 2: public", "row 2: role", "row 2: unit",
		}},
		{intake.Contacts, "unit,role,phone,as_of,public\ntran-bien,chu_tich,0900000001,2026-11-02,x\n", []string{"row 2: name: is missing"}},
		{intake.Contacts, "unit,role,phone,as_of,public,name\ntran-bien,cong_chuc,0900000001,2026-11-02,x,A\n", []string{"row 2: field: is missing"}},
		{intake.Contacts, "unit,role,phone,as_of,public\n\ntran-bien,truc_ban_cong_an,0900000001,2026-11-02,x\ntran-bien,truc_ban_cong_an,0900000001,2026-11-02,x\n", []string{"row 4: tells the same"}},
		{intake.Procedures, "code,where\nnew-one,Xã\n", []string{"row 2: as_of: is missing", "row 2: name: is missing"}},
		{intake.Procedures, "code,unit,fee\nnew-one,tran-bien,5\n", []string{"row 2: code: no procedure"}},
		{intake.Procedures, "code,unit,fee,steps\nkhai-sinh,tran-bien,5,x\n", []string{"row 2: steps: is not known here"}},
		{intake.Units, "slug,office_confirmed\nno-such,yes\n", []string{"row 2: office: is missing", "row 2: slug"}},
		{intake.Holidays, "date,kind\n31/02/2027,feast\n", []string{"row 2: date", "row 2: kind"}},
	} {
		records, err := intake.Read("x.csv", "", []byte(tt.content))
		require.NoError(t, err)
		pieces, faults := intake.Content(tt.kind, records, load(t))
		assert.Empty(t, pieces, "all or nothing")
		if assert.Len(t, faults, len(tt.want), tt.content) {
			for i, want := range tt.want {
				assert.True(t, strings.HasPrefix(faults[i].Error(), want), "%s: %v", want, faults[i])
			}
		}
	}
}

func TestFilesThatAreNone(t *testing.T) {
	t.Parallel()
	for name, content := range map[string]string{
		"a.pdf": "x", "a.csv": "", "b.csv": "unit\n", "c.csv": "unit\nx,y\n", "a.xlsx": "no zip", "a.yaml": "contacts: 5",
	} {
		_, err := intake.Read(name, "contacts", []byte(content))
		assert.ErrorContains(t, err, name)
	}
}

func TestProceduresOfYAML(t *testing.T) {
	t.Parallel()
	c := load(t, read(t, intake.Procedures, "thu-tuc.yaml", `
- code: khai-sinh
  fee: 5.000 đồng
  as_of: 2026-11
  documents: [{name: Tờ khai, when: nếu có}]
- code: khai-sinh
  unit: tran-bien
  where: Quầy 3
- code: phep-moi
  name: Thủ tục mới
  as_of: "2026-11-20"
  aliases: [xin phép mới]
`)...)
	p, _ := c.Procedure("khai-sinh")
	assert.Equal(t, "5.000 đồng", p.Fee.Text)
	assert.False(t, p.Fee.Verify)
	require.Len(t, p.Documents, 1)
	assert.Equal(t, "nếu có", p.Documents[0].When)
	own, _ := c.ProcedureAt("tran-bien", "khai-sinh")
	assert.Equal(t, "Quầy 3", own.Where)
	head, known := c.ProcedureHead("phep-moi")
	require.True(t, known)
	assert.Equal(t, []string{"xin phép mới"}, head.Aliases)
}

func TestDocumentsOfOneCell(t *testing.T) {
	t.Parallel()
	c := load(t, read(t, intake.Procedures, "thu-tuc.csv",
		"code,as_of,documents,steps\nkhai-sinh,2026-11,\"- Tờ khai\n- Giấy ủy quyền | nếu nhờ người khác | bản chính\",\"Nộp\nNhận\"\n")...)
	p, _ := c.Procedure("khai-sinh")
	require.Len(t, p.Documents, 2)
	assert.Equal(t, "Tờ khai", p.Documents[0].Name)
	assert.Equal(t, "nếu nhờ người khác", p.Documents[1].When)
	assert.Equal(t, "bản chính", p.Documents[1].Note)
	assert.Equal(t, []string{"Nộp", "Nhận"}, p.Steps)
}

func TestCompareCountsWhatChanges(t *testing.T) {
	t.Parallel()
	stored := read(t, intake.Contacts, "danh-ba.csv", contactsCSV)
	before := load(t, stored...)
	pieces := intake.Merge(read(t, intake.Contacts, "danh-ba.csv",
		"unit,role,name,phone,as_of,public\n"+
			"tran-bien,chu_tich,Nguyễn Văn A,0900000001,2026-11-02,x\n"+
			"tran-bien,bi_thu,Lê Văn C,0900000003,2026-11-02,x\n"), stored)
	got := intake.Compare(pieces, before, load(t, models.Overlaid(stored, pieces)...))
	assert.Equal(t, 1, got.Unchanged)
	assert.Equal(t, 1, got.Added)
	assert.Equal(t, 1, got.Removed, "who is not in the unit's directory any more")
	assert.Len(t, got.Pieces, 2)
}

func TestMergeKeepsWhatAFileDoesNotSay(t *testing.T) {
	t.Parallel()
	stored := read(t, intake.Procedures, "a.csv", "code,as_of,where\nkhai-sinh,2026-10,Quầy 1\n")
	pieces := intake.Merge(read(t, intake.Procedures, "b.csv", "code,as_of,fee\nkhai-sinh,2026-11,5\n"), stored)
	p, _ := load(t, models.Overlaid(stored, pieces)...).Procedure("khai-sinh")
	assert.Equal(t, "Quầy 1", p.Where)
	assert.Equal(t, "5", p.Fee.Text)
	assert.Equal(t, "2026-11", p.AsOf)
}

func FuzzRead(f *testing.F) {
	f.Add("x.csv", []byte(contactsCSV))
	f.Add("x.yaml", []byte("- code: khai-sinh\n"))
	f.Add("x.xlsx", []byte("PK\x03\x04"))
	f.Fuzz(func(t *testing.T, name string, raw []byte) {
		records, err := intake.Read(name, "procedures", raw)
		require.NotEqual(t, err == nil, len(records) == 0, "records or a reason, never both or none")
	})
}
