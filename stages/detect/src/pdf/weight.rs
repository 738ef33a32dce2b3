//! How much can the parser make of these bytes at most?
//!
//! Lopdf holds an object of some 120 bytes for each word, and room for four in each list: two bytes become
//! hundreds. So what it is given is weighed first.

/// Objects that it may make of one stream: some 120 MB.
pub(super) const MAX_WEIGHT: u64 = 1_000_000;

/// Objects that the parser may make of these bytes at most.
///
/// It is a limit, not a count: words inside strings and pictures weigh as well.
pub(super) fn weight(bytes: &[u8]) -> u64 {
    let (mut weight, mut number) = (0, Number::None);
    for byte in bytes {
        let (more, next) = match (byte, number) {
            (b'0'..=b'9', Number::None) | (b'+' | b'-', _) => (1, Number::Whole),
            (b'0'..=b'9', number) => (0, number),
            (b'.', Number::Whole) => (0, Number::Real),
            // A second point begins another number.
            (b'.', _) => (1, Number::Real),
            (b'[', _) => (5, Number::None),
            (b'<', _) => (3, Number::None),
            // Strings, names, and what begins as `true`, `false` and `null` do.
            (b'(' | b'/' | b't' | b'f' | b'n', _) => (1, Number::None),
            _ => (0, Number::None),
        };
        weight += more;
        number = next;
    }
    weight
}

/// How far a number is read.
#[derive(Clone, Copy)]
enum Number {
    None,
    Whole,
    Real,
}

#[cfg(test)]
mod tests {
    use super::*;
    use lopdf::Object;
    use lopdf::content::Content;
    use proptest::prelude::*;

    /// Objects held, with the room that a list has for its first four.
    fn held(object: &Object) -> u64 {
        match object {
            Object::Array(items) => 1 + items.iter().map(held).sum::<u64>(),
            Object::Dictionary(dictionary) => 1 + dictionary.iter().map(|(_, item)| held(item)).sum::<u64>(),
            _ => 1,
        }
    }

    proptest! {
        #[test]
        fn no_object_is_made_of_nothing(content in r"([\[\]<>()/.+\-0-9 ]|true|null|false|q ){0,60}") {
            let operations = Content::decode_iter(content.as_bytes()).filter_map(Result::ok);
            let made: u64 = operations.flat_map(|operation| operation.operands).map(|object| held(&object)).sum();
            prop_assert!(made <= weight(content.as_bytes()), "{made} of {content}");
        }
    }

    #[test]
    fn an_honest_line_weighs_what_it_holds() {
        assert_eq!(weight(b"1 0 0 -1 56.7 785.2 cm"), 6);
        assert_eq!(weight(b"[(Hello) -250 (you)] TJ"), 8);
    }
}
