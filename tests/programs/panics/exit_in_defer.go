// os.Exit in a deferred call: its code, and no word of the panic.

package main

import "os"

func main() {
	defer os.Exit(3)
	panic("unheard")
}
