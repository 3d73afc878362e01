//! Reads what stands inside a mapping, strictly, and with a number for every fault; where the mapping comes from is [`Node`]'s business.

use std::borrow::Cow;

use crate::error::{Code, ExecutionError};

/// A value of a loosely typed language or format. `None` means "of another type".
pub trait Node: Sized {
    /// What reading may fail with besides a refusal, such as an exception.
    type Failure: From<ExecutionError>;

    /// Whether this stands for an absent value.
    fn is_none(&self) -> bool;

    /// Keys and values of a mapping, in its order.
    ///
    /// # Errors
    /// Whatever the source raises.
    fn entries(&self) -> Result<Option<Vec<(Self, Self)>>, Self::Failure>;

    /// The items of a list.
    ///
    /// # Errors
    /// Whatever the source raises.
    fn items(&self) -> Result<Option<Vec<Self>>, Self::Failure>;

    /// Text that can be written as UTF-8.
    fn text(&self) -> Option<Cow<'_, str>>;

    /// True or false, and nothing that merely counts as such.
    fn flag(&self) -> Option<bool>;

    /// Anything that converts to a double without being text.
    ///
    /// # Errors
    /// Whatever the source raises, but not for what is no number.
    fn double(&self) -> Result<Option<f64>, Self::Failure>;

    /// An integer; those beyond 128 bits become the nearest that fits, for none of them is ever allowed.
    ///
    /// # Errors
    /// Whatever the source raises, but not for what is no integer.
    fn whole(&self) -> Result<Option<i128>, Self::Failure>;
}

/// What reading a node as a `T` gives.
pub type Read<N, T> = Result<T, <N as Node>::Failure>;

/// Refuse a value of another type.
#[must_use]
pub fn wrong_type(name: &str, wanted: &str) -> ExecutionError {
    ExecutionError::new(Code::Type, format!("{name} must be {wanted}"))
}

fn out_of_range(name: &str, rule: &str) -> ExecutionError {
    ExecutionError::new(Code::InvalidArgument, format!("{name} must be {rule}"))
}

/// The fields of a mapping that has no others.
pub struct Fields<N, const K: usize> {
    names: &'static [&'static str; K],
    found: [Option<N>; K],
}

impl<N: Node, const K: usize> Fields<N, K> {
    /// Find the fields by their names.
    ///
    /// # Errors
    /// `Type` (1004) for no mapping, `InvalidArgument` (1001) for an unknown key.
    pub fn of(node: &N, name: &str, names: &'static [&'static str; K]) -> Read<N, Self> {
        let mut fields = Self { names, found: [const { None }; K] };
        for (key, value) in node.entries()?.ok_or_else(|| wrong_type(name, "a mapping"))? {
            let place = key.text().and_then(|key| names.iter().position(|known| *known == key));
            let unknown = || ExecutionError::new(Code::InvalidArgument, format!("{name} has an unknown key"));
            fields.found[place.ok_or_else(unknown)?] = Some(value);
        }
        Ok(fields)
    }

    /// Read a field if it is there.
    ///
    /// # Errors
    /// What `reader` refuses.
    pub fn get<T>(&self, name: &str, reader: impl FnOnce(&N, &str) -> Read<N, T>) -> Read<N, Option<T>> {
        let place = self.names.iter().position(|known| *known == name);
        place.and_then(|place| self.found[place].as_ref()).map(|node| reader(node, name)).transpose()
    }

    /// Read a field that must be there.
    ///
    /// # Errors
    /// `MissingField` (1008), or what `reader` refuses.
    pub fn need<T>(&self, name: &str, reader: impl FnOnce(&N, &str) -> Read<N, T>) -> Read<N, T> {
        let missing = || ExecutionError::new(Code::MissingField, format!("{name} is missing"));
        Ok(self.get(name, reader)?.ok_or_else(missing)?)
    }
}

/// Read a value that may be absent.
///
/// # Errors
/// What `reader` refuses.
pub fn optional<N: Node, T>(node: &N, name: &str, reader: impl FnOnce(&N, &str) -> Read<N, T>) -> Read<N, Option<T>> {
    if node.is_none() { Ok(None) } else { reader(node, name).map(Some) }
}

/// Read a mapping from text to what `reader` reads, in its order.
///
/// # Errors
/// `Type` (1004) for no mapping and for keys that are no text, and what `reader` refuses.
pub fn named<N: Node, T>(node: &N, name: &str, reader: impl Fn(&N, &str) -> Read<N, T>) -> Read<N, Vec<(String, T)>> {
    let entries = node.entries()?.ok_or_else(|| wrong_type(name, "a mapping"))?;
    let read = |(key, value): &(N, N)| {
        let key = text(key, name)?;
        let value = reader(value, &key)?;
        Ok((key, value))
    };
    entries.iter().map(read).collect()
}

