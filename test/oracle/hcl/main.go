// Reads texts as HCL does and prints what it made of them: the reference that
// src/repository/hcl is compared with.
//
// Standard input holds a JSON value for each text, {"text", "template"}; standard
// output one line for each, {"tree", "refusals"}: the tree as one text, or what
// HCL says against it. test/oracle/hcl-tree.ts prints our tree in the same form.
package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// Set by build.sh, so that a binary of other sources is not used again.
var source string

type question struct {
	Text     string `json:"text"`
	Template bool   `json:"template"`
}

type answer struct {
	Tree     string   `json:"tree"`
	Refusals []string `json:"refusals"`
}

func main() {
	if len(os.Args) > 1 && os.Args[1] == "version" {
		fmt.Printf("%s %s\n", version(), source)
		return
	}
	if err := answerAll(os.Stdin, os.Stdout); err != nil {
		fmt.Fprintln(os.Stderr, "hcl-oracle:", err)
		os.Exit(1)
	}
}

func version() string {
	info, _ := debug.ReadBuildInfo()
	for _, dep := range info.Deps {
		if dep.Path == "github.com/hashicorp/hcl/v2" {
			return dep.Version
		}
	}
	return "unknown"
}

func answerAll(in io.Reader, out io.Writer) error {
	decoder := json.NewDecoder(bufio.NewReader(in))
	lines := bufio.NewWriter(out)
	encoder := json.NewEncoder(lines)
	for {
		var q question
		if err := decoder.Decode(&q); errors.Is(err, io.EOF) {
			return lines.Flush()
		} else if err != nil {
			return err
		}
		if err := encoder.Encode(read([]byte(q.Text), q.Template)); err != nil {
			return err
		}
	}
}

// A tree with errors is not printed: parts of it may be nil.
func read(text []byte, template bool) answer {
	p := printer{text}
	if template {
		expression, diags := hclsyntax.ParseTemplate(text, "", hcl.InitialPos)
		if diags.HasErrors() {
			return answer{Refusals: summaries(diags)}
		}
		return answer{Tree: p.expression(expression), Refusals: []string{}}
	}
	file, diags := hclsyntax.ParseConfig(text, "", hcl.InitialPos)
	if diags.HasErrors() {
		return answer{Refusals: summaries(diags)}
	}
	return answer{Tree: p.body(file.Body.(*hclsyntax.Body)), Refusals: []string{}}
}

func summaries(diags hcl.Diagnostics) []string {
	var all []string
	for _, diag := range diags {
		all = append(all, diag.Summary)
	}
	return all
}

type printer struct{ text []byte }

// Attributes and blocks in the order of the text, with places in bytes.
func (p printer) body(b *hclsyntax.Body) string {
	type item struct {
		at   int
		text string
	}
	var items []item
	for _, a := range b.Attributes {
		name, value := a.NameRange, a.Expr.Range()
		items = append(items, item{name.Start.Byte, fmt.Sprintf("%s:%d-%d-%d-%d %s",
			a.Name, name.Start.Byte, name.End.Byte, value.Start.Byte, value.End.Byte, p.expression(a.Expr))})
	}
	for _, block := range b.Blocks {
		head := fmt.Sprintf("%s:%d-%d", block.Type, block.TypeRange.Start.Byte, block.CloseBraceRange.End.Byte)
		for _, label := range block.Labels {
			head += " " + quoted(label)
		}
		items = append(items, item{block.TypeRange.Start.Byte, head + " <" + p.body(block.Body) + ">"})
	}
	sort.Slice(items, func(i, j int) bool { return items[i].at < items[j].at })
	var lines []string
	for _, i := range items {
		lines = append(lines, i.text)
	}
	return strings.Join(lines, "\n")
}

func (p printer) expression(e hclsyntax.Expression) string {
	switch e := e.(type) {
	case *hclsyntax.LiteralValueExpr:
		return literal(e.Val)
	case *hclsyntax.TemplateExpr:
		return "(t " + p.parts(e.Parts) + ")"
	case *hclsyntax.TemplateWrapExpr:
		return "(t " + p.parts([]hclsyntax.Expression{e.Wrapped}) + ")"
	case *hclsyntax.ScopeTraversalExpr:
		return traversal("", e.Traversal)
	case *hclsyntax.RelativeTraversalExpr:
		return traversal(p.expression(e.Source), e.Traversal)
	case *hclsyntax.IndexExpr:
		return "(@ " + p.expression(e.Collection) + " " + p.expression(e.Key) + ")"
	case *hclsyntax.SplatExpr:
		marker := "[*]"
		if p.text[e.MarkerRange.Start.Byte] == '.' {
			marker = ".*"
		}
		return "(" + marker + " " + p.expression(e.Source) + " " + p.expression(e.Each) + ")"
	case *hclsyntax.AnonSymbolExpr:
		return "_"
	case *hclsyntax.FunctionCallExpr:
		return "(call " + e.Name + p.each(" ", e.Args) + when(e.ExpandFinal, " ...") + ")"
	case *hclsyntax.ConditionalExpr:
		return "(? " + p.expression(e.Condition) + " " + p.expression(e.TrueResult) + " " + p.expression(e.FalseResult) + ")"
	case *hclsyntax.UnaryOpExpr:
		return "(" + operators[e.Op] + " " + p.expression(e.Val) + ")"
	case *hclsyntax.BinaryOpExpr:
		return "(" + operators[e.Op] + " " + p.expression(e.LHS) + " " + p.expression(e.RHS) + ")"
	case *hclsyntax.TupleConsExpr:
		return "[" + p.each(" ", e.Exprs) + "]"
	case *hclsyntax.ObjectConsExpr:
		s := "{"
		for _, i := range e.Items {
			s += " " + p.expression(i.KeyExpr) + "=" + p.expression(i.ValueExpr)
		}
		return s + "}"
	case *hclsyntax.ObjectConsKeyExpr:
		if word := hcl.ExprAsKeyword(e.Wrapped); word != "" && !e.ForceNonLiteral {
			return "(t " + quoted(word) + ")"
		}
		return p.expression(e.Wrapped)
	case *hclsyntax.ForExpr:
		s := "(for " + e.KeyVar + " " + e.ValVar + " " + p.expression(e.CollExpr)
		if e.KeyExpr != nil {
			s += " " + p.expression(e.KeyExpr) + "=>"
		}
		s += " " + p.expression(e.ValExpr)
		if e.CondExpr != nil {
			s += " if " + p.expression(e.CondExpr)
		}
		return s + when(e.Group, " ...") + ")"
	case *hclsyntax.ParenthesesExpr:
		return "(p " + p.expression(e.Expression) + ")"
	}
	return fmt.Sprintf("?%T", e)
}

