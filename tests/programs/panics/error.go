// A panic with an error of ours.

package main

type failure struct{ code int }

func (f failure) Error() string { return "failed with " + string(rune(48+f.code)) }

func main() { panic(failure{7}) }
