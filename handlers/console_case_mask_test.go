package handlers

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/langnghe/langnghe/models"
)

func TestPersonalDataIsHiddenAndReleased(t *testing.T) {
	onCaseDesks(t, func(t *testing.T, d *desk) {
		b := d.member(t, lan, models.RoleOfficer, "tran-bien")
		hide := func(words string) answer { return b.post(casePage+"/mask", "words", words) }
		require.Equal(t, http.StatusUnprocessableEntity, hide("không có trong hồ sơ").Code)
		require.Equal(t, http.StatusUnprocessableEntity, hide("a").Code)
		b.leads(hide("0912.345.678"), casePage)
		b.leads(hide("hẻm 5"), casePage)
		page := b.get(casePage).Body
		require.NotContains(t, page, "0912.345.678")
		require.NotContains(t, page, "hẻm 5", "nor in the conversation")
		require.Contains(t, page, "Gọi Nguyễn Văn An *** nhé")
		require.Contains(t, page, "(đã che thông tin cá nhân)")
		require.NotContains(t, page, "Bỏ che tất cả")
		require.Equal(t, http.StatusForbidden, b.post(casePage+"/unmask").Code)

		d.account(t, "leader@example.vn", models.RoleLeader)
		leader := d.screen(t)
		leader.settle("leader@example.vn")
		leader.enrol()
		require.Contains(t, leader.get(casePage).Body, "Bỏ che tất cả")
		leader.leads(leader.post(casePage+"/unmask"), casePage)
		require.Contains(t, leader.get(casePage).Body, "0912.345.678 nhé")
		leader.leads(leader.post(casePage+"/unmask"), casePage)
		foreign := d.member(t, "ban@example.vn", models.RoleOfficer, "long-khanh")
		require.Equal(t, http.StatusNotFound, foreign.post(casePage+"/mask", "words", "nhé").Code)
	})
}
