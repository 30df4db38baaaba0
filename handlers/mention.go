package handlers

import (
	"context"
	"regexp"
	"slices"
	"strings"

	"github.com/langnghe/langnghe/models"
	"github.com/langnghe/langnghe/store"
)

// mentionForm is how a note names somebody: "@" and an e-mail, or what stands in it
// before its own "@".
var mentionForm = regexp.MustCompile(`(^|[\s(,;])@([\p{L}\p{N}_%+-][\p{L}\p{N}._%+-]*(?:@[\p{L}\p{N}.-]+)?)`)

// mentionable are the accounts that a note of the case may name: those that may
// see it.
func mentionable(accounts []store.Account, c models.Case) []store.Account {
	return slices.DeleteFunc(slices.Clone(accounts), func(a store.Account) bool { return a.Disabled || !a.Principal().Sees(c) })
}

// findMentioned looks up whom a note names.
func (s *server) findMentioned(ctx context.Context, ch *change, c models.Case) error {
	if ch.Action != models.ActNote || !strings.Contains(ch.Text, "@") {
		return nil
	}
	accounts, err := s.Store.Accounts(ctx)
	if err != nil {
		return err
	}
	ch.mentioned, err = mentioned(ch.Text, accounts, c)
	return err
}

// mentioned are the e-mails of those whom a text names, each once. What names
// nobody stays a mere word; an account that may not see the case is refused.
func mentioned(text string, accounts []store.Account, c models.Case) (emails []string, err error) {
	may := mentionable(accounts, c)
	for _, m := range mentionForm.FindAllStringSubmatch(text, -1) {
		name := strings.TrimRight(m[2], ".-_")
		is := func(a store.Account) bool {
			local, _, _ := strings.Cut(a.Email, "@")
			return strings.EqualFold(a.Email, name) || strings.EqualFold(local, name)
		}
		i := slices.IndexFunc(may, is)
		switch {
		case i < 0 && slices.ContainsFunc(accounts, is):
			return nil, invalid("body.text", "names an account that may not see the case")
		case i >= 0 && !slices.Contains(emails, may[i].Email):
			emails = append(emails, may[i].Email)
		}
	}
	return emails, nil
}

// withMentions adds to a note those who were ticked and are not named in it.
func withMentions(text string, ticked []string) string {
	for _, email := range ticked {
		if at := "@" + email; !strings.Contains(text, at) {
			text += " " + at
		}
	}
	return text
}

// withNames writes in a note the names of those whom it names by e-mail.
func withNames(text string, accounts []store.Account) string {
	if !strings.Contains(text, "@") {
		return text
	}
	return mentionForm.ReplaceAllStringFunc(text, func(found string) string {
		before, email, _ := strings.Cut(found, "@")
		return before + "@" + accountName(accounts, email)
	})
}
