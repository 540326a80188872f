"""The contract of jobs: what arrives, in which thread, how often, and how everything ends."""

import itertools
import threading
import time
from concurrent.futures import CancelledError

import pytest
from PySide6.QtCore import QThread, QThreadPool

from facesorter.domain.errors import WrongUse
from facesorter.domain.events import RunPaused
from facesorter.ui.shell.job import BATCH, DELIVERY_WORK_MS, LEAST_BATCH, next_batch
from facesorter.ui.shell.jobs import Jobs
from facesorter.ui.shell.qt_executor import QtExecutor


def is_pause(report):
    return isinstance(report, RunPaused)


class Listener:
    """Keeps what a job emitted, in order, with the thread it came in."""

    def __init__(self, job):
        self.heard = []
        self.threads = set()
        self.deliveries = []
        job.reported.connect(self._reported)
        job.failed.connect(lambda error: self._hear("failed", error))
        job.finished.connect(lambda: self._hear("finished"))

    def _reported(self, batch):
        self.deliveries.append((time.monotonic(), len(batch)))
        for report in batch:
            self._hear("reported", report)

    def _hear(self, *what):
        self.threads.add(QThread.currentThread())
        self.heard.append(what)

    @property
    def done(self):
        return ("finished",) in self.heard


@pytest.fixture
def jobs(qapp):
    made = Jobs()
    yield made
    assert made.quit()
    made.deleteLater()


def test_reports_arrive_in_order_and_finished_comes_last_and_once(jobs, qtbot):
    listener = Listener(jobs.run(lambda: iter(range(3 * BATCH))))
    qtbot.waitUntil(lambda: listener.done)
    assert listener.heard == [("reported", number) for number in range(3 * BATCH)] + [("finished",)]
    assert listener.threads == {QThread.currentThread()}
    assert max(count for _, count in listener.deliveries) <= BATCH


def test_a_failure_comes_after_the_reports_and_before_finished(jobs, qtbot):
    def steps():
        yield 1
        raise WrongUse("That will not do.")

    listener = Listener(jobs.run(steps))
    qtbot.waitUntil(lambda: listener.done)
    kinds = [what[0] for what in listener.heard]
    assert kinds == ["reported", "failed", "finished"]
    assert isinstance(listener.heard[1][1], WrongUse)


def test_a_job_that_cannot_even_begin_fails_and_finishes(jobs, qtbot):
    def steps():
        raise OSError("no such place")

    listener = Listener(jobs.run(steps))
    qtbot.waitUntil(lambda: listener.done)
    assert [what[0] for what in listener.heard] == ["failed", "finished"]


def test_cancel_closes_the_generator_on_its_worker(jobs, qtbot):
    closed_on = []

    def steps():
        try:
            while True:
                time.sleep(0.001)
                yield 0
        finally:
            closed_on.append(threading.get_ident())

    job = jobs.run(steps)
    listener = Listener(job)
    qtbot.waitUntil(lambda: len(listener.heard) > 3)
    job.cancel()
    qtbot.waitUntil(lambda: listener.done)
    assert closed_on != [threading.get_ident()]
    assert len(closed_on) == 1
    assert listener.heard.count(("finished",)) == 1


def test_a_slow_event_is_delivered_at_once_and_not_with_the_next(jobs, qtbot):
    gate = threading.Event()

    def steps():
        yield "first"
        gate.wait(10)

    listener = Listener(jobs.run(steps))
    qtbot.waitUntil(lambda: ("reported", "first") in listener.heard, timeout=2000)
    assert not listener.done
    gate.set()
    qtbot.waitUntil(lambda: listener.done)


def test_deliveries_are_some_thirty_a_second_and_the_worker_waits_for_them(jobs, qtbot):
    produced = []

    def steps():
        for number in range(10 * BATCH):
            produced.append(number)
            yield number

    listener = Listener(jobs.run(steps))
    time.sleep(0.3)
    assert len(produced) < 6 * BATCH
    qtbot.waitUntil(lambda: listener.done)
    gaps = [after - before for (before, _), (after, _) in itertools.pairwise(listener.deliveries)]
    assert min(gaps) > 0.02


