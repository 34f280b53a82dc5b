//! Values with a fixed list of names: each enum of a scenario is declared once, with its spellings.
//!
//! [`choices!`](crate::scenario::choice) declares an enum together with the name and the meaning
//! of each variant. From that one list come parsing, "expected one of", nearest spelling,
//! printing and the JSON Schema.

use crate::scenario::read::Reader;
use crate::scenario::setting::{Value, Written};
use crate::scenario::tree::Node;

/// One allowed name and what it stands for.
#[derive(Clone, Copy, Debug)]
pub struct Choice {
    /// How it is spelled in a scenario.
    pub name: &'static str,
    /// A line for people.
    pub about: &'static str,
    /// Can it be run? The names of what is planned are known, and refused as unsupported.
    pub built: bool,
}

/// An enum whose variants have names in scenarios.
pub trait Choices: Copy + 'static {
    /// All names, in the order of the variants.
    const CHOICES: &'static [Choice];

    /// The name of this variant.
    fn name(self) -> &'static str;

    /// The variant of this name.
    fn from_name(name: &str) -> Option<Self>;
}

/// Declares an enum with the spelling and meaning of each variant, or (with `for`) gives
/// spellings to an enum of another crate. A variant marked `unbuilt` is refused as unsupported.
macro_rules! choices {
    (
        $(#[doc = $about:literal])+
        pub enum $name:ident {
            $($(#[doc = $doc:literal])+ $variant:ident = $spelling:literal $($unbuilt:ident)?),+ $(,)?
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Copy, PartialEq, Eq, Debug, Hash)]
        pub enum $name { $($(#[doc = $doc])+ $variant),+ }
        choices!(for $name { $($(#[doc = $doc])+ $variant = $spelling $($unbuilt)?),+ });
    };
    (
        for $name:ident {
            $($(#[doc = $doc:literal])+ $variant:ident = $spelling:literal $($unbuilt:ident)?),+ $(,)?
        }
    ) => {
        impl $crate::scenario::choice::Choices for $name {
            const CHOICES: &'static [$crate::scenario::choice::Choice] = &[
                $($crate::scenario::choice::Choice {
                    name: $spelling,
                    about: concat!($($doc),+),
                    built: {
                        const MARKS: &[&str] = &[$(stringify!($unbuilt))?];
                        MARKS.is_empty()
                    },
                }),+
            ];

            fn name(self) -> &'static str {
                match self { $($name::$variant => $spelling),+ }
            }

            fn from_name(name: &str) -> Option<Self> {
                match name { $($spelling => Some($name::$variant),)+ _ => None }
            }
        }

        impl $crate::scenario::setting::Value for $name {
            fn read(
                node: &$crate::scenario::tree::Node,
                _: &mut $crate::scenario::read::Reader,
            ) -> Option<Self> {
                $crate::scenario::choice::read(node)
            }

            fn write(&self) -> $crate::scenario::setting::Written {
                $crate::scenario::choice::write(*self)
            }
        }
    };
}
pub(crate) use choices;

/// Reads a variant by name.
pub(crate) fn read<T: Choices>(node: &Node) -> Option<T> {
    T::from_name(node.text()?)
}

/// Prints a variant's name as a TOML string; no name needs an escape.
pub(crate) fn write<T: Choices>(choice: T) -> Written {
    Written::Inline(format!("\"{}\"", choice.name()))
}

/// A name that has no enum behind it, such as that of a barrier.
impl Value for String {
    fn read(node: &Node, _: &mut Reader) -> Option<String> {
        node.text().map(str::to_owned)
    }

    fn write(&self) -> Written {
        Written::Inline(toml::Value::String(self.clone()).to_string())
    }
}
