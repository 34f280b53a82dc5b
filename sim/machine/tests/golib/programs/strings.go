// Functions of strings on short texts of all sorts, and case over characters.
package main

import (
	"fmt"
	"strings"
)

var texts = []string{
	"", "a", "b", "ab", "aba", "abab", " a b ", "hello, world", "HELLO World", "日本語 テキスト", "straße ǆ ﬁ", "\xff\xfe", "a\xffb",
	"\t\n x \u00a0\u2003y\u3000", "Ünïcödé_word2 it's", "İstanbul ıI", "a,b,,c", ",", "ſK\u212a", "Σίσυφος", "ΣΊΣΥΦΟΣ", "\ufffd", "x=y=z",
}

func space(r rune) bool { return r == ' ' || r == 'a' }

func main() {
	for _, s := range texts {
		fmt.Printf("%q %q %q %q %q\n", s, strings.ToUpper(s), strings.ToLower(s), strings.ToTitle(s), strings.Title(s))
		fmt.Printf("%q %q %q\n", strings.TrimSpace(s), strings.Fields(s), strings.FieldsFunc(s, space))
		fmt.Printf("%q %q %q\n", strings.TrimFunc(s, space), strings.TrimLeftFunc(s, space), strings.TrimRightFunc(s, space))
		fmt.Println(strings.IndexFunc(s, space), strings.LastIndexFunc(s, space), strings.IndexByte(s, 'b'), strings.LastIndexByte(s, 'b'))
		fmt.Println(strings.IndexRune(s, 'o'), strings.ContainsRune(s, '語'), strings.ContainsAny(s, "xyz"))
		fmt.Printf("%q %q\n", strings.Repeat(s, 3), strings.Map(func(r rune) rune {
			if r == 'a' {
				return -1
			}
			return r + 1
		}, s))
		for _, t := range texts {
			fmt.Println(strings.Contains(s, t), strings.Index(s, t), strings.LastIndex(s, t), strings.Count(s, t), strings.IndexAny(s, t),
				strings.LastIndexAny(s, t), strings.HasPrefix(s, t), strings.HasSuffix(s, t), strings.Compare(s, t), strings.EqualFold(s, t))
			fmt.Printf("%q %q %q %q %q\n", strings.Trim(s, t), strings.TrimLeft(s, t), strings.TrimRight(s, t), strings.TrimPrefix(s, t),
				strings.TrimSuffix(s, t))
			before, after, found := strings.Cut(s, t)
			fmt.Printf("%q %q %v\n", before, after, found)
			for n := -1; n < 4; n++ {
				fmt.Printf("%q %q %q\n", strings.SplitN(s, t, n), strings.SplitAfterN(s, t, n), strings.Replace(s, t, "<>", n))
			}
			fmt.Printf("%q %q %q %q\n", strings.Split(s, t), strings.SplitAfter(s, t), strings.ReplaceAll(s, t, ""), strings.Join([]string{s, t, s}, t))
		}
	}
	var b strings.Builder
	b.Grow(10)
	fmt.Println(b.Len(), b.Cap() >= 10)
	b.WriteString("text")
	b.WriteByte(' ')
	b.WriteRune('☺')
	b.Write([]byte{'!', '\n'})
	fmt.Fprintf(&b, "%03d", 7)
	fmt.Printf("%q %d\n", b.String(), b.Len())
	b.Reset()
	fmt.Printf("%q %v\n", b.String(), strings.SplitN("a", "b", 0) == nil)

	// Each block of characters at once.
	for r := rune(0); r < 0x20000; r += 256 {
		var block []rune
		for i := rune(0); i < 256; i++ {
			block = append(block, r+i)
		}
		s := string(block)
		sum := uint64(0)
		for _, t := range []string{strings.ToUpper(s), strings.ToLower(s), strings.ToTitle(s), strings.Title(s), strings.Join(strings.Fields(s), "|")} {
			for i := 0; i < len(t); i++ {
				sum = sum*31 + uint64(t[i])
			}
		}
		fmt.Printf("%x %x %v\n", r, sum, strings.EqualFold(strings.ToUpper(s), strings.ToLower(s)))
	}
	for _, f := range []func(){func() { strings.Repeat("a", -1) }, func() { b.Grow(-1) }} {
		func() {
			defer func() { fmt.Println(recover()) }()
			f()
		}()
	}
}
