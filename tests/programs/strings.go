// Strings: bytes and runes, slicing, concatenation, comparison, conversion, invalid UTF-8.

package main

const raw = `a\n"b"
c`

func bytes(s string) {
	for i := 0; i < len(s); i++ {
		print(s[i], " ")
	}
	println()
}

func runes(s string) {
	for i, r := range s {
		print(i, ":", r, " ")
	}
	println(len(s), len([]rune(s)))
}

func grow(s string, n int) string {
	for i := 0; i < n; i++ {
		s += string(rune('a' + i%26))
	}
	return s
}

func main() {
	s := "héllo, 世界\x00!"
	bytes(s)
	runes(s)
	runes("a\xffb\xc3\xe4\xb8")
	runes("\xed\xa0\x80\xf4\x90\x80\x80\xc0\x80")
	println(len(raw), raw == "a\\n\"b\"\nc", raw)
	println(s[1:3], s[:0] == "", s[len(s):] == "", s[7:][:3], s[0], s[len(s)-1])
	println("a" < "b", "a" < "aa", "" < "a", "b" > "aa", "abc" <= "abc", "Z" < "a", "é" > "z")
	println(grow("", 60), len(grow("x", 1000)))
	a, b, c := "x", "", "yz"
	println(a+b+c, a+c+a+c+a+c, b+b == "", b+a == a)
	bs := []byte("bytes")
	t := string(bs)
	bs[0] = 'B'
	println(t, string(bs), string(bs[1:3]), len(bs))
	rs := []rune("réé")
	rs[1] = 0x10ffff
	println(len(string(rs)), string(rs[:1]), string([]rune{0x4e16, -1, 0xd800, 0x41}))
	println(string(rune(0x754c)), string(rune(65)), string(rune(-1)), len(string(rune(1<<30))))
	type name string
	type octets []byte
	n := name("named")
	n += "!"
	println(n, len(n), string(n[1:]), string(octets(n)), name(octets{65, 66}))
	bs = append(bs, "more"...)
	println(copy(bs[2:], "XY"), string(bs))
	switch s := "two"; s {
	case "one", "three":
		println("no")
	case "t" + "wo":
		println("yes")
	}
	m := map[string]int{}
	key := []byte("key")
	m[string(key)]++
	key[0] = 'K'
	m[string(key)] += 2
	println(m["key"], m["Key"], m[string(key[:1])])
	var empty string
	for range empty {
		println("never")
	}
	count := 0
	for range s {
		count++
	}
	println(count, &empty != nil, empty == "")
}
