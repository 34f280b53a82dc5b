// Goast prints the syntax trees that Go's own parser makes of files, in the format of the crate's print_with_spans.
//
//	goast LIST
//
// LIST names a file a line. For each, standard output has a line "= NAME", then the tree, or a line "! " and the first
// error. Shares nothing with the crate but the format: it reads with go/parser and walks go/ast.
package main

import (
	"bufio"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"strings"
)

type printer struct {
	out   *bufio.Writer
	fset  *token.FileSet
	src   []byte
	depth int
}

func main() {
	list, err := os.ReadFile(os.Args[1])
	if err != nil {
		panic(err)
	}
	out := bufio.NewWriterSize(os.Stdout, 1<<20)
	defer out.Flush()
	for _, name := range strings.Fields(string(list)) {
		src, err := os.ReadFile(name)
		if err != nil {
			panic(err)
		}
		fmt.Fprintln(out, "=", name)
		fset := token.NewFileSet()
		file, err := parser.ParseFile(fset, name, src, parser.SkipObjectResolution|parser.ParseComments)
		if err != nil {
			fmt.Fprintln(out, "!", strings.SplitN(err.Error(), "\n", 2)[0])
			continue
		}
		p := &printer{out: out, fset: fset, src: src}
		p.file(file)
	}
}

func (p *printer) place(pos token.Pos) string {
	at := p.fset.PositionFor(pos, false)
	return fmt.Sprintf("%d:%d", at.Line, at.Column)
}

func (p *printer) line(what string, pos token.Pos) {
	fmt.Fprintf(p.out, "%*s%s %s\n", 2*p.depth, "", what, p.place(pos))
}

func (p *printer) node(what string, pos token.Pos, parts func()) {
	p.line(what, pos)
	p.depth++
	parts()
	p.depth--
}

func (p *printer) braces(what string, pos, end token.Pos, parts func()) {
	fmt.Fprintf(p.out, "%*s%s %s end %s\n", 2*p.depth, "", what, p.place(pos), p.place(end))
	p.depth++
	parts()
	p.depth--
}

func (p *printer) file(file *ast.File) {
	p.line("package "+file.Name.Name, file.Name.Pos())
	for _, spec := range file.Imports {
		name := ""
		if spec.Name != nil {
			name = spec.Name.Name + " "
		}
		path := spec.Path.Value
		p.line("import "+name+path[1:len(path)-1], spec.Path.Pos())
	}
	before := file.Name.End()
	for _, decl := range file.Decls {
		switch decl := decl.(type) {
		case *ast.GenDecl:
			if decl.Tok != token.IMPORT {
				p.genDecl(decl)
			}
		case *ast.FuncDecl:
			p.funcDecl(decl, p.directives(file, before, decl.Type.Func))
		}
		before = decl.End()
	}
}

// directives are the //go: comments at the start of a line between two positions.
func (p *printer) directives(file *ast.File, from, to token.Pos) (list []string) {
	for _, group := range file.Comments {
		for _, c := range group.List {
			at := p.fset.PositionFor(c.Pos(), false)
			if from <= c.Pos() && c.Pos() < to && at.Column == 1 && strings.HasPrefix(c.Text, "//go:") {
				list = append(list, strings.TrimSpace(c.Text[2:]))
			}
		}
	}
	return list
}

func (p *printer) genDecl(decl *ast.GenDecl) {
	var repeated *ast.ValueSpec
	for i, spec := range decl.Specs {
		switch spec := spec.(type) {
		case *ast.ValueSpec:
			what, from := "var", spec
			if decl.Tok == token.CONST {
				what = fmt.Sprintf("const %d", i)
				if spec.Type == nil && spec.Values == nil {
					what, from = what+" implicit", repeated
				}
				repeated = from
			}
			p.node(what, spec.Pos(), func() {
				for _, name := range spec.Names {
					p.line("name "+name.Name, name.Pos())
				}
				p.opt("type: ", from.Type)
				p.exprs("value: ", from.Values)
			})
		case *ast.TypeSpec:
			what := "type "
			if spec.Assign.IsValid() {
				what = "alias "
			}
			p.node(what+spec.Name.Name, spec.Name.Pos(), func() { p.expr("", spec.Type) })
		}
	}
}

