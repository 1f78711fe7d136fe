//! Pieces in parallel, written in their order.
//!
//! Each thread takes the next piece, redacts it, waits until those before it are written, and writes it. So nobody is ahead by more than a piece, and
//! a slow reader of the output slows everything down.

use std::{
    io::{self, Read, Write},
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

use super::{
    Redactor,
    names::Names,
    pieces::{Piece, Pieces},
    text::{Made, Worker},
};

/// Why a log was not redacted to its end.
#[derive(Debug)]
pub enum Fault {
    /// It could not be read any further.
    Read(io::Error),
    /// What came out could not be written.
    Write(io::Error),
}

/// What the threads share.
struct Shared<'a, R, W> {
    input: Mutex<Input<R>>,
    output: Mutex<Output<'a, W>>,
    turn: Condvar,
}

struct Input<R> {
    pieces: Pieces<R>,
    taken: u64,
    over: bool,
}

struct Output<'a, W> {
    out: W,
    names: &'a mut Names,
    written: u64,
    fault: Option<Fault>,
}

/// Redacts `input` into `out`.
pub(super) fn run(
    redactor: &Redactor,
    names: &mut Names,
    input: impl Read + Send,
    out: impl Write + Send,
) -> Result<(), Fault> {
    let shared = Shared {
        input: Mutex::new(Input { pieces: Pieces::new(input), taken: 0, over: false }),
        output: Mutex::new(Output { out, names, written: 0, fault: None }),
        turn: Condvar::new(),
    };
    thread::scope(|scope| {
        for _ in 1..redactor.jobs {
            scope.spawn(|| shared.work(redactor));
        }
        shared.work(redactor);
    });
    let output = shared.output.into_inner().unwrap_or_else(PoisonError::into_inner);
    match output.fault {
        Some(fault) => Err(fault),
        None => Ok(()),
    }
}

impl<R: Read, W: Write> Shared<'_, R, W> {
    fn work(&self, redactor: &Redactor) {
        let mut worker = Worker::new(redactor);
        let mut piece = Piece::default();
        let mut made = Made::default();
        while let Some((number, fault)) = self.take(&mut piece) {
            let mut turn = Turn { shared: self, done: false };
            match fault {
                None => worker.piece(piece.bytes(), &mut made),
                Some(_) => made = Made::default(),
            }
            turn.done = true;
            let go_on = self.put(number, fault, &made);
            if !go_on {
                break;
            }
        }
    }

    /// The next piece and its number; a fault in place of a piece.
    fn take(&self, piece: &mut Piece) -> Option<(u64, Option<Fault>)> {
        let mut input = locked(&self.input);
        if input.over {
            return None;
        }
        let read = input.pieces.next(piece);
        input.over = !matches!(read, Ok(true));
        let fault = match read {
            Ok(true) => None,
            Ok(false) => return None,
            Err(error) => Some(Fault::Read(error)),
        };
        input.taken += 1;
        Some((input.taken - 1, fault))
    }

    /// Writes a piece when its turn has come; whether there is any use in going on.
    fn put(&self, number: u64, fault: Option<Fault>, made: &Made) -> bool {
        let mut output = locked(&self.output);
        while output.written != number && output.fault.is_none() {
            output = self.turn.wait(output).unwrap_or_else(PoisonError::into_inner);
        }
        if output.fault.is_none() {
            output.fault = fault.or_else(|| output.write(made).err().map(Fault::Write));
        }
        output.written += 1;
        self.turn.notify_all();
        let go_on = output.fault.is_none();
        drop(output);
        if !go_on {
            locked(&self.input).over = true;
        }
        go_on
    }
}

impl<W: Write> Output<'_, W> {
    fn write(&mut self, made: &Made) -> io::Result<()> {
        let mut at = 0;
        for hole in &made.holes {
            self.out.write_all(&made.bytes[at..hole.at])?;
            self.names.write(&hole.what, &mut self.out)?;
            at = hole.at;
        }
        self.out.write_all(&made.bytes[at..])?;
        self.out.flush()
    }
}

/// One thread's piece: when it is given up in the middle, nobody waits for it for ever.
struct Turn<'s, 'a, R: Read, W: Write> {
    shared: &'s Shared<'a, R, W>,
    done: bool,
}

impl<R: Read, W: Write> Drop for Turn<'_, '_, R, W> {
    fn drop(&mut self) {
        if !self.done {
            let mut output = locked(&self.shared.output);
            output.fault.get_or_insert_with(|| Fault::Write(io::Error::other("a thread gave up")));
            self.shared.turn.notify_all();
        }
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