func (p printer) each(before string, all []hclsyntax.Expression) string {
	s := ""
	for _, e := range all {
		s += before + p.expression(e)
	}
	return s
}

// Neighbouring texts as one, whatever the scanner cut them into.
func (p printer) parts(all []hclsyntax.Expression) string {
	var out []string
	text := ""
	flush := func() {
		if text != "" {
			out = append(out, quoted(text))
		}
		text = ""
	}
	for _, part := range all {
		if l, ok := part.(*hclsyntax.LiteralValueExpr); ok && l.Val.Type() == cty.String && !l.Val.IsNull() {
			text += l.Val.AsString()
			continue
		}
		flush()
		out = append(out, p.sequence(part))
	}
	flush()
	return strings.Join(out, " ")
}

func (p printer) sequence(part hclsyntax.Expression) string {
	switch part := part.(type) {
	case *hclsyntax.ConditionalExpr:
		if start := part.SrcRange.Start.Byte; strings.HasPrefix(string(p.text[start:]), "%{") {
			return "(%if " + p.expression(part.Condition) + " " + p.branch(part.TrueResult) + " " + p.branch(part.FalseResult) + ")"
		}
	case *hclsyntax.TemplateJoinExpr:
		f := part.Tuple.(*hclsyntax.ForExpr)
		return "(%for " + f.KeyVar + " " + f.ValVar + " " + p.expression(f.CollExpr) + " " + p.branch(f.ValExpr) + ")"
	}
	return "${" + p.expression(part) + "}"
}

func (p printer) branch(e hclsyntax.Expression) string {
	return "[" + p.parts(e.(*hclsyntax.TemplateExpr).Parts) + "]"
}

func traversal(base string, steps hcl.Traversal) string {
	for _, step := range steps {
		switch step := step.(type) {
		case hcl.TraverseRoot:
			base = step.Name
		case hcl.TraverseAttr:
			base = "(. " + base + " " + step.Name + ")"
		case hcl.TraverseIndex:
			base = "(@ " + base + " " + literal(step.Key) + ")"
		default:
			base = fmt.Sprintf("?%T", step)
		}
	}
	return base
}

func literal(v cty.Value) string {
	switch {
	case v.IsNull():
		return "null"
	case v.Type() == cty.Bool:
		return fmt.Sprint(v.True())
	case v.Type() == cty.String:
		return quoted(v.AsString())
	case v.Type() == cty.Number:
		f, _ := v.AsBigFloat().Float64()
		if text, err := json.Marshal(f); err == nil {
			return string(text)
		}
		return "infinite"
	}
	return "?literal"
}

// As JSON, with no more escapes than JavaScript writes; U+2028 and U+2029 are the exception.
func quoted(s string) string {
	var b strings.Builder
	encoder := json.NewEncoder(&b)
	encoder.SetEscapeHTML(false)
	if err := encoder.Encode(s); err != nil {
		return "?" + err.Error()
	}
	return strings.TrimSuffix(b.String(), "\n")
}

func when(condition bool, text string) string {
	if condition {
		return text
	}
	return ""
}

var operators = map[*hclsyntax.Operation]string{
	hclsyntax.OpLogicalOr:          "||",
	hclsyntax.OpLogicalAnd:         "&&",
	hclsyntax.OpLogicalNot:         "!",
	hclsyntax.OpEqual:              "==",
	hclsyntax.OpNotEqual:           "!=",
	hclsyntax.OpGreaterThan:        ">",
	hclsyntax.OpGreaterThanOrEqual: ">=",
	hclsyntax.OpLessThan:           "<",
	hclsyntax.OpLessThanOrEqual:    "<=",
	hclsyntax.OpAdd:                "+",
	hclsyntax.OpSubtract:           "-",
	hclsyntax.OpMultiply:           "*",
	hclsyntax.OpDivide:             "/",
	hclsyntax.OpModulo:             "%",
	hclsyntax.OpNegate:             "-",
}
