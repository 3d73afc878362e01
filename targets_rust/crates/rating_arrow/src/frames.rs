//! The messages of an Arrow IPC stream, one after the other; nothing here looks inside their bodies.

use arrow_buffer::Buffer;
use arrow_ipc::{Message, root_as_message};
use rating::error::{Code, RatingError, Result};

const CONTINUATION: u32 = u32::MAX;

/// Refuse bytes that are no Arrow stream.
pub fn corrupt(why: impl std::fmt::Display) -> RatingError {
    RatingError::new(Code::Deserialise, format!("these bytes are no Arrow stream: {why}"))
}

/// Hand every message and its body to `visit`, until the stream says that it ends, or ends between two messages.
///
/// Bodies are slices of the stream. A length that points beyond the bytes is refused before anything is made of it.
pub fn read_messages(stream: &Buffer, mut visit: impl FnMut(Message<'_>, Buffer) -> Result<()>) -> Result<()> {
    let mut at = 0;
    while let Some(length) = next_length(stream, &mut at)? {
        let metadata = take(stream, &mut at, length)?;
        let message = root_as_message(&metadata).map_err(corrupt)?;
        let body_length = usize::try_from(message.bodyLength()).map_err(corrupt)?;
        visit(message, take(stream, &mut at, body_length)?)?;
    }
    Ok(())
}

/// The length of the next message; `None` at the end.
fn next_length(stream: &Buffer, at: &mut usize) -> Result<Option<usize>> {
    if *at == stream.len() {
        return Ok(None);
    }
    // Streams of older writers lack the continuation mark and begin with the length.
    let length = match word(stream, at)? {
        CONTINUATION => word(stream, at)?,
        length => length,
    };
    Ok(usize::try_from(length).ok().filter(|length| *length > 0))
}

fn word(stream: &Buffer, at: &mut usize) -> Result<u32> {
    let bytes = take(stream, at, 4)?;
    let bytes = <[u8; 4]>::try_from(bytes.as_slice()).map_err(corrupt)?;
    Ok(u32::from_le_bytes(bytes))
}

fn take(stream: &Buffer, at: &mut usize, length: usize) -> Result<Buffer> {
    let end = at.checked_add(length).filter(|end| *end <= stream.len());
    let end = end.ok_or_else(|| corrupt(format!("{length} bytes are announced at {at}, {} are left", stream.len() - *at)))?;
    let slice = stream.slice_with_length(*at, length);
    *at = end;
    Ok(slice)
}