def test_pause_holds_and_resume_goes_on(jobs, qtbot):
    steps_taken = []

    def steps():
        for number in range(40):
            steps_taken.append(number)
            time.sleep(0.002)
            yield number

    job = jobs.run(steps)
    listener = Listener(job)
    qtbot.waitUntil(lambda: len(steps_taken) > 3)
    job.pause()
    qtbot.wait(30)
    held = len(steps_taken)
    qtbot.wait(60)
    assert len(steps_taken) == held < 40
    job.resume()
    qtbot.waitUntil(lambda: listener.done)
    assert len(steps_taken) == 40


def test_a_run_that_paused_itself_tries_again_on_resume(jobs, qtbot):
    tries = []

    def steps():
        while len(tries) < 3:
            tries.append(1)
            yield RunPaused("The disk is full.")

    job = jobs.run(steps, is_pause)
    listener = Listener(job)
    for expected in (1, 2, 3):
        qtbot.waitUntil(lambda n=expected: len(listener.heard) == n)
        qtbot.wait(20)
        assert len(tries) == expected
        assert job.paused
        job.resume()
    qtbot.waitUntil(lambda: listener.done)


def test_a_paused_job_can_be_cancelled(jobs, qtbot):
    job = jobs.run(lambda: iter([RunPaused("The disk is full."), 1]), is_pause)
    listener = Listener(job)
    qtbot.waitUntil(lambda: job.paused)
    job.cancel()
    qtbot.waitUntil(lambda: listener.done)
    assert ("reported", 1) not in listener.heard


def test_a_job_that_is_cancelled_before_its_turn_finishes_at_once_and_never_begins(jobs, qtbot):
    gate, begun = threading.Event(), []

    def hold():
        yield gate.wait(10)

    jobs.select(hold)
    job = jobs.select(lambda: iter(begun.append(1) or ()))
    listener = Listener(job)
    job.cancel()
    qtbot.waitUntil(lambda: listener.done)
    assert listener.heard == [("finished",)]
    assert not gate.is_set()
    job.cancel()
    gate.set()
    last = Listener(jobs.select(lambda: iter("x")))
    qtbot.waitUntil(lambda: last.done)
    assert listener.heard == [("finished",)]
    assert not begun
    assert not job.done


def test_writes_never_overtake_each_other(jobs, qtbot):
    done = []

    def write(number):
        time.sleep(0.002 * (5 - number))
        done.append(number)
        yield number

    listeners = [Listener(jobs.write(lambda n=number: write(n))) for number in range(5)]
    qtbot.waitUntil(lambda: all(listener.done for listener in listeners))
    assert done == [0, 1, 2, 3, 4]


def test_many_short_jobs_leave_nothing_behind(jobs, qtbot):
    results = []
    for number in range(500):
        jobs.look(lambda n=number: n, results.append)
    qtbot.waitUntil(lambda: len(results) == 500, timeout=20000)
    assert sorted(results) == list(range(500))
    qtbot.waitUntil(lambda: not jobs._alive)


def test_quit_stops_a_run_and_what_it_waits_for_within_two_seconds(qapp):
    jobs = Jobs()
    ended = []

    def steps():
        futures = [jobs.executor.submit(time.sleep, 0.05) for _ in range(1000)]
        try:
            for future in futures:
                yield future.result()
        except CancelledError:
            ended.append("cancelled")
            raise
        finally:
            ended.append("closed")

    jobs.run(steps)
    time.sleep(0.1)
    begun = time.monotonic()
    assert jobs.quit()
    assert time.monotonic() - begun < 2
    assert ended[-1] == "closed"


def test_quit_says_when_a_worker_is_stuck(qapp):
    jobs = Jobs()
    begun, gate = threading.Event(), threading.Event()

    def steps():
        begun.set()
        gate.wait(10)
        yield 1

    jobs.run(steps)
    assert begun.wait(2)
    assert not jobs.quit(within_ms=100)
    gate.set()
    assert jobs.quit()


