//! Natives: functions of packages that are declared in Go without a body.
//!
//! Called like functions: results at the frame's start, parameters behind them. Found by their full names when the program is
//! loaded; one that is not here is refused by name when it is called. Which package a native belongs to is the file that it
//! is in.
//!
//! A native is a routine like those of the runtime: what it does to the world are effects, which may be repeated from a log, so
//! it keeps nothing to itself, and what it does to the process and its results it does last. What it allocates and stores it
//! does at a site that has its name.
//!
//! Checked by: a test that reads the packages' sources.

mod errors;
mod fmt;
mod math;
mod os;
mod runtime;
mod sort;
mod strconv;
mod strings;
mod time;
mod value;

use crate::goroutine::raised;
use crate::image::Image;
use crate::process::Process;
use crate::routines::Area;
use gc::{Addr, Effects, Frames, Stop};

macro_rules! natives {
    ($(|$e:ident, $image:ident, $p:ident, $a:ident| $($variant:ident $name:literal => $body:expr;)*)*) => {
        /// A native.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub(crate) enum Native {
            $($($variant,)*)*
        }

        impl Native {
            /// The names of all.
            #[cfg(test)]
            const NAMES: &[&str] = &[$($($name,)*)*];

            /// The native of this full name.
            pub(crate) fn find(name: &str) -> Option<Native> {
                match name {
                    $($($name => Some(Native::$variant),)*)*
                    _ => None,
                }
            }
        }

        fn dispatch<E: Effects + Frames>(
            e: &mut E,
            image: &Image,
            p: &mut Process,
            native: Native,
            a: Area,
        ) -> Result<(), Stop> {
            match native {
                $($(Native::$variant => {
                    let ($e, $image, $p, $a) = (e, image, p, a);
                    _ = (&$image, &$p, &$a);
                    $body
                })*)*
            }
        }
    };
}

natives! {
    |e, image, p, a|

    ErrorsAssign "errors.assign" => errors::assign(e, image, a);
    ErrorsComparable "errors.comparable" => errors::comparable(e, image, a);
    ErrorsTarget "errors.targetOf" => errors::target_of(e, image, a);

    FmtAddressOf "fmt.addressOf" => fmt::address_of(e, image, a);
    FmtBoolOf "fmt.boolOf" => fmt::bool_of(e, image, a);
    FmtBytesOf "fmt.bytesOf" => fmt::bytes_of(e, image, a);
    FmtComplexOf "fmt.complexOf" => fmt::complex_of(e, image, a);
    FmtElemOf "fmt.elemOf" => fmt::elem_of(e, image, a);
    FmtElemType "fmt.elemType" => fmt::elem_type(e, image, a);
    FmtEntriesOf "fmt.entriesOf" => fmt::entries_of(e, image, a);
    FmtFieldName "fmt.fieldName" => fmt::field_name(e, image, a);
    FmtFieldOf "fmt.fieldOf" => fmt::field_of(e, image, a);
    FmtFieldType "fmt.fieldType" => fmt::field_type(e, image, a);
    FmtFloatOf "fmt.floatOf" => fmt::float_of(e, image, a);
    FmtIntOf "fmt.intOf" => fmt::int_of(e, image, a);
    FmtIsUpper "fmt.isUpper" => strings::test(e, a, strings::unicode::is_upper);
    FmtKind "fmt.kind" => fmt::kind(e, image, a);
    FmtLengthOf "fmt.lengthOf" => fmt::length_of(e, image, a);
    FmtPointee "fmt.pointee" => fmt::pointee(e, image, a);
    FmtPointeeKind "fmt.pointeeKind" => fmt::pointee_kind(e, image, a);
    FmtStringOf "fmt.stringOf" => fmt::string_of(e, image, a);
    FmtTypeName "fmt.typeName" => fmt::type_name(e, image, a);
    FmtUintOf "fmt.uintOf" => fmt::uint_of(e, image, a);

    MathAcos "math.Acos" => math::unary(e, a, math::acos);
    MathAsin "math.Asin" => math::unary(e, a, math::asin);
    MathAtan "math.Atan" => math::unary(e, a, math::atan);
    MathAtan2 "math.Atan2" => math::binary(e, a, math::atan2);
    MathCbrt "math.Cbrt" => math::unary(e, a, math::cbrt);
    MathCeil "math.Ceil" => math::unary(e, a, f64::ceil);
    MathCos "math.Cos" => math::unary(e, a, math::cos);
    MathCosh "math.Cosh" => math::unary(e, a, math::cosh);
    MathExp "math.Exp" => math::unary(e, a, math::exp);
    MathExp2 "math.Exp2" => math::unary(e, a, math::exp2);
    MathExpm1 "math.Expm1" => math::unary(e, a, math::expm1);
    MathFloat32bits "math.Float32bits" => math::same(e, a);
    MathFloat32frombits "math.Float32frombits" => math::same(e, a);
    MathFloat64bits "math.Float64bits" => math::same(e, a);
    MathFloat64frombits "math.Float64frombits" => math::same(e, a);
    MathFloor "math.Floor" => math::unary(e, a, f64::floor);
    MathFrexp "math.Frexp" => math::split(e, a);
    MathHypot "math.Hypot" => math::binary(e, a, math::hypot);
    MathLdexp "math.Ldexp" => math::scale(e, a);
    MathLog "math.Log" => math::unary(e, a, math::log);
    MathLog10 "math.Log10" => math::unary(e, a, math::log10);
    MathLog1p "math.Log1p" => math::unary(e, a, math::log1p);
    MathLog2 "math.Log2" => math::unary(e, a, math::log2);
    MathMod "math.Mod" => math::binary(e, a, std::ops::Rem::rem);
    MathPow "math.Pow" => math::binary(e, a, math::pow);
    MathRound "math.Round" => math::unary(e, a, f64::round);
    MathRoundToEven "math.RoundToEven" => math::unary(e, a, f64::round_ties_even);
    MathSin "math.Sin" => math::unary(e, a, math::sin);
    MathSinh "math.Sinh" => math::unary(e, a, math::sinh);
    MathSqrt "math.Sqrt" => math::unary(e, a, f64::sqrt);
    MathTan "math.Tan" => math::unary(e, a, math::tan);
    MathTanh "math.Tanh" => math::unary(e, a, math::tanh);
    MathTrunc "math.Trunc" => math::unary(e, a, f64::trunc);

    OsArgs "os.args" => os::args(e, image, p, a);
    OsExit "os.Exit" => os::exit(e, p, a);
    OsWrite "os.write" => os::write(e, p, a);

    RuntimeCollect "runtime.collect" => runtime::collect(e, p);
    RuntimeGosched "runtime.Gosched" => runtime::yields(e, p, a);
    RuntimeMemStats "runtime.memStats" => runtime::mem_stats(e, p, a);
    RuntimeNumGoroutine "runtime.NumGoroutine" => runtime::goroutines(e, a);
    RuntimeSetFinalizer "runtime.SetFinalizer" => runtime::set_finalizer(e, image, p, a);

    SortKindName "sort.kindName" => sort::kind_name(e, image, a);
    SortSliceLen "sort.sliceLen" => sort::slice_len(e, image, a);
    SortSwapElems "sort.swapElems" => sort::swap_elems(e, image, a);

    StrconvFormatFloat "strconv.formatFloat" => strconv::format_float(e, image, a);
    StrconvIsPrint "strconv.IsPrint" => strings::test(e, a, compiler::constant::prints);
    StrconvParseFloat "strconv.parseFloat" => strconv::parse_float(e, a);
    StrconvUnquote "strconv.unquote" => strconv::unquote(e, image, a);

    StringsFold "strings.fold" => strings::map(e, a, strings::unicode::fold);
    StringsIsSeparator "strings.isSeparator" => strings::test(e, a, strings::unicode::is_separator);
    StringsIsSpace "strings.isSpace" => strings::test(e, a, strings::unicode::is_space);
    StringsLower "strings.lower" => strings::map(e, a, strings::unicode::lower);
    StringsTitle "strings.title" => strings::map(e, a, strings::unicode::title);
    StringsUpper "strings.upper" => strings::map(e, a, strings::unicode::upper);

    TimeNow "time.now" => time::now(e, p, a);
    TimeSleep "time.sleep" => time::sleep(e, p, a);
}

