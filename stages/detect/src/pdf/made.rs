//! Which documents do the tests make for themselves?

use lopdf::{Dictionary, Stream, dictionary};

/// A document of one page that shows this content, with these things beside it.
pub(super) fn drawn(
    content: Stream,
    resources: Dictionary,
    also: impl FnOnce(&mut lopdf::Document),
) -> Vec<u8> {
    let mut pdf = lopdf::Document::with_version("1.5");
    let (pages, content) = (pdf.new_object_id(), pdf.add_object(content));
    let page = pdf.add_object(
        dictionary! { "Type" => "Page", "Parent" => pages, "Contents" => content, "Resources" => resources },
    );
    pdf.objects
        .insert(pages, dictionary! { "Type" => "Pages", "Kids" => vec![page.into()], "Count" => 1 }.into());
    let catalog = pdf.add_object(dictionary! { "Type" => "Catalog", "Pages" => pages });
    pdf.trailer.set("Root", catalog);
    also(&mut pdf);
    let mut bytes = Vec::new();
    pdf.save_to(&mut bytes).unwrap();
    bytes
}

pub(super) fn helvetica() -> Dictionary {
    let font = dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "Helvetica", "Encoding" => "WinAnsiEncoding" };
    dictionary! { "Font" => dictionary! { "F1" => font } }
}

/// A document with a font whose ToUnicode map has these sections, and a page that shows codes of it.
pub(super) fn mapped(sections: &str, content: &[u8]) -> Vec<u8> {
    let map = format!(
        "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CMapName /X def\n/CMapType 2 def\n{sections}\
         endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"
    );
    with_font(content, |pdf| {
        let map = pdf.add_object(packed(map.as_bytes()));
        dictionary! { "Type" => "Font", "Subtype" => "Type1", "BaseFont" => "X", "ToUnicode" => map }
    })
}

/// A document with this font, and a page with this content.
pub(super) fn with_font(content: &[u8], font: impl FnOnce(&mut lopdf::Document) -> Dictionary) -> Vec<u8> {
    drawn(packed(content), Dictionary::new(), |pdf| {
        let font = font(pdf);
        let font = pdf.add_object(font);
        let page = pdf.page_iter().next().unwrap();
        let resources = dictionary! { "Font" => dictionary! { "F1" => font } };
        pdf.get_dictionary_mut(page).unwrap().set("Resources", resources);
    })
}

/// A document whose page draws with this content, and with a form `/X` that shows the other.
pub(super) fn with_form(content: &[u8], form: &[u8]) -> Vec<u8> {
    drawn(packed(content), Dictionary::new(), |pdf| {
        let mut shown = packed(form);
        shown.dict.set("Subtype", "Form");
        shown.dict.set("Resources", helvetica());
        let form = pdf.add_object(shown);
        let page = pdf.page_iter().next().unwrap();
        let resources = dictionary! { "XObject" => dictionary! { "X" => form } };
        pdf.get_dictionary_mut(page).unwrap().set("Resources", resources);
    })
}

/// A stream of these bytes, compressed.
pub(super) fn packed(bytes: &[u8]) -> Stream {
    let mut stream = Stream::new(Dictionary::new(), bytes.to_vec());
    stream.compress().unwrap();
    stream
}

/// A file of these objects, numbered from 1, with a table that has `entries` for the object `repeated`.
///
/// The first is the catalog.
pub(super) fn file(objects: &[Vec<u8>], repeated: usize, entries: usize) -> Vec<u8> {
    let (mut file, mut places) = (b"%PDF-1.5\n".to_vec(), Vec::new());
    for (index, object) in objects.iter().enumerate() {
        places.push(file.len());
        file.extend_from_slice(format!("{} 0 obj\n", index + 1).as_bytes());
        file.extend_from_slice(object);
        file.extend_from_slice(b"\nendobj\n");
    }
    places.extend(std::iter::repeat_n(places[repeated], entries));
    let table = file.len();
    file.extend_from_slice(format!("xref\n0 {}\n0000000000 65535 f \n", places.len() + 1).as_bytes());
    for place in &places {
        file.extend_from_slice(format!("{place:010} 00000 n \n").as_bytes());
    }
    let size = places.len() + 1;
    let trailer = format!("trailer\n<< /Size {size} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n");
    file.extend_from_slice(trailer.as_bytes());
    file
}

/// An object stream of this content, the first bytes of which are its index.
pub(super) fn object_stream(index: &str, objects: &[u8]) -> Vec<u8> {
    let stream = packed(&[index.as_bytes(), objects].concat());
    let head = format!(
        "<< /Type /ObjStm /N {} /First {} /Length {}{} >>\nstream\n",
        index.split_whitespace().count() / 2,
        index.len(),
        stream.content.len(),
        if stream.dict.has(b"Filter") { " /Filter /FlateDecode" } else { "" }
    );
    [head.as_bytes(), &stream.content, b"\nendstream"].concat()
}
