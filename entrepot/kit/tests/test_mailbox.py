"""What passes for an address can be mailed to."""

import pytest
from django.core.mail import EmailMessage
from hypothesis import given
from hypothesis import strategies as st

from entrepot.kit.mailbox import is_mailbox


@pytest.mark.parametrize("address", [
    "alice@demo.example", "a.b+c@mail.co.uk", "o'neil@demo.example", "李雷@例子.中国", "x@d.áëóćï", "1@2.cn",
    "a@b-c.de",
])
def test_addresses(address: str) -> None:
    assert is_mailbox(address)
    assert EmailMessage("Subject", "Text", to=[address]).message()["To"]


@pytest.mark.parametrize("address", [
    "", "alice", "alice@", "@demo.example", "alice@demo", "a@b@c.de", "a,b@d.áëóćï", "a;b@demo.example",
    "a b@demo.example", "<a@demo.example>", "a@demo..example", "a@.example", "a@demo.example.", "a@-demo.example",
    "a\n@demo.example", "a@demo.example\nBcc: b@demo.example", "(a)@demo.example", "a@[127.0.0.1]",
    f"{'a' * 65}@demo.example", f"a@{'b.' * 130}de", f"a@{'b' * 64}.example",
])
def test_no_addresses(address: str) -> None:
    assert not is_mailbox(address)


@given(st.one_of(st.emails(), st.from_regex(r"[^@]{1,9}@[^@]{1,9}\.[^@]{2,5}", fullmatch=True)))
def test_what_passes_can_be_written_into_a_mail(address: str) -> None:
    if is_mailbox(address):
        assert EmailMessage("Subject", "Text", to=[address]).message()["To"]
