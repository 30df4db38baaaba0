package handlers

import (
	"context"
	"errors"
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/gin-gonic/gin"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

const apiPath = "/api/v1"

// permissionKey is where an operation's metadata have the permission that it needs.
const permissionKey = "permission"

// needs is the metadata of an operation that needs the permission. One without
// is refused to everybody.
func needs(p models.Permission) map[string]any { return map[string]any{permissionKey: p} }

// permission returns what the operation needs; of nobody's when it does not say.
func permission(op *huma.Operation) models.Permission {
	p, _ := op.Metadata[permissionKey].(models.Permission)
	return p
}

// principalKey is where authorize leaves the principal in the context.
type principalKey struct{}

// apiRoutes registers the REST API and its OpenAPI document.
func (s *server) apiRoutes(r *gin.Engine) {
	api := humagin.New(r, s.apiConfig())
	api.UseMiddleware(s.authorize(api))
	s.operations(api)
}

// operations registers them all.
func (s *server) operations(api huma.API) {
	s.caseRoutes(api)
	s.attachmentRoutes(api)
	s.talkRoutes(api)
	if s.Stages != nil {
		s.dossierRoutes(api)
	}
	if s.Deadline != nil {
		s.deadlineRoutes(api)
	}
	if s.Review != nil {
		s.dueRoutes(api)
	}
	if s.Content != nil {
		s.contentRoutes(api)
		s.questionRoutes(api)
	}
}

func (s *server) apiConfig() huma.Config {
	cfg := huma.DefaultConfig("Lang Nghe", s.Version)
	cfg.OpenAPIPath = apiPath + "/openapi"
	cfg.DocsPath, cfg.SchemasPath = "", ""
	cfg.CreateHooks = nil // no $schema in the answers
	cfg.RejectUnknownQueryParameters = true
	cfg.Components.SecuritySchemes = map[string]*huma.SecurityScheme{"token": {Type: "http", Scheme: "bearer"}}
	cfg.Security = []map[string][]string{{"token": {}}}
	return cfg
}

// authorize lets in who has a token whose role has the operation's permission.
// What may be seen of it is asked of models.Principal where it is read.
func (s *server) authorize(api huma.API) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		p, err := s.principal(ctx.Context(), ctx.Header("Authorization"))
		switch {
		case errors.Is(err, store.ErrNotFound):
			ctx.SetHeader("WWW-Authenticate", "Bearer")
			s.refuseAPI(api, ctx, http.StatusUnauthorized, "a bearer token is needed")
		case err != nil:
			s.Log.WithError(err).Error("look up a token")
			ctx.SetHeader("Retry-After", retryAfter)
			s.refuseAPI(api, ctx, http.StatusServiceUnavailable, "")
		case !p.May(permission(ctx.Operation())):
			s.refuseAPI(api, ctx, http.StatusForbidden, "the role "+string(p.Role)+" may not do this")
		default:
			next(huma.WithValue(ctx, principalKey{}, p))
		}
	}
}

func (s *server) refuseAPI(api huma.API, ctx huma.Context, status int, detail string) {
	if err := huma.WriteErr(api, ctx, status, detail); err != nil {
		s.Log.WithError(err).Debug("answer a refused request")
	}
}

// principal returns whose token the header carries, or store.ErrNotFound.
func (s *server) principal(ctx context.Context, authorization string) (models.Principal, error) {
	scheme, token, _ := strings.Cut(authorization, " ")
	token = strings.TrimSpace(token)
	if !strings.EqualFold(scheme, "bearer") || !plainID(token) {
		return models.Principal{}, store.ErrNotFound
	}
	return s.Store.Principal(ctx, token)
}

// plainID reports whether an id from outside may reach a query: printable
// ASCII of a sane length.
func plainID(id string) bool {
	for _, c := range []byte(id) {
		if c <= ' ' || c > '~' {
			return false
		}
	}
	return id != "" && len(id) <= 200
}

// register adds an operation whose handler is told who asks, and whose errors
// become problems in one place.
func register[I, O any](s *server, api huma.API, op huma.Operation, f func(context.Context, models.Principal, *I) (*O, error)) {
	op.Path = apiPath + op.Path
	op.Errors = append(op.Errors, http.StatusUnauthorized, http.StatusUnprocessableEntity)
	huma.Register(api, op, func(ctx context.Context, in *I) (*O, error) {
		p, _ := ctx.Value(principalKey{}).(models.Principal)
		out, err := f(ctx, p, in)
		if err != nil {
			return nil, s.fault(err, op.OperationID)
		}
		return out, nil
	})
}

// fault turns an error into the problem that the caller sees. What the caller
// cannot mend is logged here, and nowhere else, and not told.
func (s *server) fault(err error, operation string) error {
	var known huma.StatusError
	switch {
	case errors.As(err, &known):
		return known
	case errors.Is(err, store.ErrNotFound):
		return huma.Error404NotFound("there is none that you may see")
	case errors.Is(err, models.ErrStatus):
		return huma.Error409Conflict(models.ErrStatus.Error())
	case errors.Is(err, store.ErrConflict):
		return huma.Error409Conflict("its state forbids this, or it was changed meanwhile")
	case errors.Is(err, store.ErrCursor):
		return invalid("query.cursor", "the cursor is not one of this list")
	case errors.Is(err, store.ErrFull):
		return huma.Error503ServiceUnavailable("too much is waiting; try again")
	case errors.Is(err, context.Canceled):
		return huma.Error503ServiceUnavailable("the request was given up")
	}
	s.Log.WithError(err).WithField("operation", operation).Error("an API request failed")
	return huma.Error500InternalServerError("")
}

// invalid is a 422 that names what was not understood: "query.since",
// "body.unit".
func invalid(location, message string) error {
	return huma.Error422UnprocessableEntity("validation failed", &huma.ErrorDetail{Location: location, Message: message})
}
