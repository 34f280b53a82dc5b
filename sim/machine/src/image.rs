//! The image: everything about a program that does not change while it runs.
//!
//! ```text
//! Code ─▶ types ─▶ the collector's table, the map runtime's types, type words
//!      ─▶ functions, with their stack maps as bitmaps
//!      ─▶ method tables: by method, then by type number; who implements which interface
//!      ─▶ read-only memory with addresses filled in, globals, sites
//! ```
//!
//! Simulated memory begins with read-only data, then the globals, so their addresses are known before there is any
//! memory: that is how static data can hold addresses.
//!
//! ```text
//! ARENA_BASE ─▶ the zero value │ the integers 0 to 255 │ the program's statics ║ globals ║ stacks, heap …
//! ```
//!
//! Source: Go 1.19 runtime/iface.go (`staticuint64s`, `zeroVal`); the linker's layout of a program.

use crate::fuse::fuse;
use crate::goroutine::{PANICS, RECORD_WORDS, deferred, panicking};
use crate::natives::Native;
use crate::place::{Caller, ENTRY, RAISED, instruction};
use crate::types::{Info, TypeMaker};
use compiler::code::{Address, Code, MethodName, Move, Op};
use compiler::source::Pos;
use compiler::types::{Kind, Ty, Types};
use gc::addr::{ARENA_BASE, WORD};
use gc::mutator::StackMap;
use gc::{Addr, Bytes, Call, PtrMask, Site, SiteTable, StackMaps, Type, TypeId, TypeTable};
use mapruntime::{MapType, Universe, describe, layout, sites};
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// Why a program cannot be loaded: the code is not what the contract says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct LoadError(pub String);

impl fmt::Display for LoadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LoadError {}

/// What a call wants to know of a function.
#[derive(Debug)]
pub(crate) struct Entry {
    /// Its first instruction.
    pub(crate) start: u32,
    /// The word that the closure is put into; one beyond the frame if it has no use for it.
    pub(crate) closure: u32,
    /// Bytes of its frame with the outgoing area.
    pub(crate) reach: u64,
}

/// The rest of what is known of a function.
#[derive(Debug)]
pub(crate) struct Func {
    /// Where it goes on when a panic was recovered: a place.
    pub(crate) recover: Option<u64>,
    pub(crate) wrapper: bool,
    /// Places whose index is unsigned, ascending.
    pub(crate) unsigned: Vec<u64>,
    entry: Arc<StackMap>,
    /// The map while deferred calls run because an instruction in here has panicked that is no safepoint: what is live
    /// where the function would go on.
    raised: Option<Arc<StackMap>>,
}

/// A type that instructions name.
#[derive(Debug)]
pub(crate) struct Descriptor {
    pub(crate) word: u64,
    pub(crate) ty: Arc<Type>,
}

/// A copy of a value.
#[derive(Debug)]
pub(crate) struct MoveOf {
    pub(crate) ty: Arc<Type>,
    pub(crate) size: u64,
    pub(crate) site: Option<Site>,
}

/// The collector's types of what the machine itself makes.
#[derive(Debug)]
pub(crate) struct OwnTypes {
    pub(crate) byte: Arc<Type>,
    pub(crate) half: Arc<Type>,
    pub(crate) quarter: Arc<Type>,
    pub(crate) word: Arc<Type>,
    pub(crate) string: Arc<Type>,
    pub(crate) slice: Arc<Type>,
    pub(crate) interface: Arc<Type>,
    pub(crate) deferred: Arc<Type>,
    pub(crate) panicking: Arc<Type>,
}

/// Functions of package runtime that the machine calls.
#[derive(Debug, Default)]
pub(crate) struct Helpers {
    pub(crate) error_string: Option<u32>,
    pub(crate) plain_error: Option<u32>,
    pub(crate) bounds_error: Option<u32>,
    pub(crate) assertion_error: Option<u32>,
}

