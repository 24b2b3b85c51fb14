//! Stopping a call from where it was made: work asks now and then whether it should go on, wherever it is.
//!
//! What takes long is deep inside: a regular expression, a normalizer, a word of a megabyte. So whoever may stop a call is
//! known to the thread that works, instead of to every function between.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// How often the caller is asked: a person who presses Ctrl-C sees the end within a tenth of a second.
const TICK: Duration = Duration::from_millis(50);

/// Who may stop the work of this thread.
#[derive(Clone)]
struct Watch {
    stop: Arc<AtomicBool>,
    /// Asked by the thread that made the call; the others only see what came of it.
    wants_to_stop: Option<Rc<dyn Fn() -> bool>>,
    asked: Cell<Instant>,
}

thread_local! {
    static WATCH: RefCell<Option<Watch>> = const { RefCell::new(None) };
}

/// Does some work. `wants_to_stop` is asked about 20 times a second, on this thread; when it says so, the work fails with
/// class `Interrupted`.
pub fn stoppable<R>(wants_to_stop: impl Fn() -> bool + 'static, work: impl FnOnce() -> R) -> R {
    let watch =
        Watch { stop: Arc::default(), wants_to_stop: Some(Rc::new(wants_to_stop)), asked: Cell::new(Instant::now()) };
    within(Some(watch), work)
}

/// Lets other threads do a part of the work of this one: what this gives them to call is stopped with it.
pub(crate) fn shared() -> impl Fn(&mut dyn FnMut()) + Send + Sync + Clone {
    let stop = WATCH.with_borrow(|watch| watch.as_ref().map(|watch| Arc::clone(&watch.stop)));
    move |work| {
        let watch = stop.clone().map(|stop| Watch { stop, wants_to_stop: None, asked: Cell::new(Instant::now()) });
        within(watch, work);
    }
}

fn within<R>(watch: Option<Watch>, work: impl FnOnce() -> R) -> R {
    /// Puts back what was there, even if the work panics.
    struct Before(Option<Watch>);
    impl Drop for Before {
        fn drop(&mut self) {
            WATCH.set(self.0.take());
        }
    }
    let _before = Before(WATCH.replace(watch));
    work()
}

/// Fails with class `Interrupted` if the work should stop. It looks at the clock: call it for every some thousand bytes.
pub(crate) fn check() -> Result<()> {
    let stops = |stop: &AtomicBool| match stop.load(Ordering::Relaxed) {
        true => Err(Error::interrupted()),
        false => Ok(()),
    };
    let due = WATCH.with_borrow(|watch| {
        let Some(Watch { stop, wants_to_stop, asked }) = watch else { return Ok(None) };
        stops(stop)?;
        let due = wants_to_stop.as_ref().filter(|_| asked.get().elapsed() >= TICK);
        Ok::<_, Error>(due.map(|wants_to_stop| {
            asked.set(Instant::now());
            (Rc::clone(wants_to_stop), Arc::clone(stop))
        }))
    })?;
    // Whoever is asked may make calls of their own, so nothing is borrowed here.
    let Some((wants_to_stop, stop)) = due else { return Ok(()) };
    if wants_to_stop() {
        stop.store(true, Ordering::Relaxed);
    }
    stops(&stop)
}

/// Checks for every 64 KiB that a walk over a text comes past.
#[derive(Default)]
pub(crate) struct Walk {
    next: usize,
}

impl Walk {
    pub(crate) fn at(&mut self, place: usize) -> Result<()> {
        if place < self.next {
            return Ok(());
        }
        self.next = place + (64 << 10);
        check()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorClass;

    /// Checks until it is stopped.
    fn work() -> Error {
        loop {
            if let Err(error) = check() {
                return error;
            }
        }
    }

    #[test]
    fn all_threads_of_a_call_stop_and_no_other() {
        let times = Rc::new(Cell::new(0));
        let asked = Rc::clone(&times);
        let wants_to_stop = move || {
            // A call of the one who is asked is a call of its own.
            assert!(stoppable(|| true, || check().is_ok()), "nobody is asked at once");
            asked.set(asked.get() + 1);
            asked.get() == 3
        };
        let begun = Instant::now();
        let errors = stoppable(wants_to_stop, || {
            let shared = shared();
            std::thread::scope(|scope| {
                let mut error = None;
                let other = scope.spawn(move || {
                    shared(&mut || error = Some(work()));
                    error.unwrap()
                });
                [work(), other.join().unwrap()]
            })
        });
        assert_eq!(errors.map(|error| error.class()), [ErrorClass::Interrupted; 2]);
        assert_eq!(times.get(), 3);
        assert!(begun.elapsed() >= 3 * TICK);
        assert!(check().is_ok());
    }
}
