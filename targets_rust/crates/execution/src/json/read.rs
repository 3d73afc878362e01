//! From text to values, by the same grammar as Python's `json`.

use super::Json;
use crate::error::{Code, ExecutionError, Result};

/// Nested deeper than anything that is read.
const DEEPEST: usize = 900;
/// More digits than Python is willing to read as one integer.
const MOST_DIGITS: usize = 4300;

/// Read a JSON object.
pub fn read_object(bytes: &[u8]) -> Result<Json> {
    let text = std::str::from_utf8(bytes).map_err(|_| refuse())?;
    let mut reading = Reading { rest: text };
    let value = reading.value(0)?;
    reading.skip_blanks();
    if reading.rest.is_empty() && matches!(value, Json::Object(_)) { Ok(value) } else { Err(refuse()) }
}

fn refuse() -> ExecutionError {
    ExecutionError::new(Code::Deserialise, "the configuration is no JSON object")
}

struct Reading<'a> {
    rest: &'a str,
}

impl<'a> Reading<'a> {
    fn skip_blanks(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
    }

    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn expect(&mut self, token: &str) -> Result<()> {
        self.skip_blanks();
        if self.take(token) { Ok(()) } else { Err(refuse()) }
    }

    fn value(&mut self, depth: usize) -> Result<Json> {
        if depth > DEEPEST {
            return Err(refuse());
        }
        self.skip_blanks();
        match self.rest.as_bytes().first() {
            Some(b'{') => self.object(depth),
            Some(b'[') => self.list(depth),
            Some(b'"') => self.text().map(Json::Text),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ if self.take("null") => Ok(Json::Null),
            _ if self.take("true") => Ok(Json::Flag(true)),
            _ if self.take("false") => Ok(Json::Flag(false)),
            _ => Err(refuse()),
        }
    }

    fn list(&mut self, depth: usize) -> Result<Json> {
        let mut items = Vec::new();
        self.expect("[")?;
        self.skip_blanks();
        if self.take("]") {
            return Ok(Json::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            self.skip_blanks();
            if self.take("]") {
                return Ok(Json::List(items));
            }
            self.expect(",")?;
        }
    }

    fn object(&mut self, depth: usize) -> Result<Json> {
        let mut entries: Vec<(Json, Json)> = Vec::new();
        self.expect("{")?;
        self.skip_blanks();
        if self.take("}") {
            return Ok(Json::Object(entries));
        }
        loop {
            self.skip_blanks();
            let key = Json::Text(self.text()?);
            self.expect(":")?;
            let value = self.value(depth + 1)?;
            match entries.iter_mut().find(|(known, _)| *known == key) {
                Some(known) => known.1 = value,
                None => entries.push((key, value)),
            }
            self.skip_blanks();
            if self.take("}") {
                return Ok(Json::Object(entries));
            }
            self.expect(",")?;
        }
    }

    /// The longest beginning of the rest that is a number.
    fn number(&mut self) -> Result<Json> {
        let digits = |from: &'a str| from.len() - from.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        let unsigned = self.rest.strip_prefix('-').unwrap_or(self.rest);
        let whole = if unsigned.starts_with('0') { 1 } else { digits(unsigned) };
        if whole == 0 {
            return Err(refuse());
        }
        let mut after = &unsigned[whole..];
        let mut is_integer = true;
        if let Some(fraction) = after.strip_prefix('.').filter(|fraction| digits(fraction) > 0) {
            (after, is_integer) = (&fraction[digits(fraction)..], false);
        }
        if let Some(exponent) = after.strip_prefix(['e', 'E']) {
            let exponent = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
            if digits(exponent) > 0 {
                (after, is_integer) = (&exponent[digits(exponent)..], false);
            }
        }
        let text = &self.rest[..self.rest.len() - after.len()];
        self.rest = after;
        let number: f64 = text.parse().map_err(|_| refuse())?;
        match is_integer {
            false => Ok(Json::Number(number)),
            true if whole > MOST_DIGITS => Err(refuse()),
            true => Ok(Json::Integer(text.parse().unwrap_or(if number < 0.0 { i128::MIN } else { i128::MAX }), number)),
        }
    }

    fn text(&mut self) -> Result<Option<String>> {
        if !self.take("\"") {
            return Err(refuse());
        }
        let mut units: Vec<u16> = Vec::new();
        loop {
            let next = self.rest.chars().next().filter(|c| *c >= ' ').ok_or_else(refuse)?;
            self.rest = &self.rest[next.len_utf8()..];
            match next {
                '"' => return Ok(String::from_utf16(&units).ok()),
                '\\' => units.push(self.escape()?),
                other => units.extend_from_slice(other.encode_utf16(&mut [0; 2])),
            }
        }
    }

    fn escape(&mut self) -> Result<u16> {
        let kind = self.rest.chars().next().ok_or_else(refuse)?;
        self.rest = &self.rest[kind.len_utf8()..];
        let simple = match kind {
            '"' | '\\' | '/' => kind,
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => return self.hexadecimal(),
            _ => return Err(refuse()),
        };
        u16::try_from(u32::from(simple)).map_err(|_| refuse())
    }

    fn hexadecimal(&mut self) -> Result<u16> {
        let digits = self.rest.get(..4).filter(|digits| digits.bytes().all(|byte| byte.is_ascii_hexdigit())).ok_or_else(refuse)?;
        self.rest = &self.rest[4..];
        u16::from_str_radix(digits, 16).map_err(|_| refuse())
    }
}
