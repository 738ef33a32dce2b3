//! Which paths and items stand among the tokens of a macro or an attribute?

use syn::buffer::{Cursor, TokenBuffer};

/// What begins an item inside a macro's braces.
const ITEM_WORDS: [&str; 8] = ["const", "enum", "fn", "static", "struct", "trait", "type", "union"];

/// Runs of names joined by `::`, and single names that are called or begin with a capital. A text that names a path
/// (`#[serde(with = "crate::time")]`) counts as one.
pub(super) fn paths(tokens: &TokenBuffer) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut before = String::new();
    walk(tokens.begin(), &mut |token| match token {
        Token::Path { path, is_called } => {
            before.clone_from(&path[0]);
            if is_called || path.len() > 1 || !path[0].starts_with(char::is_lowercase) {
                found.push(path);
            }
        }
        Token::Text(text) => found.extend(path_in_text(&text, before == "with")),
    });
    found
}

/// The names behind `struct`, `enum`, `fn` and the like: what a macro that is called between items declares.
pub(super) fn declared(tokens: &TokenBuffer) -> Vec<String> {
    let mut found = Vec::new();
    let mut declares = false;
    walk(tokens.begin(), &mut |token| {
        let Token::Path { path, .. } = token else { return };
        if declares {
            found.push(path[0].clone());
        }
        declares = path.len() == 1 && ITEM_WORDS.contains(&path[0].as_str());
    });
    found
}

enum Token {
    Path { path: Vec<String>, is_called: bool },
    Text(String),
}

fn walk(mut cursor: Cursor<'_>, each: &mut impl FnMut(Token)) {
    while !cursor.eof() {
        if let Some((inside, _, _, rest)) = cursor.any_group() {
            walk(inside, each);
            cursor = rest;
        } else if let Some((path, rest)) = path_at(cursor) {
            let is_called =
                rest.any_group().is_some() || rest.punct().is_some_and(|(mark, _)| mark.as_char() == '!');
            each(Token::Path { path, is_called });
            cursor = rest;
        } else if let Some((literal, rest)) = cursor.literal() {
            each(Token::Text(literal.to_string()));
            cursor = rest;
        } else if let Some((_, rest)) = cursor.token_tree() {
            cursor = rest;
        }
    }
}

fn path_at(cursor: Cursor<'_>) -> Option<(Vec<String>, Cursor<'_>)> {
    let (first, mut cursor) = cursor.ident()?;
    let mut path = vec![first.to_string()];
    while let Some((next, rest)) = colons(cursor).and_then(Cursor::ident) {
        path.push(next.to_string());
        cursor = rest;
    }
    Some((path, cursor))
}

fn colons(cursor: Cursor<'_>) -> Option<Cursor<'_>> {
    let (first, cursor) = cursor.punct()?;
    let (second, cursor) = cursor.punct()?;
    (first.as_char() == ':' && second.as_char() == ':').then_some(cursor)
}

/// The path in a text literal. Behind `with` it is a module's, and its `serialize` is what is named.
fn path_in_text(literal: &str, is_module: bool) -> Option<Vec<String>> {
    let text = literal.strip_prefix('"')?.strip_suffix('"')?;
    let is_name =
        |name: &str| !name.is_empty() && name.chars().all(|letter| letter.is_alphanumeric() || letter == '_');
    let path = || text.split("::").chain(is_module.then_some("serialize")).map(str::to_owned);
    let is_path = text.split("::").all(is_name) && (is_module || text.contains("::"));
    is_path.then(|| path().collect())
}
