// A little of every package, for running it one effect at a time.
package main

import (
	"errors"
	"fmt"
	"math"
	"os"
	"runtime"
	"sort"
	"strconv"
	"strings"
	"time"
)

type point struct {
	X, y int
	name string
	next *point
}

type text string

func (t text) String() string { return "<" + string(t) + ">" }

type wide [3]interface{}

func main() {
	fmt.Println(point{1, 2, "a", nil}, &point{X: 3}, []text{"x", "y"}, map[string]text{"k": "v", "j": "w"}, wide{1, nil, "s"})
	fmt.Printf("%#v %T %q %x %6.2f|%-5d|%v\n", point{1, 2, "a", nil}, wide{}, "q\n", []byte("hex"), 3.14159, 42, complex(1, -2))
	fmt.Printf("%v %v %v %+v\n", map[[2]int8][]int{{1, 2}: {3}}, [2]bool{true}, struct{}{}, errors.New("e"))
	words := strings.Fields(" the quick  brown fox ")
	sort.Strings(words)
	pairs := []struct {
		s string
		n interface{}
	}{{"b", 1}, {"a", "x"}, {"c", nil}, {"a", 2.5}}
	sort.SliceStable(pairs, func(i, j int) bool { return pairs[i].s < pairs[j].s })
	fmt.Println(words, pairs, strings.ToUpper("straße ǆ"), strings.Title("ab ǆc"), strings.EqualFold("Σ", "ς"))
	f, err := strconv.ParseFloat("1e400", 64)
	s, err2 := strconv.Unquote(`"a\tb\u263a"`)
	fmt.Println(f, err, s, err2, strconv.FormatFloat(0.1, 'g', -1, 32), strconv.Quote("\u200b☺"))
	fmt.Println(math.Sin(1), math.Pow(2, 0.5), math.Float32bits(1.5))
	var target *point2
	fmt.Println(errors.As(fmt.Errorf("w %w", &point2{7}), &target), target.n, errors.Is(err, strconv.ErrRange))
	finalize()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	time.Sleep(time.Second)
	fmt.Println(m.NumForcedGC > 0, os.Args[1:], 90*time.Second)
	fmt.Fprintln(os.Stderr, "end")
	os.Exit(5)
}

var finalized []string

//go:noinline
func drop() {
	last := &point{name: "last"}
	runtime.SetFinalizer(last, func(s fmt.Stringer) {
		defer func() { finalized = append(finalized, s.String(), recover().(error).Error()) }()
		var p *point
		p.X = 1
	})
	runtime.SetFinalizer(&point{name: "first", next: last}, func(p *point) bool {
		finalized = append(finalized, p.name, p.next.name)
		return true
	})
}

func (p *point) String() string { return p.name }

func finalize() {
	drop()
	for i := 0; i < 100 && len(finalized) < 4; i++ {
		runtime.GC()
		time.Sleep(time.Millisecond)
	}
	fmt.Println(len(finalized), finalized)
}

type point2 struct{ n int }

func (p *point2) Error() string { return fmt.Sprint(p.n) }
