//! Patterns over the names of sites.

use wildmatch::WildMatch;

/// A pattern: `*` stands for any text, `?` for any one character, all else for itself.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct Glob(pub String);

impl Glob {
    /// Does the whole of `name` fit the pattern?
    pub fn fits(&self, name: &str) -> bool {
        WildMatch::new(&self.0).matches(name)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_fit_as_in_a_shell() {
        let fits = |pattern: &str, name: &str| Glob(pattern.to_owned()).fits(name);
        assert!(fits("mapassign.*", "mapassign.indirect_elem"));
        assert!(fits("*", ""));
        assert!(fits("*elem", "evacuate.elem"));
        assert!(fits("*a*b", "xaxxbab"));
        assert!(fits("main.go:?? map slot", "main.go:12 map slot"));
        assert!(!fits("mapassign.*", "mapassign_fast64.key"));
        assert!(!fits("evacuate", "evacuate.elem"));
        assert!(!fits("?", ""));
    }

    #[test]
    fn many_stars_do_not_blow_up() {
        assert!(!Glob("*a".repeat(200) + "b").fits(&"a".repeat(2000)));
    }
}
