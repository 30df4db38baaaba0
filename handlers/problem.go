package handlers

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"
)

const problemType = "application/problem+json"

// problem answers with an RFC 9457 problem outside the API's own machinery.
func problem(c *gin.Context, status int, detail string) {
	c.Abort()
	c.Header("Content-Type", problemType)
	c.JSON(status, huma.ErrorModel{Type: "about:blank", Title: http.StatusText(status), Status: status, Detail: detail})
}
