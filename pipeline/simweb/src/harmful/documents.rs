//! PDFs that are small and valid, and cost their readers gigabytes or hours.

use crate::pdf::assemble;
use flate2::Compression;
use flate2::write::ZlibEncoder;
use std::io::Write;

/// What a stream unpacks to at most: as much as careful readers take.
const STREAM: usize = (4 << 20) - 256;
/// Pages that each draw the form.
const PAGES: usize = 20;
/// How often a page draws it.
const DRAWS: usize = 190_000;

/// A font that maps every code of four bytes, in one range.
pub(super) fn cmap() -> Vec<u8> {
    with_font("1 beginbfrange\n<00000000> <FFFFFFFF> <0041>\nendbfrange\n", b"BT /F1 9 Tf (AAAA) Tj ET")
}

/// A letter that stands for 256, four million times.
pub(super) fn text() -> Vec<u8> {
    let map = format!("1 beginbfchar\n<41> <{}>\nendbfchar\n", "0042".repeat(256));
    let content = [b"BT /F1 9 Tf (".to_vec(), vec![b'A'; STREAM], b") Tj ET".to_vec()].concat();
    with_font(&map, &content)
}

/// A form of four million blanks, drawn again and again.
pub(super) fn forms() -> Vec<u8> {
    let kids: String = (0..PAGES).map(|page| format!("{} 0 R ", page + 5)).collect();
    let mut objects = vec![
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        format!("<< /Type /Pages /Kids [{kids}] /Count {PAGES} >>").into_bytes(),
        packed("/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << >>", &vec![b' '; STREAM]),
        packed("", &b"/X Do\n".repeat(DRAWS)),
    ];
    let page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 3 0 R >> >> >>";
    objects.extend((0..PAGES).map(|_| page.as_bytes().to_vec()));
    objects.push(b"<< /Title (Forms) >>".to_vec());
    assemble(&objects)
}

/// One page with this content, its font with this `ToUnicode` map.
fn with_font(map: &str, content: &[u8]) -> Vec<u8> {
    let map = format!(
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /Letters def /CMapType 2 def\n\
         {map}endcmap end end\n"
    );
    assemble(&[
        b"<< /Type /Catalog /Pages 2 0 R >>".to_vec(),
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>".to_vec(),
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>"
            .to_vec(),
        packed("", content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /Identity-H /ToUnicode 6 0 R >>".to_vec(),
        packed("", map.as_bytes()),
        b"<< /Title (Letters) >>".to_vec(),
    ])
}

/// A stream object, packed.
fn packed(entries: &str, bytes: &[u8]) -> Vec<u8> {
    let mut zlib = ZlibEncoder::new(Vec::new(), Compression::best());
    zlib.write_all(bytes).expect("writing to memory does not fail");
    let packed = zlib.finish().expect("writing to memory does not fail");
    let head = format!("<< /Length {} /Filter /FlateDecode {entries} >>\nstream\n", packed.len());
    [head.as_bytes(), &packed, b"\nendstream"].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_is_small() {
        for (document, most) in [(cmap(), 2_000), (text(), 8_000), (forms(), 16_000)] {
            assert!(
                document.starts_with(b"%PDF-1.") && document.len() < most,
                "{} of {most}",
                document.len()
            );
        }
    }
}
