//! The lines of a page: its shown strings, put together by where they stand (ISO 32000-1 section 9.4).

use super::font::{Font, Fonts, number};
use super::resources::Resources;
use super::streams::Streams;
use super::weight::{MAX_WEIGHT, weight};
use crate::paper::Unread;
use deklaro_schemas::budget::{Budget, Cost, Exhausted};
use lopdf::content::{Content, Operation};
use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

/// Operations of a page that are followed.
const MAX_OPERATIONS: usize = 200_000;
/// Lines of a page that are kept.
const MAX_LINES: usize = 5_000;
/// Gap between two strings of a line that parts words, in sizes of the font.
const GAP: f64 = 0.15;

/// One line of text.
#[derive(Debug, Clone, Default)]
pub(super) struct Line {
    pub(super) text: String,
    /// Left and right end, and height of the baseline above the page's lower edge, in points.
    pub(super) left: f64,
    pub(super) right: f64,
    pub(super) baseline: f64,
    /// Size of its font in points.
    pub(super) size: f64,
    pub(super) is_bold: bool,
}

/// The lines of a page in the order they are drawn in, which is that of reading in all but few files.
pub(super) fn of_page<'p>(
    pdf: &'p Document,
    page: ObjectId,
    fonts: &mut Fonts<'p>,
    streams: &mut Streams<'p>,
) -> Result<Vec<Line>, Unread> {
    let Some(content) = streams.of_page(pdf, page)? else { return Ok(Vec::new()) };
    let mut pen = Pen::new(pdf, fonts, streams);
    pen.draw(&content, &Resources::of_page(pdf, page), 0)?;
    Ok(pen.lines)
}

/// Maps text space to the page, as `[a b c d e f]`.
type Matrix = [f64; 6];

const IDENTITY: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

fn times(first: Matrix, then: Matrix) -> Matrix {
    let [m, n] = [first, then];
    let row = |x: f64, y: f64, column: usize| x * n[column] + y * n[column + 2];
    [
        row(m[0], m[1], 0),
        row(m[0], m[1], 1),
        row(m[2], m[3], 0),
        row(m[2], m[3], 1),
        row(m[4], m[5], 0) + n[4],
        row(m[4], m[5], 1) + n[5],
    ]
}

/// What the operations draw with.
struct Pen<'p, 'f> {
    pdf: &'p Document,
    fonts: &'f mut Fonts<'p>,
    streams: &'f mut Streams<'p>,
    lines: Vec<Line>,
    operations: usize,
    page: Matrix,
    saved: Vec<Matrix>,
    text: Matrix,
    line: Matrix,
    font: Option<&'p Dictionary>,
    size: f64,
    leading: f64,
    letter_space: f64,
    word_space: f64,
}

impl<'p, 'f> Pen<'p, 'f> {
    fn new(pdf: &'p Document, fonts: &'f mut Fonts<'p>, streams: &'f mut Streams<'p>) -> Self {
        Self {
            pdf,
            fonts,
            streams,
            lines: Vec::new(),
            operations: 0,
            page: IDENTITY,
            saved: Vec::new(),
            text: IDENTITY,
            line: IDENTITY,
            font: None,
            size: 1.0,
            leading: 0.0,
            letter_space: 0.0,
            word_space: 0.0,
        }
    }

    /// Follows the operations of a page or form; each time, its length is paid for.
    fn draw(&mut self, content: &[u8], resources: &Resources<'p>, depth: usize) -> Result<(), Unread> {
        self.streams.charge(Cost::Steps, content.len() as u64 + 1)?;
        if weight(content) > MAX_WEIGHT {
            self.streams.pass(Unread::TooCostly);
            return Ok(());
        }
        for operation in Content::decode_iter(content).map_while(Result::ok) {
            self.operations += 1;
            if self.operations > MAX_OPERATIONS || self.lines.len() > MAX_LINES {
                break;
            }
            let name = operation.operands.first().and_then(|name| name.as_name().ok());
            match operation.operator.as_str() {
                "Tf" => {
                    self.font = name.and_then(|name| resources.font(name));
                    self.size = number(operation.operands.get(1)).unwrap_or(1.0);
                }
                // A form that draws itself would never end.
                "Do" if depth < 3 => {
                    if let Some(form) = name.and_then(|name| resources.form(name)) {
                        self.draw_form(form, depth + 1)?;
                    }
                }
                _ => self.step(&operation)?,
            }
        }
        Ok(())
    }

    fn draw_form(&mut self, form: &'p Stream, depth: usize) -> Result<(), Unread> {
        let Some(content) = self.streams.plain(form)? else { return Ok(()) };
        let Some(resources) = Resources::of_form(self.pdf, form) else { return Ok(()) };
        let page = self.page;
        let own = form.dict.get_deref(b"Matrix", self.pdf).and_then(Object::as_array);
        if let Some(matrix) = own.ok().and_then(|own| matrix(own)) {
            self.page = times(matrix, self.page);
        }
        self.draw(&content, &resources, depth)?;
        self.page = page;
        Ok(())
    }

