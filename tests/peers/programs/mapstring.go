// Maps with string keys made of bytes, and small allocations.

package main

func main() {
	m := map[string]int{}
	letters := "abcdefghijklmnopqrstuvwxyz"
	x := uint64(42)
	for i := 0; i < 400000; i++ {
		x = x*6364136223846793005 + 1442695040888963407
		b := make([]byte, 4)
		for j := range b {
			b[j] = letters[(x>>(8*uint(j)+20))%26]
		}
		m[string(b)]++
	}
	most := 0
	for _, v := range m {
		if v > most {
			most = v
		}
	}
	println(len(m), most)
}
