"""A bus of its own, and on it somebody who stands in for a desktop's services."""

import shutil
import subprocess
import threading

import pytest

if shutil.which("dbus-daemon") is None:
    collect_ignore_glob = ["test_linux*"]


class StandIn:
    """Owns a name on the bus, notes what it is asked, and answers with what `answers` has for the method."""

    def __init__(self, name, **answers):
        from jeepney import DBusAddress, MessageType, new_error, new_method_return
        from jeepney.bus_messages import message_bus
        from jeepney.io.blocking import open_dbus_connection

        self.calls = []
        self.gone = threading.Event()
        self.connection = open_dbus_connection(bus="SESSION", enable_fds=True)
        self.connection.send_and_get_reply(message_bus.RequestName(name))
        watch = DBusAddress("/org/freedesktop/DBus", bus_name="org.freedesktop.DBus", interface="org.freedesktop.DBus")
        from jeepney import new_method_call

        rule = "type='signal',member='NameOwnerChanged'"
        self.connection.send_and_get_reply(new_method_call(watch, "AddMatch", "s", (rule,)))
        self._caller = None

        def serve():
            while True:
                try:
                    message = self.connection.receive()
                except (OSError, ValueError, ConnectionError):
                    return
                fields = {field.name: value for field, value in message.header.fields.items()}
                if message.header.message_type is MessageType.signal:
                    if fields["member"] == "NameOwnerChanged" and message.body[0] == self._caller:
                        self.gone.set()
                    elif fields["member"] != "NameOwnerChanged":
                        self.calls.append((fields["member"], fields["signature"], message.body))
                    continue
                if message.header.message_type is not MessageType.method_call:
                    continue
                self._caller = fields["sender"]
                self.calls.append((fields["member"], fields.get("signature", ""), message.body))
                answer = answers.get(fields["member"])
                if answer is None:
                    self.connection.send(new_error(message, "org.example.Refused", "s", ("No.",)))
                else:
                    self.connection.send(new_method_return(message, *answer))

        threading.Thread(target=serve, daemon=True).start()

    def listen(self, interface):
        from jeepney import MatchRule
        from jeepney.bus_messages import message_bus

        self.connection.send(message_bus.AddMatch(MatchRule(type="signal", interface=interface)))


@pytest.fixture
def bus(monkeypatch):
    """A bus that stands for the session's and the system's; yields what makes a `StandIn`."""
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address"]
    made = []
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as daemon:
        assert daemon.stdout is not None
        address = daemon.stdout.readline().strip()
        for kind in ("SESSION", "SYSTEM"):
            monkeypatch.setenv(f"DBUS_{kind}_BUS_ADDRESS", address)

        def stand_in(name, **answers):
            made.append(StandIn(name, **answers))
            return made[-1]

        yield stand_in
        for one in made:
            one.connection.close()
        daemon.terminate()


@pytest.fixture
def no_bus(monkeypatch, tmp_path):
    for kind in ("SESSION", "SYSTEM"):
        monkeypatch.setenv(f"DBUS_{kind}_BUS_ADDRESS", f"unix:path={tmp_path}/nobody")
