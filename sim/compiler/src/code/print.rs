//! Code as text: one instruction per line, with its index, source line, operands and, at a safepoint, the live pointers.
//!
//! ```text
//! main.fib: 1 result, 1 parameter, frame 3, reach 5
//!    0    4  JGeI w1, 2 → 3
//!    3    7  AddI w5, w1, -1
//!    4    7  Call main.fib at w4          live: w2
//! ```
//!
//! Words are `w0`, `w1`, …; what instructions refer to by number in a table is written out.

use super::{Code, Function, Op};
use crate::source::Sources;
use std::fmt::Write;

/// All functions of a package, or of all packages.
pub fn print_code(code: &Code, sources: &Sources, package: Option<&str>) -> String {
    let mut out = String::new();
    let own = |f: &&Function| package.is_none_or(|p| f.name.split('.').next() == Some(p));
    for func in code.funcs.iter().filter(own) {
        if !out.is_empty() {
            out.push('\n');
        }
        print_function(&mut out, code, func, sources);
    }
    out
}

/// One function.
fn print_function(out: &mut String, code: &Code, func: &Function, sources: &Sources) {
    let _ = writeln!(
        out,
        "{}: {} words of results, {} of parameters, frame {}, reach {}",
        func.name, func.results, func.params, func.frame, func.reach
    );
    if let Some(closure) = func.closure {
        let _ = writeln!(out, "      closure: w{closure}");
    }
    if !func.entry.is_empty() {
        let _ = writeln!(out, "      live at entry: {}", words(&func.entry));
    }
    for (pc, op) in func.ops.iter().enumerate() {
        let pc = pc as u32;
        let mark = if func.recover == Some(pc) { '*' } else { ' ' };
        let text = instruction(code, op, pc);
        let _ = write!(out, "{mark}{pc:5} {:4}  {text}", sources.line(func.pos(pc)));
        if let Some(map) = func.map(pc).filter(|m| !m.is_empty()) {
            let _ = write!(out, "{:width$}live: {}", "", words(map), width = 36usize.saturating_sub(text.len()).max(2));
        }
        out.push('\n');
    }
}

fn words(map: &[u32]) -> String {
    map.iter().map(|w| format!("w{w}")).collect::<Vec<_>>().join(" ")
}

/// One instruction: its name and operands, as its fields say what they are.
fn instruction(code: &Code, op: &Op, pc: u32) -> String {
    let debug = format!("{op:?}");
    let Some((name, fields)) = debug.split_once(" { ") else { return debug };
    let mut text = name.to_owned();
    let mut sites = String::new();
    for (i, field) in fields.trim_end_matches(" }").split(", ").enumerate() {
        let Some((field, value)) = field.split_once(": ") else { continue };
        let number: i64 = value.parse().unwrap_or(0);
        let at = number as usize;
        let operand = match field {
            "a" | "b" | "c" | "d" | "word" => format!("w{value}"),
            "base" => format!("at w{value}"),
            "to" => format!("→ {}", pc as i64 + 1 + number),
            "func" => code.funcs.get(at).map_or_else(|| value.to_owned(), |f| f.name.clone()),
            "native" => code.natives.get(at).cloned().unwrap_or_default(),
            "method" => code.methods.get(at).map_or_else(|| value.to_owned(), |m| format!(".{}", m.name)),
            "descriptor" => code.descriptors.get(at).map_or_else(|| value.to_owned(), |&t| code.types.name(t, None)),
            "index" if name == "Const" => code.constants.get(at).map_or_else(String::new, |c| format!("{c:#x}")),
            "index" => block(code, at, &mut sites),
            "group" => group(code, at),
            "site" => {
                sites = site(code, at);
                continue;
            }
            _ => value.to_owned(),
        };
        text.push_str(if i == 0 || field == "base" { " " } else { ", " });
        text.push_str(&operand);
    }
    if !sites.is_empty() {
        let _ = write!(text, "  [{sites}]");
    }
    text
}

fn site(code: &Code, at: usize) -> String {
    code.sites.get(at).map_or_else(String::new, |s| s.name.clone())
}

fn block(code: &Code, at: usize, sites: &mut String) -> String {
    let Some(block) = code.moves.get(at) else { return String::new() };
    if let Some(at) = block.site {
        *sites = site(code, at as usize);
    }
    let ty = code.descriptors.get(block.descriptor as usize);
    ty.map_or_else(String::new, |&ty| code.types.name(ty, None))
}

fn group(code: &Code, at: usize) -> String {
    let Some(group) = code.groups.get(at) else { return String::new() };
    let stores = group.iter().map(|s| {
        let name = s.site.map_or_else(String::new, |n| format!(" [{}]", site(code, n as usize)));
        format!("m[w{}+{}] = w{}{name}", s.base, s.offset, s.value)
    });
    stores.collect::<Vec<_>>().join("; ")
}
