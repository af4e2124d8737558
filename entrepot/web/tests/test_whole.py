"""What is complete goes out in one piece, what streams goes out as it comes; both are closed."""

from __future__ import annotations

from typing import Any

import pytest
from django.http import HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase

from entrepot.web.whole import Whole


def sent(response: HttpResponseBase) -> Any:
    return Whole(lambda _environ, _start: response)({}, None)


def test_a_complete_answer_is_one_piece_and_closed() -> None:
    response = HttpResponse(b"all of it")
    answer = sent(response)
    assert (type(answer), answer, response.closed) == (list, [b"all of it"], True)


def test_a_stream_is_left_to_the_server() -> None:
    response = StreamingHttpResponse(iter([b"a", b"b"]))
    assert sent(response) is response
    assert not response.closed
    assert b"".join(response) == b"ab"


def test_an_answer_that_cannot_be_made_is_closed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    response = HttpResponse()
    monkeypatch.setattr(HttpResponse, "content", property(lambda _self: 1 / 0))
    with pytest.raises(ZeroDivisionError):
        sent(response)
    assert response.closed
