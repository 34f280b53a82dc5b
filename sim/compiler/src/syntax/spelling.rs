//! The text that the grammar reads: our tokens, each spelled as the grammar knows it best.
//!
//! tree-sitter-go has a scanner of its own, which knows Go's less well: a newline is white space to it where a statement
//! cannot end (so it takes `f(a⏎)`, which Go refuses), it reserves `new`, `make`, `nil`, `iota` and others, and letters are
//! Unicode's, not Go's. So it never sees the file. It reads one token after the other, with spaces between:
//!
//! - a name is `a`, a string is `""`, any other literal is `0`: their own text is looked up in the file afterwards;
//! - a semicolon that Go inserts is a `;` like others;
//! - what the grammar cannot tell, or insists on, is made plain by the [`Mark`]s of [`super::recognise`].

use super::recognise::Mark;
use super::token::{Kind, Token};
use crate::ast::LitKind;

/// The text for the grammar, and the token that each piece of it stands for.
#[derive(Debug, Default)]
pub(super) struct Spelling {
    /// What to parse.
    pub text: String,
    /// Where pieces begin in `text`, ascending.
    starts: Vec<u32>,
    /// The token of each piece.
    tokens: Vec<u32>,
}

impl Spelling {
    /// The index of the token that the piece of text at or before `offset` stands for.
    pub fn token_at(&self, offset: usize) -> usize {
        let after = self.starts.partition_point(|&start| start as usize <= offset);
        self.tokens[after.saturating_sub(1)] as usize
    }

    fn push(&mut self, piece: &str, token: usize) {
        self.starts.push(self.text.len() as u32);
        self.tokens.push(token as u32);
        self.text.push_str(piece);
        self.text.push(' ');
    }
}

/// Spells the tokens of `file`. `marks` ascend.
pub(super) fn spell(file: &str, tokens: &[Token], marks: &[(usize, Mark)]) -> Spelling {
    let mut out = Spelling::default();
    let mut marks = marks.iter().peekable();
    for (i, token) in tokens.iter().enumerate() {
        let mut piece = match token.kind {
            Kind::Name => "a",
            Kind::Literal(LitKind::String) => "\"\"",
            Kind::Literal(_) => "0",
            Kind::Semicolon(_) => ";",
            Kind::Keyword | Kind::Operator => token.text(file),
        };
        while let Some((_, mark)) = marks.next_if(|(at, _)| *at == i) {
            match mark {
                // The semicolon alone is an empty statement to the grammar, and would need another one behind it.
                Mark::Empty => piece = "",
                // Needed at the end of a group; and a label has to be before a statement.
                Mark::Ends => out.push(";", i),
                // The grammar has types as arguments of these two only.
                Mark::TakesType => piece = token.text(file),
                // No operand to the grammar; but a conversion is, and its operand is left out again in lowering.
                Mark::Selects => ["(", "a", ")"].into_iter().for_each(|piece| out.push(piece, i)),
            }
        }
        if !piece.is_empty() {
            out.push(piece, i);
        }
    }
    out
}