/// A loaded program.
#[derive(Debug)]
pub struct Image {
    pub(crate) code: Arc<Code>,
    /// The instructions of all functions, one after another.
    pub(crate) ops: Box<[Op]>,
    /// The same for who runs them unwatched.
    pub(crate) fused: Box<[Op]>,
    pub(crate) entries: Box<[Entry]>,
    functions: Vec<Func>,
    /// For each instruction, the index of its stack map plus one.
    map_of: Vec<u32>,
    maps: Vec<Arc<StackMap>>,
    pub(crate) descriptors: Vec<Descriptor>,
    pub(crate) moves: Vec<MoveOf>,
    pub(crate) natives: Vec<Option<Native>>,
    pub(crate) own: OwnTypes,
    pub(crate) helpers: Helpers,
    infos: Vec<Info>,
    by_ty: HashMap<Ty, u32>,
    /// By type number: the type, or the map type whose bucket it is.
    numbers: Vec<Option<Number>>,
    type_table: Arc<TypeTable>,
    universe: Arc<Universe>,
    globals_type: Arc<Type>,
    /// Function by method and type number; `u32::MAX` for none.
    methods: Vec<u32>,
    /// By interface type: which dynamic types have its methods, by type number.
    implementers: HashMap<Ty, Box<[bool]>>,
    /// `Error() string` and `String() string`, if the program has such methods.
    pub(crate) error_method: Option<u32>,
    pub(crate) string_method: Option<u32>,
    site_table: SiteTable,
    first_native: u16,
    first_site: u16,
    pub(crate) entry_site: Site,
    /// The type word of `string`.
    pub(crate) string_word: u64,
    data: Vec<u64>,
    pub(crate) small: Addr,
    pub(crate) statics: Addr,
    pub(crate) globals: Addr,
    record_map: Arc<StackMap>,
}

/// What a type number stands for.
#[derive(Clone, Copy, Debug)]
enum Number {
    Type(u32),
    Bucket(u32),
}

/// Names of the machine's own sites.
const OWN_SITES: [&str; 1] = ["call"];

/// Words of read-only data before the program's.
const ZERO_WORDS: u64 = layout::MAX_ZERO / WORD;
const SMALL_WORDS: u64 = 256;

impl Image {
    /// Loads a program. `hashkey` is Go's `hashkey[0]`, a random number there.
    ///
    /// # Errors
    /// If the code breaks its contract.
    pub fn new(code: Arc<Code>, hashkey: u64) -> Result<Image, LoadError> {
        let types = &*code.types;
        let mut maker = TypeMaker::new(types);
        for &ty in &code.descriptors {
            maker.add(ty)?;
        }
        maker.close(code.method_sets.keys().copied());
        for basic in [Types::UINT8, Types::UINT16, Types::UINT32, Types::UINT64, Types::STRING] {
            maker.add(basic)?;
        }
        let own = |name: &str, words: u64, mask: u64, maker: &mut TypeMaker<'_>| {
            let bits: PtrMask = (0..words).map(|i| mask >> i & 1 == 1).collect();
            maker.table.add(name, Bytes(words * WORD), Bytes(WORD), bits).map_err(|e| LoadError(e.to_string()))
        };
        let word_of = |offset: u64| 1u64 << (offset / WORD);
        let deferred = own("runtime._defer", 4, word_of(deferred::LINK) | word_of(deferred::FUNC), &mut maker)?;
        let panicking = own("runtime._panic", 3, word_of(panicking::LINK) | word_of(panicking::DATA), &mut maker)?;
        let slice = own("runtime.slice", 3, 1, &mut maker)?;
        let interface = own("runtime.eface", 2, 0b10, &mut maker)?;
        let own = OwnTypes {
            byte: maker.add(Types::UINT8)?.ty().clone(),
            half: maker.add(Types::UINT16)?.ty().clone(),
            quarter: maker.add(Types::UINT32)?.ty().clone(),
            word: maker.add(Types::UINT64)?.ty().clone(),
            string: maker.add(Types::STRING)?.ty().clone(),
            slice,
            interface,
            deferred,
            panicking,
        };

        let mut mask = PtrMask::repeat(false, code.globals.words as usize);
        for &word in &code.globals.pointers {
            match mask.get_mut(word as usize) {
                Some(mut bit) => *bit = true,
                None => return Err(LoadError(format!("global word {word} is not there"))),
            }
        }
        let globals_type = maker
            .table
            .add("globals", Bytes(code.globals.words * WORD), Bytes(WORD), mask)
            .map_err(|e| LoadError(e.to_string()))?;

        let zero = Addr(ARENA_BASE);
        let go_types = maker.go_types();
        let universe = Universe::new(&mut maker.table, hashkey, zero, go_types);
        maker.make_maps(&universe)?;
        let TypeMaker { table, infos, .. } = maker;

