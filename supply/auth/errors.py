"""What log-in refuses."""

from supply.errors import Forbidden, Missing


class WrongNameOrPassword(Forbidden):
    """The address or the password is wrong.

    Check both and try again. If you have lost the password, ask an administrator for a new invitation.
    """


class NoSuchAccount(Missing):
    """There is no such account, place or municipality.

    {name} is not known.
    """
