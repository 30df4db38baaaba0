package bot

import "github.com/langnghe/langnghe/models"

// spoken passes on what a person wrote in a conversation, word for word and about
// no case. Who writes has the conversation: the bot is silent from then on.
func (t *talk) spoken(n *models.Notice) {
	t.handover()
	t.files = n.Files
	t.say, t.mute = append(t.say, Line{Words: n.Text, Staff: n.Person}), true
}