        let count = table.iter().len();
        let mut numbers = vec![None; count];
        for (i, info) in infos.iter().enumerate() {
            numbers[info.go.id().0 as usize] = Some(Number::Type(i as u32));
            if let Some(map) = &info.map {
                numbers[map.bucket().id().0 as usize] = Some(Number::Bucket(i as u32));
            }
        }
        let by_ty: HashMap<Ty, u32> = infos.iter().zip(0..).map(|(info, i)| (info.ty, i)).collect();
        let info_of = |ty: Ty| by_ty.get(&ty).map(|&i| &infos[i as usize]);
        let missing = |what: &str| LoadError(format!("{what} is not there"));

        let mut descriptors = Vec::new();
        for &ty in &code.descriptors {
            let info = info_of(ty).ok_or_else(|| missing("a descriptor's type"))?;
            descriptors.push(Descriptor { word: Universe::type_word(info.go.id()), ty: info.go.ty().clone() });
        }

        let mut methods = vec![u32::MAX; code.methods.len() * count];
        for (&ty, set) in &code.method_sets {
            let Some(info) = info_of(ty) else { continue };
            for (&method, &(func, _)) in set {
                let at = method as usize * count + info.go.id().0 as usize;
                *methods.get_mut(at).ok_or_else(|| missing("a method's name"))? = func;
            }
        }
        let method_numbers: HashMap<&MethodName, u32> = code.methods.iter().zip(0..).collect();
        let mut implementers = HashMap::new();
        for info in &infos {
            let Kind::Interface(wanted) = types.under(info.ty) else { continue };
            let wanted: Vec<Option<(u32, Ty)>> = wanted
                .iter()
                .map(|m| {
                    let name =
                        MethodName { name: m.name.to_string(), package: m.package.as_deref().map(str::to_string) };
                    method_numbers.get(&name).map(|&n| (n, m.sig))
                })
                .collect();
            let mut who = vec![wanted.is_empty(); count].into_boxed_slice();
            for (&ty, set) in &code.method_sets {
                let has =
                    |m: &Option<(u32, Ty)>| m.is_some_and(|(n, sig)| set.get(&n).is_some_and(|have| have.1 == sig));
                if let Some(info) = info_of(ty) {
                    who[info.go.id().0 as usize] = wanted.iter().all(has);
                }
            }
            implementers.insert(info.ty, who);
        }
        let method = |name: &str| method_numbers.get(&MethodName { name: name.into(), package: None }).copied();

        let own_sites = sites::NAMES.iter().copied().chain(OWN_SITES);
        let (entry_site, first_native) = (sites::NAMES.len(), sites::NAMES.len() + OWN_SITES.len());
        let first_site = first_native + code.natives.len();
        if first_site + code.sites.len() > usize::from(u16::MAX) {
            return Err(LoadError(format!("{} sites are too many", code.sites.len())));
        }
        let [entry_site, first_native, first_site] = [entry_site, first_native, first_site].map(|n| n as u16);
        let mut site_table = SiteTable::new(own_sites.chain(code.natives.iter().map(String::as_str)));
        code.sites.iter().for_each(|site| _ = site_table.add(site.name.as_str()));

        let move_of = |m: &Move| {
            let descriptor: &Descriptor =
                descriptors.get(m.descriptor as usize).ok_or_else(|| missing("a moved type's descriptor"))?;
            let site = m.site.map(|site| Site(first_site.saturating_add(site as u16)));
            Ok(MoveOf { ty: descriptor.ty.clone(), size: m.size, site })
        };
        let moves = code.moves.iter().map(move_of).collect::<Result<_, LoadError>>()?;

        let mut functions = Functions::default();
        code.funcs.iter().try_for_each(|f| functions.add(f))?;
        let Functions { ops, entries, functions, map_of, maps } = functions;
        let find = |name: &str| code.funcs.iter().position(|f| f.name == name).map(|i| i as u32);
        let helpers = Helpers {
            error_string: find("runtime.newErrorString"),
            plain_error: find("runtime.newPlainError"),
            bounds_error: find("runtime.newBoundsError"),
            assertion_error: find("runtime.newTypeAssertionError"),
        };

