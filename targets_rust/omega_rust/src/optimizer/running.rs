//! The trials of a batch, run at once: the calling thread takes its share, and others help it while there is something left.
//!
//! Helpers wait in a pool, because starting a thread costs more than asking Optuna; a batch that is done before they wake up does not
//! wait for them.

use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};
use std::thread::yield_now;
use std::time::Duration;

use ::optimizer::best::Direction;
use ::optimizer::error::{Code, OptimizerError};
use ::optimizer::settings::Settings;
use pyo3::prelude::*;
use rayon::{ThreadPool, ThreadPoolBuilder};

use super::objective::{Ran, run};
use super::reading::Task;
use crate::failure::{Answer, Failure};

/// How long a Ctrl-C may go unnoticed while the calling thread only waits.
const PATIENCE: Duration = Duration::from_millis(50);

/// What trials came to, by their place in the batch; those that were never begun are missing.
type Finished = BTreeMap<usize, Answer<Ran>>;

/// The threads that help, started with the first batch that has work for them.
#[derive(Default)]
pub struct Helpers(OnceLock<Option<ThreadPool>>);

/// Trials that are run together.
pub struct Batch {
    pub objective: Py<PyAny>,
    pub tasks: Vec<Task>,
    pub direction: Direction,
    pub settings: Settings,
}

/// A batch that several threads work on.
struct Shared {
    batch: Batch,
    claims: Mutex<Claims>,
    sender: Sender<(usize, Answer<Ran>)>,
}

/// How many trials were begun, and whether another may be.
#[derive(Default)]
struct Claims {
    begun: usize,
    closed: bool,
}

impl Shared {
    fn claims(&self) -> MutexGuard<'_, Claims> {
        self.claims.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Take the next trial, unless there is none or none may be begun.
    fn claim(&self) -> Option<usize> {
        let mut claims = self.claims();
        let place = claims.begun;
        if claims.closed || place >= self.batch.tasks.len() {
            return None;
        }
        claims.begun += 1;
        Some(place)
    }

    /// Let no further trial begin, and tell how many were.
    fn close(&self) -> usize {
        let mut claims = self.claims();
        claims.closed = true;
        claims.begun
    }

    /// Run a trial; after one that comes through, none is begun.
    fn run(&self, py: Python<'_>, place: usize) -> Answer<Ran> {
        let Batch { objective, tasks, direction, settings } = &self.batch;
        let ran = run(py, objective, &tasks[place], *direction, *settings);
        if ran.is_err() {
            self.close();
        }
        ran
    }
}

/// Run all trials and return them with what they came to, in their order.
///
/// After one that comes through, and after a signal that Python wants to raise, no further one is begun, and the first error is raised.
pub fn run_all(py: Python<'_>, helpers: &Helpers, batch: Batch) -> Answer<Vec<Ran>> {
    let threads = batch.settings.threads().min(batch.tasks.len());
    let (sender, mut answers) = channel();
    let shared = Arc::new(Shared { batch, claims: Mutex::default(), sender });
    helpers.call(&shared, threads);
    let mut finished = Finished::new();
    while let Some(place) = shared.claim() {
        finished.insert(place, shared.run(py, place));
        if threads > 1 {
            py.detach(yield_now);
        }
    }
    let interrupted = wait(py, shared.close(), &mut answers, &mut finished).err();
    interrupted.map_or_else(|| finished.into_values().collect(), |error| Err(Failure::Python(error)))
}

/// Collect what helpers have begun; a signal is raised when all of it is there.
fn wait(py: Python<'_>, begun: usize, answers: &mut Receiver<(usize, Answer<Ran>)>, finished: &mut Finished) -> PyResult<()> {
    let mut signalled = Ok(());
    while finished.len() < begun {
        // A sender lives as long as the batch, hence the only error is that it took too long.
        let answers = &mut *answers;
        finished.extend(py.detach(move || answers.recv_timeout(PATIENCE)));
        signalled = signalled.and_then(|()| py.check_signals());
    }
    signalled
}

impl Helpers {
    /// Ask all threads but the calling one to help with a batch.
    fn call(&self, shared: &Arc<Shared>, threads: usize) {
        if threads <= 1 {
            return;
        }
        let wanted = shared.batch.settings.threads() - 1;
        let named = |number| format!("trial-{number}");
        let pool = self.0.get_or_init(|| ThreadPoolBuilder::new().num_threads(wanted).thread_name(named).build().ok());
        for _ in 1..threads {
            if let Some(pool) = pool {
                let shared = Arc::downgrade(shared);
                pool.spawn(move || help(&shared));
            }
        }
    }
}

/// Run trials until there is none left, if the batch is not done already.
fn help(shared: &Weak<Shared>) {
    let Some(shared) = shared.upgrade() else { return };
    while let Some(place) = shared.claim() {
        let ran = catch_unwind(AssertUnwindSafe(|| Python::attach(|py| shared.run(py, place))));
        let ran = ran.unwrap_or_else(|_| {
            shared.close();
            Err(OptimizerError::new(Code::Panic, "a panic in a thread that runs trials").into())
        });
        if shared.sender.send((place, ran)).is_err() {
            return;
        }
    }
}
