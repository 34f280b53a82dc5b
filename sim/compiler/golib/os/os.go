// Package os is the program's border: its arguments and its end.
package os

// Args are the program's name and its arguments.
var Args = args()

// Exit ends the program at once with this exit code.
func Exit(code int)

func args() []string