        let small = zero.offset(ZERO_WORDS * WORD);
        let statics = small.offset(SMALL_WORDS * WORD);
        let words = ZERO_WORDS + SMALL_WORDS + code.statics.words.len() as u64;
        let globals = zero.offset((words * WORD).next_multiple_of(gc::size_class::PAGE));
        let mut data = vec![0; ZERO_WORDS as usize];
        data.extend(0..SMALL_WORDS);
        let first = data.len();
        data.extend_from_slice(&code.statics.words);
        for &(word, address) in &code.statics.relocations {
            let base = match address {
                Address::Static => statics.0,
                Address::Globals => globals.0,
                Address::TypeWord(d) => descriptors.get(d as usize).ok_or_else(|| missing("a descriptor"))?.word,
                Address::Code(func) => u64::from(func),
            };
            let slot = data.get_mut(first + word as usize).ok_or_else(|| missing("a word of static data"))?;
            *slot = slot.wrapping_add(base);
        }

        let natives = code.natives.iter().map(|name| Native::find(name)).collect();
        let record_map = (0..RECORD_WORDS).map(|i| i <= PANICS / WORD).collect();
        Ok(Image {
            string_word: Universe::type_word(own.string.id()),
            natives,
            own,
            helpers,
            numbers,
            universe,
            globals_type,
            methods,
            implementers,
            error_method: method("Error"),
            string_method: method("String"),
            site_table,
            first_native,
            first_site,
            entry_site: Site(entry_site),
            data,
            small,
            statics,
            globals,
            record_map: Arc::new(StackMap::exact(record_map)),
            fused: fuse(&ops),
            ops: ops.into(),
            entries: entries.into(),
            functions,
            map_of,
            maps,
            descriptors,
            moves,
            infos,
            by_ty,
            type_table: Arc::new(table),
            code,
        })
    }

    /// Plants a fault: the stack map at an instruction forgets a word, which the program still holds. Is there such a map,
    /// with this word in it?
    pub fn forget(&mut self, function: &str, instruction: u32, word: u32) -> bool {
        let Some(f) = self.code.funcs.iter().position(|f| f.name == function) else { return false };
        let at = self.entries[f].start as usize + instruction as usize;
        let Some(map) = self.map_of.get(at).and_then(|n| self.maps.get_mut(n.checked_sub(1)? as usize)) else {
            return false;
        };
        let mut live = map.live.clone();
        let there = live.get_mut(word as usize).is_some_and(|mut bit| bit.replace(false));
        *map = Arc::new(StackMap { live, holds: map.holds.clone() });
        there
    }

    /// The types of the program as the collector sees them.
    pub fn type_table(&self) -> &Arc<TypeTable> {
        &self.type_table
    }

    /// The names of all sites: the map runtime's, the machine's, then the program's.
    pub fn sites(&self) -> &SiteTable {
        &self.site_table
    }

    /// The program.
    pub fn code(&self) -> &Arc<Code> {
        &self.code
    }

    pub(crate) fn universe(&self) -> &Universe {
        &self.universe
    }

    /// The type of the globals.
    pub(crate) fn globals_type(&self) -> &Type {
        &self.globals_type
    }

    /// The read-only words.
    pub(crate) fn data(&self) -> &[u64] {
        &self.data
    }

    /// Where the zero value is, and whatever has no size.
    pub(crate) fn zero(&self) -> Addr {
        self.universe.zero_val()
    }

    /// The number of the function that an instruction is part of.
    pub(crate) fn function_at(&self, place: u64) -> Option<usize> {
        let at = instruction(place);
        if at >= self.ops.len() as u64 {
            return None;
        }
        self.entries.partition_point(|f| u64::from(f.start) <= at).checked_sub(1)
    }

    /// The function that an instruction is part of.
    pub(crate) fn function(&self, place: u64) -> Option<&Func> {
        self.functions.get(self.function_at(place)?)
    }

    /// What a word of a call's frame is, for people: the variables that have it at one time or another.
    pub fn word_of(&self, call: &Call, word: u64) -> String {
        let Some(f) = self.function_at(call.pc).and_then(|f| self.code.funcs.get(f)) else {
            return format!("word {word}");
        };
        let names: Vec<&str> = u32::try_from(word).map_or_else(|_| Vec::new(), |word| f.names_of(word).collect());
        if names.is_empty() {
            format!("word {word} of {}", f.name)
        } else {
            format!("{} of {}", names.join(" or "), f.name)
        }
    }

    /// The source position of an instruction.
    pub fn pos_at(&self, place: u64) -> Option<Pos> {
        let f = self.function_at(place)?;
        let at = instruction(place) - u64::from(self.entries.get(f)?.start);
        Some(self.code.funcs.get(f)?.pos(at as u32))
    }

    /// Its name, and the index of the instruction in it.
    pub(crate) fn describe(&self, place: u64) -> (&str, u64) {
        match self.function_at(place).and_then(|f| Some((self.code.funcs.get(f)?, self.entries.get(f)?))) {
            Some((f, entry)) => (&f.name, instruction(place) - u64::from(entry.start)),
            None => ("?", 0),
        }
    }

    /// A site of the program.
    #[inline(always)]
    pub(crate) fn site(&self, number: u16) -> Site {
        Site(self.first_site.saturating_add(number))
    }

    /// The site of a native, which has its name.
    pub(crate) fn native_site(&self, number: u32) -> Site {
        Site(self.first_native.saturating_add(number as u16))
    }

    /// What is known of a type; `None` if no value has it.
    pub(crate) fn info_of(&self, ty: Ty) -> Option<&Info> {
        self.infos.get(*self.by_ty.get(&ty)? as usize)
    }

    /// The number that a type word stands for.
    #[inline(always)]
    fn number(&self, word: u64) -> Option<usize> {
        let (zero, one) = (Universe::type_word(gc::TypeId(0)), Universe::type_word(gc::TypeId(1)));
        let distance = word.wrapping_sub(zero);
        let number = distance / (one - zero);
        (number < self.numbers.len() as u64 && distance.is_multiple_of(one - zero)).then_some(number as usize)
    }

    /// The map type whose bucket a type is.
    pub(crate) fn bucket_of(&self, ty: TypeId) -> Option<&MapType> {
        match self.numbers.get(ty.0 as usize)?.as_ref()? {
            Number::Bucket(i) => self.infos.get(*i as usize)?.map.as_ref(),
            Number::Type(_) => None,
        }
    }

    /// The name of a part of an object, by its offset in bytes: a cell of a bucket, a field of a struct.
    pub fn part(&self, id: TypeId, offset: u64) -> String {
        let map = self.bucket_of(id).or_else(|| self.infos.iter().find_map(|info| info.map.as_ref()));
        let of_map = map.and_then(|t| describe::part(t, id, offset));
        let of_type = || match self.numbers.get(id.0 as usize)?.as_ref()? {
            Number::Type(i) => self.field(self.infos.get(*i as usize)?.ty, offset),
            Number::Bucket(_) => None,
        };
        of_map.or_else(of_type).unwrap_or_else(|| format!("word {}", offset / WORD))
    }

    /// `.f[2].g`, for what is at an offset in a value; arrays of such values lie one after another.
    fn field(&self, ty: Ty, offset: u64) -> Option<String> {
        let types = &self.code.types;
        let size = types.size(ty);
        if offset >= size && size > 0 {
            return Some(format!("[{}]{}", offset / size, self.field(ty, offset % size).unwrap_or_default()));
        }
        match types.under(ty) {
            Kind::Struct(fields) => {
                let offsets = types.offsets(ty);
                let i = offsets.partition_point(|&at| at <= offset).checked_sub(1)?;
                let (field, at) = (fields.get(i)?, offset - offsets.get(i)?);
                Some(format!(".{}{}", field.name, self.field(field.ty, at).unwrap_or_default()))
            }
            Kind::Array { elem, .. } => {
                let size = types.size(*elem).max(1);
                Some(format!("[{}]{}", offset / size, self.field(*elem, offset % size).unwrap_or_default()))
            }
            _ => None,
        }
    }

    /// The type that a type word stands for.
    #[inline(always)]
    pub(crate) fn info(&self, word: u64) -> Option<&Info> {
        match self.numbers[self.number(word)?]? {
            Number::Type(i) => self.infos.get(i as usize),
            Number::Bucket(_) => None,
        }
    }

    /// The map type that a type word stands for: that of the map, or of its bucket, which is the one in iterators.
    #[inline(always)]
    pub(crate) fn map_type(&self, word: u64) -> Option<&MapType> {
        let (Number::Type(i) | Number::Bucket(i)) = self.numbers[self.number(word)?]?;
        self.infos.get(i as usize)?.map.as_ref()
    }

    /// The function of a dynamic type's method.
    #[inline(always)]
    pub(crate) fn method(&self, word: u64, method: u32) -> Option<u32> {
        let at = method as usize * self.numbers.len() + self.number(word)?;
        self.methods.get(at).copied().filter(|&func| func != u32::MAX)
    }

    /// Has a dynamic type the methods of an interface?
    pub(crate) fn implements(&self, inter: Ty, word: u64) -> bool {
        let who = self.implementers.get(&inter);
        self.number(word).zip(who).is_some_and(|(number, who)| who.get(number).copied().unwrap_or(false))
    }

    /// The first method of an interface that a type has not, or has with another signature.
    pub(crate) fn missing_method(&self, inter: Ty, ty: Ty) -> Option<String> {
        let set = self.code.method_sets.get(&ty);
        let has = |m: &&compiler::types::Method| {
            let same = |name: &MethodName| *name.name == *m.name && name.package.as_deref() == m.package.as_deref();
            let number = self.code.methods.iter().position(same).map(|n| n as u32);
            let found = number.and_then(|n| set?.get(&n));
            found.is_some_and(|&(_, sig)| sig == m.sig)
        };
        self.code.types.interface_methods(inter).iter().find(|m| !has(m)).map(|m| m.name.to_string())
    }

    /// A type's name in messages.
    pub(crate) fn type_name(&self, ty: Ty) -> String {
        self.code.types.name(ty, None)
    }
}

