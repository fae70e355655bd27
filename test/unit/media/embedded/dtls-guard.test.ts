import { createHmac, randomBytes } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { type CipherContext, DtlsClient } from 'werift';
import { createDtlsIdentity, type DtlsIdentity } from '../../../../src/media/embedded/dtls-identity.ts';
import { DtlsGuard } from '../../../../src/media/embedded/worker/dtls-guard.ts';
import {
  readBindingRequest,
  writeBindingSuccess,
} from '../../../../src/media/embedded/worker/ice-binding.ts';
import { SrtpGuard } from '../../../../src/media/embedded/worker/srtp-guard.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(/\s/g, ''), 'hex');
const PASSWORD = 'VOkJxbRl1RmTxUk/WvJxBt';

// RFC 5769 2.1; its last 8 bytes, the fingerprint, are not signed
const REQUEST = hex(`
  00 01 00 58 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae
  80 22 00 10 53 54 55 4e 20 74 65 73 74 20 63 6c 69 65 6e 74
  00 24 00 04 6e 00 01 ff 80 29 00 08 93 2f f9 b1 51 26 3b 36
  00 06 00 09 65 76 74 6a 3a 68 36 76 59 20 20 20
  00 08 00 14 9a ea a7 0c bf d8 cb 56 78 1e f2 b5 b2 d3 f2 49 c1 b5 71 a2
  80 28 00 04 e5 7a 3b cf`);

describe('STUN', () => {
  test('the request of RFC 5769 is read, a forged or cut one is not', () => {
    const request = readBindingRequest(REQUEST, PASSWORD);
    expect(request).toMatchObject({ username: 'evtj:h6vY', useCandidate: false });
    expect(readBindingRequest(REQUEST, 'another password of ours')).toBeUndefined();
    for (let at = 0; at < 100; at++) {
      const forged = Buffer.from(REQUEST);
      forged[at]! ^= 0x10;
      expect(readBindingRequest(forged, PASSWORD)).toBeUndefined();
    }
    for (let length = 20; length < REQUEST.length; length++) {
      expect(readBindingRequest(REQUEST.subarray(0, length), PASSWORD)).toBeUndefined();
    }
  });

  // RFC 5769 2.2 and 2.3, without SOFTWARE
  test('the answer holds the address mixed as in RFC 5769, signed and with its fingerprint', () => {
    const request = readBindingRequest(REQUEST, PASSWORD)!;
    const answer = writeBindingSuccess(request, '192.0.2.1', 32853, PASSWORD);
    expect(answer.subarray(0, 32)).toEqual(
      hex('01 01 00 2c 21 12 a4 42 b7 e7 a7 01 bc 34 d6 86 fa 87 df ae 00 20 00 08 00 01 a1 47 e1 12 a6 43'),
    );
    const covered = Buffer.from(answer.subarray(0, 32));
    covered.writeUInt16BE(36, 2);
    expect(answer.subarray(36, 56)).toEqual(createHmac('sha1', PASSWORD).update(covered).digest());
    expect(answer.readUInt32BE(60)).toBe((crc32(answer.subarray(0, 56)) ^ 0x5354554e) >>> 0);
    const six = writeBindingSuccess(request, '2001:db8:1234:5678:11:2233:4455:6677', 32853, PASSWORD);
    expect(six.subarray(24, 44)).toEqual(hex('00 02 a1 47 01 13 a9 fa a5 d3 f1 79 bc 25 f4 b5 be d2 b9 d9'));
  });
});

