//! Binary floating-point numbers of 512 bits, and the one rounding that all conversions of constants use.
//!
//! A constant is an exact fraction for as long as that stays small ([`super::number`]); beyond, it is a [`Float`]:
//! 512 bits of mantissa, an exponent of 32 bits, results rounded to nearest, ties to even. Whatever is above the largest
//! exponent is *infinite* and no constant: operations return `None`. Whatever is below the smallest is zero. So no operand
//! needs memory or time beyond that of some 600 bits.
//!
//! Source: the limits are those of Go 1.19 go/constant and math/big.Float.

use num_bigint::BigUint;
use num_traits::{One, Zero};
use std::cmp::Ordering;

/// Bits of the mantissa of a constant that is no fraction.
pub(super) const PRECISION: u64 = 512;

/// Smallest and largest exponent `e` of a float, which is in `[2^(e-1), 2^e)`.
const EXPONENTS: (i64, i64) = (i32::MIN as i64, i32::MAX as i64);

/// What to do with bits that do not fit. A magnitude is rounded: "up" is away from zero.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Rounding {
    HalfEven,
    Down,
    Up,
}

/// A magnitude `mant · 2^exp`, or one between that and `(mant + 1) · 2^exp` if `more` is set.
#[derive(Clone, Debug)]
pub(super) struct Scaled {
    pub(super) mant: BigUint,
    pub(super) exp: i64,
    pub(super) more: bool,
}

impl Scaled {
    /// `mant · 2^exp`
    pub(super) fn exact(mant: BigUint, exp: i64) -> Scaled {
        Scaled { mant, exp, more: false }
    }

    /// `num / den`, exact or to at least `bits` bits and `more`. `den` is not zero.
    pub(super) fn ratio(num: &BigUint, den: &BigUint, bits: u64) -> Scaled {
        if num.is_zero() {
            return Scaled::exact(BigUint::zero(), 0);
        }
        let shift = (bits + 1 + den.bits()).saturating_sub(num.bits());
        let num = num << shift;
        let mant = &num / den;
        let more = &mant * den != num;
        Scaled { mant, exp: -(shift as i64), more }
    }

    /// The `e` for which the magnitude is in `[2^(e-1), 2^e)`; not for zero.
    pub(super) fn exponent(&self) -> i64 {
        self.mant.bits() as i64 + self.exp
    }

    /// The magnitude as a multiple of `2^unit`, rounded.
    ///
    /// With `more` set, `unit` is to be above `exp`: there must be bits to round.
    pub(super) fn round_to(&self, unit: i64, rounding: Rounding) -> BigUint {
        let Some(drop) = u64::try_from(unit - self.exp).ok().filter(|&drop| drop > 0) else {
            return &self.mant << (self.exp - unit) as u64;
        };
        let kept = if drop > self.mant.bits() { BigUint::zero() } else { &self.mant >> drop };
        let half = self.mant.bit(drop - 1);
        let below_half = self.more || self.mant.trailing_zeros().is_some_and(|zeros| zeros < drop - 1);
        let up = match rounding {
            Rounding::HalfEven => half && (below_half || kept.bit(0)),
            Rounding::Down => false,
            Rounding::Up => half || below_half,
        };
        if up { kept + 1u32 } else { kept }
    }

    /// The magnitude in an IEEE format, as its bits without sign; `None` if it is infinite there.
    ///
    /// `mantissa` counts the stored bits of the mantissa, `least` is the exponent of the smallest subnormal number.
    fn to_ieee(&self, mantissa: u64, least: i64) -> Option<u64> {
        if self.mant.is_zero() {
            return Some(0);
        }
        // The largest exponent of finite numbers: normal ones are as far above 1 as below it.
        let largest = 2 - least - mantissa as i64;
        if self.exponent() > largest {
            return None;
        }
        let unit = (self.exponent() - mantissa as i64 - 1).max(least);
        // A normal number's leading bit adds one to the exponent field, as does a carry out of the mantissa.
        let bits = ((unit - least) as u64) << mantissa;
        let bits = bits + u64::try_from(self.round_to(unit, Rounding::HalfEven)).ok()?;
        (bits < ((largest - least - mantissa as i64 + 1) as u64) << mantissa).then_some(bits)
    }

