"""The end of a call by a fault."""


class Fault(BaseException):
    """The host ended the call: the plugin did what it may not do.

    In a component nothing can catch this, so here it is no `Exception`: a plugin's `except Exception` must not swallow
    it.
    """
