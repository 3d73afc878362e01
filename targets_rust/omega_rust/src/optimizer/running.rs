//! The trials of a batch, run at once: the interpreter is held only while an objective is called.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use ::optimizer::best::Direction;
use ::optimizer::error::{Code, OptimizerError};
use ::optimizer::settings::Settings;
use pyo3::prelude::*;

use super::objective::{Ran, run};
use super::reading::Task;
use crate::failure::{Answer, Failure};

/// How long a Ctrl-C may go unnoticed.
const PATIENCE: Duration = Duration::from_millis(50);

/// What trials came to, by their place in the batch; those that were never begun are missing.
type Finished = BTreeMap<usize, Answer<Ran>>;

/// Run all trials and return what they came to, in their order.
///
/// After one that comes through, and after a signal that Python wants to raise, no further one is begun, and the first error is raised.
pub fn run_all(py: Python<'_>, objective: &Py<PyAny>, tasks: &[Task], direction: Direction, settings: Settings) -> Answer<Vec<Ran>> {
    let threads = settings.threads().min(tasks.len());
    if threads <= 1 {
        return tasks.iter().map(|task| run(py, objective, task, direction, settings)).collect();
    }
    let call = |task: &Task| Python::attach(|py| run(py, objective, task, direction, settings));
    let (finished, interrupted) = py.detach(|| run_at_once(tasks, threads, &call));
    if let Some(error) = interrupted {
        return Err(Failure::Python(error));
    }
    let count = finished.len();
    let ran = finished.into_values().collect::<Answer<Vec<_>>>()?;
    if count < tasks.len() {
        return Err(OptimizerError::new(Code::Panic, "a worker ended without an answer").into());
    }
    Ok(ran)
}

type Call<'a> = &'a (dyn Fn(&Task) -> Answer<Ran> + Sync);

fn run_at_once(tasks: &[Task], threads: usize, call: Call<'_>) -> (Finished, Option<PyErr>) {
    let (next, stop) = (AtomicUsize::new(0), AtomicBool::new(false));
    let (sender, receiver) = channel();
    thread::scope(|scope| {
        for _ in 0..threads {
            let sender = sender.clone();
            scope.spawn(|| work(tasks, &next, &stop, sender, call));
        }
        drop(sender);
        collect(&receiver, &stop)
    })
}

/// Take one trial after the other until there is none left.
fn work(tasks: &[Task], next: &AtomicUsize, stop: &AtomicBool, sender: Sender<(usize, Answer<Ran>)>, call: Call<'_>) {
    while !stop.load(Ordering::Relaxed) {
        let place = next.fetch_add(1, Ordering::Relaxed);
        let Some(task) = tasks.get(place) else { break };
        let ran = call(task);
        if ran.is_err() {
            stop.store(true, Ordering::Relaxed);
        }
        if sender.send((place, ran)).is_err() {
            break;
        }
    }
}

/// Wait for all workers; a signal that Python wants to raise lets no further trial begin.
fn collect(receiver: &Receiver<(usize, Answer<Ran>)>, stop: &AtomicBool) -> (Finished, Option<PyErr>) {
    let mut finished = Finished::new();
    let mut interrupted = None;
    loop {
        match receiver.recv_timeout(PATIENCE) {
            Ok((place, ran)) => {
                finished.insert(place, ran);
            }
            Err(RecvTimeoutError::Disconnected) => return (finished, interrupted),
            Err(RecvTimeoutError::Timeout) => {
                if let Err(error) = check_signals() {
                    stop.store(true, Ordering::Relaxed);
                    interrupted.get_or_insert(error);
                }
            }
        }
    }
}

fn check_signals() -> PyResult<()> {
    Python::attach(|py| {
        py.check_signals()?;
        Ok(())
    })
}
