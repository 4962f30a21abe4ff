"""What log-in refuses."""

from supply.errors import Conflict, Forbidden, Missing


class WrongNameOrPassword(Forbidden):
    """The address or the password is wrong.

    Check both and try again. If you have lost the password, ask an administrator for a new invitation.
    """


class NoSuchAccount(Missing):
    """There is no such account, place or municipality.

    {name} is not known.
    """


class AddressIsTaken(Conflict):
    """There is an account with this address already.

    {email} is in use. Give the account another role, or write another address.
    """
