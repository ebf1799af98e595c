"""The names under which people go can be guessed by nobody, and none is given out twice."""

from __future__ import annotations

import os
import re
from concurrent.futures import ThreadPoolExecutor

from newsletter.database.tokens import Tokens


def test_names_begin_with_the_time_and_go_on_at_random() -> None:
    """They stand side by side in an index, and still none leads to another."""
    tokens = Tokens()
    names = [tokens() for _ in range(1_200)]
    assert all(re.fullmatch("[0-9a-f]{32}", name) for name in names)
    assert [name[:11] for name in names] == sorted(name[:11] for name in names)
    assert len({name[11:] for name in names}) == len(names)
    assert all(len({name[place] for name in names}) == 16 for place in range(11, 32))


def test_no_name_is_given_out_twice_by_threads_at_once() -> None:
    """The service answers many people at the same moment."""
    tokens = Tokens()
    with ThreadPoolExecutor(8) as threads:
        names = list(threads.map(lambda _: tokens()[11:], range(5_000)))
    assert len(set(names)) == len(names)


def test_no_name_is_given_out_twice_by_a_copy_of_the_process() -> None:
    """Servers divide themselves into several processes once the program is loaded."""
    tokens = Tokens()
    tokens()
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, tokens()[11:].encode())
        os._exit(0)
    os.waitpid(child, 0)
    assert os.read(reading, 100).decode() != tokens()[11:]
    os.close(reading)
    os.close(writing)