/// Calls a native of the program by its number.
#[inline(never)]
pub(crate) fn call<E: Effects + Frames>(
    e: &mut E,
    image: &Image,
    p: &mut Process,
    number: u32,
    at: Addr,
) -> Result<(), Stop> {
    match image.natives.get(number as usize) {
        Some(&Some(native)) => dispatch(e, image, p, native, Area { at, site: image.native_site(number) }),
        _ => Err(Stop::Raised { code: raised::NATIVE, arg: number }),
    }
}

#[cfg(test)]
mod tests {
    use super::Native;
    use compiler::ast::Decl;
    use compiler::diagnostic::Diagnostics;
    use compiler::source::Sources;
    use std::collections::BTreeSet;
    use std::path::Path;

    /// The functions without body of all packages.
    fn declared() -> BTreeSet<String> {
        let packages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../compiler/golib");
        let mut found = BTreeSet::new();
        let entries = |path: &Path| std::fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path());
        for file in entries(&packages).filter(|path| path.is_dir()).flat_map(|package| entries(&package)) {
            let text = std::fs::read_to_string(&file).unwrap();
            let source = Sources::new().add(file.to_string_lossy(), text).unwrap();
            let (arena, mut diagnostics) = Default::default();
            let file = compiler::syntax::parse(&arena, &source, &mut diagnostics).expect("the packages are Go");
            let _: &Diagnostics = &diagnostics;
            for decl in file.decls {
                if let Decl::Func(f) = decl
                    && f.body.is_none()
                {
                    found.insert(format!("{}.{}", file.package.name, f.name.name));
                }
            }
        }
        found
    }

    #[test]
    fn every_function_without_body_has_a_native_and_every_native_is_declared() {
        let natives: BTreeSet<String> = Native::NAMES.iter().map(|name| name.to_string()).collect();
        let declared = declared();
        assert!(declared.len() > 50);
        assert_eq!(natives.difference(&declared).collect::<Vec<_>>(), Vec::<&String>::new(), "not declared");
        assert_eq!(declared.difference(&natives).collect::<Vec<_>>(), Vec::<&String>::new(), "without native");
    }
}
