package config

import (
	"errors"
	"fmt"
	"slices"
	"strconv"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"
)

// Bounds on a file, so that an alias bomb ends as a fault.
const (
	maxValues = 10_000
	maxDepth  = 20
)

// value is the text of one scalar and where it was written.
type value struct{ text, from string }

// values is a configuration laid flat: dotted key to scalar. The file and the
// environment both end here, so that one way leads on from both.
type values struct {
	scalars map[string]value
	lists   map[string]bool // keys that the file gives as a list, perhaps an empty one
}

// readYAML lays the file flat. Null values count as not given.
func readYAML(name string, data []byte, faults *faultList) values {
	vals := values{scalars: map[string]value{}, lists: map[string]bool{}}
	if name == "" {
		return vals
	}
	file, err := parseYAML(data)
	if err != nil {
		faults.add("configuration", "%s is not YAML: %s", name, err)
		return vals
	}
	f := flattener{name: name, vals: vals, faults: faults, anchors: map[string]ast.Node{}}
	for i, doc := range file.Docs {
		if i > 0 {
			faults.add("configuration", "%s holds more than one document: keep one", name)
			break
		}
		f.document(doc.Body)
	}
	return vals
}

// parseYAML parses without ever showing a line of the file in its error, since
// a line may hold a secret. The parser is known to panic on some malformed
// bytes; they are a fault like any other.
func parseYAML(data []byte) (file *ast.File, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("the parser cannot read it: check indents and quotes")
		}
	}()
	file, err = parser.ParseBytes(data, 0)
	if err == nil {
		return file, nil
	}
	var at yaml.Error
	if errors.As(err, &at) && at.GetToken() != nil {
		pos := at.GetToken().Position
		return nil, fmt.Errorf("line %d, column %d: check indents, quotes and doubled keys there", pos.Line, pos.Column)
	}
	return nil, errors.New("check indents and quotes")
}

// flattener walks the nodes of one file.
type flattener struct {
	name    string
	vals    values
	faults  *faultList
	anchors map[string]ast.Node
	count   int
}

func (f *flattener) document(body ast.Node) {
	switch body.(type) {
	case nil, *ast.NullNode, *ast.CommentGroupNode:
	case *ast.MappingNode, *ast.MappingValueNode:
		f.walk("", body, 0)
	default:
		f.faults.add("configuration", "%s is not a list of keys and values", f.name)
	}
}

func (f *flattener) walk(key string, node ast.Node, depth int) {
	f.count++
	if f.count > maxValues || depth > maxDepth {
		f.faults.add("configuration", "%s is nested too deeply or too long", f.name)
		return
	}
	switch n := node.(type) {
	case *ast.MappingNode:
		for _, pair := range n.Values {
			f.pair(key, pair, depth)
		}
	case *ast.MappingValueNode:
		f.pair(key, n, depth)
	case *ast.SequenceNode:
		f.vals.lists[key] = true
		for i, item := range n.Values {
			f.walk(join(key, strconv.Itoa(i)), item, depth+1)
		}
	case *ast.AnchorNode:
		f.anchors[n.Name.GetToken().Value] = n.Value
		f.walk(key, n.Value, depth+1)
	case *ast.AliasNode:
		target, known := f.anchors[n.Value.GetToken().Value]
		if !known {
			f.faults.add("configuration", "%s is not YAML: %s has no anchor", f.name, key)
			return
		}
		f.walk(key, target, depth+1)
	case *ast.TagNode:
		f.walk(key, n.Value, depth+1)
	default:
		f.scalar(key, node)
	}
}

func (f *flattener) pair(key string, pair *ast.MappingValueNode, depth int) {
	if pair.Key.IsMergeKey() {
		f.walk(key, pair.Value, depth+1)
		return
	}
	f.walk(join(key, pair.Key.GetToken().Value), pair.Value, depth+1)
}

// scalar keeps a scalar as it was written: an id such as 0123 must not turn
// into another number on the way.
func (f *flattener) scalar(key string, node ast.Node) {
	switch n := node.(type) {
	case nil, *ast.NullNode:
	case *ast.LiteralNode:
		f.set(key, n.Value.Value, n)
	case ast.ScalarNode:
		f.set(key, n.GetToken().Value, n)
	default:
		f.faults.add(key, "is not a plain value")
	}
}

func (f *flattener) set(key, text string, node ast.Node) {
	f.vals.scalars[key] = value{text: text, from: fmt.Sprintf("%s:%d", f.name, node.GetToken().Position.Line)}
}

// keys returns the keys of all scalars, ordered.
func (v values) keys() []string {
	keys := make([]string, 0, len(v.scalars))
	for k := range v.scalars {
		keys = append(keys, k)
	}
	slices.Sort(keys)
	return keys
}

func join(key, name string) string {
	if key == "" {
		return name
	}
	return key + "." + name
}
