// fmt: what wrong formats print, such as %!d(string=x), missing and extra operands, bad indices.

package main

import "fmt"

type T struct {
	A int
	B string
}

var format = "%d %s\n"

func printf(format string, args ...interface{}) { fmt.Printf(format+"\n", args...) }

func main() {
	printf("%d", "x")
	printf("%s", 5)
	printf("%t", 1)
	printf("%d", 1.5)
	printf("%f", 3)
	printf("%x", 2.5)
	printf("%z", 1)
	printf("%!", 1)
	printf("%")
	printf("%d")
	printf("%d %d", 1)
	printf("%d", 1, 2)
	printf("none", "extra", 3, nil)
	printf("%s", nil)
	printf("%d", nil)
	printf("%v", nil)
	printf("%d", T{1, "b"})
	printf("%s", T{1, "b"})
	printf("%t", []int{1})
	printf("%c", "s")
	printf("%q", 1.5)
	printf("%s", []interface{}{1, "a", nil, 2.5})
	printf("%d", map[string]int{"k": 1})
	printf("%s", true)
	printf("%b", "x")
	printf("%e", "x")
	printf("%U", "x")
	printf("%s", error(nil))
	printf("%[3]d", 1)
	printf("%[0]d", 1)
	printf("%[x]d", 1)
	printf("%[2]d %d", 1, 2)
	printf("%[1]d %[1]d", 1, 2)
	printf("%*d", "w", 1)
	printf("%.*d", -1, 1)
	printf("%*d", -5, 1)
	printf("%*d|", 1)
	printf("%-", 1)
	printf("%5")
	printf("%é", 1)
	printf("%s %d", "only")
	printf("%d", int8(3), "x")
	printf("%s", struct{ e error }{})
	printf("%d", []string{"a"})
	printf("%.2d %5.1s", 7, "abc")
	printf("%#v %!", 1)
	printf("%w", fmt.Errorf("e"))
	printf("%d", &T{1, "x"})
	printf("%s", []byte(nil))
	printf("%x", T{10, "hi"})
	printf("%+d", "s")
	printf("%6z|%-6z|", 1, "x")
	fmt.Printf(format, 1)
}
