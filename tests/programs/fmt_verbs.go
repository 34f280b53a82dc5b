// fmt: every verb over values of the kinds it is for, with width, precision and flags.

package main

import "fmt"

func each(verbs []string, values ...interface{}) {
	for _, verb := range verbs {
		fmt.Print(verb, ":")
		for _, v := range values {
			fmt.Printf(" ["+verb+"]", v)
		}
		fmt.Println()
	}
}

type mine int

func main() {
	each([]string{"%d", "%5d", "%-5d", "%05d", "%+d", "% d", "%+05d", "%x", "%X", "%#x", "%#X", "%o", "%#o", "%b", "%#b", "%.4d", "%8.4d", "%-8.4d", "%08.4d", "%+.0d"},
		0, 1, -1, 42, -1234567, int8(-128), uint8(255), int64(-1<<63), uint64(1<<64-1), mine(7))
	each([]string{"%c", "%q", "%U", "%#U", "%#q", "%+q", "%5c", "%-5c|"},
		'a', 'é', '世', '\n', '\'', 0x10ffff, 0x110000, -1, 0)
	each([]string{"%s", "%q", "%x", "%X", "%v", "%10s", "%-10s", "%.2s", "%8.3s", "%-8.1s", "% x", "%#x", "%# X", "%+q", "%#q", "%010s", "%.2q", "%12q", "%.2x"},
		"hello", "", "héllo, 世界", "a\"b`c\n\x00\xff", []byte("bytes"))
	each([]string{"%e", "%E", "%f", "%F", "%g", "%G", "%.3e", "%.0f", "%.3f", "%.3g", "%10.2f", "%-10.2f", "%+.2f", "% .2f", "%010.2f", "%+08.1f", "%#g", "%#.3g", "%.10g", "%#.0f", "%v", "%6.2f|"},
		0.0, 1.0, -1.5, 3.14159265, 1e21, 1e20, 1e-7, 123456789.0, 0.000001234, 1e300, 2.5, 3.5, -0.05)
	each([]string{"%v", "%g", "%.2f", "%e", "%8.3g"}, float32(0.1), float32(16777216), float32(3.4e38), float32(1e-45))
	each([]string{"%v", "%g", "%.1f", "%+.2f", "%8.2f", "%e"}, 1+2i, -1.5-0.25i, complex64(0.1+1e10i))
	each([]string{"%t", "%v", "%5t", "%-7t", "%07t", "%q"}, true, false)
	var zero float64
	each([]string{"%v", "%f", "%5.1f", "%+f", "%08.2f", "%e", "%-8g|", "% f"}, 1/zero, -1/zero, zero/zero)
	each([]string{"%T"}, 1, "s", 1.5, 'r', true, nil, []int{}, map[string][]bool{}, struct {
		a int
		B string
	}{}, [3]*int{}, mine(1), fmt.Errorf("e"), func(int, ...string) error { return nil }, each, 1i, uint8(1), []interface{}{1}, new(mine))
	fmt.Printf("%*d|%-*d|%.*f|%*.*f|%0*d\n", 5, 42, 5, 42, 2, 3.14159, 8, 3, 2.71828, 6, -42)
	fmt.Printf("%[2]d %[1]d %d|%[1]*[2]d|%[3]v %[3]T\n", 3, 4, "x")
	fmt.Printf("100%%|%5%|%c%c\n", 'o', 'k')
	fmt.Printf("%6.2f%%|%+d|%x|%X\n", 99.5, 5, "hi", []byte{0xab, 0xcd})
	fmt.Printf("%x %X %#x % d %+v\n", -255, -255, []string{"ab", "c"}, []int{1, -2}, []int8{-1})
	fmt.Printf("%08b|%-8b|%+b|%o|%#o|%O\n", 5, 5, 5, 64, 64, 64)
	fmt.Printf("%t|%v|%s|%d|%q\n", true, 'x', "s", []byte{1, 2}, []string{"a b", "c"})
	fmt.Printf("%3d|%-3d|%03d\n", []int{1, 22}, [2]int{3, 44}, []int{5, -6})
	fmt.Printf("%6.2f|%q|%v\n", []float64{1, 2.345}, 'x', [2]bool{true})
}
