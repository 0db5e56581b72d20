//! Where the messages of a gRPC body begin and end: each comes after a head of five bytes, of which the last four are its length.

const HEAD_BYTES: usize = 5;

/// Counts the bytes of the message that is not whole.
#[derive(Debug, Default)]
pub(super) struct Unfinished {
    /// The head, as far as it came.
    head: [u8; HEAD_BYTES],
    /// How many bytes of the head and of the message came.
    came: usize,
    /// How many heads came.
    begun: usize,
}

impl Unfinished {
    /// How many bytes the message that is not whole holds, after these came.
    pub(super) fn after(&mut self, mut data: &[u8]) -> usize {
        while !data.is_empty() {
            (_, _, data) = self.step(data);
        }
        self.came
    }

    /// Takes bytes up to the end of a message at most. Returns those that are of the message without its head, whether it is whole, and the
    /// rest.
    pub(super) fn step<'a>(&mut self, mut data: &'a [u8]) -> (&'a [u8], bool, &'a [u8]) {
        if self.came < HEAD_BYTES {
            let (part, rest) = data.split_at(data.len().min(HEAD_BYTES - self.came));
            self.head[self.came..self.came + part.len()].copy_from_slice(part);
            (self.came, data) = (self.came + part.len(), rest);
            if self.came < HEAD_BYTES {
                return (&[], false, data);
            }
            self.begun += 1;
        }
        let left = (HEAD_BYTES + self.length()).saturating_sub(self.came);
        let (body, rest) = data.split_at(data.len().min(left));
        let is_whole = body.len() == left;
        self.came = if is_whole { 0 } else { self.came + body.len() };
        (body, is_whole, rest)
    }

    /// How many bytes the message that is not whole holds.
    pub(super) fn bytes(&self) -> usize {
        self.came
    }

    /// The same without its head.
    pub(super) fn body_bytes(&self) -> usize {
        self.came.saturating_sub(HEAD_BYTES)
    }

    /// How many messages began.
    pub(super) fn begun(&self) -> usize {
        self.begun
    }

    /// How the message that came last is marked: 0 as it is, 1 compressed.
    pub(super) fn flag(&self) -> u8 {
        let [flag, ..] = self.head;
        flag
    }

    /// How many bytes the message that came last has.
    pub(super) fn length(&self) -> usize {
        let [_, a, b, c, d] = self.head;
        usize::try_from(u32::from_be_bytes([a, b, c, d])).unwrap_or(usize::MAX - HEAD_BYTES)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn message(length: u8) -> Vec<u8> {
        [&[0, 0, 0, 0, length][..], &vec![7; usize::from(length)]].concat()
    }

    #[test]
    fn what_is_whole_counts_no_more_however_it_is_cut() {
        let body = [message(3), message(0), message(200), message(1)].concat();
        for size in 1..body.len() {
            let mut unfinished = Unfinished::default();
            let after: Vec<_> = body.chunks(size).map(|part| unfinished.after(part)).collect();
            assert_eq!(after.last(), Some(&0), "in parts of {size}");
            assert!(after.iter().all(|bytes| *bytes <= 205));
        }
    }

    #[test]
    fn what_is_not_whole_counts() {
        let mut unfinished = Unfinished::default();
        assert_eq!(unfinished.after(&[0, 0]), 2);
        assert_eq!(unfinished.after(&[0, 0, 9, 1, 1]), 7);
        assert_eq!(unfinished.after(&[1; 6]), 13);
        assert_eq!(unfinished.after(&[1, 0, 0]), 2, "the next one has begun");
    }
}