func (p *printer) funcDecl(decl *ast.FuncDecl, pragmas []string) {
	p.node("func "+decl.Name.Name, decl.Pos(), func() {
		for _, pragma := range pragmas {
			p.line("pragma "+pragma, decl.Pos())
		}
		if decl.Recv != nil {
			p.fields("receiver", decl.Recv)
		}
		p.signature(decl.Type)
		if decl.Body != nil {
			p.block("", decl.Body)
		}
	})
}

func (p *printer) fields(what string, list *ast.FieldList) {
	if list == nil {
		return
	}
	for _, field := range list.List {
		ty, what := field.Type, what
		if dots, ok := ty.(*ast.Ellipsis); ok {
			ty, what = dots.Elt, what+"..."
		}
		for _, name := range field.Names {
			p.node(what+" "+name.Name, name.Pos(), func() { p.expr("", ty) })
		}
		if field.Names == nil {
			p.node(what, ty.Pos(), func() { p.expr("", ty) })
		}
	}
}

func (p *printer) signature(sig *ast.FuncType) {
	p.fields("param", sig.Params)
	p.fields("result", sig.Results)
}

func (p *printer) block(role string, block *ast.BlockStmt) {
	p.braces(role+"block", block.Lbrace, block.Rbrace, func() { p.stmts(block.List) })
}

func (p *printer) exprs(role string, list []ast.Expr) {
	for _, x := range list {
		p.expr(role, x)
	}
}

func (p *printer) opt(role string, x ast.Expr) {
	if x != nil {
		p.expr(role, x)
	}
}

var literals = map[token.Token]string{
	token.INT: "int ", token.FLOAT: "float ", token.IMAG: "imag ", token.CHAR: "rune ", token.STRING: "string ",
}

// literal is a literal's text as spelled: go/scanner takes carriage returns out of raw strings.
func (p *printer) literal(lit *ast.BasicLit) (text string, end token.Pos) {
	text, end = lit.Value, lit.End()
	if text[0] == '`' {
		from := p.fset.PositionFor(lit.Pos(), false).Offset
		length := strings.IndexByte(string(p.src[from+1:]), '`') + 2
		text, end = string(p.src[from:from+length]), lit.Pos()+token.Pos(length)
	}
	return strings.NewReplacer("\r", `\r`, "\n", `\n`).Replace(text), end
}

