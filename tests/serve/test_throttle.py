"""Guessing passwords: the policy against a plain list of tries, and the ways in against guesses of strangers."""

import asyncio
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vanas_panel.errors import ShelfError
from vanas_panel.serve.auth.attempt_counters import RETRY_SECONDS, HeldAttempts, SharedAttempts
from vanas_panel.serve.auth.password_checks import BusyError, Checks
from vanas_panel.serve.auth.throttle import FORGET, FORGET_HOMES, RULES, Throttle
from vanas_panel.shelf import Attempts, Count, Shelf
from vanas_panel.shelf.models import AttemptRow, HomeRow

HOME, ELSEWHERE = "203.0.113.7", "198.51.100.1"


class Clock:
    def __init__(self):
        self.now = 1_764_312_345.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def throttle(clock):
    return Throttle(clock=clock)


def guesses(throttle, account="ada", address=ELSEWHERE, most=100, browser=""):
    """How many wrong passwords are looked at before the first wait."""
    return next(number for number in range(most) if throttle.attempt(account, address, browser).wait > 0)


def sign_in(throttle, account="ada", address=HOME, browser=""):
    tried = throttle.attempt(account, address, browser)
    assert tried.wait == 0
    throttle.right(tried, account, address)


class Naive:
    """The policy in plain words, over the list of all tries that were granted."""

    def __init__(self):
        # Time, names of the doors, whether the password was right.
        self.tries = []
        self.homes = {}

    def doors(self, account, address, browser, relayed):
        if browser:
            return {("browser", account)}
        if not relayed and self.homes.get(account) == address:
            return {("home", account, address), ("neighbours", address)}
        return {("account", account), ("address", address)}

    def wait(self, account, address, browser, relayed, now):
        longest = 0.0
        for door in self.doors(account, address, browser, relayed):
            wrong, later = 0, now
            times = [(time, right) for time, doors, right in self.tries if door in doors]
            last = times[-1][0] if times else None
            for time, right in reversed(times):
                if later - time > FORGET:
                    break
                wrong, later = wrong + (not right), time
            rule = RULES[door[0]]
            if wrong > rule.free:
                longest = max(longest, last + min(2.0 ** (wrong - rule.free), rule.longest) - now)
        return longest

    def grant(self, account, address, browser, relayed, now, right):
        self.tries.append((now, self.doors(account, address, browser, relayed), right))
        if right and not relayed:
            self.homes[account] = address


# Pauses round about those of the rules, so that waits and forgetting are met from both sides.
PAUSES = st.one_of(st.sampled_from([0.0, 1.0, 2.0, 4.0, 29.5, 30.0, 300.0, FORGET, FORGET + 0.5]),
                   st.integers(0, 1200).map(float))
# So many that their tries at home fill the door of all neighbours.
ACCOUNTS = ["ada", "bob", "cleo", "dora", "eve", "flo", "gil"]
TRIES = st.lists(st.tuples(PAUSES, st.sampled_from(ACCOUNTS), st.sampled_from([HOME, ELSEWHERE]),
                           st.booleans(), st.sampled_from([False, False, False, True]),
                           st.sampled_from([False, False, False, True]), st.integers(1, 12)), max_size=25)


@given(st.booleans(), TRIES)
def test_throttle_equals_a_plain_list_of_attempts(team, tries):
    clock, naive, marked = Clock(), Naive(), set()
    throttle = Throttle(clock=clock)
    if team:
        for account in ACCOUNTS:
            naive.grant(account, HOME, "", False, clock.now, right=True)
            sign_in(throttle, account)
    for pause, account, address, known, relayed, right, times in tries:
        clock.now += pause
        for _ in range(1 if right else times):
            # A browser is marked when somebody signs in with it.
            browser = f"browser of {account}" if known and account in marked else ""
            expected = naive.wait(account, address, browser, relayed, clock.now)
            tried = throttle.attempt(account, address, browser, relayed=relayed)
            assert tried.wait == pytest.approx(max(0.0, expected))
            if tried.wait == 0:
                naive.grant(account, address, browser, relayed, clock.now, right)
                if right:
                    marked.add(account)
                    throttle.right(tried, account, address)


