//! A small, valid PDF (ISO 32000-1) with text in any alphabet.
//!
//! The font is one every reader has. Letters beyond ASCII get codes as they turn up. A `ToUnicode` map says
//! which letter each code is, so that text extraction gives the words back.

use std::fmt::Write;

/// Letters on a line before it is broken.
const LINE: usize = 95;
/// Lines on the one page; the text of a statement has fewer.
const LINES: usize = 58;

/// A PDF of one page with `lines` as its text.
pub(crate) fn document(title: &str, lines: &[String]) -> Vec<u8> {
    // ASCII keeps its own codes, so that a viewer shows Latin text as it is.
    let mut letters: Vec<char> = (' '..='~').collect();
    let mut content = String::from("BT /F1 9 Tf 40 800 Td 13 TL\n");
    for line in lines.iter().flat_map(|line| broken(line)).take(LINES) {
        content.push('<');
        for letter in line.chars() {
            let _ = write!(content, "{:02X}", code(&mut letters, letter));
        }
        content.push_str("> Tj T*\n");
    }
    content.push_str("ET\n");
    let map = to_unicode(&letters);
    let objects = [
        "<< /Type /Catalog /Pages 2 0 R >>".to_owned(),
        "<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_owned(),
        "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_owned(),
        format!("<< /Length {} >>\nstream\n{content}endstream", content.len()),
        "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 6 0 R >>".to_owned(),
        format!("<< /Length {} >>\nstream\n{map}endstream", map.len()),
        format!("<< /Title <FEFF{}> >>", utf16(title)),
    ];
    assemble(&objects.map(String::into_bytes))
}

/// Code of `letter`, a new one if it is seen for the first time. A page never has 200 different letters;
/// should it, the rest become spaces.
fn code(letters: &mut Vec<char>, letter: char) -> u8 {
    let index = letters.iter().position(|known| *known == letter).unwrap_or_else(|| {
        letters.push(letter);
        letters.len() - 1
    });
    u8::try_from(index + 32).unwrap_or(32)
}

fn to_unicode(letters: &[char]) -> String {
    let mut out = String::from(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Letters def /CMapType 2 def\n\
         1 begincodespacerange <00> <FF> endcodespacerange\n",
    );
    // A bfchar section holds at most 100 entries (Adobe Technical Note 5014).
    for (part, chunk) in letters.chunks(100).enumerate() {
        let _ = writeln!(out, "{} beginbfchar", chunk.len());
        for (index, letter) in chunk.iter().enumerate() {
            let _ = writeln!(out, "<{:02X}> <{}>", part * 100 + index + 32, utf16(&letter.to_string()));
        }
        out.push_str("endbfchar\n");
    }
    out.push_str("endcmap end end\n");
    out
}

fn utf16(text: &str) -> String {
    text.encode_utf16().fold(String::new(), |mut out, unit| {
        let _ = write!(out, "{unit:04X}");
        out
    })
}

/// `line` in pieces of at most [`LINE`] letters, broken at spaces.
fn broken(line: &str) -> Vec<String> {
    let mut out = vec![String::new()];
    for word in line.split(' ') {
        let last = out.last().map_or(0, |last| last.chars().count());
        if last > 0 && last + word.chars().count() >= LINE {
            out.push(String::new());
        }
        if let Some(last) = out.last_mut() {
            if !last.is_empty() {
                last.push(' ');
            }
            last.push_str(word);
        }
    }
    out
}

/// Header, objects (the first is the catalogue, the last the document's information), cross-reference table, trailer.
pub(crate) fn assemble(objects: &[Vec<u8>]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (index, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend([format!("{} 0 obj\n", index + 1).as_bytes(), object, b"\nendobj\n"].concat());
    }
    let (start, size) = (out.len(), objects.len() + 1);
    let mut end = format!("xref\n0 {size}\n0000000000 65535 f \n");
    for offset in offsets {
        let _ = writeln!(end, "{offset:010} 00000 n ");
    }
    let _ = write!(
        end,
        "trailer\n<< /Size {size} /Root 1 0 R /Info {} 0 R >>\nstartxref\n{start}\n%%EOF\n",
        size - 1
    );
    out.extend(end.into_bytes());
    out
}

#[cfg(test)]
pub(crate) mod tests {
    use super::document;

    /// The text of a PDF made here, read back through its own map.
    pub(crate) fn text_of(pdf: &[u8]) -> String {
        let pdf = String::from_utf8(pdf.to_vec()).unwrap();
        let letter = |code: &str| {
            let at = pdf.find(&format!("\n<{code}> <")).unwrap() + code.len() + 5;
            char::from_u32(u32::from_str_radix(&pdf[at..at + 4], 16).unwrap()).unwrap()
        };
        let mut out = String::new();
        for line in pdf.lines().filter_map(|line| line.strip_prefix('<')?.strip_suffix("> Tj T*")) {
            out.extend((0..line.len()).step_by(2).map(|at| letter(&line[at..at + 2])));
            out.push(' ');
        }
        out
    }

    #[test]
    fn text_comes_back_in_any_alphabet() {
        let pdf = document("Δήλωση", &["Η παρούσα δήλωση".to_owned(), "Декларация, čeština".to_owned()]);
        assert_eq!(text_of(&pdf), "Η παρούσα δήλωση Декларация, čeština ");
    }

    #[test]
    fn the_cross_references_point_at_objects() {
        let pdf = String::from_utf8(document("t", &["a".repeat(300), "b c".to_owned()])).unwrap();
        let table = pdf.split("xref\n").nth(1).unwrap();
        for (index, line) in table.lines().skip(2).take_while(|line| line.ends_with("n ")).enumerate() {
            let offset: usize = line[..10].parse().unwrap();
            assert!(pdf[offset..].starts_with(&format!("{} 0 obj", index + 1)));
        }
        let start: usize = pdf.split("startxref\n").nth(1).unwrap().lines().next().unwrap().parse().unwrap();
        assert!(pdf[start..].starts_with("xref"));
    }
}
