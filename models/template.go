package models

// Ways by which an answer reaches a citizen; "" is words in the conversation.
const WayTemplate = "template"

// Template is a text that a platform approved, of which a message is made where
// words of our own are no longer allowed.
type Template struct {
	ID       string          `json:"id"` // number on Zalo, name on Messenger
	Language string          `json:"language,omitempty"`
	Phone    bool            `json:"phone,omitempty"` // goes to the phone of the case, not to the conversation
	Params   []TemplateParam `json:"params,omitempty"`
}

// TemplateParam is one value that the text is filled with.
type TemplateParam struct {
	Name  string `json:"name"`
	Value string `json:"value"`
}
