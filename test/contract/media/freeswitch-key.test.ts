/** Who reaches FreeSWITCH's SIP port is not yet let into its event socket. */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { KEY_HEADER, sipKey } from '../../../src/media/freeswitch/sip-key.ts';
import { FREESWITCH_START_MS, FreeswitchProcess, freeswitchMissing } from '../../support/freeswitch.ts';
import { UdpParty } from '../../support/udp-party.ts';
import { until } from '../../support/until.ts';

const SDP =
  'v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 9 RTP/AVP 8\r\n';

const name = `the key of FreeSWITCH${freeswitchMissing ? `: skipped, ${freeswitchMissing}` : ''}`;

describe.skipIf(freeswitchMissing)(name, () => {
  let freeswitch: FreeswitchProcess;
  let stranger: UdpParty;
  /** Where the stranger wants an event socket. */
  let listener: Server;
  let connections: number;

  beforeAll(async () => {
    freeswitch = await FreeswitchProcess.start();
  }, FREESWITCH_START_MS);
  afterAll(() => freeswitch?.stop());
  beforeEach(async () => {
    connections = 0;
    stranger = await UdpParty.open();
    listener = createServer((socket) => {
      connections++;
      socket.on('error', () => {});
    });
    await once(listener.listen(0, '127.0.0.1'), 'listening');
  });
  afterEach(async () => {
    await freeswitch.api('hupall');
    stranger.close();
    listener.close();
  });

  const invite = (headers: Readonly<Record<string, string>>) =>
    stranger.ask(
      'INVITE',
      Number(freeswitch.sip.split(':')[1]),
      { 'X-esl-outbound': `127.0.0.1:${(listener.address() as AddressInfo).port}`, ...headers },
      SDP,
    );

  test.each([
    ['no key', () => ({})],
    ['an empty key', () => ({ [KEY_HEADER]: ' ' })],
    ['a wrong key', () => ({ [KEY_HEADER]: sipKey('another secret') })],
    ['more than the key', () => ({ [KEY_HEADER]: `${sipKey(freeswitch.secret)}0` })],
  ])('an INVITE with %s is refused, and nobody is connected to', async (_, headers) => {
    invite(headers());
    await stranger.response('INVITE', 403);
    await until('the channel is gone', async () =>
      (await freeswitch.api('show channels count')).startsWith('\n0 total'),
    );
    expect(connections).toBe(0);
  });

  test('one with the key is taken', async () => {
    invite({ [KEY_HEADER]: sipKey(freeswitch.secret) });
    await stranger.response('INVITE', 200);
    await until('connected', () => connections === 1);
  });

  test('the key is in no log', async () => {
    invite({ [KEY_HEADER]: sipKey(freeswitch.secret) });
    await until('connected', () => connections === 1);
    const logs = readFileSync(join(freeswitch.state, 'log/freeswitch.log'), 'utf8') + freeswitch.log();
    expect(logs).not.toContain(sipKey(freeswitch.secret));
  });
});
