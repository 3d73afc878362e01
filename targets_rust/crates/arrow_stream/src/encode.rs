//! From a batch to the bytes of an IPC stream, in pieces that share the memory of the columns until they are copied out.

use arrow_array::RecordBatch;
use arrow_buffer::Buffer;
use arrow_ipc::writer::StreamEncoder;
use arrow_schema::ArrowError;

/// The bytes of a stream, in order.
#[derive(Debug)]
pub struct Pieces(Vec<Buffer>);

impl Pieces {
    /// How many bytes there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.iter().map(Buffer::len).sum()
    }

    /// Whether there are none, which no stream has.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Copy all bytes; `target` must be as long as there are.
    pub fn copy_to(&self, mut target: &mut [u8]) {
        for piece in &self.0 {
            let (here, rest) = target.split_at_mut(piece.len());
            here.copy_from_slice(piece);
            target = rest;
        }
    }

    /// The bytes as one vector.
    #[must_use]
    pub fn to_vec(&self) -> Vec<u8> {
        self.0.iter().fold(Vec::with_capacity(self.len()), |mut bytes, piece| {
            bytes.extend_from_slice(piece);
            bytes
        })
    }
}

/// Write a stream of exactly one batch.
///
/// # Errors
/// If Arrow cannot write the batch.
pub fn encode(batch: &RecordBatch) -> Result<Pieces, ArrowError> {
    let mut encoder = StreamEncoder::try_new(batch.schema_ref())?;
    let mut pieces = encoder.encode(batch)?;
    pieces.extend(encoder.finish()?);
    Ok(Pieces(pieces))
}
