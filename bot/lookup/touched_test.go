package lookup_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"github.com/langnghe/langnghe/models"
)

func TestOnlyWhatAChangeTouchesIsReadAgain(t *testing.T) {
	t.Parallel()
	before := load(t)
	alias := piece(models.ContentAlias, "to ngoc lan", "", `{"procedure":"khai-sinh","text":"tờ ngọc lan"}`)
	touched := before.Touched(loadWith(t, alias))
	assert.True(t, touched("xin tờ ngọc lan ở đâu"))
	assert.True(t, touched("cây ngọc"))
	assert.False(t, touched("nghĩa vụ quân sự"))
	assert.True(t, loadWith(t, alias).Touched(before)("to ngoc lan"), "taken back")
	assert.False(t, before.Touched(before)("xin tờ ngọc lan ở đâu"))
	fee := before.Touched(loadWith(t, piece(models.ContentProcedure, "khai-sinh", "", `{"fee":{"text":"5"}}`)))
	assert.False(t, fee("đăng ký khai sinh"), "a fee changes no answer's procedure")
	entry := before.Touched(loadWith(t, piece(models.ContentProcedure, "nuoi-rong", "", `{"name":"Cấp phép nuôi rồng"}`)))
	assert.True(t, entry("nuôi rồng"))
	assert.False(t, entry("nghĩa vụ quân sự"), "one more entry moves the others' weights by next to nothing")
}