impl StackMaps for Image {
    fn map(&self, call: &Call) -> Option<&Arc<StackMap>> {
        if matches!(Caller::at(call.pc), Some(Caller::Init | Caller::Main)) {
            return Some(&self.record_map);
        }
        let at = instruction(call.pc);
        if call.pc & ENTRY != 0 {
            return Some(&self.functions.get(self.function_at(at)?)?.entry);
        }
        match self.map_of.get(at as usize)?.checked_sub(1) {
            Some(map) => self.maps.get(map as usize),
            None if call.pc & RAISED != 0 => self.functions.get(self.function_at(at)?)?.raised.as_ref(),
            None => None,
        }
    }
}

/// Functions, put one after another.
#[derive(Default)]
struct Functions {
    ops: Vec<Op>,
    entries: Vec<Entry>,
    functions: Vec<Func>,
    map_of: Vec<u32>,
    maps: Vec<Arc<StackMap>>,
}

impl Functions {
    fn add(&mut self, f: &compiler::code::Function) -> Result<(), LoadError> {
        if f.ops.iter().any(|op| op.is_fused()) {
            return Err(LoadError(format!("{} has an instruction that is none of code", f.name)));
        }
        let start = self.ops.len();
        self.ops.extend_from_slice(&f.ops);
        // One without body, and one that forgets to return, does not run on into the next.
        self.ops.push(Op::Unreachable);
        self.map_of.resize(self.ops.len(), 0);
        let mut raised = None;
        for (pc, words) in &f.maps {
            let map = stack_map(words);
            if raised.is_none() && f.recover.is_some_and(|recover| *pc >= recover) {
                raised = Some(map.clone());
            }
            let slot = self.map_of.get_mut(start + *pc as usize);
            let slot = slot.ok_or_else(|| LoadError(format!("{} has a stack map beyond its end", f.name)))?;
            self.maps.push(map);
            *slot = self.maps.len() as u32;
        }
        let start = u32::try_from(start).map_err(|_| LoadError("too many instructions".into()))?;
        self.entries.push(Entry { start, closure: f.closure.unwrap_or(f.reach), reach: u64::from(f.reach) * WORD });
        self.functions.push(Func {
            recover: f.recover.map(|pc| u64::from(start) + u64::from(pc)),
            wrapper: f.wrapper,
            unsigned: f.unsigned.iter().map(|&pc| u64::from(start) + u64::from(pc)).collect(),
            entry: stack_map(&f.entry),
            raised,
        });
        Ok(())
    }
}

/// A set of words as a bitmap.
fn stack_map(words: &compiler::code::StackMap) -> Arc<StackMap> {
    let mut mask = PtrMask::repeat(false, words.iter().max().map_or(0, |&last| last as usize + 1));
    words.iter().for_each(|&word| mask.set(word as usize, true));
    Arc::new(StackMap::exact(mask))
}
