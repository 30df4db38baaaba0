package config

// Retention is for how many days what is known of citizens is kept; 0 is for ever.
type Retention struct {
	Audit  Days           `yaml:"audit"`  // who saw and changed what
	Talks  Days           `yaml:"talks"`  // what was said that belongs to no case which is kept
	Drafts Days           `yaml:"drafts"` // what was begun in a chat and not filed, its files too
	Cases  CasesRetention `yaml:"cases"`  // who filed a case, from its end on
}

// CasesRetention is for how many days after its end a case knows who filed it, by its
// kind. What it is about stays.
type CasesRetention struct {
	PhanAnh  Days `yaml:"phan_anh"`
	KienNghi Days `yaml:"kien_nghi"`
	KhieuNai Days `yaml:"khieu_nai"`
	GopY     Days `yaml:"gop_y"`
	KhenNgoi Days `yaml:"khen_ngoi"`
}

const (
	year = 365
	// The least of each: the database keeps the audit of the last year in any case; no
	// platform sends an event again after so long; and a case may be called not done,
	// at the latest after a year, by who is still known.
	leastAudit, leastTalks, leastDrafts, leastCases = year + 1, 60, 7, maxReopenDays
	mostKept                                        = 100 * year
)

// kept is the default. The numbers of years are cautious, and to be confirmed with the
// office's archive: Luật Lưu trữ 33/2024/QH15 leaves them to a circular.
func kept() Retention {
	return Retention{
		Audit: 5 * year, Talks: year, Drafts: 30,
		Cases: CasesRetention{PhanAnh: 5 * year, KienNghi: 5 * year, KhieuNai: 15 * year, GopY: 2 * year, KhenNgoi: 2 * year},
	}
}

func (c *Config) checkRetention(f *faultList) {
	r := c.Retention
	for _, one := range []struct {
		key         string
		days, least Days
	}{
		{"audit", r.Audit, leastAudit}, {"talks", r.Talks, leastTalks}, {"drafts", r.Drafts, leastDrafts},
		{"cases.phan_anh", r.Cases.PhanAnh, leastCases}, {"cases.kien_nghi", r.Cases.KienNghi, leastCases},
		{"cases.khieu_nai", r.Cases.KhieuNai, leastCases}, {"cases.gop_y", r.Cases.GopY, leastCases},
		{"cases.khen_ngoi", r.Cases.KhenNgoi, leastCases},
	} {
		if one.days != 0 && (one.days < one.least || one.days > mostKept) {
			f.add("retention."+one.key, "%d is out of range: give %d to %d days, or 0 to keep for ever", one.days, one.least, mostKept)
		}
	}
}
