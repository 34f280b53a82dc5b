// Numbers and literals, from text and to text.
package main

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

var state uint64 = 88172645463325252

func random() uint64 {
	state ^= state << 13
	state ^= state >> 7
	state ^= state << 17
	return state
}

var sum uint64

func add(s string) {
	for i := 0; i < len(s); i++ {
		sum = sum*31 + uint64(s[i])
	}
}

func formats() {
	special := []float64{
		0, math.Copysign(0, -1), 1, -1, 0.1, 2.5, 0.25, 0.35, 1.005, 123456789, 1e21, 1e22, 1e23, 5e-324, math.MaxFloat64,
		math.MaxFloat32, math.SmallestNonzeroFloat32, 100000, 999999.5, 1e-4, 1e-5, math.Inf(1), math.Inf(-1), math.NaN(), math.Pi,
		0x1p-1022, 4503599627370497.5, 9007199254740993,
	}
	precisions := []int{-1, 0, 1, 2, 5, 6, 8, 13, 16, 17, 18, 20, 25, 40}
	for _, f := range special {
		for _, format := range []byte("eEfgGbxXq") {
			for _, precision := range precisions {
				fmt.Println(strconv.FormatFloat(f, format, precision, 64), strconv.FormatFloat(f, format, precision, 32))
			}
		}
		add(strconv.FormatFloat(f, 'f', 1200, 64))
		add(strconv.FormatFloat(f, 'e', 800, 64))
	}
	for i := 0; i < 3000; i++ {
		r := random()
		f := math.Float64frombits(r)
		if i%3 != 0 {
			f = (float64(r>>11)/(1<<53) - 0.5) * math.Ldexp(1, int(r%80)-20)
		}
		format := "eEfgGbxX"[random()%8]
		add(strconv.FormatFloat(f, format, -1, 64))
		add(strconv.FormatFloat(f, format, -1, 32))
		add(strconv.FormatFloat(f, format, precisions[random()%14], 64))
		add(strconv.FormatFloat(f, format, precisions[random()%14], 32))
		if i%100 == 99 {
			fmt.Println(i, sum)
		}
	}
	for e := -1074; e < 1024; e++ {
		add(strconv.FormatFloat(math.Ldexp(1, e), 'g', -1, 64))
		add(strconv.FormatFloat(math.Ldexp(1, e/8), 'g', -1, 32))
	}
	fmt.Println(sum, string(strconv.AppendFloat([]byte("x"), 1.5, 'f', 3, 64)))
}

func parse(text string) {
	for bits := 32; bits <= 64; bits += 32 {
		f, err := strconv.ParseFloat(text, bits)
		add(fmt.Sprint(math.Float64bits(f), err))
	}
}