def test_guesses_from_many_addresses_count_for_the_account(throttle):
    waits = [throttle.attempt("ada", f"198.51.100.{number}").wait for number in range(20)]
    assert waits[:6] == [0.0] * 6 and all(wait == 2.0 for wait in waits[6:])
    # Others do not notice, nor does whoever has no account there.
    assert throttle.attempt("bob", "198.51.100.3").wait == 0


def test_one_address_is_slowed_down_across_all_names(throttle):
    waits = [throttle.attempt(f"name {number}", ELSEWHERE).wait for number in range(40)]
    assert waits.count(0.0) == RULES["address"].free + 1 and waits[-1] == 2.0


def test_a_patient_guesser_gets_few_guesses_a_day(clock, throttle):
    def in_a_day(account, address, pause):
        end, granted = clock.now + 86_400, 0
        while clock.now < end:
            wait = throttle.attempt(account, address).wait
            granted += wait == 0
            clock.now += wait or pause
        return granted

    # At once, and with the pause after which all is forgotten.
    assert in_a_day("ada", ELSEWHERE, 0.0) < 320
    assert in_a_day("bob", ELSEWHERE, FORGET / 5.9) < 600
    sign_in(throttle, "eve")
    assert in_a_day("eve", HOME, 0.0) < 2_920


def test_guesses_of_strangers_do_not_lock_users_out_of_home(clock, throttle):
    sign_in(throttle)
    for number in range(200):
        throttle.attempt("ada", f"198.51.100.{number}")
    assert throttle.attempt("ada", ELSEWHERE).wait > 0
    sign_in(throttle)
    # Home has a counter of its own, which is slow, too.
    assert guesses(throttle, address=HOME) == RULES["home"].free + 1
    for _ in range(40):
        clock.now += throttle.attempt("ada", HOME).wait
    assert throttle.attempt("ada", HOME).wait <= RULES["home"].longest


def test_an_address_is_slowed_down_at_home_too_but_for_seconds_only(clock, throttle):
    names = [f"name {number}" for number in range(200)]
    for name in names:
        sign_in(throttle, name)
    waits = [throttle.attempt(name, HOME).wait for name in names for _ in range(11)]
    assert waits.count(0.0) == RULES["neighbours"].free + 1
    granted, end = 0, clock.now + 86_400
    while clock.now < end:
        wait = throttle.attempt(names[0], HOME).wait
        names.append(names.pop(0))
        assert wait <= RULES["home"].longest
        granted += wait == 0
        clock.now += min(wait, 5.0)
    assert granted < 17_400
    # Once the guesser pauses for seconds, the right password is let in.
    clock.now += RULES["neighbours"].longest
    sign_in(throttle, names[100])


def test_free_tries_do_not_tell_where_an_account_is_at_home():
    for address in (HOME, ELSEWHERE):
        throttle = Throttle(clock=Clock())
        sign_in(throttle)
        assert guesses(throttle, "ada", address) == guesses(throttle, "nobody", address) == 6


def test_untrusted_proxy_is_never_a_home(throttle):
    names = [f"name {number}" for number in range(200)]
    for name in names:
        throttle.right(throttle.attempt(name, HOME, relayed=True), name, HOME)
    sign_in(throttle, "ada")
    assert throttle.attempt("ada", HOME).doors != throttle.attempt("ada", HOME, relayed=True).doors
    waits = [throttle.attempt(name, HOME, relayed=True).wait for name in names for _ in range(3)]
    assert waits.count(0.0) == RULES["address"].free and waits[-1] == 2.0
    # Signing in through it made it nobody's home, and took away nobody's either.
    assert throttle.attempt(names[150], HOME).wait > 0 and throttle.attempt("ada", HOME).wait == 0
    tried = throttle.attempt("ada", HOME, "ada's", relayed=True)
    assert tried.wait == 0, "a known browser is let in"
    throttle.right(tried, "ada", ELSEWHERE)
    assert throttle.attempt("ada", HOME).wait == 0