    /// The nearest double, ties to even; `None` if it is infinite.
    pub(super) fn to_f64(&self) -> Option<f64> {
        self.to_ieee(52, -1074).map(f64::from_bits)
    }

    /// The nearest single, ties to even; `None` if it is infinite.
    pub(super) fn to_f32(&self) -> Option<f32> {
        self.to_ieee(23, -149).map(|bits| f32::from_bits(bits as u32))
    }
}

/// A number `±mant · 2^exp`: `mant` is odd, or the number is zero, which has no sign and no exponent.
#[derive(Clone, Debug)]
pub(super) struct Float {
    negative: bool,
    mant: BigUint,
    exp: i64,
}

impl Float {
    /// The number of that sign and magnitude, rounded; `None` if it is infinite.
    pub(super) fn new(negative: bool, magnitude: &Scaled) -> Option<Float> {
        Float::rounded(negative, magnitude, PRECISION, Rounding::HalfEven)
    }

    /// The same for any precision.
    pub(super) fn rounded(negative: bool, magnitude: &Scaled, precision: u64, rounding: Rounding) -> Option<Float> {
        let zero = Float { negative: false, mant: BigUint::zero(), exp: 0 };
        if magnitude.mant.is_zero() || magnitude.exponent() < EXPONENTS.0 {
            return Some(zero);
        }
        let unit = (magnitude.exponent() - precision as i64).max(magnitude.exp);
        let mant = magnitude.round_to(unit, rounding);
        let Some(zeros) = mant.trailing_zeros() else { return Some(zero) };
        let float = Float { negative, mant: mant >> zeros, exp: unit + zeros as i64 };
        (float.exponent() <= EXPONENTS.1).then_some(float)
    }

    /// `5^n` to 576 bits; `None` if it is infinite.
    pub(super) fn power_of_five(n: u64) -> Option<Float> {
        /// The largest power of five in 64 bits is taken at once.
        const AT_ONCE: u64 = 27;
        let exact = |n: u64| Float::new(false, &Scaled::exact(BigUint::from(5u32).pow(n as u32), 0));
        let mut power = exact(n.min(AT_ONCE))?;
        let mut rest = n.saturating_sub(AT_ONCE);
        let mut square = exact(1)?;
        while rest > 0 {
            if rest & 1 != 0 {
                power = power.mul(&square, PRECISION + 64)?;
            }
            rest >>= 1;
            if rest > 0 {
                square = square.mul(&square, PRECISION + 128)?;
            }
        }
        Some(power)
    }

    /// Its magnitude.
    pub(super) fn magnitude(&self) -> Scaled {
        Scaled::exact(self.mant.clone(), self.exp)
    }

    /// The `e` for which its magnitude is in `[2^(e-1), 2^e)`; 0 for zero.
    pub(super) fn exponent(&self) -> i64 {
        self.mant.bits() as i64 + self.exp
    }

    /// Is it below zero?
    pub(super) fn is_negative(&self) -> bool {
        self.negative
    }

    /// Is it zero?
    pub(super) fn is_zero(&self) -> bool {
        self.mant.is_zero()
    }

    /// Has it no fraction?
    pub(super) fn is_integer(&self) -> bool {
        self.exp >= 0
    }

    /// The number with the other sign.
    pub(super) fn neg(&self) -> Float {
        Float { negative: !self.negative && !self.is_zero(), ..self.clone() }
    }

    /// The product, rounded to `precision` bits.
    pub(super) fn mul(&self, other: &Float, precision: u64) -> Option<Float> {
        let product = Scaled::exact(&self.mant * &other.mant, self.exp + other.exp);
        Float::rounded(self.negative != other.negative, &product, precision, Rounding::HalfEven)
    }

    /// The quotient; `other` is not zero.
    pub(super) fn div(&self, other: &Float) -> Option<Float> {
        let mut quotient = Scaled::ratio(&self.mant, &other.mant, PRECISION + 2);
        quotient.exp += self.exp - other.exp;
        Float::new(self.negative != other.negative, &quotient)
    }

