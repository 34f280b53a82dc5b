// Less common functions of strings, strconv and math.

package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

func main() {
	fmt.Printf("%q\n", strings.FieldsFunc("1a2b3", func(r rune) bool { return r > '9' }))
	fmt.Println(strings.Title("two words"), strings.TrimFunc("123abc456", func(r rune) bool { return r < 'a' }))
	fmt.Println(strings.Map(func(r rune) rune {
		if r == 'a' {
			return -1
		}
		return r + 1
	}, "banana"), strings.EqualFold("Go", "GO"), strings.Compare("a", "b"), strings.IndexFunc("abc1", func(r rune) bool { return r < 'a' }))
	fmt.Println(strconv.Unquote(`"a\tb"`))
	fmt.Println(strconv.Unquote("`raw`"))
	fmt.Println(strconv.Unquote("bad"))
	_, err := strconv.Atoi("q")
	ne := err.(*strconv.NumError)
	fmt.Println(ne.Func, ne.Num, ne.Err == strconv.ErrSyntax)
	fmt.Println(string(strconv.AppendInt([]byte("n="), 5, 10)))
	fmt.Println(strconv.QuoteRune('☺'), strconv.QuoteToASCII("é☺"))
	frac, exp := math.Frexp(10)
	whole, part := math.Modf(-3.25)
	println(frac, exp, whole, part, math.Ldexp(0.5, 4), math.Float64bits(math.NaN()))
	println(math.Hypot(3, 4), math.Cbrt(27))
}