    /// All operations that need nothing but the pen.
    fn step(&mut self, operation: &Operation) -> Result<(), Unread> {
        let operands = &operation.operands;
        let at = |index: usize| number(operands.get(index)).unwrap_or(0.0);
        match operation.operator.as_str() {
            "q" if self.saved.len() < 64 => self.saved.push(self.page),
            "Q" => self.page = self.saved.pop().unwrap_or(self.page),
            "cm" => self.page = matrix(operands).map_or(self.page, |matrix| times(matrix, self.page)),
            "BT" => (self.text, self.line) = (IDENTITY, IDENTITY),
            "TL" => self.leading = at(0),
            "Tc" => self.letter_space = at(0),
            "Tw" => self.word_space = at(0),
            "Td" => self.next_line(at(0), at(1)),
            "TD" => {
                self.leading = -at(1);
                self.next_line(at(0), at(1));
            }
            "Tm" => {
                self.line = matrix(operands).unwrap_or(self.line);
                self.text = self.line;
            }
            "T*" => self.next_line(0.0, -self.leading),
            "Tj" => self.show(operands.first())?,
            "'" => {
                self.next_line(0.0, -self.leading);
                self.show(operands.first())?;
            }
            "\"" => {
                (self.word_space, self.letter_space) = (at(0), at(1));
                self.next_line(0.0, -self.leading);
                self.show(operands.get(2))?;
            }
            "TJ" => self.show_all(operands.first())?,
            _ => {}
        }
        Ok(())
    }

    fn next_line(&mut self, right: f64, up: f64) {
        self.line = times([1.0, 0.0, 0.0, 1.0, right, up], self.line);
        self.text = self.line;
    }

    /// Strings, and between them how far the pen goes back, in thousandths of the size.
    fn show_all(&mut self, parts: Option<&Object>) -> Result<(), Unread> {
        for part in parts.and_then(|parts| parts.as_array().ok()).into_iter().flatten() {
            if let Some(back) = number(Some(part)) {
                self.advance(-back / 1_000.0 * self.size);
            } else {
                self.show(Some(part))?;
            }
        }
        Ok(())
    }

    fn advance(&mut self, right: f64) {
        self.text = times([1.0, 0.0, 0.0, 1.0, right, 0.0], self.text);
    }

    fn show(&mut self, string: Option<&Object>) -> Result<(), Unread> {
        let (Some(codes), Some(font)) = (string.and_then(|string| string.as_str().ok()), self.font) else {
            return Ok(());
        };
        let Some(font) = self.fonts.get(self.pdf, font, self.streams)? else { return Ok(()) };
        let shown = Shown::of(font, codes, self.streams.budget)?;
        let spaces = shown.text.matches(' ').count() as f64;
        let width =
            shown.width * self.size + shown.count as f64 * self.letter_space + spaces * self.word_space;
        let start = times(self.text, self.page);
        self.advance(width);
        let end = times(self.text, self.page);
        let size = (self.size * start[2].hypot(start[3])).abs();
        if size.is_finite() && start[4].is_finite() && start[5].is_finite() {
            self.add(shown, [start[4], start[5], end[4]], size);
        }
        Ok(())
    }

    /// Puts a string behind the last one where it goes on in its line, else begins a line.
    fn add(&mut self, shown: Shown, [left, baseline, right]: [f64; 3], size: f64) {
        let last = self.lines.last_mut().filter(|last| {
            let height = size.max(last.size).max(1.0);
            (last.baseline - baseline).abs() < 0.4 * height && left > last.right - 0.5 * height
        });
        match last {
            Some(last) => {
                let is_apart = left - last.right > GAP * size.max(1.0);
                if is_apart && !last.text.ends_with(' ') && !shown.text.starts_with(' ') {
                    last.text.push(' ');
                }
                last.text.push_str(&shown.text);
                last.right = right.max(last.right);
                last.is_bold &= shown.is_bold;
            }
            None => self.lines.push(Line {
                text: shown.text,
                left,
                right,
                baseline,
                size,
                is_bold: shown.is_bold,
            }),
        }
    }
}

/// A shown string, away from the page.
struct Shown {
    text: String,
    count: usize,
    width: f64,
    is_bold: bool,
}

impl Shown {
    fn of(font: &Font<'_>, codes: &[u8], budget: &Budget) -> Result<Self, Exhausted> {
        let (count, width) = font.width(codes);
        Ok(Self { text: font.text(codes, budget)?, count, width, is_bold: font.is_bold })
    }
}

fn matrix(operands: &[Object]) -> Option<Matrix> {
    let mut matrix = IDENTITY;
    for (place, operand) in matrix.iter_mut().zip(operands) {
        *place = number(Some(operand))?;
    }
    (operands.len() >= 6).then_some(matrix)
}
