//! Text from files as messages show it: short, and without characters that act on a terminal.

/// The most characters of a text that are shown.
const LENGTH: usize = 30;

/// The most names in a list.
const NAMES: usize = 20;

/// The most characters of another program's message that are shown.
const SENTENCE: usize = 200;

/// A text, cut, its control characters escaped.
pub(super) fn shorten(text: &str) -> String {
    cut(text, LENGTH)
}

/// Another program's message, which may repeat a text of the file.
pub(super) fn sentence(text: &str) -> String {
    cut(text, SENTENCE)
}

fn cut(text: &str, length: usize) -> String {
    let mut shown: String = text.chars().take(length).flat_map(escaped).collect();
    if text.chars().nth(length).is_some() {
        shown.push('…');
    }
    shown
}

fn escaped(c: char) -> Vec<char> {
    if c.is_control() {
        c.escape_default().collect()
    } else {
        vec![c]
    }
}

/// The first names, and how many more there are.
pub(super) fn list<S: AsRef<str>>(names: &[S]) -> String {
    let shown: Vec<String> = names.iter().map(|name| shorten(name.as_ref())).collect();
    first(&shown)
}

/// The first of texts that are short already, and how many more there are.
pub(super) fn first(names: &[String]) -> String {
    let shown = names[..names.len().min(NAMES)].join(", ");
    match names.len().checked_sub(NAMES) {
        None | Some(0) => shown,
        Some(more) => format!("{shown} and {more} more"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_short_and_harmless() {
        assert_eq!(shorten("weight"), "weight");
        assert_eq!(shorten("a\u{1b}[2J\tb\0"), "a\\u{1b}[2J\\tb\\u{0}");
        assert_eq!(shorten(&"é".repeat(100_000)), "é".repeat(30) + "…");
        let many: Vec<String> = (0..25).map(|k| k.to_string()).collect();
        assert!(list(&many).ends_with("18, 19 and 5 more"));
        assert_eq!(list(&many[..20]).matches(',').count(), 19);
    }
}
