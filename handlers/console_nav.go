package handlers

import (
	"slices"
	"strings"

	"github.com/langnghe/langnghe/models"
)

// navigation leads to the pages that the visitor may open. The names of pages and
// groups stand in the layout.
type navigation struct {
	Daily []navItem  // what the role opens every day
	More  []navGroup // all else, behind a disclosure
}

// Elsewhere is the page of the disclosure that is shown now, or "".
func (n navigation) Elsewhere() string {
	for _, g := range n.More {
		for _, item := range g.Items {
			if item.Current != "" {
				return item.Path
			}
		}
	}
	return ""
}

type navGroup struct {
	Name  string
	Items []navItem
}

type navItem struct {
	Path    string
	Current string // of aria-current: "page", "true" for a page below it, or ""
}

// menuItem is a page that the navigation leads to, and what it needs.
type menuItem struct {
	path  string
	group string
	need  models.Permission
}

// menu are the pages that the navigation leads to, in its order.
func menu() []menuItem {
	return []menuItem{
		{casesPath, "work", models.ReadCases},
		{talksPath, "work", models.ReadTalks},
		{callsPath, "work", models.ReadTalks},
		{fieldPath, "work", models.ReadCases},
		{figuresPath, "work", models.ReadFigures},
		{deadlinesPath, "work", models.ReadCases},
		{contentPath, "answers", models.ReadContent},
		{questionsPath, "answers", models.ReadQuestions},
		{understandPath, "answers", models.ReadContent},
		{accountsPath, "order", models.ManageAccounts},
		{channelsPath, "order", models.ReadChannels},
		{auditPath, "order", models.ReadAudit},
		{accountPath, "own", models.OwnAccount},
		{alertsPath, "own", models.OwnAccount},
	}
}

// daily are the pages that a role opens every day: so few that they stand in one
// row of a phone.
func daily(role models.Role) []string {
	switch role {
	case models.RoleOfficer:
		return []string{casesPath, talksPath, callsPath, fieldPath}
	case models.RoleLeader:
		return []string{casesPath, talksPath, callsPath, figuresPath}
	case models.RoleAdmin:
		return []string{casesPath, talksPath, callsPath, accountsPath}
	case models.RoleInspector:
		return []string{casesPath, figuresPath, auditPath}
	case models.RoleAuditor:
		return []string{auditPath, casesPath}
	}
	return []string{casesPath, figuresPath}
}

// nav is the navigation among the pages that exist and that the visitor may open.
func (v *visit) nav() (n navigation) {
	var open []menuItem
	for _, item := range menu() {
		if _, exists := v.s.console.access["GET "+item.path]; exists && v.who.May(item.need) {
			open = append(open, item)
		}
	}
	here := ""
	for _, item := range open { // the longest: a page may stand below another
		if len(item.path) > len(here) && strings.HasPrefix(v.Request.URL.Path+"/", item.path+"/") {
			here = item.path
		}
	}
	mark := func(path string) navItem {
		switch {
		case path != here:
			return navItem{path, ""}
		case path == v.Request.URL.Path:
			return navItem{path, "page"}
		}
		return navItem{path, "true"}
	}
	for _, path := range daily(v.who.Role) {
		if i := slices.IndexFunc(open, func(item menuItem) bool { return item.path == path }); i >= 0 {
			n.Daily, open = append(n.Daily, mark(path)), slices.Delete(open, i, i+1)
		}
	}
	for _, item := range open {
		if last := len(n.More) - 1; last < 0 || n.More[last].Name != item.group {
			n.More = append(n.More, navGroup{Name: item.group})
		}
		g := &n.More[len(n.More)-1]
		g.Items = append(g.Items, mark(item.path))
	}
	return n
}