func (p *printer) expr(role string, x ast.Expr) {
	pos, start, end, suffix := x.Pos(), x.Pos(), x.End(), ""
	var what string
	var parts func()
	one := func(name string, x ast.Expr) {
		what, parts = name, func() { p.expr("", x) }
	}
	two := func(name string, x, y ast.Expr) {
		what, parts = name, func() { p.expr("", x); p.expr("", y) }
	}
	switch x := x.(type) {
	case *ast.Ident:
		what = "name " + x.Name
	case *ast.BasicLit:
		var text string
		text, end = p.literal(x)
		what = literals[x.Kind] + text
	case *ast.CompositeLit:
		what = "composite"
		suffix = " end " + p.place(x.Rbrace)
		parts = func() {
			p.opt("type: ", x.Type)
			for _, elem := range x.Elts {
				if pair, ok := elem.(*ast.KeyValueExpr); ok {
					p.expr("key: ", pair.Key)
					p.expr("value: ", pair.Value)
				} else {
					p.expr("", elem)
				}
			}
		}
	case *ast.FuncLit:
		what = "func"
		parts = func() {
			p.signature(x.Type)
			p.block("", x.Body)
		}
	case *ast.ParenExpr:
		one("paren", x.X)
	case *ast.SelectorExpr:
		pos = x.Sel.Pos()
		one("selector "+x.Sel.Name, x.X)
	case *ast.IndexExpr:
		two("index", x.X, x.Index)
	case *ast.SliceExpr:
		what = "slice"
		if x.Slice3 {
			what = "slice3"
		}
		parts = func() {
			p.expr("", x.X)
			p.opt("low: ", x.Low)
			p.opt("high: ", x.High)
			p.opt("max: ", x.Max)
		}
	case *ast.TypeAssertExpr:
		what = "assert"
		parts = func() {
			p.expr("", x.X)
			p.opt("type: ", x.Type)
		}
	case *ast.CallExpr:
		pos = x.Lparen
		what = "call"
		if x.Ellipsis.IsValid() {
			what = "call..."
		}
		parts = func() {
			p.expr("", x.Fun)
			p.exprs("arg: ", x.Args)
		}
	case *ast.StarExpr:
		one("star", x.X)
	case *ast.UnaryExpr:
		switch x.Op {
		case token.AND:
			one("addr", x.X)
		case token.ARROW:
			one("receive", x.X)
		default:
			one("unary "+x.Op.String(), x.X)
		}
	case *ast.BinaryExpr:
		pos = x.OpPos
		two("binary "+x.Op.String(), x.X, x.Y)
	case *ast.ArrayType:
		if x.Len == nil {
			one("slice type", x.Elt)
			break
		}
		what = "array type"
		parts = func() {
			if _, ok := x.Len.(*ast.Ellipsis); !ok {
				p.expr("len: ", x.Len)
			}
			p.expr("", x.Elt)
		}
	case *ast.StructType:
		what, parts = "struct type", func() { p.structFields(x.Fields) }
	case *ast.FuncType:
		what, parts = "func type", func() { p.signature(x) }
	case *ast.InterfaceType:
		what = "interface type"
		parts = func() {
			for _, method := range x.Methods.List {
				if len(method.Names) == 0 {
					p.expr("embedded: ", method.Type)
					continue
				}
				name := method.Names[0]
				p.node("method "+name.Name, name.Pos(), func() { p.signature(method.Type.(*ast.FuncType)) })
			}
		}
	case *ast.MapType:
		two("map type", x.Key, x.Value)
	case *ast.ChanType:
		one(map[ast.ChanDir]string{
			ast.SEND | ast.RECV: "chan type", ast.SEND: "chan<- type", ast.RECV: "<-chan type",
		}[x.Dir], x.Value)
	default:
		what = fmt.Sprintf("%T", x)
	}
	at := fmt.Sprintf("%s %s-%s%s", p.place(pos), p.place(start), p.place(end), suffix)
	fmt.Fprintf(p.out, "%*s%s%s %s\n", 2*p.depth, "", role, what, at)
	if parts != nil {
		p.depth++
		parts()
		p.depth--
	}
}

func (p *printer) structFields(list *ast.FieldList) {
	for _, field := range list.List {
		tag := ""
		if field.Tag != nil {
			text, _ := p.literal(field.Tag)
			tag = " " + text
		}
		for _, name := range field.Names {
			p.node("field "+name.Name+tag, name.Pos(), func() { p.expr("", field.Type) })
		}
		if field.Names == nil {
			p.node("embedded"+tag, field.Pos(), func() { p.expr("", field.Type) })
		}
	}
}

func (p *printer) stmts(list []ast.Stmt) {
	for _, s := range list {
		p.optStmt("", s)
	}
}

// optStmt prints a statement unless there is nothing.
func (p *printer) optStmt(role string, s ast.Stmt) {
	if _, empty := s.(*ast.EmptyStmt); s != nil && !empty {
		p.stmt(role, s)
	}
}

