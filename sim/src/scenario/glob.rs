//! Patterns over the names of sites.

/// A pattern: `*` stands for any text, `?` for any one character, all else for itself.
#[derive(Clone, PartialEq, Eq, Debug, Hash)]
pub struct Glob(pub String);

impl Glob {
    /// Does the whole of `name` fit the pattern? Takes time in the product of the lengths at most.
    pub fn fits(&self, name: &str) -> bool {
        let pattern: Vec<char> = self.0.chars().collect();
        let name: Vec<char> = name.chars().collect();
        let (mut p, mut n) = (0, 0);
        // Where the last star is, and how much of the name it has taken.
        let mut star: Option<(usize, usize)> = None;
        while n < name.len() {
            if p < pattern.len() && pattern[p] == '*' {
                star = Some((p, n));
                p += 1;
            } else if p < pattern.len() && (pattern[p] == '?' || pattern[p] == name[n]) {
                p += 1;
                n += 1;
            } else if let Some((at, taken)) = star {
                star = Some((at, taken + 1));
                p = at + 1;
                n = taken + 1;
            } else {
                return false;
            }
        }
        pattern[p..].iter().all(|&c| c == '*')
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