describe('the DTLS handshake', () => {
  let ours: DtlsIdentity;
  let theirs: DtlsIdentity;
  beforeAll(async () => {
    ours = await createDtlsIdentity();
    theirs = await createDtlsIdentity();
  });
  const open: { close(): void }[] = [];
  afterEach(() => {
    for (const one of open.splice(0)) one.close();
  });

  /** A guard whose peer nominated a path already. */
  function guardFor(fingerprint: string) {
    const sent: Buffer[] = [];
    const paths: string[] = [];
    let deliver = (packet: Buffer): void => void sent.push(packet);
    const guard = new DtlsGuard(
      {
        onPath: (address, port) => paths.push(`${address}:${port}`),
        send: (packet) => deliver(Buffer.from(packet)),
      },
      {
        kind: 'dtls',
        ice: { ufrag: 'evtj', password: PASSWORD },
        fingerprints: [fingerprint],
        certificate: { cert: ours.cert, key: ours.key },
      },
    );
    guard.onOther(REQUEST, '192.0.2.1', 4000);
    open.push(guard);
    const connectTo = (take: (packet: Buffer) => void) => {
      deliver = take;
    };
    return { guard, sent, paths, connectTo };
  }

  async function shakeHands(fingerprint: string) {
    const { guard, connectTo } = guardFor(fingerprint);
    const transport = {
      type: 'udp',
      address: { address: '', family: '', port: 0 },
      closed: false,
      onData: (_packet: Buffer) => {},
      send: async (packet: Buffer) => guard.onOther(packet, '192.0.2.1', 4000),
      close: async () => {},
    };
    const client = new DtlsClient({
      cert: theirs.cert,
      key: theirs.key,
      signatureHash: { hash: 4, signature: 3 } satisfies NonNullable<CipherContext['signatureHashAlgorithm']>,
      transport: transport as never,
      srtpProfiles: [1],
      extendedMasterSecret: true,
    });
    open.push(client);
    connectTo((packet) => transport.onData(packet));
    const connected = new Promise<void>((resolve) => client.onConnect.once(() => resolve()));
    await client.connect();
    await connected;
    const keys = client.extractSessionKeys(16, 14);
    const send = Buffer.concat([keys.localKey, keys.localSalt]);
    const receive = Buffer.concat([keys.remoteKey, keys.remoteSalt]);
    return { guard, far: new SrtpGuard(send, receive, 10) };
  }

  const packet = Buffer.concat([hex('80 08 00 01 00 00 00 a0 00 00 00 07'), Buffer.alloc(160, 0xd5)]);

  test('gives keys that both sides share', async () => {
    const { guard, far } = await shakeHands(theirs.fingerprint);
    await vi.waitUntil(() => guard.protectRtp(packet) !== undefined);
    expect(guard.openRtp(Buffer.from(far.protectRtp(packet)!))).toEqual(packet);
    expect(far.openRtp(Buffer.from(guard.protectRtp(packet)!))).toEqual(packet);
  });

  test('with another certificate than SDP named gives none', async () => {
    const { guard, far } = await shakeHands(ours.fingerprint);
    await new Promise((resolve) => setImmediate(resolve));
    expect(guard.protectRtp(packet)).toBeUndefined();
    expect(guard.openRtp(Buffer.from(far.protectRtp(packet)!))).toBeUndefined();
  });

  test('only the nominated path may begin it, garbage harms nothing', async () => {
    const { guard, sent, paths } = guardFor(theirs.fingerprint);
    expect(paths).toEqual(['192.0.2.1:4000']);
    expect(sent).toHaveLength(1);
    for (let count = 0; count < 300; count++) {
      const record = Buffer.concat([hex('16 fe fd 00 00 00 00 00 00 00 00'), randomBytes(2 + (count % 90))]);
      record.writeUInt16BE(Math.max(0, record.length - 13 + (count % 3) - 1), 11);
      if (count % 2) record[13] = 1 + (count % 20);
      guard.onOther(record, '192.0.2.1', 4000);
      guard.onOther(record, '192.0.2.9', 4000);
      guard.onOther(randomBytes(count % 40), '192.0.2.1', 4000);
      if (count === 0) await vi.waitFor(() => import('werift'));
    }
    expect(guard.protectRtp(packet)).toBeUndefined();
  });
});