    /// The sum.
    pub(super) fn add(&self, other: &Float) -> Option<Float> {
        if self.is_zero() || other.is_zero() {
            return Some(if self.is_zero() { other.clone() } else { self.clone() });
        }
        let (large, small) = if self.exponent() >= other.exponent() { (self, other) } else { (other, self) };
        // A number too small to be seen has one bit where it can decide nothing but in which direction to round.
        let dust = large.exponent() - PRECISION as i64 - 4;
        let tiny = Float { negative: small.negative, mant: BigUint::one(), exp: dust };
        let small = if small.exponent() < dust { &tiny } else { small };
        let exp = large.exp.min(small.exp);
        let [a, b] = [large, small].map(|x| &x.mant << (x.exp - exp) as u64);
        let (negative, mant) = match (large.negative == small.negative, a.cmp(&b)) {
            (true, _) => (large.negative, a + b),
            (false, Ordering::Less) => (small.negative, b - a),
            (false, _) => (large.negative, a - b),
        };
        Float::new(negative, &Scaled::exact(mant, exp))
    }
}

impl Ord for Float {
    fn cmp(&self, other: &Float) -> Ordering {
        let sign = |x: &Float| if x.is_zero() { 0 } else { 1 - 2 * i8::from(x.negative) };
        let by_sign = sign(self).cmp(&sign(other));
        if by_sign.is_ne() || self.is_zero() {
            return by_sign;
        }
        let by_magnitude = self.exponent().cmp(&other.exponent()).then_with(|| {
            let exp = self.exp.min(other.exp);
            (&self.mant << (self.exp - exp) as u64).cmp(&(&other.mant << (other.exp - exp) as u64))
        });
        if self.negative { by_magnitude.reverse() } else { by_magnitude }
    }
}

