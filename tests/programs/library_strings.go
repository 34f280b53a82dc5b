// The strings package as programs use it.

package main

import (
	"fmt"
	"strings"
)

func main() {
	s := "The quick brown fox, the lazy dog"
	fmt.Println(strings.Contains(s, "fox"), strings.Contains(s, ""), strings.Contains("", "x"), strings.ContainsAny(s, "xyz"), strings.ContainsRune(s, 'q'))
	fmt.Println(strings.Index(s, "the"), strings.Index(s, "none"), strings.LastIndex(s, "o"), strings.IndexByte(s, 'q'), strings.IndexRune("chicken é", 'é'), strings.IndexAny(s, "xyz"))
	fmt.Println(strings.HasPrefix(s, "The"), strings.HasSuffix(s, "dog"), strings.HasPrefix("", "a"), strings.HasSuffix("a", ""))
	fmt.Println(strings.Count(s, "o"), strings.Count("aaa", "aa"), strings.Count("héé", ""))
	fmt.Printf("%q %q %q %q\n", strings.Split("a,b,,c", ","), strings.Split("abc", ""), strings.Split("", ","), strings.SplitN("a,b,c", ",", 2))
	fmt.Printf("%q\n", strings.Fields("  a \t b\nc  "))
	fmt.Println(strings.Join([]string{"x", "y", "z"}, "--"), strings.Join(nil, ",") == "", strings.Repeat("ab", 3), strings.Repeat("x", 0) == "")
	fmt.Println(strings.Replace("oink oink oink", "k", "ky", 2), strings.Replace("oink oink", "oink", "moo", -1), strings.Replace("ab", "", "-", -1))
	fmt.Println(strings.ToUpper("héllo ß"), strings.ToLower("ÀBC"))
	fmt.Printf("%q %q %q %q %q %q\n", strings.TrimSpace(" \t x \n"), strings.Trim("xxhixx", "x"), strings.TrimLeft("abc", "ab"), strings.TrimRight("abc", "bc"), strings.TrimPrefix("prefix-x", "prefix-"), strings.TrimSuffix("x.go", ".go"))
}
