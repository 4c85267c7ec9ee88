"""The conformance service, and what its clients rely on."""

import collections
import copy
import time

from same import same

FILE = "tests/conformance/conformance.thrift"
NAMESPACES = ["suite.conformance", "suite.base"]
SERVICE = "Conformance"

# How many seconds a oneway call may take that nothing waits for.
PATIENCE = 20


class Handler:
    def __init__(self, idl):
        self.idl = idl
        self.sums = collections.Counter()

    def __getattr__(self, name):
        if name.startswith("echo"):
            return lambda value: value
        raise AttributeError(name)

    def nothing(self):
        pass

    def refuse(self, code):
        if code:
            raise self.idl.Refused("as it was asked to", code)

    def sample(self):
        return self.idl.EVERYTHING

    def isSample(self, value):
        return same(self.idl.EVERYTHING, value)

    def join(self, first, second, third):
        return f"{first} {second} {third}"

    def find(self, what):
        if what != "anything":
            raise self.idl.NotFound(what, ["anything"])
        return what

    def fail(self, what):
        if what == "refused":
            raise self.idl.Refused(what, 7)
        if what == "not found":
            raise self.idl.NotFound(what)
        if what == "nothing":
            raise self.idl.Nothing()
        if what == "application":
            kind = self.idl.TApplicationException.INTERNAL_ERROR
            raise self.idl.TApplicationException(kind, what)
        if what == "panic":
            raise RuntimeError(what)
        return what

    def remember(self, who, number):
        self.sums[who] += number

    def remembered(self, who):
        return self.sums[who]


def check(idl, connection, number):
    client = connection.client(idl.service)
    echoes(idl, client)
    assert client.nothing() is None
    assert client.join(-1, 2, 2**40) == f"-1 2 {2**40}"
    assert same(idl.EVERYTHING, client.sample())
    assert client.isSample(idl.EVERYTHING) is True
    defaults(idl, client)
    exceptions(idl, client)

    who = f"client {number}"
    before = client.remembered(who)
    for turn in range(10):
        client.remember(who, turn)
    if not connection.keeps_order:
        wait_for(lambda: client.remembered(who) == before + 45)
    assert client.remembered(who) == before + 45

    error = raised(idl.TApplicationException, client.fail, "panic")
    assert error.type == idl.TApplicationException.INTERNAL_ERROR, error

    not_finite(client)


def echoes(idl, client):
    """Calls each method that gives its argument back, with values to get wrong."""
    scalars = idl.EVERYTHING.scalars
    Choice, Point, Tree = idl.Choice, idl.Point, idl.Tree
    keyed = copy.copy(idl.EVERYTHING.containers)
    keyed.points = {Point(1, 2), Point(-1, -2)}
    keyed.wordsByPoint = {Point(0, 0): "origin", Point(1, 0): ""}
    keyed.library = {"shelf": [scalars, scalars], "none": []}
    keyed.path = [Point(3, 4), Point(5, 6)]
    deep = Tree("leaf", [])
    for depth in range(20):
        deep = Tree(str(depth), [deep], Tree("shadow", []) if depth % 2 else None)
    for method, values in {
        "echoBool": [True, False],
        "echoByte": [0, 1, -1, 127, -128],
        "echoI16": [0, 2**15 - 1, -(2**15)],
        "echoI32": [0, 2**31 - 1, -(2**31)],
        "echoI64": [0, 2**63 - 1, -(2**63)],
        "echoDouble": [0.0, -0.0, 1e-308, -1.7e308, 0.1],
        "echoString": ["", "plain", "żółć ☃ 𝄞 \0 \r\n \"'\\", "long " * 50_000],
        "echoBinary": [b"", bytes(range(256)), b"\xff\xfe" * 50_000],
        "echoColor": [idl.Color.RED, idl.Color.GREEN, idl.Color.BLACK],
        "echoTimestamp": [-1, 1_700_000_000_000],
        "echoList": [[], [1, -1], list(range(10_000))],
        "echoSet": [set(), {"a"}, set(map(str, range(100)))],
        "echoMap": [{}, {1: "one", -1: ""}, {key: str(key) for key in range(1000)}],
        "echoNested": [{}, {"a": [], "b": [{}, {1: set(), 2: {"x", "y"}}]}],
        "echoScalars": [scalars],
        "echoContainers": [idl.EVERYTHING.containers, keyed],
        "echoDefaults": [idl.EVERYTHING.defaults],
        "echoChoice": [
            Choice(truth=False),
            Choice(number=5),
            Choice(text=""),
            Choice(point=Point(1, 2)),
            Choice(several=[Choice(number=1), Choice(several=[])]),
        ],
        "echoTree": [Tree("alone", []), deep],
        "echoChicken": [idl.Chicken(1, idl.Egg(idl.Chicken(2, None), "inner"))],
        "echoEmpty": [idl.Empty()],
        "echoEverything": [idl.EVERYTHING],
    }.items():
        for value in values:
            got = getattr(client, method)(value)
            assert same(value, got), f"{method}: {got} for {value}"


def not_finite(client):
    for value in map(float, ("inf", "-inf", "nan")):
        got = client.echoDouble(value)
        assert same(value, got), f"{got} for {value}"


def defaults(idl, client):
    """What is not set is a default where there is one."""
    got = client.echoDefaults(idl.Defaults(name="n", count=None, title=None, primes=None))
    expected = idl.Defaults(name="n")
    assert got.name == "n" and got.note is None and got.target is None and got.last is None, got
    for field in ("size", "limit", "count", "flag", "ratio", "title", "color", "primes", "origin"):
        wanted = getattr(expected, field)
        assert same(wanted, getattr(got, field)), f"{field}: {got} for {expected}"
    assert not got.plain, got
    assert not any(vars(client.echoContainers(idl.Containers())).values())


def exceptions(idl, client):
    """Each method that raises, raises what it declares, and goes on."""
    for _ in range(2):
        assert raised(idl.Refused, client.refuse, 7).code == 7
        assert client.refuse(0) is None
        assert raised(idl.NotFound, client.find, "something").nearest == ["anything"]
        assert client.find("anything") == "anything"
        assert raised(idl.Refused, client.fail, "refused").reason == "refused"
        assert raised(idl.NotFound, client.fail, "not found").nearest is None
        raised(idl.Nothing, client.fail, "nothing")
        error = raised(idl.TApplicationException, client.fail, "application")
        assert error.type == idl.TApplicationException.INTERNAL_ERROR, error
        assert client.fail("not at all") == "not at all"


def wait_for(condition):
    deadline = time.monotonic() + PATIENCE
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.01)


def raised(kind, method, *arguments):
    """What a call raises, which is to be of a kind."""
    try:
        got = method(*arguments)
    except kind as exception:
        return exception
    raise AssertionError(f"{got} and not {kind}")
