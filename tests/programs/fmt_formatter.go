// fmt: a Format method, with the verb and flags that it is given.

package main

import "fmt"

type formatted struct{ a, b int }

func (f formatted) Format(s fmt.State, verb rune) {
	w, hasW := s.Width()
	p, hasP := s.Precision()
	fmt.Fprintf(s, "<%c %d %v %d %v %v%v%v>", verb, w, hasW, p, hasP, s.Flag('+'), s.Flag('-'), s.Flag('#'))
}

func main() {
	fmt.Printf("%v|%+8.3x|%-#s|%d\n", formatted{}, formatted{}, formatted{}, []formatted{{}})
}
