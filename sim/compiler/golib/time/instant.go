package time

// A Time is an instant, in seconds and nanoseconds since January 1 of the year 1, UTC. One that Now gave also has what the
// clock said, plus one: differences are those of the clock.
type Time struct {
	seconds     int64
	nanoseconds int64
	clock       int64
}

const (
	secondsPerDay = 24 * 60 * 60
	// Days from January 1 of the year 1 to that of 1970.
	daysTo1970 = 719162
	unixToHere = daysTo1970 * secondsPerDay
	// When programs start: 2009-11-10 23:00:00 UTC, as in Go's playground.
	start = unixToHere + 1257894000
)

// now is how many nanoseconds have passed since the program started.
func now() int64

// Now returns the current time.
func Now() Time {
	n := now()
	return Time{start + n/1e9, n % 1e9, n + 1}
}

// Unix returns the instant that is so long after January 1, 1970 UTC.
func Unix(seconds, nanoseconds int64) Time {
	return Time{seconds + unixToHere, 0, 0}.Add(Duration(nanoseconds))
}

// Since returns the time that has passed since t.
func Since(t Time) Duration { return Now().Sub(t) }

// Until returns the time until t.
func Until(t Time) Duration { return t.Sub(Now()) }

// Add returns t+d.
func (t Time) Add(d Duration) Time {
	t.seconds += int64(d / 1e9)
	t.nanoseconds += int64(d % 1e9)
	if t.nanoseconds >= 1e9 {
		t.seconds++
		t.nanoseconds -= 1e9
	} else if t.nanoseconds < 0 {
		t.seconds--
		t.nanoseconds += 1e9
	}
	if t.clock != 0 {
		t.clock += int64(d)
	}
	return t
}

// Sub returns t-u, or the longest duration there is in that direction.
func (t Time) Sub(u Time) Duration {
	if t.clock != 0 && u.clock != 0 {
		return Duration(t.clock - u.clock)
	}
	d := Duration(t.seconds-u.seconds)*Second + Duration(t.nanoseconds-u.nanoseconds)
	switch {
	case u.Add(d).Equal(t):
		return d
	case t.Before(u):
		return -1 << 63
	}
	return 1<<63 - 1
}

// Before reports whether t is before u.
func (t Time) Before(u Time) bool {
	if t.clock != 0 && u.clock != 0 {
		return t.clock < u.clock
	}
	return t.seconds < u.seconds || t.seconds == u.seconds && t.nanoseconds < u.nanoseconds
}

// After reports whether t is after u.
func (t Time) After(u Time) bool { return u.Before(t) }

// Equal reports whether t and u are the same instant.
func (t Time) Equal(u Time) bool { return !t.Before(u) && !u.Before(t) }

// IsZero reports whether t is January 1 of the year 1, 00:00:00 UTC.
func (t Time) IsZero() bool { return t.seconds == 0 && t.nanoseconds == 0 }

// Unix returns the seconds since January 1, 1970 UTC.
func (t Time) Unix() int64 { return t.seconds - unixToHere }

// UnixMilli returns the milliseconds since January 1, 1970 UTC.
func (t Time) UnixMilli() int64 { return t.Unix()*1e3 + t.nanoseconds/1e6 }

// UnixMicro returns the microseconds since January 1, 1970 UTC.
func (t Time) UnixMicro() int64 { return t.Unix()*1e6 + t.nanoseconds/1e3 }

// UnixNano returns the nanoseconds since January 1, 1970 UTC.
func (t Time) UnixNano() int64 { return t.Unix()*1e9 + t.nanoseconds }

// Nanosecond returns the part of a second.
func (t Time) Nanosecond() int { return int(t.nanoseconds) }

// String formats t with its date in UTC, and what the clock said.
func (t Time) String() string {
	days, second := t.seconds/secondsPerDay, t.seconds%secondsPerDay
	if second < 0 {
		days--
		second += secondsPerDay
	}
	year, month, day := date(days)
	out := padded(year, 4) + "-" + padded(month, 2) + "-" + padded(day, 2)
	out += " " + padded(second/3600, 2) + ":" + padded(second/60%60, 2)
	out += ":" + fractionOf(second%60, 2, t.nanoseconds) + " +0000 UTC"
	if t.clock != 0 {
		clock, sign := t.clock-1, "+"
		if clock < 0 {
			clock, sign = -clock, "-"
		}
		out += " m=" + sign + digits(uint64(clock/1e9)) + "." + padded(clock%1e9, 9)
	}
	return out
}

// date is the day so many days after January 1 of the year 1. Years start in March for it, so that a leap day is the last one.
func date(days int64) (year, month, day int64) {
	const days400, days100, days4 = 146097, 36524, 1461
	days += 306
	era := days / days400
	if days < 0 {
		era = (days - days400 + 1) / days400
	}
	days -= era * days400
	inEra := (days - days/(days4-1) + days/days100 - days/(days400-1)) / 365
	days -= 365*inEra + inEra/4 - inEra/100
	month = (5*days + 2) / 153
	day = days - (153*month+2)/5 + 1
	year = era*400 + inEra
	if month += 3; month > 12 {
		month -= 12
		year++
	}
	return
}

func padded(n int64, width int) string {
	if n < 0 {
		return "-" + padded(-n, width)
	}
	out := digits(uint64(n))
	for len(out) < width {
		out = "0" + out
	}
	return out
}

// fractionOf writes n and what follows the point, without zeros at the end.
func fractionOf(n int64, width int, billionths int64) string {
	out := padded(n, width)
	if billionths == 0 {
		return out
	}
	out += "." + padded(billionths, 9)
	for out[len(out)-1] == '0' {
		out = out[:len(out)-1]
	}
	return out
}
