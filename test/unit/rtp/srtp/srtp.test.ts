import { createHmac, randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { SrtcpSession, SrtpSession } from 'werift';
import { HmacSha1 } from '../../../../src/rtp/srtp/hmac-sha1.ts';
import { Keystream } from '../../../../src/rtp/srtp/keystream.ts';
import { deriveKeys } from '../../../../src/rtp/srtp/srtp-keys.ts';
import { SrtpReceiver, SrtpSender } from '../../../../src/rtp/srtp/srtp-session.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');

test('HMAC-SHA1 agrees with OpenSSL for every length around the block borders', () => {
  const key = randomBytes(20);
  const hmac = new HmacSha1(key);
  const found = Buffer.alloc(20);
  for (const length of [0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 128, 176, 200, 1400]) {
    const message = randomBytes(length);
    hmac.sign(message, length, found, 0, 20);
    expect(found.toString('hex')).toBe(createHmac('sha1', key).update(message).digest('hex'));
  }
});

// RFC 3711 B.2
test('the keystream of the RFC', () => {
  const stream = new Keystream(hex('2B7E151628AED2A6ABF7158809CF4F3C'), hex('F0F1F2F3F4F5F6F7F8F9FAFBFCFD'));
  const bytes = Buffer.alloc(48);
  stream.apply(bytes, 0, 48, 0, 0, 0);
  expect(bytes.toString('hex').toUpperCase()).toBe(
    'E03EAD0935C95E80E166B16DD92B4EB4D23513162B02D0F72A43A2FE4A5F97AB41E95B3BB0A2E8DD477901E4FCA894C0',
  );
});

// RFC 3711 B.3
test('the session keys of the RFC', () => {
  const master = hex('E1F97A0D3E018BE0D64FA32C06DE4139 0EC675AD498AFEEBB6960B3AABE6');
  const { cipherKey, authKey, salt } = deriveKeys(master, 'rtp');
  expect(cipherKey).toEqual(hex('C61E7A93744F39EE10734AFE3FF7A087'));
  expect(salt).toEqual(hex('30CBBC08863D8C85D49DB34A9AE1'));
  expect(authKey).toEqual(hex('CEBE321F6FF7716B6FD4AB49AF256A156D38BAA4'));
});

const master = randomBytes(30);

function rtp(sequence: number, payload: Buffer = Buffer.alloc(160, sequence), ssrc = 7): Buffer {
  const head = Buffer.alloc(12);
  head[0] = 0x80;
  head[1] = 8;
  head.writeUInt16BE(sequence & 0xffff, 2);
  head.writeUInt32BE(sequence * 160, 4);
  head.writeUInt32BE(ssrc, 8);
  return Buffer.concat([head, payload]);
}

describe.each([10, 4] as const)('SRTP with a tag of %i bytes', (tagBytes) => {
  const pair = () => [new SrtpSender(master, tagBytes), new SrtpReceiver(master, tagBytes)] as const;
  const protect = (sender: SrtpSender, packet: Buffer) => Buffer.from(sender.protectRtp(packet)!);

  test('what was protected is opened, past two rollovers, the packet given stays as it was', () => {
    const [sender, receiver] = pair();
    for (let sequence = 65_000; sequence < 65_000 + 140_000; sequence += 37) {
      const packet = rtp(sequence);
      const before = Buffer.from(packet);
      const wire = protect(sender, packet);
      expect(packet.equals(before)).toBe(true);
      expect(wire).toHaveLength(packet.length + tagBytes);
      expect(receiver.openRtp(wire)?.equals(packet)).toBe(true);
    }
  });

  test('changed and replayed packets are dropped, re-ordered ones are not', () => {
    const [sender, receiver] = pair();
    const wires = [65_534, 65_535, 65_536, 65_537].map((sequence) => protect(sender, rtp(sequence)));
    const open = (index: number) => receiver.openRtp(Buffer.from(wires[index]!));
    expect(open(0)).toBeDefined();
    expect(open(2)).toBeDefined();
    expect(open(1)).toEqual(rtp(65_535));
    expect([open(0), open(1), open(2)]).toEqual([undefined, undefined, undefined]);
    for (const at of [0, 1, 5, 9, 40, wires[3]!.length - 1]) {
      const forged = Buffer.from(wires[3]!);
      forged[at]! ^= 1;
      expect(receiver.openRtp(forged)).toBeUndefined();
    }
    expect(open(3)).toEqual(rtp(65_537));
    expect(receiver.openRtp(Buffer.alloc(3))).toBeUndefined();
  });

  test('the replay window holds 64 packets', () => {
    const [sender, receiver] = pair();
    const wires = Array.from({ length: 70 }, (_, index) => protect(sender, rtp(65_500 + index)));
    const open = (index: number) => receiver.openRtp(Buffer.from(wires[index]!)) !== undefined;
    for (const index of [0, 40, 69]) expect(open(index)).toBe(true);
    for (const index of [0, 40, 69, 3, 5]) expect(open(index)).toBe(false);
    for (const index of [6, 7, 39, 41, 68]) expect(open(index)).toBe(true);
    for (const index of [6, 7, 39, 41, 68]) expect(open(index)).toBe(false);
  });

  test('a new SSRC starts anew, the old one may come back', () => {
    const receiver = new SrtpReceiver(master, tagBytes);
    const [first, second] = [new SrtpSender(master, tagBytes), new SrtpSender(master, tagBytes)];
    expect(receiver.openRtp(protect(first, rtp(9, undefined, 1)))).toBeDefined();
    expect(receiver.openRtp(protect(second, rtp(5, undefined, 2)))).toBeDefined();
    const again = protect(first, rtp(10, undefined, 1));
    expect(receiver.openRtp(Buffer.from(again))).toBeDefined();
    expect(receiver.openRtp(again)).toBeUndefined();
  });
});

describe('against another implementation (werift)', () => {
  const other = randomBytes(30);
  const keys = {
    localMasterKey: other.subarray(0, 16),
    localMasterSalt: other.subarray(16),
    remoteMasterKey: master.subarray(0, 16),
    remoteMasterSalt: master.subarray(16),
  };
  const config = { keys, profile: 1 as const };

  test('SRTP both ways', () => {
    const session = new SrtpSession(config);
    const sender = new SrtpSender(master, 10);
    const receiver = new SrtpReceiver(other, 10);
    for (let sequence = 65_500; sequence < 65_600; sequence++) {
      const packet = rtp(sequence);
      expect(session.decrypt(Buffer.from(sender.protectRtp(packet)!)).equals(packet)).toBe(true);
      const header = {
        payloadOffset: 12,
        ssrc: 7,
        sequenceNumber: sequence & 0xffff,
        csrc: [],
        extensions: [],
      };
      const wire = session.encrypt(packet.subarray(12), {
        ...header,
        serialize: () => packet.subarray(0, 12),
        serializeSize: 12,
      } as never);
      expect(receiver.openRtp(wire)?.equals(packet)).toBe(true);
    }
  });

  test('SRTCP both ways', () => {
    const session = new SrtcpSession(config);
    const sender = new SrtpSender(master, 10);
    const receiver = new SrtpReceiver(other, 10);
    const report = Buffer.from(
      '80c90001000000078 1ca0002000000070104616263640000'.replaceAll(' ', ''),
      'hex',
    );
    for (let count = 0; count < 3; count++) {
      expect(session.decrypt(Buffer.from(sender.protectRtcp(report)!))).toEqual(report);
      const wire = session.encrypt(report);
      expect(receiver.openRtcp(Buffer.from(wire))).toEqual(report);
      expect(receiver.openRtcp(wire)).toBeUndefined();
    }
  });
});
