// The peer of the constants: evaluates an expression per line of its input as Go's type checker does, and prints the
// type, the short and the exact form of the value, and for real numbers the bits of the nearest double and single;
// "error" if the expression has no constant value.
package main

import (
	"bufio"
	"fmt"
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"os"
)

func evaluate(expr string) (answer string) {
	// Go 1.19 crashes on a shift by a typed count that is no integer.
	defer func() {
		if recover() != nil {
			answer = "error"
		}
	}()
	tv, err := types.Eval(token.NewFileSet(), nil, token.NoPos, expr)
	if err != nil || tv.Value == nil || tv.Value.Kind() == constant.Unknown {
		return "error"
	}
	answer = fmt.Sprintf("%s\t%s\t%s", tv.Type, tv.Value, tv.Value.ExactString())
	if kind := tv.Value.Kind(); kind == constant.Int || kind == constant.Float {
		double, _ := constant.Float64Val(tv.Value)
		single, _ := constant.Float32Val(tv.Value)
		answer += fmt.Sprintf("\t%x\t%x", math.Float64bits(double+0), math.Float32bits(single+0))
	}
	return answer
}

func main() {
	out := bufio.NewWriter(os.Stdout)
	defer out.Flush()
	lines := bufio.NewScanner(os.Stdin)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		fmt.Fprintln(out, evaluate(lines.Text()))
	}
}
