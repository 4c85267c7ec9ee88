"""Equality of values of both libraries, which differ in how they hold some of them."""


def same(expected, got):
    if hasattr(expected, "thrift_spec"):
        return type(got) is type(expected) and same(vars(expected), vars(got))
    if isinstance(expected, dict):
        return alike(expected.items(), got.items())
    if isinstance(expected, (set, frozenset)):
        # thriftpy2 reads sets as lists.
        return alike(expected, got)
    if isinstance(expected, (list, tuple)):
        return len(expected) == len(got) and all(map(same, expected, got))
    if isinstance(expected, float):
        return repr(expected) == repr(got)
    if isinstance(expected, str) and isinstance(got, bytes):
        # thriftpy2 holds binary constants as text.
        return expected.encode() == got
    return type(expected) is type(got) and expected == got


def alike(expected, got):
    """Whether the same values are in both, in any order."""
    left = list(got)
    for value in expected:
        index = next((i for i, other in enumerate(left) if same(value, other)), None)
        if index is None:
            return False
        del left[index]
    return not left
