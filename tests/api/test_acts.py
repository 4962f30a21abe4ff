"""The acts of the ledger as a machine meets them."""


def test_what_is_received_lies_on_the_shelf(alma):
    alma.receive(units=40, lot="A1")

    assert alma.on_hand() == {"A1": 40}


def test_the_lot_that_expires_first_is_handed_out_first(alma):
    alma.receive(units=10, lot="LATER", expires_on="2029-01-31")
    alma.receive(units=4, lot="SOONER", expires_on="2027-01-31")

    answer = alma.hand_out(6)

    assert answer.status_code == 201
    assert [(move["lot"]["number"], move["units"]) for move in answer.json["moves"]] == [("SOONER", 4), ("LATER", 2)]
    assert alma.on_hand() == {"LATER": 8}
