use super::element::Tag;
use super::scanner::Scanner;
use html5gum::{Error, State, naive_next_state};
use std::convert::Infallible;

/// What the tokenizer is in the middle of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Current {
    Start,
    End,
    Other,
}

/// Feeds the scanner straight from the tokenizer's state machine: nothing is kept that the scanner does not ask for.
#[derive(Debug)]
pub(super) struct Emitter<'s> {
    scanner: &'s mut Scanner,
    characters: Vec<u8>,
    tag_name: Vec<u8>,
    last_start_tag: Vec<u8>,
    current: Current,
    is_self_closing: bool,
}

impl<'s> Emitter<'s> {
    pub(super) fn new(scanner: &'s mut Scanner) -> Self {
        Self {
            scanner,
            characters: Vec::new(),
            tag_name: Vec::new(),
            last_start_tag: Vec::new(),
            current: Current::Other,
            is_self_closing: false,
        }
    }

    fn flush(&mut self) {
        if !self.characters.is_empty() {
            // Pieces of a text that was decoded: always valid, as the tokenizer splits at ASCII only.
            self.scanner.string(&String::from_utf8_lossy(&self.characters));
            self.characters.clear();
        }
    }
}

impl html5gum::Emitter for Emitter<'_> {
    type Token = Infallible;

    fn set_last_start_tag(&mut self, last_start_tag: Option<&[u8]>) {
        self.last_start_tag.clear();
        self.last_start_tag.extend(last_start_tag.unwrap_or_default());
    }

    fn emit_eof(&mut self) {
        self.flush();
    }

    fn emit_error(&mut self, _error: Error) {}

    #[inline]
    fn should_emit_errors(&mut self) -> bool {
        false
    }

    fn pop_token(&mut self) -> Option<Infallible> {
        None
    }

    #[inline]
    fn emit_string(&mut self, text: &[u8]) {
        if self.scanner.wants_text() {
            self.characters.extend_from_slice(text);
        }
    }

    fn init_start_tag(&mut self) {
        self.tag_name.clear();
        self.current = Current::Start;
        self.is_self_closing = false;
        self.scanner.attributes_mut().clear();
    }

    fn init_end_tag(&mut self) {
        self.tag_name.clear();
        self.current = Current::End;
        self.scanner.attributes_mut().clear();
    }

    fn init_comment(&mut self) {
        self.current = Current::Other;
    }

    fn emit_current_tag(&mut self) -> Option<State> {
        self.flush();
        self.scanner.attributes_mut().end_name();
        let tag = Tag::of(&self.tag_name);
        if self.current == Current::End {
            self.last_start_tag.clear();
            self.scanner.end(tag);
            return None;
        }
        self.scanner.start(tag, self.is_self_closing);
        std::mem::swap(&mut self.last_start_tag, &mut self.tag_name);
        naive_next_state(&self.last_start_tag)
    }

    fn emit_current_comment(&mut self) {}

    fn emit_current_doctype(&mut self) {}

    fn set_self_closing(&mut self) {
        self.is_self_closing = true;
    }

    fn set_force_quirks(&mut self) {}

    #[inline]
    fn push_tag_name(&mut self, name: &[u8]) {
        self.tag_name.extend_from_slice(name);
    }

    fn push_comment(&mut self, _text: &[u8]) {}

    fn push_doctype_name(&mut self, _name: &[u8]) {}

    fn init_doctype(&mut self) {
        self.current = Current::Other;
    }

    fn init_attribute(&mut self) {
        self.scanner.attributes_mut().end_name();
    }

    #[inline]
    fn push_attribute_name(&mut self, name: &[u8]) {
        self.scanner.attributes_mut().push_name(name);
    }

    #[inline]
    fn push_attribute_value(&mut self, value: &[u8]) {
        self.scanner.attributes_mut().push_value(value);
    }

    fn set_doctype_public_identifier(&mut self, _value: &[u8]) {}

    fn set_doctype_system_identifier(&mut self, _value: &[u8]) {}

    fn push_doctype_public_identifier(&mut self, _value: &[u8]) {}

    fn push_doctype_system_identifier(&mut self, _value: &[u8]) {}

    fn current_is_appropriate_end_tag_token(&mut self) -> bool {
        self.current == Current::End
            && !self.last_start_tag.is_empty()
            && self.last_start_tag == self.tag_name
    }
}
