//! What a key of a scenario is: its name, shape, default and meaning, declared once.
//!
//! [`section!`](crate::scenario::setting) declares a struct and the table of its keys in one go;
//! [`crate::scenario::keys`] holds all of them. Everything that knows keys walks that table:
//! [`read`](crate::scenario::read) (types, ranges, unknown and missing keys, nearest spelling),
//! [`set`](crate::scenario::set) (`--set`), [`schema`](crate::scenario::schema) (JSON Schema) and
//! [`write`](crate::scenario::write) (printing).

use crate::scenario::choice::{Choice, Choices};
use crate::scenario::read::Reader;
use crate::scenario::tree::Node;
use gc::Bytes;

/// What values a key takes.
#[derive(Clone, Copy, Debug)]
pub enum Shape {
    /// `true` or `false`.
    Boolean,
    /// An integer in a range, both ends included.
    Integer {
        /// The least.
        min: u64,
        /// The greatest.
        max: u64,
    },
    /// A number greater than zero.
    Positive {
        /// The greatest.
        max: f64,
    },
    /// Any string.
    Text,
    /// A pattern over the names of sites; not empty.
    Pattern,
    /// A size in bytes: an integer, or a string such as `"64KiB"`.
    Size {
        /// The least, in bytes.
        min: u64,
        /// The greatest, in bytes.
        max: u64,
    },
    /// One of these names.
    Choice(&'static [Choice]),
    /// The id of a barrier in [`gc::barrier::CATALOGUE`].
    Barrier,
    /// One step of a barrier, as [`gc::barrier::Step`] reads it.
    Step,
    /// A list of values of one shape.
    List(&'static Shape),
    /// A table with keys of its own.
    Section(&'static SectionInfo),
    /// A list of such tables.
    Sections(&'static SectionInfo),
}

/// When a key means something.
#[derive(Clone, Copy, Debug)]
pub enum Only {
    /// While its neighbour has one of these values.
    With(&'static str, &'static [&'static str]),
    /// While its neighbour is given.
    Given(&'static str),
}

impl Only {
    /// The neighbour it depends on.
    pub fn on(self) -> &'static str {
        match self {
            Only::With(key, _) | Only::Given(key) => key,
        }
    }
}

/// One key.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub about: &'static str,
    /// What values it takes.
    pub shape: Shape,
    /// What holds when it is left out.
    pub default: fn() -> Written,
    /// Must it be given, whenever it means something?
    pub required: bool,
    /// When it means something; always, if there is nothing here.
    pub only: Option<Only>,
    /// Keys that `--set` takes out of the file when it sets this one (dotted paths from the same table).
    pub replaces: &'static [&'static str],
}

/// The keys of a table.
#[derive(Debug)]
pub struct SectionInfo {
    /// What the table is about.
    pub about: &'static str,
    /// Its keys.
    pub settings: &'static [Setting],
}

impl SectionInfo {
    /// The key of this name.
    pub fn setting(&self, name: &str) -> Option<&'static Setting> {
        self.settings.iter().find(|s| s.name == name)
    }
}

/// A value ready to be printed.
#[derive(Clone, Debug, PartialEq)]
pub enum Written {
    /// Not given.
    Absent,
    /// TOML on one line.
    Inline(String),
    /// A table.
    Table(Vec<(&'static str, Written)>),
    /// A list of tables.
    Tables(Vec<Vec<(&'static str, Written)>>),
}

/// A Rust type that a key's value is read into.
pub trait Value: Sized {
    /// Reads a value that was found to have its key's [`Shape`].
    fn read(node: &Node, reader: &mut Reader) -> Option<Self>;

    /// Prints it, so that it reads back equal.
    fn write(&self) -> Written;
}

impl Setting {
    const fn of(shape: Shape) -> Setting {
        Setting { name: "", about: "", shape, default: || Written::Absent, required: false, only: None, replaces: &[] }
    }

    /// It means something only while the neighbour `key` has one of `values`.
    pub(crate) const fn only_with(self, key: &'static str, values: &'static [&'static str]) -> Setting {
        Setting { only: Some(Only::With(key, values)), ..self }
    }

    /// It means something only beside the neighbour `key`.
    pub(crate) const fn only_beside(self, key: &'static str) -> Setting {
        Setting { only: Some(Only::Given(key)), ..self }
    }

    /// It must be given, whenever it means something.
    pub(crate) const fn required(self) -> Setting {
        Setting { required: true, ..self }
    }

    /// `--set` of it takes these keys out of the file.
    pub(crate) const fn replaces(self, keys: &'static [&'static str]) -> Setting {
        Setting { replaces: keys, ..self }
    }
}

/// A key that is `true` or `false`.
pub(crate) const fn boolean() -> Setting {
    Setting::of(Shape::Boolean)
}

/// A key that takes an integer from `min` to `max`.
pub(crate) const fn integer(min: u64, max: u64) -> Setting {
    Setting::of(Shape::Integer { min, max })
}

/// A key that takes a number above zero.
pub(crate) const fn positive(max: f64) -> Setting {
    Setting::of(Shape::Positive { max })
}

/// A key that takes any string.
pub(crate) const fn text() -> Setting {
    Setting::of(Shape::Text)
}

/// A key that takes a pattern over sites.
pub(crate) const fn pattern() -> Setting {
    Setting::of(Shape::Pattern)
}

/// A key that takes a size.
pub(crate) const fn size(min: u64, max: u64) -> Setting {
    Setting::of(Shape::Size { min, max })
}

/// A key that takes one of the names of `T`.
pub(crate) const fn choice<T: Choices>() -> Setting {
    Setting::of(Shape::Choice(T::CHOICES))
}

/// A key that takes a list of names of `T`.
pub(crate) const fn choice_list<T: Choices>() -> Setting {
    Setting::of(Shape::List(&Shape::Choice(T::CHOICES)))
}

/// A key that names a barrier.
pub(crate) const fn barrier() -> Setting {
    Setting::of(Shape::Barrier)
}

/// A key that takes values of `shape`.
pub(crate) const fn list(shape: &'static Shape) -> Setting {
    Setting::of(Shape::List(shape))
}

/// A table.
pub(crate) const fn table(info: &'static SectionInfo) -> Setting {
    Setting::of(Shape::Section(info))
}

/// A list of tables.
pub(crate) const fn tables(info: &'static SectionInfo) -> Setting {
    Setting::of(Shape::Sections(info))
}

/// Declares a table of keys and the struct that it is read into. A line is
/// `field [as "key"]: Type = default => setting;`.
macro_rules! section {
    (
        $(#[doc = $about:literal])+
        pub struct $name:ident {
            $(
                $(#[doc = $doc:literal])+
                $field:ident $(as $key:literal)? : $ty:ty = $default:expr => $setting:expr;
            )+
        }
    ) => {
        $(#[doc = $about])+
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name { $($(#[doc = $doc])+ pub $field: $ty),+ }

        impl $name {
            /// Its keys.
            pub const INFO: &'static $crate::scenario::setting::SectionInfo =
                &$crate::scenario::setting::SectionInfo {
                    about: concat!($($about),+),
                    settings: &[$($crate::scenario::setting::Setting {
                        name: section!(@key $field $($key)?),
                        about: concat!($($doc),+),
                        default: || {
                            let default: $ty = $default;
                            $crate::scenario::setting::Value::write(&default)
                        },
                        ..$setting
                    }),+],
                };
        }

        impl Default for $name {
            fn default() -> Self {
                $name { $($field: $default),+ }
            }
        }

        impl $crate::scenario::setting::Value for $name {
            fn read(
                node: &$crate::scenario::tree::Node,
                reader: &mut $crate::scenario::read::Reader,
            ) -> Option<Self> {
                let table = node.table()?;
                let mut read = $name::default();
                reader.table(node, table, $name::INFO);
                $(
                    if let Some(value) = reader.key(table, $name::INFO, section!(@key $field $($key)?)) {
                        read.$field = value;
                    }
                )+
                Some(read)
            }

            fn write(&self) -> $crate::scenario::setting::Written {
                $crate::scenario::setting::Written::Table(vec![
                    $((section!(@key $field $($key)?), $crate::scenario::setting::Value::write(&self.$field))),+
                ])
            }
        }
    };
    (@key $field:ident $key:literal) => { $key };
    (@key $field:ident) => { stringify!($field) };
}
pub(crate) use section;

impl Value for bool {
    fn read(node: &Node, _: &mut Reader) -> Option<bool> {
        node.boolean()
    }

    fn write(&self) -> Written {
        Written::Inline(self.to_string())
    }
}

impl Value for u64 {
    fn read(node: &Node, _: &mut Reader) -> Option<u64> {
        node.integer().and_then(|n| u64::try_from(n).ok())
    }

    fn write(&self) -> Written {
        Written::Inline(self.to_string())
    }
}

impl Value for f64 {
    fn read(node: &Node, _: &mut Reader) -> Option<f64> {
        node.number()
    }

    fn write(&self) -> Written {
        Written::Inline(toml::Value::Float(*self).to_string())
    }
}

impl Value for Bytes {
    fn read(node: &Node, _: &mut Reader) -> Option<Bytes> {
        crate::scenario::size::of(node)?.ok()
    }

    fn write(&self) -> Written {
        Written::Inline(format!("\"{}\"", crate::scenario::size::print(*self)))
    }
}

impl<T: Value> Value for Option<T> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Option<T>> {
        T::read(node, reader).map(Some)
    }

    fn write(&self) -> Written {
        self.as_ref().map_or(Written::Absent, Value::write)
    }
}

impl<T: Value> Value for Vec<T> {
    fn read(node: &Node, reader: &mut Reader) -> Option<Vec<T>> {
        // A faulty item must not hide the faults of those after it.
        let items: Vec<Option<T>> = node.list()?.iter().map(|item| T::read(item, reader)).collect();
        items.into_iter().collect()
    }

    fn write(&self) -> Written {
        let mut inline = Vec::new();
        let mut tables = Vec::new();
        for item in self {
            match item.write() {
                Written::Inline(text) => inline.push(text),
                Written::Table(keys) => tables.push(keys),
                Written::Absent | Written::Tables(_) => {}
            }
        }
        if tables.is_empty() { Written::Inline(format!("[{}]", inline.join(", "))) } else { Written::Tables(tables) }
    }
}
