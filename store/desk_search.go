package store

import (
	"context"
	"slices"
	"strings"
	"unicode"
)

// searchMost bounds the words of a search that are looked for.
const searchMost = 12

// searchWords returns the folded words of a query; a phone is one, however it is
// written. What every code of a year begins with tells nothing beside others.
func searchWords(query string) []string {
	if phone := phoneOf(query); phone != "" {
		return []string{phone}
	}
	words := strings.FieldsFunc(fold(query), func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) })
	if len(words) > 1 {
		words = slices.DeleteFunc(words, ofYear)
	}
	return words[:min(len(words), searchMost)]
}

// ofYear reports whether a word is the beginning of every code of a year: pa2026.
func ofYear(word string) bool {
	year, found := strings.CutPrefix(word, "pa")
	return found && len(year) == len("2026") && strings.Trim(year, "0123456789") == ""
}

// begun reports whether a word is searched as a beginning: the last one of a
// code or phone may be typed in part. Other words count whole, because half a
// syllable stands in every second case.
func begun(words []string, i int) bool {
	return i == len(words)-1 && len(words[i]) >= 3 && strings.ContainsAny(words[i], "0123456789") && !ofYear(words[i])
}

// searchList is the statement of the cases of a view that have every word, the
// one filed last first. few says that few cases have them.
func (s *Store) searchList(f DeskFilter, words []string, few bool, from *place) (text string, args []any) {
	q, number, order := matching(f, words), "n.number", "f.rowid DESC"
	if s.pg {
		q, number, order = vectorMatching(f, words, few), "f.created_at", "f.created_at DESC, f.code DESC"
		q.after(from, "(f.created_at, f.code)", false)
	} else if from != nil {
		q.and("f.rowid < ?", from.at)
	}
	q.view(f)
	q.filter(f)
	q.period(f, "c.created_at")
	return q.list("c.*, "+number+" AS sorted", order, f.fetch())
}

// fewMost is up to how many cases are few: so many are fetched and sorted about as
// soon as a page of them is met among a million in the order of the list.
const fewMost = 2000

// few reports whether few cases have the words. PostgreSQL, which knows of a word
// only how frequent it is among the most frequent ones, would read a million cases
// in their order for one that none has. SQLite reads its index in that order.
func (s *Store) few(ctx context.Context, f DeskFilter, words []string) (bool, error) {
	if !s.pg {
		return false, nil
	}
	text, args := fewQuery(f, words)
	var n int
	err := s.desk.WithContext(ctx).Raw(text, args...).Scan(&n).Error
	return n <= fewMost, err
}

func fewQuery(f DeskFilter, words []string) (text string, args []any) {
	return "SELECT COUNT(*) FROM (SELECT 1 FROM case_search WHERE vector @@ ?::tsquery LIMIT ?) AS counted", []any{vectorQuery(f, words), fewMost + 1}
}

func (s *Store) searchDesk(ctx context.Context, f DeskFilter, from *place) ([]deskPlace, error) {
	words := searchWords(f.Query)
	if len(words) == 0 {
		return nil, nil
	}
	few, err := s.few(ctx, f, words)
	if err != nil {
		return nil, err
	}
	text, args := s.searchList(f, words, few, from)
	found, err := s.deskRows(ctx, text, args...)
	if err != nil {
		return nil, err
	}
	for i := range found {
		found[i].At = found[i].Case.CreatedAt
	}
	return found, nil
}

// matching is the search in SQLite: the numbers of an FTS5 index, read backwards.
func matching(f DeskFilter, words []string) deskQuery {
	terms := make([]string, len(words))
	for i, w := range words {
		terms[i] = `"` + w + `"`
		if begun(words, i) {
			terms[i] += " *"
		}
	}
	columns := "words"
	if f.Seen.SeesContacts() {
		columns = "words people"
	}
	match := "{" + columns + "} : (" + strings.Join(terms, " AND ") + ")"
	if unit := f.unit(); unit != "" {
		match = `unit : "` + strings.ReplaceAll(strings.ReplaceAll(unit, "-", ""), `"`, "") + `" AND ` + match
	}
	q := deskQuery{from: "case_search f CROSS JOIN case_numbers n ON n.number = f.rowid CROSS JOIN cases c ON c.code = n.code"}
	q.and("case_search MATCH ?", match)
	return q
}

// vectorMatching is the search in PostgreSQL: few cases are fetched by a GIN index
// first, many are met soon in the order of the list.
func vectorMatching(f DeskFilter, words []string, few bool) deskQuery {
	if few {
		return deskQuery{
			from: `(WITH found AS MATERIALIZED (SELECT code, created_at FROM case_search WHERE vector @@ ?::tsquery) SELECT * FROM found) f
CROSS JOIN LATERAL (SELECT * FROM cases WHERE code = f.code OFFSET 0) c`, // each by its key: not beside all cases that are open
			args: []any{vectorQuery(f, words)},
		}
	}
	q := deskQuery{from: "case_search f JOIN cases c ON c.code = f.code"}
	q.and("f.vector @@ ?::tsquery", vectorQuery(f, words))
	return q
}

// vectorQuery asks for every word, of the filter's unit.
func vectorQuery(f DeskFilter, words []string) string {
	terms := make([]string, len(words))
	for i, w := range words {
		suffix := ""
		if begun(words, i) {
			suffix = ":*"
		}
		if terms[i] = lexeme(w) + suffix; f.Seen.SeesContacts() {
			terms[i] = "(" + terms[i] + " | " + lexeme("@"+w) + suffix + ")"
		}
	}
	if unit := f.unit(); unit != "" {
		terms = append(terms, lexeme("~"+unit))
	}
	return strings.Join(terms, " & ")
}

// lexeme quotes a word for a tsquery.
func lexeme(word string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `''`).Replace(word) + "'"
}
