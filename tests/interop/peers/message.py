"""The message example: mailboxes, and what their clients rely on."""

import collections

FILE = "examples/message/message.thrift"
NAMESPACES = ["example.thrift"]
SERVICE = "MessageService"


class Handler:
    def __init__(self, idl):
        self.mailboxes = collections.defaultdict(collections.deque)

    def sendMessage(self, message):
        self.mailboxes[message.recipient].append(message)
        return True

    def receiveMessage(self, recipient):
        mailbox = self.mailboxes[recipient]
        return mailbox.popleft() if mailbox else None


def check(idl, connection, number):
    client = connection.client(idl.service)
    Message = idl.Message
    me = f"reader {number}"

    def parts(message):
        return message.sender, message.recipient, message.content

    contents = ["Shall we meet at noon?", "", "żółć ☃ 𝄞 \0 \r\n", "many " * 50_000]
    for content in contents:
        assert client.sendMessage(Message("alice", me, content)) is True
    for content in contents:
        assert parts(client.receiveMessage(me)) == ("alice", me, content)

    # Fields that are not set are not sent; they come back as their defaults.
    assert client.sendMessage(Message(recipient=me)) is True
    assert parts(client.receiveMessage(me)) == ("", me, "")

    for _ in range(2):
        try:
            message = client.receiveMessage(me)
            raise AssertionError(f"an empty mailbox gave {message}")
        except idl.TApplicationException as error:
            assert error.type == idl.TApplicationException.MISSING_RESULT, error
            assert me in error.message, error

    for turn in range(300):
        assert client.sendMessage(Message("bob", me, str(turn))) is True
        assert client.receiveMessage(me).content == str(turn)
