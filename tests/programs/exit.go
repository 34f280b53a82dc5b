// os.Exit: its own code, at once, with no deferred calls; os.Args has the program alone.

package main

import (
	"fmt"
	"os"
)

func main() {
	defer fmt.Println("never")
	defer func() { recover() }()
	fmt.Println("out", len(os.Args))
	func() {
		defer func() { println("last"); os.Exit(7) }()
		panic("not shown")
	}()
}