@pytest.fixture
def held(qapp):
    """Jobs of which a write waits for the gate."""
    jobs, gate = Jobs(), threading.Event()

    def wait():
        gate.wait(10)
        yield None

    jobs.write(wait)
    yield jobs, gate
    gate.set()
    assert jobs.quit()


def test_quit_carries_out_the_writes_that_wait(held):
    jobs, gate = held
    done = []

    def write(number):
        done.append(number)
        yield None

    for number in range(3):
        jobs.write(lambda n=number: write(n), decisions=1)
    timer = threading.Timer(0.3, gate.set)
    timer.start()
    assert jobs.quit(within_ms=100)
    assert done == [0, 1, 2]
    timer.join()


def test_quit_tells_the_log_how_many_answers_it_could_not_wait_for(held, caplog):
    jobs, _gate = held
    for answers in (2000, 0, 7):
        jobs.write(lambda: iter([None]), answers)
    assert not jobs.quit(writes_within_ms=50)
    assert "Decisions that could not be kept: 2007." in caplog.text


def test_quit_tells_the_log_of_a_write_that_fails_when_nobody_listens(held, caplog):
    jobs, gate = held

    def write():
        raise WrongUse("The disk is full.")
        yield

    jobs.write(write, decisions=3)
    gate.set()
    assert jobs.quit()
    assert "The disk is full." in caplog.text
    assert "Decisions that could not be kept: 3." in caplog.text


def test_what_is_remembered_comes_in_its_turn_and_is_handed_over(jobs, qtbot):
    done, told = [], []
    first = jobs.write(lambda: iter([time.sleep(0.05), done.append("written")]))
    jobs.remember(lambda: done.append("remembered") or len(done), told.append)
    qtbot.waitUntil(lambda: bool(told))
    assert (done, told) == (["written", "remembered"], [2])
    assert first.done


def test_quit_tells_how_many_decisions_were_not_remembered(held, caplog):
    jobs, gate = held

    def fail():
        raise WrongUse("The disk is full.")

    jobs.remember(fail)
    jobs.remember(fail, decisions=4)
    gate.set()
    assert jobs.quit()
    assert "Decisions that could not be kept: 5." in caplog.text


def test_the_executor_runs_at_most_its_workers_at_once_and_hands_over_results_and_errors(qapp):
    pool = QThreadPool()
    pool.setMaxThreadCount(2)
    executor = QtExecutor(pool)
    busy, most, lock = [], [], threading.Lock()

    def work(number):
        with lock:
            busy.append(number)
            most.append(len(busy))
        time.sleep(0.005)
        with lock:
            busy.remove(number)
        if number == 7:
            raise ValueError("seven")
        return number * number

    futures = [executor.submit(work, number) for number in range(20)]
    assert [future.result(10) for future in futures if future is not futures[7]] == [n * n for n in range(20) if n != 7]
    with pytest.raises(ValueError, match="seven"):
        futures[7].result(10)
    assert executor.workers == 2
    assert max(most) == 2
    executor.close()
    with pytest.raises(CancelledError):
        executor.submit(work, 1).result(10)
    assert pool.waitForDone(2000)


def test_what_takes_long_to_handle_is_delivered_in_smaller_batches(jobs, qtbot):
    def steps():
        yield from range(4 * BATCH)

    job, sizes = jobs.run(steps), []

    def handle(batch):
        sizes.append(len(batch))
        until = time.thread_time() + 3 * DELIVERY_WORK_MS / 1000
        while time.thread_time() < until:
            pass

    job.reported.connect(handle)
    with qtbot.waitSignal(job.finished, timeout=10_000):
        pass
    assert sum(sizes) == 4 * BATCH
    assert sizes[-2] == LEAST_BATCH


@pytest.mark.parametrize(
    ("batch", "work_ms", "following"),
    [(BATCH, 50, BATCH // 2), (LEAST_BATCH, 50, LEAST_BATCH), (125, 1, 250), (BATCH, 1, BATCH), (250, 8, 250)],
)
def test_batches_follow_the_work_that_the_last_one_was(batch, work_ms, following):
    assert next_batch(batch, work_ms) == following