func parses() {
	texts := strings.Fields(`1 +1 -1 1. .5 . 1.. 1e5 1e+5 1e 1e+ e5 1e5.5 0x 0x1 0x1p 0x1p1 0X1P+4 0x.8p0 0x1.8p-1074 0x1.8p-1075
		0x1p-1075 0x1.0000000000001p-1022 0x1.ffffffffffffffp1023 0x1p1024 -0x1p1024 0x1.fffffep127 0x1.ffffffp127
		0x123456789abcdef0123p0 0x1.00000000000008p0 0x1.000000000000080001p0 0x_1p0 0x1_0p0 0x1__0p0 0x10_p0 0x1p1_0 0x1p_1
		1_000 1__0 _1 1_ 1_.5 1._5 1.5_5 1e1_0 1e_1 0_1 0b1 0o_1.5 inf +inf -INF Infinity infinit in +nan nan NAN nanx
		1e400 -1e400 1e-400 1.7976931348623158e308 1.7976931348623159e308 2.4e-324 2.5e-324 1e99999999999 0e99999999
		1e23 9007199254740993 3.4028235e38 3.4028236e38 1e-46 1.4e-45 0.1 abc 1x 0xg 0x1.p1 0x.p1 1,5 0X1.FP-3 ５`)
	for _, text := range texts {
		f, err := strconv.ParseFloat(text, 64)
		g, err2 := strconv.ParseFloat(text, 32)
		fmt.Println(text, f, err, g, err2)
		for _, base := range []int{0, 2, 8, 10, 16, 36, 37} {
			for _, bits := range []int{0, 8, 16, 64, 65} {
				n, err := strconv.ParseInt(text, base, bits)
				u, err2 := strconv.ParseUint(text, base, bits)
				add(fmt.Sprint(n, err, u, err2))
			}
		}
		n, err := strconv.Atoi(text)
		fmt.Println(n, err, sum)
	}
	const alphabet = "0123456789.+-eEpPxX_abfinINF"
	for i := 0; i < 5000; i++ {
		b := make([]byte, random()%9)
		for j := range b {
			b[j] = alphabet[random()%uint64(len(alphabet))]
		}
		if i%2 == 0 && len(b) > 2 {
			b[0], b[1] = '0', 'x'
		}
		parse(string(b))
		r := random()
		parse(fmt.Sprintf("0x%x.%xp%d", r>>(r%60), random(), int(random()%2300)-1150))
		parse(fmt.Sprintf("%d.%de%d", r>>(r%60), random(), int(random()%700)-370))
		n, err := strconv.ParseInt(string(b), int(random()%37), 0)
		add(fmt.Sprint(n, err))
		if i%100 == 99 {
			fmt.Println(i, sum)
		}
	}
	for _, text := range []string{"true", "T", "1", "False", "yes", ""} {
		b, err := strconv.ParseBool(text)
		fmt.Println(b, err, strconv.FormatBool(b))
	}
	for base := 2; base <= 36; base++ {
		add(strconv.FormatInt(math.MinInt64, base) + strconv.FormatInt(-255, base) + strconv.FormatUint(math.MaxUint64, base))
	}
	fmt.Println(sum, strconv.Itoa(-45), string(strconv.AppendInt(strconv.AppendUint(nil, 7, 2), -9, 10)), strconv.IntSize)
	_, err := strconv.Atoi("99999999999999999999")
	e := err.(*strconv.NumError)
	fmt.Println(e.Func, e.Num, e.Err == strconv.ErrRange, e.Unwrap() == strconv.ErrRange)
}

func literals() {
	const alphabet = "'\"`\\abnrtvxuU0123457f \n\r\xc3\xa9\xff☺\u200b\u00a0"
	for i := 0; i < 5000; i++ {
		b := make([]byte, random()%12)
		for j := range b {
			b[j] = alphabet[random()%uint64(len(alphabet))]
		}
		if len(b) > 1 {
			q := "'\"`"[random()%3]
			b[0], b[len(b)-1] = q, q
			if random()%3 == 0 {
				b[len(b)/2] = '\\'
			}
		}
		s := string(b)
		for _, text := range []string{s, strconv.Quote(s), strconv.QuoteToASCII(s)} {
			u, err := strconv.Unquote(text)
			add(fmt.Sprint(text, u, err))
		}
		add(fmt.Sprint(strconv.CanBackquote(s)))
		r := rune(random() % 0x11ffff)
		if i%2 == 0 {
			r = rune(random() % 0x3000)
		}
		add(strconv.QuoteRune(r) + strconv.QuoteRuneToASCII(r))
		if i%100 == 99 {
			fmt.Println(i, sum)
		}
	}
	fmt.Println(string(strconv.AppendQuoteRune(strconv.AppendQuote(nil, "a\tb"), '\'')))
	count := 0
	for r := rune(0); r <= 0x1ffff; r++ {
		if strconv.IsPrint(r) {
			count++
			sum = sum*31 + uint64(r)
		}
	}
	fmt.Println(count, sum, strconv.IsPrint(-1), strconv.IsPrint(0xd800), strconv.IsPrint(0x10ffff))
}

func main() {
	formats()
	parses()
	literals()
	defer func() { fmt.Println(recover()) }()
	strconv.FormatFloat(1, 'g', -1, 16)
}
