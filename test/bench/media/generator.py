"""Sends and receives RTP for the bench, light and exact: Linux, Python 3, nothing else.

Speaks JSON lines over stdin and stdout in the words of messages.ts. Against generator.ts it has two merits:
- recvmmsg and sendmmsg move many packets a call, so that load for a whole core of the subject takes a third of another;
- when a packet came is the kernel's time (SO_TIMESTAMPNS), on loopback that of the subject's send, so that it does not
  matter when this process gets to run. The time of sending is taken before each call, which sends at most 16.
"""

import ctypes
import gc
import json
import socket
import struct
import sys
import time

SLOTS = 20
SLOT_NS = 1_000_000
FRAME_NS = 20_000_000
# at most so many packets bear one time of sending
BATCH = 16
DRAIN_S = 0.5
GREET_S = 3
SETTLE_S = 0.5
STEP_NS = 10_000
STEPS = 20_000
SO_TIMESTAMPNS = 35
MSG_DONTWAIT = 0x40
RECEIVE = 256
RECEIVE_BUFFER = 4 << 20

libc = ctypes.CDLL(None, use_errno=True)


class IoVec(ctypes.Structure):
    _fields_ = [("base", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class MsgHdr(ctypes.Structure):
    _fields_ = [
        ("name", ctypes.c_void_p),
        ("name_length", ctypes.c_uint32),
        ("iov", ctypes.c_void_p),
        ("iov_length", ctypes.c_size_t),
        ("control", ctypes.c_void_p),
        ("control_length", ctypes.c_size_t),
        ("flags", ctypes.c_int),
    ]


class MMsgHdr(ctypes.Structure):
    _fields_ = [("header", MsgHdr), ("length", ctypes.c_uint)]


class Histogram:
    """Counts of 10 us up to 200 ms."""

    def __init__(self):
        self.counts = [0] * (STEPS + 1)

    def percentile(self, share):
        left = sum(self.counts) * share
        for step, count in enumerate(self.counts):
            left -= count
            if left <= 0:
                break
        return round((step + 1) * STEP_NS / 1e6, 2)

    def figures(self):
        if not any(self.counts):
            return [0, 0, 0]
        return [self.percentile(0.5), self.percentile(0.99), self.percentile(1)]


class Inbox:
    """Buffers that recvmmsg fills: a record of source address, kernel time and the packet's first bytes each."""

    # port; cmsghdr with its timespec; RTP: type, then the time of sending at byte 12
    RECORD = struct.Struct("<2xH12x16xqq" + "xB10xq4x")
    CONTROL_AT, PACKET_AT = 16, 48

    def __init__(self):
        size = self.RECORD.size
        self.bytes = ctypes.create_string_buffer(size * RECEIVE)
        self.view = memoryview(self.bytes)
        base = ctypes.addressof(self.bytes)
        self.iovs = (IoVec * RECEIVE)()
        self.headers = (MMsgHdr * RECEIVE)()
        for index in range(RECEIVE):
            at = base + index * size
            self.iovs[index] = IoVec(at + self.PACKET_AT, size - self.PACKET_AT)
            iov = ctypes.addressof(self.iovs) + index * ctypes.sizeof(IoVec)
            self.headers[index].header = MsgHdr(at, 16, iov, 1, at + self.CONTROL_AT, 32, 0)
        self.fresh = bytes(self.headers)

    def receive(self, fd):
        """Records of what waits at a socket."""
        ctypes.memmove(self.headers, self.fresh, len(self.fresh))
        count = libc.recvmmsg(fd, self.headers, RECEIVE, MSG_DONTWAIT, None)
        return self.RECORD.iter_unpack(self.view[: max(0, count) * self.RECORD.size]), count


class Outbox:
    """What is sent in one call: each packet is a shared head, an SSRC of its own and a shared rest."""

    def __init__(self, fd, legs):
        self.fd = fd
        self.count = len(legs)
        self.head = ctypes.create_string_buffer(8)
        self.rest = ctypes.create_string_buffer(b"\xd5" * 160, 160)
        self.own = ctypes.create_string_buffer(20 * self.count)
        self.iovs = (IoVec * (3 * self.count))()
        self.headers = (MMsgHdr * self.count)()
        for index, (leg, port) in enumerate(legs):
            own = ctypes.addressof(self.own) + index * 20
            address = struct.pack("=H", socket.AF_INET) + struct.pack(">H", port) + socket.inet_aton("127.0.0.1")
            struct.pack_into("16s", self.own, index * 20, address)
            struct.pack_into(">I", self.own, index * 20 + 16, leg + 1)
            self.iovs[3 * index] = IoVec(ctypes.addressof(self.head), 8)
            self.iovs[3 * index + 1] = IoVec(own + 16, 4)
            self.iovs[3 * index + 2] = IoVec(ctypes.addressof(self.rest), 160)
            iov = ctypes.addressof(self.iovs) + 3 * index * ctypes.sizeof(IoVec)
            self.headers[index].header = MsgHdr(own, 16, iov, 3, None, 0, 0)

    def send(self, frame):
        struct.pack_into(">BBHI", self.head, 0, 0x80, 8, frame & 0xFFFF, frame * 160 & 0xFFFFFFFF)
        struct.pack_into("<q", self.rest, 0, time.time_ns())
        return max(0, libc.sendmmsg(self.fd, self.headers, self.count, 0))


def open_sockets():
    sockets = []
    for _ in range(SLOTS):
        opened = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        opened.setsockopt(socket.SOL_SOCKET, SO_TIMESTAMPNS, 1)
        opened.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, RECEIVE_BUFFER)
        opened.bind(("127.0.0.1", 0))
        sockets.append(opened)
    return sockets


class Run:
    """One packet a leg and 20 ms, spread over slots of a millisecond."""

    def __init__(self, sockets, legs, seconds, forwarded):
        self.sockets = sockets
        self.slots_to_run = round(seconds * 1000)
        self.forwarded = forwarded
        self.inbox = Inbox()
        self.sent = 0
        self.received = 0
        self.delays = Histogram()
        self.spacing = Histogram()
        self.last = [0] * 65536
        self.outboxes = []
        for slot in range(SLOTS):
            mine = [(leg, legs[leg]) for leg in range(slot, len(legs), SLOTS)]
            batches = [mine[at : at + BATCH] for at in range(0, len(mine), BATCH)]
            self.outboxes.append([Outbox(sockets[slot].fileno(), batch) for batch in batches])

    def run(self, send):
        start = time.monotonic_ns()
        for slot in range(self.slots_to_run):
            wait = start + slot * SLOT_NS - time.monotonic_ns()
            if wait > 0:
                time.sleep(wait / 1e9)
            if send:
                for outbox in self.outboxes[slot % SLOTS]:
                    self.sent += outbox.send(slot // SLOTS)
            self.drain(self.sockets[slot % SLOTS])
        if send:
            time.sleep(DRAIN_S)
        for each in self.sockets:
            self.drain(each)
        return {
            "sent": self.sent,
            "received": self.received,
            "delayMs": self.delays.figures(),
            "spacingOffMs": self.spacing.figures(),
        }

    def drain(self, sock):
        last, spacing, delays, forwarded = self.last, self.spacing.counts, self.delays.counts, self.forwarded
        count = RECEIVE
        while count == RECEIVE:
            records, count = self.inbox.receive(sock.fileno())
            for port, seconds, nanoseconds, kind, sent_ns in records:
                # RTCP is no part of the measurement
                if 192 <= kind <= 223:
                    continue
                self.received += 1
                now = seconds * 1_000_000_000 + nanoseconds
                before = last[port]
                last[port] = now
                if before:
                    spacing[min(STEPS, abs(now - before - FRAME_NS) // STEP_NS)] += 1
                if forwarded:
                    delays[min(STEPS, max(0, now - sent_ns) // STEP_NS)] += 1


def tell(message):
    print(json.dumps(message), flush=True)


def main():
    gc.disable()
    sockets = open_sockets()
    for line in sys.stdin:
        options = json.loads(line)
        if options == "open":
            tell([each.getsockname()[1] for each in sockets])
            continue
        legs = options["legs"]
        # so that legs are latched and code is compiled before the measurement
        Run(sockets, legs, GREET_S, False).run(True)
        tell("measuring")
        # the subject counts its packets now: 1,500 questions at once are no part of the measurement
        time.sleep(SETTLE_S)
        inbox = Inbox()
        for each in sockets:
            while inbox.receive(each.fileno())[1] == RECEIVE:
                pass
        measured = Run(sockets, legs, options["seconds"], options["forwarded"])
        cpu = time.process_time()
        figures = measured.run(options["send"])
        tell({**figures, "cpuMs": (time.process_time() - cpu) * 1000})


main()
