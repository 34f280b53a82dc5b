// Package os is the program's border: its arguments, its output and its end.
package os

// Args are the program's name and its arguments.
var Args = args()

// A File is one of the standard streams.
type File struct {
	fd   int
	name string
}

// The streams that a program can write to.
var (
	Stdout = &File{1, "/dev/stdout"}
	Stderr = &File{2, "/dev/stderr"}
)

type invalid struct{}

func (*invalid) Error() string { return "invalid argument" }

// ErrInvalid is the error of writing to a nil file.
var ErrInvalid error = &invalid{}

// Name returns the file's name.
func (f *File) Name() string { return f.name }

// Write writes bytes.
func (f *File) Write(b []byte) (n int, err error) {
	if f == nil {
		return 0, ErrInvalid
	}
	write(f.fd, b)
	return len(b), nil
}

// WriteString writes a string.
func (f *File) WriteString(s string) (n int, err error) { return f.Write([]byte(s)) }

// Exit ends the program at once with this exit code.
func Exit(code int)

func args() []string

// write writes to one of the standard streams.
func write(fd int, b []byte)
