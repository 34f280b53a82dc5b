// Package time has durations, instants, and sleep in modelled time: it takes none of the host's.
//
//	time     durations
//	instant  instants
package time

import "runtime"

// A Duration is a number of nanoseconds.
type Duration int64

// Common durations.
const (
	Nanosecond  Duration = 1
	Microsecond          = 1000 * Nanosecond
	Millisecond          = 1000 * Microsecond
	Second               = 1000 * Millisecond
	Minute               = 60 * Second
	Hour                 = 60 * Minute
)

// Sleep lets others run for so long.
func Sleep(d Duration) {
	sleep(d)
	runtime.Gosched()
}

func sleep(d Duration)

// Nanoseconds returns the duration in nanoseconds.
func (d Duration) Nanoseconds() int64 { return int64(d) }

// Microseconds returns the duration in microseconds, cut to a whole number.
func (d Duration) Microseconds() int64 { return int64(d) / 1e3 }

// Milliseconds returns the duration in milliseconds, cut to a whole number.
func (d Duration) Milliseconds() int64 { return int64(d) / 1e6 }

// Seconds returns the duration in seconds.
func (d Duration) Seconds() float64 {
	return float64(d/Second) + float64(d%Second)/1e9
}

// Minutes returns the duration in minutes.
func (d Duration) Minutes() float64 {
	return float64(d/Minute) + float64(d%Minute)/(60*1e9)
}

// Hours returns the duration in hours.
func (d Duration) Hours() float64 {
	return float64(d/Hour) + float64(d%Hour)/(60*60*1e9)
}

// String formats the duration as 1h2m3.5s; less than a second in the largest unit that gives a whole part.
func (d Duration) String() string {
	if d == 0 {
		return "0s"
	}
	negative := d < 0
	// The smallest duration has no positive counterpart, its bits as an unsigned number are right.
	u := uint64(d)
	if negative {
		u = -u
	}
	var out string
	switch {
	case u < uint64(Microsecond):
		out = digits(u) + "ns"
	case u < uint64(Millisecond):
		out = fraction(u, uint64(Microsecond)) + "µs"
	case u < uint64(Second):
		out = fraction(u, uint64(Millisecond)) + "ms"
	default:
		minutes := u / uint64(Minute)
		out = fraction(u%uint64(Minute), uint64(Second)) + "s"
		if minutes > 0 {
			out = digits(minutes%60) + "m" + out
		}
		if minutes >= 60 {
			out = digits(minutes/60) + "h" + out
		}
	}
	if negative {
		out = "-" + out
	}
	return out
}

func digits(u uint64) string {
	if u == 0 {
		return "0"
	}
	var buf [20]byte
	i := len(buf)
	for ; u > 0; u /= 10 {
		i--
		buf[i] = byte('0' + u%10)
	}
	return string(buf[i:])
}

// fraction writes u/unit with as many decimals as it takes; unit is a power of ten.
func fraction(u, unit uint64) string {
	out := digits(u / unit)
	rest := u % unit
	if rest == 0 {
		return out
	}
	out += "."
	for rest > 0 {
		unit /= 10
		out += digits(rest / unit)
		rest %= unit
	}
	return out
}
