package bot

import (
	"encoding/json"
	"fmt"
)

// Encode writes a state as it is stored.
func Encode(s State) (string, error) {
	b, err := json.Marshal(s)
	if err != nil {
		return "", fmt.Errorf("encode state: %w", err)
	}
	return string(b), nil
}

// Decode reads a stored state, of this release or an older one. "" is the
// state of a conversation that has not begun.
func Decode(stored string) (State, error) {
	if stored == "" {
		return State{}, nil
	}
	var s State
	if err := json.Unmarshal([]byte(stored), &s); err != nil {
		return State{}, fmt.Errorf("decode state: %w", err)
	}
	return s, nil
}
