// The math package: functions, constants, bits and special values.

package main

import "math"

func main() {
	xs := []float64{0, 1, -1, 0.5, -2.5, 2, 1e10, math.Inf(1), math.Inf(-1), math.NaN()}
	for _, x := range xs {
		println(math.Sqrt(x), math.Abs(x), math.Floor(x), math.Ceil(x), math.Trunc(x), math.IsNaN(x), math.IsInf(x, 0), math.IsInf(x, -1), math.Signbit(x))
	}
	for _, x := range []float64{0.5, 1.5, 2.5, -0.5, -1.5} {
		println(math.Floor(x+0.5), math.Mod(x, 1), math.Max(x, 1), math.Min(x, 1), math.Copysign(x, -1))
	}
	println(math.Pow(2, 10), math.Pow(2, 0.5), math.Pow(-8, 3), math.Pow(0, -1))
	println(math.Exp(0), math.Log(1), math.Log2(8), math.Log10(1000), math.Sin(0), math.Cos(0))
	println(math.MaxInt8, math.MinInt16, math.MaxInt32, math.MinInt64, math.MaxUint32, uint64(math.MaxUint64))
	println(math.MaxFloat64, math.SmallestNonzeroFloat64, math.MaxFloat32, math.Pi, math.E, float32(math.Sqrt2))
	println(math.Float64bits(1), math.Float64bits(math.Copysign(0, -1)), math.Float32bits(-2), math.Float64frombits(0x7ff0000000000000), math.Float32frombits(1))
	println(math.Max(math.NaN(), 1), math.Min(math.Inf(-1), 0), math.Max(0, math.Copysign(0, -1)), math.NaN() == math.NaN())
}
