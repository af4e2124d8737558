"""The embedded server is started whatever it is doing at the moment."""

from __future__ import annotations

import shutil
import threading

import psycopg
import pytest

from entrepot.kit import embedded

NAME = "postgres-again"


@pytest.fixture
def server() -> object:
    embedded.start(NAME)
    yield embedded.url(NAME, "postgres")
    embedded.stop(NAME, mode="immediate")
    shutil.rmtree(embedded.data_folder(NAME))


def test_a_server_that_is_going_down_is_waited_for_and_started_again(server: str) -> None:
    guest = psycopg.connect(server)  # while it stays, a server asked to stop kindly is neither up nor gone
    account, data = embedded._server_account(), embedded.data_folder(NAME)
    embedded._run([embedded.binary("pg_ctl"), "-D", str(data), "-W", "-m", "smart", "stop"], account)
    assert not embedded.is_running(NAME)
    threading.Timer(1.0, guest.close).start()
    assert embedded.start(NAME) is True
    with psycopg.connect(server) as connection:
        assert connection.execute("SELECT 1").fetchone() == (1,)


def test_what_cannot_start_says_why(server: str) -> None:
    embedded.stop(NAME)
    (embedded.data_folder(NAME) / "postgresql.conf").write_text("no such setting")
    with pytest.raises(RuntimeError, match="pg_ctl failed"):
        embedded.start(NAME)
