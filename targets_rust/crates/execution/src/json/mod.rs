//! Configurations as text: read as strictly as any mapping, written so that they read back equal.

mod config;
mod read;

use std::borrow::Cow;
use std::fmt;

use crate::error::{ExecutionError, Result};
use crate::values::Node;

/// A value of a JSON text.
#[derive(Clone, Debug, PartialEq)]
pub enum Json {
    /// `null`.
    Null,
    /// `true` or `false`.
    Flag(bool),
    /// A number without fraction and exponent, as an integer (beyond 128 bits the nearest that fits) and as a double.
    Integer(i128, f64),
    /// Any other number.
    Number(f64),
    /// Text; `None` for one that cannot be written as UTF-8.
    Text(Option<String>),
    /// `[ ... ]`.
    List(Vec<Json>),
    /// `{ ... }`; of keys that are equal the last counts, in the place of the first.
    Object(Vec<(Json, Json)>),
}

impl Json {
    /// Read a JSON object.
    ///
    /// # Errors
    /// `Deserialise` (3004) for bytes that are none.
    pub fn read_object(bytes: &[u8]) -> Result<Self> {
        read::read_object(bytes)
    }
}

impl Node for Json {
    type Failure = ExecutionError;

    fn is_none(&self) -> bool {
        *self == Self::Null
    }

    fn entries(&self) -> Result<Option<Vec<(Self, Self)>>> {
        Ok(if let Self::Object(entries) = self { Some(entries.clone()) } else { None })
    }

    fn items(&self) -> Result<Option<Vec<Self>>> {
        Ok(if let Self::List(items) = self { Some(items.clone()) } else { None })
    }

    fn text(&self) -> Option<Cow<'_, str>> {
        if let Self::Text(text) = self { text.as_deref().map(Cow::Borrowed) } else { None }
    }

    fn flag(&self) -> Option<bool> {
        if let Self::Flag(flag) = self { Some(*flag) } else { None }
    }

    fn double(&self) -> Result<Option<f64>> {
        Ok(match self {
            Self::Flag(flag) => Some(f64::from(u8::from(*flag))),
            Self::Integer(_, number) => Some(*number).filter(|number| number.is_finite()),
            Self::Number(number) => Some(*number),
            _ => None,
        })
    }

    fn whole(&self) -> Result<Option<i128>> {
        Ok(match self {
            Self::Flag(flag) => Some(i128::from(*flag)),
            Self::Integer(whole, _) => Some(*whole),
            _ => None,
        })
    }
}

/// Written as Python's `json` writes.
impl fmt::Display for Json {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Flag(flag) => write!(f, "{flag}"),
            Self::Integer(whole, _) => write!(f, "{whole}"),
            Self::Number(number) => write_number(f, *number),
            Self::Text(text) => write_text(f, text.as_deref().unwrap_or_default()),
            Self::List(items) => write_items(f, "[", items, "]", |f, item| write!(f, "{item}")),
            Self::Object(entries) => write_items(f, "{", entries, "}", |f, (key, value)| write!(f, "{key}: {value}")),
        }
    }
}

fn write_items<T>(
    f: &mut fmt::Formatter<'_>,
    begin: &str,
    items: &[T],
    end: &str,
    write: impl Fn(&mut fmt::Formatter<'_>, &T) -> fmt::Result,
) -> fmt::Result {
    f.write_str(begin)?;
    for (index, item) in items.iter().enumerate() {
        f.write_str(if index > 0 { ", " } else { "" })?;
        write(f, item)?;
    }
    f.write_str(end)
}

/// The shortest digits that read back equal; an exponent has its sign and two digits at least.
fn write_number(f: &mut fmt::Formatter<'_>, number: f64) -> fmt::Result {
    let text = format!("{number:?}");
    let Some((digits, exponent)) = text.split_once('e') else { return f.write_str(&text) };
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    write!(f, "{digits}e{sign}{exponent:0>2}")
}

fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str("\"")?;
    for unit in text.encode_utf16() {
        match u8::try_from(unit).map(char::from) {
            Ok('"') => f.write_str("\\\"")?,
            Ok('\\') => f.write_str("\\\\")?,
            Ok('\n') => f.write_str("\\n")?,
            Ok('\r') => f.write_str("\\r")?,
            Ok('\t') => f.write_str("\\t")?,
            Ok('\u{8}') => f.write_str("\\b")?,
            Ok('\u{c}') => f.write_str("\\f")?,
            Ok(plain @ ' '..='~') => write!(f, "{plain}")?,
            _ => write!(f, "\\u{unit:04x}")?,
        }
    }
    f.write_str("\"")
}