def test_home_is_the_last_one_only(throttle):
    sign_in(throttle)
    sign_in(throttle, address="192.0.2.1")
    for number in range(20):
        throttle.attempt("ada", f"198.51.100.{number}")
    assert throttle.attempt("ada", HOME).wait > 0
    assert throttle.attempt("ada", "192.0.2.1").wait == 0


def test_behind_one_address_a_guesser_locks_out_neither_others_nor_a_known_browser(throttle):
    """As behind a proxy that adds no headers."""
    for account in ("ada", "bob"):
        sign_in(throttle, account)
    for number in range(200):
        throttle.attempt("ada", HOME)
        throttle.attempt(f"nobody {number}", HOME)
    assert throttle.attempt("zoe", HOME).wait > 0, "the address has had enough of strangers"
    sign_in(throttle, "bob")
    assert throttle.attempt("ada", HOME).wait > 0, "guesses at ada from where ada works: only there"
    sign_in(throttle, "ada", browser="ada's")
    assert guesses(throttle, address=HOME, browser="ada's") == RULES["browser"].free + 1


def test_right_password_takes_back_only_its_own_attempt_at_an_address(throttle):
    for number in range(RULES["address"].free):
        assert throttle.attempt(f"name {number}", ELSEWHERE).wait == 0
        # Signing in from two addresses in turn, so that the guessers' address is never mallory's home.
        sign_in(throttle, "mallory", "192.0.2.1")
        sign_in(throttle, "mallory", ELSEWHERE)
    assert throttle.attempt("one more", ELSEWHERE).wait == 0
    assert throttle.attempt("too many", ELSEWHERE).wait == 2.0


def test_right_password_takes_back_only_its_own_attempt_at_an_account(throttle):
    for number in range(RULES["account"].free):
        assert throttle.attempt("ada", f"198.51.100.{number}").wait == 0
    sign_in(throttle, "ada", "192.0.2.1")
    assert throttle.attempt("ada", "198.51.100.101").wait == 0
    assert throttle.attempt("ada", "198.51.100.102").wait == 2.0


@pytest.mark.parametrize(("rule", "browser"), [("home", ""), ("browser", "ada's")])
def test_right_password_takes_back_only_its_own_attempt_at_home_and_in_a_known_browser(throttle, rule, browser):
    sign_in(throttle)
    for _ in range(RULES[rule].free):
        assert throttle.attempt("ada", HOME, browser).wait == 0
    sign_in(throttle, "ada", HOME, browser)
    assert throttle.attempt("ada", HOME, browser).wait == 0
    assert throttle.attempt("ada", HOME, browser).wait == 2.0


def test_the_networks_of_ipv6_count_and_right_passwords_are_no_guesses(throttle):
    for number in range(RULES["address"].free + 1):
        assert throttle.attempt(f"name {number}", f"2001:db8::{number:x}").wait == 0
    assert throttle.attempt("x", "2001:db8::ffff").wait > 0 and throttle.attempt("x", "2001:db8:1::1").wait == 0
    assert throttle.attempt("y", "::ffff:203.0.113.9").doors == throttle.attempt("y", "203.0.113.9").doors
    for _ in range(3 * RULES["address"].free):
        sign_in(throttle, "bob")


def test_clock_set_back_causes_no_long_wait(clock, throttle):
    for _ in range(40):
        clock.now += throttle.attempt("ada", ELSEWHERE).wait
    clock.now -= 30 * 86_400
    assert throttle.attempt("ada", ELSEWHERE).wait <= RULES["account"].longest


