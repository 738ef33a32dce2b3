//! Which fonts and forms does a page or form name (ISO 32000-1 section 7.8.3)?

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

/// The dictionaries that names are looked up in, the nearest first.
pub(super) struct Resources<'p> {
    pdf: &'p Document,
    dictionaries: Vec<&'p Dictionary>,
}

impl<'p> Resources<'p> {
    /// Those of a page, and of the nodes above it that have any.
    pub(super) fn of_page(pdf: &'p Document, page: ObjectId) -> Self {
        let (own, others) = pdf.get_page_resources(page).unwrap_or_default();
        let others = others.iter().filter_map(|id| pdf.get_dictionary(*id).ok());
        Self { pdf, dictionaries: own.into_iter().chain(others).collect() }
    }

    /// Those of a form; `None` where it has none.
    pub(super) fn of_form(pdf: &'p Document, form: &'p Stream) -> Option<Self> {
        let own = form.dict.get_deref(b"Resources", pdf).and_then(Object::as_dict).ok()?;
        Some(Self { pdf, dictionaries: vec![own] })
    }

    /// The dictionary of a font.
    pub(super) fn font(&self, name: &[u8]) -> Option<&'p Dictionary> {
        self.named(b"Font", name).find_map(|font| font.as_dict().ok())
    }

    /// A picture made of operations.
    pub(super) fn form(&self, name: &[u8]) -> Option<&'p Stream> {
        let is_form = |stream: &&Stream| {
            stream.dict.get(b"Subtype").and_then(Object::as_name).is_ok_and(|kind| kind == b"Form")
        };
        self.named(b"XObject", name).filter_map(|object| object.as_stream().ok()).find(is_form)
    }

    fn named(&self, kind: &'static [u8], name: &[u8]) -> impl Iterator<Item = &'p Object> {
        let pdf = self.pdf;
        self.dictionaries.iter().filter_map(move |resources| {
            let object = resources.get_deref(kind, pdf).and_then(Object::as_dict).ok()?.get(name).ok()?;
            Some(pdf.dereference(object).ok()?.1)
        })
    }
}
