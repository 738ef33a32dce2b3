//! Gaps and placeholders show that nobody filled in a template.

use super::sheet::{Sheet, is_content};
use crate::glossary::Role;
use aho_corasick::{AhoCorasick, AhoCorasickKind};
use std::sync::LazyLock;

/// True for a page with gaps that a body should have filled in: bracketed words, variables, placeholders.
pub(crate) fn is_unfilled(sheet: &Sheet<'_>) -> bool {
    let placeholders = sheet.content_hits(&[Role::Placeholder]).count();
    // Most pages hold no sign of a gap anywhere.
    if placeholders < 2 && !SIGNS.is_match(sheet.text()) {
        return false;
    }
    let content = sheet.blocks().filter(|block| is_content(block));
    let texts = content.map(|block| sheet.block_text(block)).filter(|text| SIGNS.is_match(text));
    let gaps: usize = texts.map(gaps).sum();
    gaps + placeholders >= 2
}

/// What [`gaps`] looks for begins with one of these.
static SIGNS: LazyLock<AhoCorasick> = LazyLock::new(|| {
    let signs = ["{{", "${", "$_", "<%", "%%", "[", "....", "____", "……", "xxx"];
    AhoCorasick::builder()
        .ascii_case_insensitive(true)
        .kind(Some(AhoCorasickKind::DFA))
        .build(signs)
        .expect("a few short constant words")
});

/// Bracketed words and template variables of a text; footnote marks and quotations are none.
fn gaps(text: &str) -> usize {
    let variables =
        ["{{", "${", "$_", "<%", "%%"].iter().map(|mark| text.matches(mark).count()).sum::<usize>();
    let mut brackets = 0;
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        rest = &rest[open + 1..];
        let Some(close) = rest.find([']', '[']) else { break };
        let inner = &rest[..close];
        let letters = inner.chars().filter(|character| character.is_alphabetic()).count();
        // `[1]`, `[a]` and `[…]` are footnotes and omissions; `[at]` hides a mail address.
        // `[role]` is an attribute that a list of failures names.
        let is_code = inner.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        let is_text =
            !is_code && !inner.contains(|character: char| character.is_ascii_digit() || character == '@');
        let is_gap =
            is_text && (4..=160).contains(&letters) && !matches!(inner.trim(), "punkt" | "kropka" | "małpa");
        brackets += usize::from(is_gap);
        rest = &rest[close..];
    }
    let dotted = text.matches("....").count().min(2)
        + text.matches("____").count().min(2)
        + text.matches("……").count().min(2);
    variables + brackets + dotted + crosses(text)
}

/// Words of nothing but crosses, as in `XXX` or `xx/xx/xxxx`; two say enough.
fn crosses(text: &str) -> usize {
    let is_cross = |word: &&str| word.len() >= 3 && word.bytes().all(|byte| byte.eq_ignore_ascii_case(&b'x'));
    text.split(|letter: char| !letter.is_alphanumeric()).filter(is_cross).take(2).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_are_told_from_footnotes() {
        assert_eq!(gaps("[Iestādes nosaukums] apņemas [atbilst, neatbilst, daļēji atbilst]"), 2);
        assert_eq!(gaps("Zákon [1] a vyhláška [2], info[at]obec.sk [...]"), 0);
        assert_eq!(gaps("XXXX se ha comprometido, fecha XX/XX/XXXX, www.xxx.example, XX, XXI"), 2);
        assert_eq!(gaps("${backurl} a $_Accessibility_Web"), 2);
        assert_eq!(gaps("[[[[[[ [aria-label] [requisito 9.1.3.1]"), 0);
    }
}
