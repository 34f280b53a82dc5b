// Functions of math: a checksum for each over many numbers, so that every bit counts.
package main

import (
	"fmt"
	"math"
)

var state uint64 = 88172645463325252

func random() uint64 {
	state ^= state << 13
	state ^= state >> 7
	state ^= state << 17
	return state
}

// bits is those of x; all that is not a number is one.
func bits(x float64) uint64 {
	if x != x {
		return 1
	}
	return math.Float64bits(x)
}

var one = []struct {
	name string
	f    func(float64) float64
}{
	{"Sqrt", math.Sqrt}, {"Cbrt", math.Cbrt}, {"Floor", math.Floor}, {"Ceil", math.Ceil}, {"Trunc", math.Trunc}, {"Round", math.Round},
	{"RoundToEven", math.RoundToEven}, {"Exp", math.Exp}, {"Exp2", math.Exp2}, {"Expm1", math.Expm1}, {"Log", math.Log},
	{"Log2", math.Log2}, {"Log10", math.Log10}, {"Log1p", math.Log1p}, {"Sin", math.Sin}, {"Cos", math.Cos}, {"Tan", math.Tan},
	{"Asin", math.Asin}, {"Acos", math.Acos}, {"Atan", math.Atan}, {"Sinh", math.Sinh}, {"Cosh", math.Cosh}, {"Tanh", math.Tanh},
	{"Abs", math.Abs},
}

var two = []struct {
	name string
	f    func(x, y float64) float64
}{
	{"Pow", math.Pow}, {"Mod", math.Mod}, {"Atan2", math.Atan2}, {"Hypot", math.Hypot}, {"Max", math.Max}, {"Min", math.Min},
	{"Dim", math.Dim}, {"Copysign", math.Copysign},
}

func main() {
	special := []float64{
		0, math.Copysign(0, -1), 1, -1, 2, 0.5, -0.5, 0.1, 2.5, 3.5, 5e-324, 1e-310, math.MaxFloat64, -math.MaxFloat64,
		math.MaxFloat32, math.SmallestNonzeroFloat32, math.Inf(1), math.Inf(-1), math.NaN(), math.Pi, math.E, 4503599627370497.5,
		9007199254740993, 1 << 62, 1 << 63, 0.49999999999999994, 709.78, 709.79, -745.1, -745.2, 1024, -1074, -1075, 3, -3, 1<<53 + 2,
	}
	values := append([]float64(nil), special...)
	for i := 0; i < 1000; i++ {
		values = append(values, math.Float64frombits(random()))
		r := random()
		values = append(values, (float64(r>>11)/(1<<53)-0.5)*math.Ldexp(1, int(r%80)-20))
		values = append(values, float64(i), -float64(i)/100)
	}
	for _, f := range one {
		for _, x := range special {
			fmt.Println(f.name, x, f.f(x))
		}
		var sum uint64
		for i, x := range values {
			sum = sum*31 + bits(f.f(x))
			if i%500 == 499 {
				fmt.Println(f.name, i, sum)
			}
		}
	}
	for _, f := range two {
		var sum uint64
		for _, x := range special {
			for _, y := range special {
				sum = sum*31 + bits(f.f(x, y))
			}
			fmt.Println(f.name, x, sum)
		}
		for i := range values {
			sum = sum*31 + bits(f.f(values[i], values[i*7919%len(values)]))
			sum = sum*31 + bits(f.f(math.Abs(values[i]), math.Mod(values[i*31%len(values)], 40)))
			if i%500 == 499 {
				fmt.Println(f.name, i, sum)
			}
		}
	}
	var sum uint64
	for i, x := range values {
		frac, exp := math.Frexp(x)
		whole, rest := math.Modf(x)
		sum = sum*31 + bits(frac)
		sum = sum*31 + uint64(exp)
		sum = sum*31 + bits(whole)
		sum = sum*31 + bits(rest)
		sum = sum*31 + bits(math.Ldexp(x, int(random()%4200)-2100))
		sum = sum*31 + uint64(math.Float32bits(float32(x))&^0x7fffff)
		sum = sum*31 + bits(float64(math.Float32frombits(uint32(random()))))
		if math.Signbit(x) || math.IsInf(x, 0) || math.IsNaN(x) {
			sum++
		}
		if i%500 == 499 {
			fmt.Println(i, sum)
		}
	}
	fmt.Println(math.MaxInt, math.MinInt64, uint64(math.MaxUint64), math.MaxInt8, math.SqrtPhi, math.Ln10, math.Log2E)
}
