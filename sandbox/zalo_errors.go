package sandbox

import (
	"fmt"
	"net/http"
)

// zaloErrors are the OpenAPI's errors in Zalo's words, its slips included.
// The field that -201 names stands in front of its words.
func zaloErrors() map[int]string {
	return map[int]string{
		-32:   "Your application reached limit call api",
		-100:  "attachment_id was expired",
		-108:  "Phone number is invalid",
		-109:  "Template invalid",
		-117:  "no permission for template",
		-118:  "Zalo account not exist",
		-124:  "Access token invalid",
		-139:  "User refuses this type of notification",
		-200:  "Send message failed",
		-201:  "is invalid!",
		-204:  "Offical Account is disable",
		-205:  "Offical Account is not exist",
		-209:  "Not supported this api",
		-210:  "Parameter exceeds allowable limit",
		-211:  "Out of quota",
		-212:  "App has not registed this api",
		-213:  "User has not followed OA",
		-214:  "Article is being processed",
		-216:  "Access token is invalid",
		-217:  "User has blocked invitation from OA",
		-218:  "Out of quota receive",
		-219:  "App is removed or disabled",
		-220:  "access_token is expired or removed",
		-221:  "OA needs to be verified",
		-223:  "Official Account has not authorized this API",
		-224:  "OA needs to upgrade OA Tier Package",
		-227:  "User is banned or has been inactive for more than 45 days",
		-230:  "User has not interacted with the OA in the past 7 days",
		-232:  "User has not interacted with the OA, or the last interaction has expired",
		-233:  "message type is invalid or not support",
		-234:  "cannot be sent at night (10PM-6AM)",
		-235:  "API does not support this type of OA",
		-240:  "MessageV2 API has been shut down, please switch to MessageV3",
		-242:  "Invalid appsecret_proof provided in the API argument",
		-244:  "User has restricted this message type from your OA",
		-248:  "Violates our platform standards",
		-1122: "Template data missing parameter",
		-249:  "Template does not support send via UID",
		-320:  "Your app needs to connect with Zalo Cloud Account to use paid feature",
		-321:  "Zalo Cloud Account associated with this app is out of money or unable to be charged",
	}
}

// zaloError is a business failure; Zalo answers it under HTTP 200.
type zaloError struct {
	code  int
	field string // that -201 complains of
}

func (e zaloError) message() string {
	words := zaloErrors()[e.code]
	if words == "" {
		words = "Error"
	}
	if e.field != "" {
		return e.field + " " + words
	}
	return words
}

// zaloFail answers an error and counts it.
func (s *Sandbox) zaloFail(e zaloError) reply {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.stats.Refused[fmt.Sprintf("zalo %d", e.code)]++
	return reply{status: http.StatusOK, body: map[string]any{"error": e.code, "message": e.message()}}
}

func zaloOK(data any) reply {
	body := map[string]any{"error": 0, "message": "Success"}
	if data != nil {
		body["data"] = data
	}
	return ok(body)
}
