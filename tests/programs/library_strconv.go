// The strconv and errors packages: numbers to text and back, quoting, and the errors of what cannot be read.

package main

import (
	"errors"
	"fmt"
	"strconv"
)

var errPlain = errors.New("plain")

func find(n int) (int, error) {
	if n < 0 {
		return 0, errPlain
	}
	return n * 2, nil
}

func main() {
	for _, s := range []string{"0", "42", "-7", "+5", "007", "", "x", "12a", "9223372036854775807", "9223372036854775808", "1_000", " 1"} {
		n, err := strconv.Atoi(s)
		fmt.Println(n, err)
	}
	for _, base := range []int{2, 8, 10, 16, 36} {
		fmt.Print(strconv.FormatInt(-255, base), " ", strconv.FormatUint(1<<64-1, base), " ")
		n, err := strconv.ParseInt("11", base, 64)
		fmt.Println(n, err)
	}
	fmt.Println(strconv.ParseInt("128", 10, 8))
	fmt.Println(strconv.ParseInt("-129", 10, 8))
	fmt.Println(strconv.ParseInt("0x1f", 0, 64))
	fmt.Println(strconv.ParseInt("zz", 36, 64))
	fmt.Println(strconv.ParseUint("-1", 10, 64))
	fmt.Println(strconv.ParseUint("18446744073709551615", 10, 64))
	fmt.Println(strconv.Itoa(-1<<63), strconv.Itoa(0), strconv.FormatBool(true))
	for _, s := range []string{"1", "0.1", "-1e10", "1e400", "inf", "NaN", "x", ".5", "5.", "1e-400", "0x1p-2", "123456789.123456789"} {
		f, err := strconv.ParseFloat(s, 64)
		fmt.Println(f, err)
	}
	fmt.Println(strconv.ParseFloat("0.1", 32))
	fmt.Println(strconv.ParseBool("true"))
	fmt.Println(strconv.ParseBool("F"))
	fmt.Println(strconv.ParseBool("yes"))
	for _, f := range []float64{0, 1.5, -1e21, 1e20, 1.0 / 3, 123456789} {
		fmt.Println(strconv.FormatFloat(f, 'e', 3, 64), strconv.FormatFloat(f, 'f', -1, 64), strconv.FormatFloat(f, 'g', -1, 64), strconv.FormatFloat(f, 'g', 4, 32), strconv.FormatFloat(f, 'f', 2, 64))
	}
	fmt.Println(strconv.Quote("a\"b\n\x00\xffé☺"))
	_, err := find(-1)
	_, ok := find(1)
	fmt.Println(err, err == errPlain, ok == nil, errors.New("plain") == errPlain)
	if e, ok := interface{}(err).(interface{ Error() string }); ok {
		fmt.Println(e.Error())
	}
}
