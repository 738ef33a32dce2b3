//! Which objects does a file hold, and what do they cost before any of them is looked at?
//!
//! Lopdf loads a file whole. It takes a function that sees each object: there they are paid for, and object streams
//! are set aside, to be unpacked here one by one. What it does before that is not paid for: objects that turn out to
//! be none, lengths that lead to further objects, and encrypted files. A process that may die of them is for that.

use super::members;
use super::streams::MAX_UNPACKED;
use super::weight::{MAX_WEIGHT, weight};
use crate::paper::Unread;
use deklaro_schemas::budget::{Budget, Cost, Limits};
use lopdf::xref::XrefRecovery;
use lopdf::{Dictionary, Document, LoadOptions, Object, ObjectId};
use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Bytes that the cross-reference streams of a file may unpack to, all together: three are an entry.
const MAX_TABLES: usize = 16 << 20;
/// The type of an object stream that lopdf is to leave alone.
const SET_ASIDE: &[u8] = b"DeklaroObjStm";

thread_local! {
    /// What loading may cost. Lopdf takes a plain function, so its budget waits here.
    static LOADING: RefCell<Budget> = RefCell::new(Budget::new(Limits::NONE));
}

/// Loads a file.
///
/// # Errors
///
/// It is damaged, or too costly.
pub(super) fn load(bytes: &[u8], budget: &Budget) -> Result<Document, Unread> {
    budget.charge(Cost::Steps, bytes.len() as u64)?;
    if weight(bytes) > MAX_WEIGHT + bytes.len() as u64 / 8 {
        return Err(Unread::TooCostly);
    }
    // The parser would ask for a window of up to 1 GiB, unasked, and for cross-reference streams as well.
    if names(bytes, b"BrotliDecode") > 0 {
        return Err(Unread::Damaged);
    }
    let pdf = loaded(bytes, budget, false)?;
    if pdf.is_encrypted() || pdf.xref_recovery == Some(XrefRecovery::Reconstructed) || has_pages(&pdf) {
        return Ok(pdf);
    }
    // What lopdf itself does where it is given no function: its table led nowhere, so the objects are looked for.
    match loaded(bytes, budget, true) {
        Err(Unread::TooCostly) => Err(Unread::TooCostly),
        Ok(rebuilt) if rebuilt.xref_recovery == Some(XrefRecovery::Reconstructed) && has_pages(&rebuilt) => {
            Ok(rebuilt)
        }
        _ => Ok(pdf),
    }
}

fn loaded(bytes: &[u8], budget: &Budget, force_reconstruct: bool) -> Result<Document, Unread> {
    let left =
        Limits { unpacked: budget.left(Cost::Unpacked), items: budget.left(Cost::Items), ..Limits::NONE };
    LOADING.set(Budget::new(left));
    let options = LoadOptions {
        filter: Some(pay),
        max_decompressed_size: Some(MAX_UNPACKED.min(MAX_TABLES / tables(bytes))),
        force_reconstruct,
        ..LoadOptions::default()
    };
    let load = || Document::load_mem_with_options(bytes, options);
    let loaded = catch_unwind(AssertUnwindSafe(load));
    let spent = LOADING.replace(Budget::new(Limits::NONE));
    for cost in [Cost::Unpacked, Cost::Items] {
        budget.charge(cost, spent.spent(cost))?;
    }
    let mut pdf = loaded.unwrap_or_else(|panic| resume_unwind(panic)).map_err(|_| Unread::Damaged)?;
    members::unpack(&mut pdf, SET_ASIDE, budget)?;
    Ok(pdf)
}

/// How many cross-reference streams a file may have; each has an equal share. One says what it is, and how wide its entries are.
/// The parser asks for one or the other, and unpacks before it asks.
fn tables(bytes: &[u8]) -> usize {
    names(bytes, b"W").max(names(bytes, b"XRef")).max(1)
}

/// Pays for an object that was parsed, and sets it aside where it holds others.
#[expect(clippy::unnecessary_wraps, reason = "lopdf wants a function of this kind")]
fn pay(id: ObjectId, object: &mut Object) -> Option<(ObjectId, Object)> {
    let (items, bytes) = held(object);
    let paid = LOADING.with_borrow(|budget| {
        budget.charge(Cost::Items, items).and_then(|()| budget.charge(Cost::Unpacked, bytes))
    });
    if let Err(exhausted) = paid {
        // The parser cannot be told to stop; whoever called it finds the budget spent.
        resume_unwind(Box::new(exhausted));
    }
    if let Object::Stream(stream) = object
        && stream.dict.has_type(b"ObjStm")
    {
        stream.dict.set("Type", Object::Name(SET_ASIDE.to_vec()));
    }
    // Only whether there is an answer counts for objects that stand in the file itself.
    Some((id, Object::Null))
}

/// How many objects an object holds, and how many bytes.
fn held(object: &Object) -> (u64, u64) {
    let all = |dictionary: &Dictionary| {
        let each = dictionary.iter().map(|(name, object)| (name.len() as u64, held(object)));
        each.fold((1, 0), |sum, (name, (items, bytes))| (sum.0 + items, sum.1 + name + bytes))
    };
    match object {
        Object::Array(items) => {
            items.iter().map(held).fold((1, 0), |sum, (items, bytes)| (sum.0 + items, sum.1 + bytes))
        }
        Object::Dictionary(dictionary) => all(dictionary),
        Object::Stream(stream) => {
            let (items, bytes) = all(&stream.dict);
            (items, bytes + stream.content.len() as u64)
        }
        Object::String(bytes, _) | Object::Name(bytes) => (1, bytes.len() as u64),
        _ => (1, 0),
    }
}

/// True where the catalog leads to pages.
fn has_pages(pdf: &Document) -> bool {
    let root = pdf.catalog().and_then(|catalog| catalog.get(b"Pages")).and_then(Object::as_reference);
    let root = root.and_then(|root| pdf.get_dictionary(root));
    root.and_then(|root| root.get_deref(b"Kids", pdf)).and_then(Object::as_array).is_ok()
}

/// How often a name stands in the file, in whichever way it is written (`#42` is `B`).
pub(super) fn names(bytes: &[u8], name: &[u8]) -> usize {
    let is_name = |at: &usize| {
        let mut rest = &bytes[at + 1..];
        let is_same = name.iter().all(|wanted| {
            let (byte, behind) = letter(rest);
            rest = behind;
            byte == Some(*wanted)
        });
        // A longer name is another one.
        is_same && letter(rest).0.is_none_or(|byte| b" \t\r\n\0\x0C()<>[]{}/%".contains(&byte))
    };
    memchr::memchr_iter(b'/', bytes).filter(is_name).count()
}

/// The first byte of a name, and what is behind it.
fn letter(bytes: &[u8]) -> (Option<u8>, &[u8]) {
    match bytes {
        [b'#', high, low, rest @ ..] => (escaped(*high, *low), rest),
        [byte, rest @ ..] => (Some(*byte), rest),
        [] => (None, bytes),
    }
}

fn escaped(high: u8, low: u8) -> Option<u8> {
    let digit = |digit: u8| char::from(digit).to_digit(16);
    Some((digit(high)? << 4 | digit(low)?) as u8)
}
