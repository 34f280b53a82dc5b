// Control flow: labels, goto, break and continue at a distance, fallthrough, switches of every form, for loops.

package main

func digits(n int) string {
	s := ""
	for ; n > 0; n /= 10 {
		s = string(rune('0'+n%10)) + s
	}
	return s
}

func grade(n int) (s string) {
	switch {
	case n < 0:
		return "negative"
	case n > 90:
		s += "A"
		fallthrough
	case n > 80:
		s += "B"
		if n == 85 {
			break
		}
		fallthrough
	default:
		s += "default"
	case n == 50:
		s += "half"
		fallthrough
	case n == 1000:
		s += "thousand"
	}
	return s + "."
}

func retry(limit int) (n int) {
again:
	n++
	if n%7 == 0 {
		goto done
	}
	if n < limit {
		goto again
	}
	return -n
done:
	return n
}

func search(grid [][]int, want int) (int, int) {
	var i, j int
rows:
	for i = range grid {
		for j = range grid[i] {
			switch x := grid[i][j]; {
			case x == want:
				break rows
			case x < 0:
				continue rows
			case x == 0:
				continue
			}
			print(".")
		}
	}
	return i, j
}

func blocks(n int) {
	{
		if n == 1 {
			goto choose
		}
		print("first ")
	}
choose:
	switch n {
	case 2:
		for {
			break choose
		}
	case 3, 4, 5:
		for i := 0; ; i++ {
			if i == n {
				break
			}
			if i%2 == 0 {
				continue
			}
			print(i, " ")
		}
	}
	println("end", n)
}

var evaluated int

func eval(x int) int { evaluated++; return x }

func order(x int) {
	evaluated = 0
	switch eval(x) {
	case eval(1), eval(2):
		print("one or two ")
	case eval(3):
		print("three ")
	default:
		print("other ")
	}
	println(evaluated)
}

func scopes() {
	x := 1
	if x := x + 1; x > 1 {
		x := x * 10
		print(x, " ")
	} else if y := x; y > 0 {
		print("never")
	}
	for x := x; x < 3; x++ {
		x := x * 100
		print(x, " ")
	}
	{
		x = 7
		var x string
		_ = x
	}
	println(x)
}

func main() {
	println(digits(90210), digits(0) == "")
	for _, n := range []int{-1, 95, 85, 81, 50, 10, 1000} {
		println(grade(n))
	}
	println(retry(3), retry(100))
	println(search([][]int{{1, 0, 2}, {3, -1, 4}, {5, 6}}, 5))
	println(search([][]int{{1}}, 9))
	for n := 1; n <= 5; n++ {
		blocks(n)
	}
	for x := 1; x <= 4; x++ {
		order(x)
	}
	scopes()
	i := 0
	for i < 10 {
		i += 3
	}
	for {
		i--
		if i < 0 {
			break
		}
	}
	a, b := 0, 1
	for a < 100 {
		a, b = b, a+b
	}
	println(i, a, b)
	switch s := "x"; s + "y" {
	case "xy":
		println("xy")
	}
	switch i++; {
	case i == 0:
		println("zero")
	}
	switch interface{}(3) {
	case "3", 3.0:
		println("wrong kind")
	case 3:
		println("three")
	}
	switch f := func() int { return 2 }; f() {
	case 2:
	case 3:
		println("never")
	}
	n := 0
loop:
	if n < 3 {
		defer func(n int) { println("deferred", n) }(n)
		n++
		goto loop
	}
	var arr [3]int
	for i, arr[i] = range []int{5, 6, 7} {
	}
	for arr[0] = 0; arr[0] < 2; arr[0]++ {
	}
	println(i, arr[0], arr[1], arr[2])
}
