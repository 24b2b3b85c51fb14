//! Long calls: the work runs on another thread while this one listens to signals and reports progress.

use std::cell::RefCell;
use std::rc::Rc;
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::Duration;

use hybridtok::interrupt::stoppable as stoppable_core;
use hybridtok::progress::Progress;
use pyo3::prelude::*;

use crate::errors::raise;

/// How often signals are looked at. A person who presses Ctrl-C sees the end within a tenth of a second.
const TICK: Duration = Duration::from_millis(50);

/// Runs `work` with the interpreter released. `report(stage, done, total)` is called now and then; an exception in it,
/// or a signal, stops the work and is raised.
pub(crate) fn interruptible<T: Send>(
    py: Python<'_>,
    progress: &Progress,
    report: Option<&Bound<'_, PyAny>>,
    work: impl FnOnce() -> hybridtok::Result<T> + Send,
) -> PyResult<T> {
    let report = report.map(|report| report.clone().unbind());
    py.detach(|| {
        std::thread::scope(|scope| {
            let (sender, receiver) = channel();
            scope.spawn(move || {
                // The receiver waits below until this arrives.
                let _ = sender.send(work());
            });
            let mut failed: Option<PyErr> = None;
            loop {
                match receiver.recv_timeout(TICK) {
                    Ok(result) => {
                        tell(progress, report.as_ref()).err().into_iter().for_each(|error| {
                            failed.get_or_insert(error);
                        });
                        return match failed {
                            Some(error) => Err(error),
                            None => result.map_err(raise),
                        };
                    }
                    Err(RecvTimeoutError::Timeout) if failed.is_none() => {
                        let ticked =
                            Python::attach(|py| py.check_signals()).and_then(|()| tell(progress, report.as_ref()));
                        if let Err(error) = ticked {
                            progress.stop();
                            failed = Some(error);
                        }
                    }
                    Err(RecvTimeoutError::Timeout) => {}
                    Err(RecvTimeoutError::Disconnected) => {
                        let bug = hybridtok::Error::argument("a worker thread ended early; this is a bug");
                        return Err(failed.unwrap_or_else(|| raise(bug)));
                    }
                }
            }
        })
    })
}

/// Runs `work` with the interpreter released, on this thread. Its checks ask for signals now and then; an exception in a
/// handler stops the work and is raised.
pub(crate) fn stoppable<T: Send>(py: Python<'_>, work: impl FnOnce() -> hybridtok::Result<T> + Send) -> PyResult<T> {
    let result = py.detach(|| {
        let raised = Rc::new(RefCell::new(None));
        let asked = Rc::clone(&raised);
        let wants_to_stop = move || match Python::attach(|py| py.check_signals()) {
            Ok(()) => false,
            Err(error) => {
                asked.replace(Some(error));
                true
            }
        };
        let result = stoppable_core(wants_to_stop, work);
        match raised.take() {
            Some(error) => Err(error),
            None => result.map_err(raise),
        }
    });
    // What comes next makes Python objects, and should not find a signal in the middle.
    py.check_signals()?;
    result
}

fn tell(progress: &Progress, report: Option<&Py<PyAny>>) -> PyResult<()> {
    let Some(report) = report else { return Ok(()) };
    let (stage, done, total) = progress.now();
    Python::attach(|py| report.call1(py, (stage.name(), done, total)).map(drop))
}

/// Threads to use: what the caller says, else `HYBRIDTOK_THREADS`, else every core.
pub(crate) fn threads(asked: Option<usize>) -> usize {
    let from_environment = || std::env::var("HYBRIDTOK_THREADS").ok()?.parse().ok();
    let cores = || std::thread::available_parallelism().map_or(1, usize::from);
    asked.or_else(from_environment).filter(|&threads| threads > 0).unwrap_or_else(cores)
}
