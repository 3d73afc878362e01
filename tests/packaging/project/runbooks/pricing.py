"""Discounting answers in the port as it does in the reference, to the bit."""

from harness import Operation, columns, contract, exact

pricing = contract(reference="pricing.reference", ports={"port": "pricing.port"})


@pricing.operation("discounted", compare=exact, inputs=columns(prices="list<float64>", rate="float64[0..1]"))
def _(call: Operation) -> None:
    call.property("is_a_number", lambda outcome: isinstance(outcome.value, float))
