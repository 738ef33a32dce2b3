//! What a cell holds, whatever the file format.

use calamine::{Data, DataRef, ExcelDateTime};
use std::borrow::Cow;

/// A cell's content.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Empty,
    Text(Cow<'a, str>),
    Number(f64),
    Bool(bool),
    /// A text that is shown in place of a link's target.
    Linked(Cow<'a, str>, Box<str>),
}

impl<'a> Value<'a> {
    /// True for an empty cell and for one of white space only.
    pub(crate) fn is_blank(&self) -> bool {
        match self {
            Value::Empty => true,
            Value::Text(text) => text.trim().is_empty(),
            Value::Number(_) | Value::Bool(_) | Value::Linked(..) => false,
        }
    }

    /// The cell as a spreadsheet shows it in general format: `1` for 1.0, `TRUE` for true.
    pub(crate) fn text(&self) -> Cow<'_, str> {
        match self {
            Value::Empty => Cow::Borrowed(""),
            Value::Text(text) | Value::Linked(text, _) => Cow::Borrowed(text),
            Value::Number(number) => Cow::Owned(number.to_string()),
            Value::Bool(true) => Cow::Borrowed("TRUE"),
            Value::Bool(false) => Cow::Borrowed("FALSE"),
        }
    }

    /// Bytes of its text, and of where it leads; about as many for a number.
    pub(crate) fn size(&self) -> u64 {
        let bytes = match self {
            Value::Empty => 0,
            Value::Text(text) => text.len(),
            Value::Number(_) | Value::Bool(_) => 8,
            Value::Linked(text, target) => text.len() + target.len(),
        };
        bytes as u64
    }

    /// Where the cell leads, if it is a link.
    pub(crate) fn target(&self) -> Option<&str> {
        match self {
            Value::Linked(_, target) => Some(target),
            _ => None,
        }
    }

    /// The same cell, leading to a target.
    pub(crate) fn linked(&self, target: &str) -> Value<'static> {
        Value::Linked(Cow::Owned(self.text().into_owned()), target.into())
    }

    /// The same, free of what it was read from.
    pub(crate) fn into_static(self) -> Value<'static> {
        match self {
            Value::Empty => Value::Empty,
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Number(number) => Value::Number(number),
            Value::Bool(truth) => Value::Bool(truth),
            Value::Linked(text, target) => Value::Linked(Cow::Owned(text.into_owned()), target),
        }
    }

    /// The value of a cell of a streamed sheet.
    pub(crate) fn of_cell(cell: &'a DataRef<'_>) -> Self {
        match cell {
            DataRef::Empty => Value::Empty,
            DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
                text.as_str().into()
            }
            DataRef::SharedString(text) => (*text).into(),
            DataRef::Float(number) => Value::Number(*number),
            DataRef::Int(number) => Value::Text(Cow::Owned(number.to_string())),
            DataRef::Bool(truth) => Value::Bool(*truth),
            DataRef::DateTime(date) => Value::Text(Cow::Owned(iso_date(*date))),
            DataRef::Error(error) => Value::Text(Cow::Owned(error.to_string())),
        }
    }

    /// The value of a cell of a sheet that calamine holds whole.
    pub(crate) fn of_data(cell: &'a Data) -> Self {
        match cell {
            Data::Empty => Value::Empty,
            Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.as_str().into(),
            Data::Float(number) => Value::Number(*number),
            Data::Int(number) => Value::Text(Cow::Owned(number.to_string())),
            Data::Bool(truth) => Value::Bool(*truth),
            Data::DateTime(date) => Value::Text(Cow::Owned(iso_date(*date))),
            Data::Error(error) => Value::Text(Cow::Owned(error.to_string())),
        }
    }
}

impl<'a> From<&'a str> for Value<'a> {
    fn from(text: &'a str) -> Self {
        Value::Text(Cow::Borrowed(text))
    }
}

/// `2024-05-01`, with the time of day where there is one; the bare number for a duration.
fn iso_date(date: ExcelDateTime) -> String {
    if !date.is_datetime() {
        return date.as_f64().to_string();
    }
    let (year, month, day, hour, minute, second, _) = date.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        format!("{year:04}-{month:02}-{day:02}")
    } else {
        format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use calamine::ExcelDateTimeType;

    #[test]
    fn numbers_and_truths_read_as_shown() {
        let text = |data: Data| Value::of_data(&data).text().into_owned();
        assert_eq!(text(Data::Float(1.0)), "1");
        assert_eq!(text(Data::Float(0.87)), "0.87");
        assert_eq!(text(Data::Bool(true)), "TRUE");
        assert_eq!(
            text(Data::DateTime(ExcelDateTime::new(45413.0, ExcelDateTimeType::DateTime, false))),
            "2024-05-01"
        );
        assert_eq!(
            text(Data::DateTime(ExcelDateTime::new(45413.5, ExcelDateTimeType::DateTime, false))),
            "2024-05-01T12:00:00"
        );
    }
}
