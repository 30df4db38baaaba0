package lookup

// Danger is a danger to life or limb and what is said first.
type Danger struct {
	Code        string
	Call        []string // numbers, most urgent first
	FirstAnswer string   `json:"first_answer"`
	Then        string   // what follows: report, human or none
	Category    string   // of the taxonomy, or ""
	Sensitive   bool
	Cues        []string
	Not         []string
	Who         []string // with Does a few words behind them they are a cue
	Does        []string
}

type safetySource struct {
	Numbers []struct {
		Number string
		Sure   bool
	}
	General string `json:"general_answer"`
	Dangers []Danger
}

type dangers struct {
	list    []Danger
	general Danger
	cues    Phrases
	not     Phrases
	who     Phrases
	does    Phrases
}

// farthest is how many words may stand between who and does.
const farthest = 3

// GeneralDanger is the code of the reminder that names no danger.
const GeneralDanger = "chung"

func newDangers(l Language, src safetySource) dangers {
	n := len(src.Dangers)
	cues, not, who, does := make([][]string, n), make([][]string, n), make([][]string, n), make([][]string, n)
	for i, d := range src.Dangers {
		cues[i], not[i], who[i], does[i] = d.Cues, d.Not, d.Who, d.Does
	}
	return dangers{
		list:    src.Dangers,
		general: Danger{Code: GeneralDanger, Call: []string{"113", "114", "115"}, FirstAnswer: src.General, Then: "report"},
		cues:    newPhrases(l, cues...),
		not:     newPhrases(l, not...),
		who:     newPhrases(l, who...),
		does:    newPhrases(l, does...),
	}
}

// Sighting is a danger found in a text.
type Sighting struct {
	Danger
	First    int  // index of the first word that tells it
	Words    int  // how many tell it
	Accented bool // those were typed with accents, so cannot mean something harmless
}

// FindDangers returns the dangers that the words name, in the order of
// data/safety.yaml. One whose harmless phrases cover the place is left out.
func (c *Catalogue) FindDangers(words []Word) []Sighting {
	found := append(c.dangers.cues.Find(words), c.dangers.acts(words)...)
	if len(found) == 0 {
		return nil
	}
	harmless := c.dangers.not.Find(words)
	best := make([]*Sighting, len(c.dangers.list))
	for _, m := range found {
		if covered(m, harmless) {
			continue
		}
		s := &Sighting{Danger: c.dangers.list[m.Value], First: m.First, Words: m.Last - m.First, Accented: m.Accented}
		if old := best[m.Value]; old == nil || s.Accented && !old.Accented || s.Accented == old.Accented && s.Words > old.Words {
			best[m.Value] = s
		}
	}
	var out []Sighting
	for _, s := range best {
		if s != nil {
			out = append(out, *s)
		}
	}
	return out
}

// acts returns where somebody does something dangerous: who, and what they do a
// few words further on.
func (d dangers) acts(words []Word) (found []Match) {
	does := d.does.Find(words)
	if len(does) == 0 {
		return nil
	}
	for _, who := range d.who.Find(words) {
		for _, act := range does {
			if act.Value == who.Value && act.First >= who.Last && act.First-who.Last <= farthest {
				found = append(found, Match{who.Value, who.First, act.Last, act.Accented})
			}
		}
	}
	return found
}

// covered reports whether a harmless phrase of the same danger touches the match.
func covered(m Match, harmless []Match) bool {
	for _, h := range harmless {
		if h.Value == m.Value && h.First < m.Last && m.First < h.Last {
			return true
		}
	}
	return false
}

// GeneralDanger returns the reminder for a danger that cannot be named.
func (c *Catalogue) GeneralDanger() Danger { return c.dangers.general }
