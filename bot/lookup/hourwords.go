package lookup

// HourWords are the words by which a question about opening hours and days off
// is read (data/words.yaml, hours, which says what each list is).
type HourWords struct {
	Asks        []string
	Verbs       []string
	Question    []string
	Denied      []string
	Breaks      []string
	AnyHoliday  []string `json:"any_holiday"`
	Rest        []string
	Weekdays    map[string][]string // mon … sun → phrases
	Days        map[string][]string // how many days from today → phrases
	Now         []string
	NextWeek    []string            `json:"next_week"`
	Parts       map[string][]string // morning, noon, afternoon, evening → phrases
	Holidays    map[string][]string // how names of the calendar begin → phrases
	Accented    []string
	Never       []string
	Names       []string
	NewYearDays []string `json:"new_year_days"`
	OldYear     []string `json:"old_year"`
	Month       []string
	Clock       []string
	Half        []string
}

// DirectoryWords are the words by which a question about an office's place and
// people is read (data/words.yaml, directory).
type DirectoryWords struct {
	Where   []string
	Office  []string
	Rest    []string
	Numbers []string
}
