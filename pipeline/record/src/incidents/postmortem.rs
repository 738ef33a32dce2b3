//! What a postmortem must say.

/// Its sections, each with what belongs there.
pub(super) const SECTIONS: [(&str, &str); 6] = [
    ("What happened", "in the order of time, with times in UTC"),
    ("Impact", "who saw what, for how long; which published figures were touched"),
    ("Cause", "what made it possible, not who"),
    ("How it was noticed", "and what would have noticed it sooner"),
    ("What was done", "step by step, with what helped and what did not"),
    ("What will be changed", "each with a person and a day"),
];

/// The empty form.
pub(super) fn form() -> String {
    SECTIONS.iter().map(|(title, what)| format!("\n## {title}\n\n<!-- {what} -->\n")).collect()
}

/// The sections of a postmortem that are not there, or say nothing.
pub fn missing_sections(text: &str) -> Vec<&'static str> {
    let text = without_comments(text);
    let says = |title: &str| {
        let mut lines = text.lines().skip_while(|line| heading(line) != Some(title)).skip(1);
        lines.by_ref().take_while(|line| heading(line).is_none()).any(is_text)
    };
    SECTIONS.iter().map(|(title, _)| *title).filter(|title| !says(title)).collect()
}

fn heading(line: &str) -> Option<&str> {
    Some(line.strip_prefix("## ")?.trim())
}

/// The text without what stands between `<!--` and `-->`; a comment without end takes the rest with it.
fn without_comments(text: &str) -> String {
    let mut left = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("<!--") {
        left.push_str(before);
        rest = comment.split_once("-->").map_or("", |(_, after)| after);
    }
    left + rest
}

/// A dash or a row of dots says nothing.
fn is_text(line: &str) -> bool {
    line.chars().any(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_empty_form_says_nothing_and_a_filled_one_all() {
        assert_eq!(missing_sections(&form()).len(), SECTIONS.len());
        assert_eq!(missing_sections("").len(), SECTIONS.len());
        let filled = form().replace("-->\n", "-->\nthe disk was full\n");
        assert!(missing_sections(&filled).is_empty(), "{filled}");
        let half = filled.replacen("the disk was full\n", "  \n", 1);
        assert_eq!(missing_sections(&half), ["What happened"]);
    }

    #[test]
    fn comments_of_several_lines_and_dashes_say_nothing() {
        let all = SECTIONS.len();
        let with = |text: &str| missing_sections(&form().replace("-->\n", &format!("-->\n{text}\n"))).len();
        for empty in
            ["<!--\nthe disk was full\n-->", "<!-- a\nb --><!--\nc\n-->", "<!-- has no end\na", "-\n…\n***"]
        {
            assert_eq!(with(empty), all, "{empty}");
        }
        assert_eq!(with("<!-- a\nb --> the disk was full"), 0);
        assert_eq!(with("- 10:02 the disk was full"), 0);
    }
}