def test_a_table_of_attempts_tells_no_name_no_address_and_no_password(tmp_path, clock):
    typed = "difference engine"
    with Shelf(tmp_path / "shelf.sqlite") as shelf:
        throttle = Throttle("k" * 64, Attempts(shelf), clock)
        sign_in(throttle)
        throttle.attempt(typed, ELSEWHERE)
        throttle.attempt("ada", ELSEWHERE)
        with shelf.transaction() as database:
            held = [[row.door for row in database.query(AttemptRow)],
                    [row.account + row.address for row in database.query(HomeRow)]]
    assert [len(part) for part in held] == [4, 1]
    raw = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    for secret in (typed, HOME, ELSEWHERE):
        assert secret.encode() not in raw
    # Nor can it be found out by trying names, without the key.
    assert throttle.digest("account", "ada") != Throttle("j" * 64).digest("account", "ada")


def test_expired_attempts_are_removed(tmp_path, clock):
    with Shelf(tmp_path / "shelf.sqlite") as shelf:
        throttle = Throttle("k" * 64, Attempts(shelf), clock)
        sign_in(throttle)
        clock.now += FORGET + 1
        throttle.attempt("bob", ELSEWHERE)
        with shelf.transaction() as database:
            assert database.query(AttemptRow).count() == 2 and database.query(HomeRow).count() == 1
        clock.now += FORGET_HOMES
        throttle.attempt("bob", ELSEWHERE)
        with shelf.transaction() as database:
            assert database.query(HomeRow).count() == 0


def test_attempts_in_memory_expire_and_are_bounded(monkeypatch):
    monkeypatch.setattr("vanas_panel.serve.auth.attempt_counters.MOST_DOORS", 3)
    held = HeldAttempts()
    for number in range(5):
        held.change([str(number)], lambda found, door=str(number): {door: Count(1, float(door))})
        held.settle(str(number), "x", float(number))

    def known() -> tuple[list[str], list[str]]:
        """The doors that are counted, and the accounts whose home is known."""
        doors, found = [str(number) for number in range(5)], {}
        held.change(doors, lambda counts: found.update(counts) or {})
        return [door for door in doors if found[door].wrong], [door for door in doors if held.home(door) is not None]

    assert known() == (["2", "3", "4"], ["2", "3", "4"])
    held.forget(3.0, 4.0)
    assert known() == (["3", "4"], ["4"])


def test_without_its_database_a_process_counts_for_itself_and_says_so_once(caplog):
    asked, ticks = [], [0.0]

    class Broken:
        def __getattr__(self, name):
            def fail(*_):
                asked.append(name)
                raise ShelfError("Found the database gone; expected it. Look for it.")
            return fail

    throttle = Throttle(store=SharedAttempts(Broken(), clock=lambda: ticks[0]), clock=Clock())
    assert guesses(throttle) == RULES["account"].free + 1
    assert asked == ["home"] and caplog.text.count("counted by this process alone") == 1
    ticks[0] += RETRY_SECONDS
    sign_in(throttle, "bob")
    sign_in(throttle, "bob")
    assert asked == ["home", "home"]
    assert throttle.digest("neighbours", throttle.digest("address", HOME)) in throttle.attempt("bob", HOME).doors, (
        "home is known without the database")


def test_checks_are_few_at_once_and_only_so_many_wait():
    going, go_on = threading.Semaphore(0), threading.Event()

    def check():
        going.release()
        assert go_on.wait(30)
        return True

    async def many():
        checks = Checks(at_once=2, most=5)
        waiting = [asyncio.ensure_future(checks.run(check)) for _ in range(5)]
        await asyncio.to_thread(lambda: [going.acquire(), going.acquire()])
        with pytest.raises(BusyError):
            await checks.run(check)
        assert not going.acquire(blocking=False), "the third one waits"
        # Whoever leaves takes the place along only when its thread is done with it.
        waiting[0].cancel()
        with pytest.raises(BusyError):
            await checks.run(check)
        go_on.set()
        assert await asyncio.gather(*waiting[1:]) == [True] * 4
        assert await checks.run(check)

    asyncio.run(many())
