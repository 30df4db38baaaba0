package bot

// Mask blanks in a text the long numbers (phones, identity cards, accounts) and
// every mention of the names, as a citizen's choice to hide them does.
func Mask(text string, names ...string) string { return mask(text, names...) }
