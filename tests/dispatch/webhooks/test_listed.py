"""What the list of deliveries tells of a ticket that was sealed since."""

from sqlalchemy import Engine
from sqlmodel import Session

from dispatch.webhooks import deliveries
from tests.dispatch.webhooks.listening import Listener
from tests.dispatch.webhooks.scene import accept, deliver, dispatched, listening, read_log, seal


def test_what_was_sent_of_a_ticket_is_not_listed_once_it_is_sealed(
    database: Engine, listener: Listener
) -> None:
    endpoint = listening(database, listener.url)
    number = dispatched(database)
    accept(database, number, contacts=1)
    read_log(database)
    deliver(database)
    with Session(database) as session:
        assert deliveries.listed(session, endpoint)
    seal(database, number)
    with Session(database) as session:
        assert deliveries.listed(session, endpoint) == []