func (p *printer) stmt(role string, s ast.Stmt) {
	pos := s.Pos()
	switch s := s.(type) {
	case *ast.EmptyStmt:
		p.line(role+"empty", pos)
	case *ast.ExprStmt:
		p.node(role+"expression", pos, func() { p.expr("", s.X) })
	case *ast.AssignStmt:
		what := "assign"
		switch s.Tok {
		case token.ASSIGN:
		case token.DEFINE:
			what = "define"
		default:
			what = "assign " + strings.TrimSuffix(s.Tok.String(), "=")
		}
		p.node(role+what, s.TokPos, func() {
			p.exprs("", s.Lhs)
			p.exprs("rhs: ", s.Rhs)
		})
	case *ast.IncDecStmt:
		p.node(role+s.Tok.String(), s.TokPos, func() { p.expr("", s.X) })
	case *ast.SendStmt:
		p.node(role+"send", pos, func() {
			p.expr("", s.Chan)
			p.expr("", s.Value)
		})
	case *ast.DeclStmt:
		p.genDecl(s.Decl.(*ast.GenDecl))
	case *ast.BlockStmt:
		p.block(role, s)
	case *ast.IfStmt:
		p.node(role+"if", pos, func() {
			p.optStmt("init: ", s.Init)
			p.expr("", s.Cond)
			p.block("", s.Body)
			p.optStmt("else: ", s.Else)
		})
	case *ast.ForStmt:
		p.node(role+"for", pos, func() {
			p.optStmt("init: ", s.Init)
			p.opt("condition: ", s.Cond)
			p.optStmt("post: ", s.Post)
			p.block("", s.Body)
		})
	case *ast.RangeStmt:
		what := "range"
		if s.Tok == token.DEFINE {
			what = "range define"
		}
		p.node(role+what, pos, func() {
			p.opt("key: ", s.Key)
			p.opt("value: ", s.Value)
			p.expr("", s.X)
			p.block("", s.Body)
		})
	case *ast.SwitchStmt:
		p.braces(role+"switch", pos, s.Body.Rbrace, func() {
			p.optStmt("init: ", s.Init)
			p.opt("tag: ", s.Tag)
			p.clauses(s.Body.List)
		})
	case *ast.TypeSwitchStmt:
		p.braces(role+"type switch", pos, s.Body.Rbrace, func() {
			p.optStmt("init: ", s.Init)
			var guard ast.Expr
			switch s := s.Assign.(type) {
			case *ast.ExprStmt:
				guard = s.X
			case *ast.AssignStmt:
				name := s.Lhs[0].(*ast.Ident)
				p.line("define: name "+name.Name, name.Pos())
				guard = s.Rhs[0]
			}
			p.expr("", guard.(*ast.TypeAssertExpr).X)
			p.clauses(s.Body.List)
		})
	case *ast.SelectStmt:
		p.node(role+"select", pos, func() {
			for _, clause := range s.Body.List {
				clause := clause.(*ast.CommClause)
				p.clause(clause.Comm == nil, clause.Case, func() {
					p.optStmt("on: ", clause.Comm)
					p.stmts(clause.Body)
				})
			}
		})
	case *ast.LabeledStmt:
		p.node(role+"label "+s.Label.Name, pos, func() { p.stmt("", s.Stmt) })
	case *ast.BranchStmt:
		p.node(role+s.Tok.String(), pos, func() {
			if s.Label != nil {
				p.line("name "+s.Label.Name, s.Label.Pos())
			}
		})
	case *ast.ReturnStmt:
		p.node(role+"return", pos, func() { p.exprs("", s.Results) })
	case *ast.DeferStmt:
		p.node(role+"defer", pos, func() { p.expr("", s.Call) })
	case *ast.GoStmt:
		p.node(role+"go", pos, func() { p.expr("", s.Call) })
	default:
		p.line(fmt.Sprintf("%s%T", role, s), pos)
	}
}

func (p *printer) clause(isDefault bool, pos token.Pos, parts func()) {
	what := "case"
	if isDefault {
		what = "default"
	}
	p.node(what, pos, parts)
}

func (p *printer) clauses(list []ast.Stmt) {
	for _, clause := range list {
		clause := clause.(*ast.CaseClause)
		p.clause(clause.List == nil, clause.Case, func() {
			p.exprs("of: ", clause.List)
			p.stmts(clause.Body)
		})
	}
}