/// Read a list of what `reader` reads.
///
/// # Errors
/// `Type` (1004) for no list, and what `reader` refuses.
pub fn sequence<N: Node, T>(node: &N, name: &str, reader: impl Fn(&N, &str) -> Read<N, T>) -> Read<N, Vec<T>> {
    let items = node.items()?.ok_or_else(|| wrong_type(name, "a list or tuple"))?;
    items.iter().map(|item| reader(item, name)).collect()
}

/// Read text.
///
/// # Errors
/// `Type` (1004).
pub fn text<N: Node>(node: &N, name: &str) -> Read<N, String> {
    Ok(node.text().map(Cow::into_owned).ok_or_else(|| wrong_type(name, "text"))?)
}

/// Read true or false.
///
/// # Errors
/// `Type` (1004).
pub fn flag<N: Node>(node: &N, name: &str) -> Read<N, bool> {
    Ok(node.flag().ok_or_else(|| wrong_type(name, "a bool"))?)
}

/// Read any number, NaN and infinities too.
///
/// # Errors
/// `Type` (1004).
pub fn double<N: Node>(node: &N, name: &str) -> Read<N, f64> {
    Ok(node.double()?.ok_or_else(|| wrong_type(name, "a number"))?)
}

/// Read a finite number.
///
/// # Errors
/// `Type` (1004), `InvalidArgument` (1001).
pub fn number<N: Node>(node: &N, name: &str) -> Read<N, f64> {
    number_that(node, name, "finite", |_| true)
}

/// Read a finite number that is not negative.
///
/// # Errors
/// As [`number`].
pub fn not_negative<N: Node>(node: &N, name: &str) -> Read<N, f64> {
    number_that(node, name, "finite and not negative", |given| given >= 0.0)
}

/// Read a finite number above zero.
///
/// # Errors
/// As [`number`].
pub fn positive<N: Node>(node: &N, name: &str) -> Read<N, f64> {
    number_that(node, name, "finite and positive", |given| given > 0.0)
}

/// Read a number in [0, 1).
///
/// # Errors
/// As [`number`].
pub fn share<N: Node>(node: &N, name: &str) -> Read<N, f64> {
    number_that(node, name, "in [0, 1)", |given| (0.0..1.0).contains(&given))
}

fn number_that<N: Node>(node: &N, name: &str, rule: &str, holds: impl Fn(f64) -> bool) -> Read<N, f64> {
    let given = double(node, name)?;
    if given.is_finite() && holds(given) { Ok(given) } else { Err(out_of_range(name, rule).into()) }
}

fn whole<N: Node>(node: &N, name: &str) -> Read<N, i128> {
    Ok(node.whole()?.ok_or_else(|| wrong_type(name, "an integer"))?)
}

/// Read an integer of 64 bits with sign.
///
/// # Errors
/// `Type` (1004).
pub fn integer<N: Node>(node: &N, name: &str) -> Read<N, i64> {
    Ok(i64::try_from(whole(node, name)?).map_err(|_| wrong_type(name, "an integer of 64 bits"))?)
}

/// Read an integer of 64 bits that is not below `low`.
///
/// # Errors
/// `Type` (1004), `InvalidArgument` (1001).
pub fn at_least<N: Node>(low: i64) -> impl Fn(&N, &str) -> Read<N, i64> {
    move |node, name| {
        let given = integer(node, name)?;
        if given >= low { Ok(given) } else { Err(out_of_range(name, &format!("at least {low}")).into()) }
    }
}

/// Read an integer of 64 bits without sign.
///
/// # Errors
/// `Type` (1004), `InvalidArgument` (1001).
pub fn unsigned<N: Node>(node: &N, name: &str) -> Read<N, u64> {
    Ok(u64::try_from(whole(node, name)?).map_err(|_| out_of_range(name, "in 0..2^64-1"))?)
}

/// Read one of the words that `meaning` knows.
///
/// # Errors
/// `Type` (1004), `InvalidArgument` (1001).
pub fn word<N: Node, T>(meaning: impl Fn(&str) -> Option<T>) -> impl Fn(&N, &str) -> Read<N, T> {
    move |node, name| {
        let word = node.text().ok_or_else(|| wrong_type(name, "text"))?;
        Ok(meaning(&word).ok_or_else(|| out_of_range(name, "one of its words"))?)
    }
}