impl PartialOrd for Float {
    fn partial_cmp(&self, other: &Float) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Float {
    fn eq(&self, other: &Float) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Float {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn scaled(x: f64) -> Scaled {
        let bits = x.abs().to_bits();
        let (field, low) = (bits >> 52, bits & ((1 << 52) - 1));
        let (mant, exp) = if field == 0 { (low, -1074) } else { (low | 1 << 52, field as i64 - 1075) };
        Scaled::exact(mant.into(), exp)
    }

    fn float(x: f64) -> Float {
        Float::new(x < 0.0, &scaled(x)).expect("a double is finite")
    }

    fn double(x: &Float) -> f64 {
        let magnitude = x.magnitude().to_f64().unwrap_or(f64::INFINITY);
        if x.is_negative() { -magnitude } else { magnitude }
    }

    fn finite() -> impl Strategy<Value = f64> {
        prop_oneof![any::<f64>(), any::<u64>().prop_map(f64::from_bits), -1e3..1e3, any::<i16>().prop_map(f64::from)]
            .prop_filter("finite", |x| x.is_finite())
            .prop_map(|x| x + 0.0)
    }

    proptest! {
        #[test]
        fn a_double_survives_and_every_point_beside_it_rounds_to_the_nearest(x in finite(), cut in 1u64..200, low: u128) {
            prop_assert_eq!(scaled(x).to_f64(), Some(x.abs()));
            let next = f64::from_bits(x.abs().to_bits() + 1);
            prop_assume!(next.is_finite());
            // x + low/2^cut of the way to the next double, for all that the format can hold: subnormals too.
            let exact = scaled(x);
            let unit = exact.exp;
            let low = BigUint::from(low) % (BigUint::one() << cut);
            let between = Scaled::exact((&exact.mant << cut) + &low, unit - cut as i64);
            let half = BigUint::one() << (cut - 1);
            let even = if x.to_bits() & 1 == 0 { x.abs() } else { next };
            let nearest = match low.cmp(&half) {
                Ordering::Less => x.abs(),
                Ordering::Equal => even,
                Ordering::Greater => next,
            };
            prop_assert_eq!(between.to_f64(), Some(nearest));
            let above = Scaled { more: true, ..between };
            prop_assert_eq!(above.to_f64(), Some(if low < half { x.abs() } else { next }));
        }

        #[test]
        fn singles_are_rounded_as_the_processor_rounds_doubles(x in finite()) {
            let single = x.abs() as f32;
            prop_assert_eq!(scaled(x).to_f32(), single.is_finite().then_some(single));
        }

        #[test]
        fn arithmetic_rounded_to_doubles_is_that_of_the_processor(x in finite(), y in finite()) {
            // Nothing is rounded twice: a product has 106 bits, a sum that is close to a tie no more either, and a
            // quotient is either a tie or further from one than 512 bits can tell.
            let (a, b) = (float(x), float(y));
            prop_assert_eq!(double(&a.mul(&b, PRECISION).unwrap()), x * y);
            prop_assert_eq!(double(&a.add(&b).unwrap()), x + y);
            prop_assert_eq!(a.partial_cmp(&b), x.partial_cmp(&y));
            if y != 0.0 {
                let quotient = double(&a.div(&b).unwrap());
                prop_assert_eq!(quotient, x / y);
            }
        }

        #[test]
        fn division_leaves_a_remainder_below_the_divisor(x: u128, y in 1u128.., bits in 1u64..600) {
            let Scaled { mant, exp, more } = Scaled::ratio(&x.into(), &y.into(), bits);
            let whole = BigUint::from(x) << -exp as u64;
            let low = &mant * y;
            prop_assert!(low <= whole && whole < low.clone() + y);
            prop_assert_eq!(more, low != whole);
            prop_assert!(!more || mant.bits() >= bits);
        }
    }

    #[test]
    fn the_border_of_infinity_is_half_a_unit_above_the_largest_double() {
        let largest = scaled(f64::MAX);
        let just = |more: u32| Scaled::exact((&largest.mant << 2u32) + more, largest.exp - 2);
        assert_eq!(just(1).to_f64(), Some(f64::MAX));
        assert_eq!(just(2).to_f64(), None, "a tie goes to even, which is infinite");
        assert_eq!(Scaled { more: true, ..just(1) }.to_f64(), Some(f64::MAX));
        assert_eq!(Scaled::exact(BigUint::one(), -1075).to_f64(), Some(0.0), "a tie goes to even, which is zero");
        assert_eq!(Scaled { more: true, ..Scaled::exact(4u32.into(), -1077) }.to_f64(), Some(5e-324));
        assert_eq!(Scaled::exact(BigUint::one(), -150).to_f32(), Some(0.0));
        assert_eq!(Scaled::exact(3u32.into(), -151).to_f32(), Some(1e-45));
    }

    #[test]
    fn exponents_end_at_thirty_two_bits_in_infinity_and_in_zero() {
        let power = |e: i64| Float::new(false, &Scaled::exact(BigUint::one(), e));
        let (large, small) = (power(EXPONENTS.1 - 1).unwrap(), power(EXPONENTS.0 - 1).unwrap());
        assert_eq!(power(EXPONENTS.1), None);
        assert!(power(EXPONENTS.0 - 2).unwrap().is_zero());
        assert_eq!(large.mul(&large, PRECISION), None);
        assert_eq!(large.add(&large), None);
        assert_eq!(large.div(&small), None);
        assert!(small.mul(&small, PRECISION).unwrap().is_zero());
        assert!(small.div(&large).unwrap().is_zero());
        assert_eq!(large.add(&small), Some(large.clone()));
        assert_eq!(large.add(&small.neg()), Some(large));
    }

    #[test]
    fn what_is_too_small_to_be_seen_still_breaks_a_tie() {
        let one = float(1.0);
        let tie = one.add(&Float::new(false, &Scaled::exact(BigUint::one(), -512)).unwrap()).unwrap();
        assert_eq!(tie, one, "2^-512 is half of the last place of 1: to even");
        let odd = one.add(&Float::new(false, &Scaled::exact(BigUint::one(), -511)).unwrap()).unwrap();
        let half = Float::new(false, &Scaled::exact(BigUint::one(), -512)).unwrap();
        let wide = Scaled::exact((BigUint::one() << 512u32) + 1u32, -512);
        assert_eq!(Float::new(false, &wide), Some(one.clone()));
        assert_eq!(Float::new(false, &Scaled { more: true, ..wide }), Some(odd.clone()));
        assert!(odd.add(&half).unwrap() > odd);
        for e in [-600, -5_000, -2_000_000_000] {
            let dust = Float::new(true, &Scaled::exact(BigUint::one(), e)).unwrap();
            assert_eq!(odd.add(&dust), Some(odd.clone()));
            assert_eq!(one.add(&dust), Some(one.clone()));
        }
    }
}
