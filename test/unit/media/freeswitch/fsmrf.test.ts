import { EventEmitter, once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { ControlConnection } from '../../../../src/media/freeswitch/control-connection.ts';
import { FreeswitchServer } from '../../../../src/media/freeswitch/freeswitch-server.ts';
import {
  type ChannelSource,
  openChannelSource,
  type Srf,
  type SrfDialog,
} from '../../../../src/media/freeswitch/fsmrf.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import { FakeEventSocket } from '../../../support/fake-event-socket.ts';
import { until } from '../../../support/until.ts';

const LIMIT_MS = 500;
const HEADERS = { 'X-of-us': 'yes' };

class Dialog extends EventEmitter<{ destroy: [Error] }> implements SrfDialog {
  readonly remote = { sdp: 'the answer' };
  modify = async () => 'the next answer';
  ended = false;
  destroy = async () => {
    this.ended = true;
  };
}

describe('drachtio-fsmrf behind its face', () => {
  const printed = ['log', 'info', 'warn', 'error'] as const;
  let clock: ManualClock;
  let freeswitch: FakeEventSocket;
  let control: ControlConnection;
  let source: ChannelSource | undefined;
  /** Calls that fsmrf placed. */
  let calls: { uri: string; headers: Readonly<Record<string, string>>; localSdp: string }[];
  let srf: Srf;
  /** The answers. */
  let dialogs: Dialog[];

  beforeEach(async () => {
    for (const name of printed) vi.spyOn(console, name);
    clock = new ManualClock();
    [calls, dialogs] = [[], []];
    srf = {
      createUAC: async (uri, call) => {
        calls.push({ uri, ...call });
        return answer();
      },
    };
    freeswitch = await FakeEventSocket.open();
    const { port, secret } = freeswitch;
    control = await ControlConnection.open({ host: '127.0.0.1', port, secret }, clock, LIMIT_MS);
  });
  afterEach(async () => {
    source?.close();
    source = undefined;
    control.close();
    await freeswitch.close();
    // our log is lines of JSON
    for (const name of printed) expect(console[name]).not.toHaveBeenCalled();
    vi.restoreAllMocks();
  });

  const openSource = async (sip?: string) => {
    const parts = { srf, profile: 'pbx400', sip, headers: HEADERS, clock, limitMs: LIMIT_MS };
    source = await openChannelSource(control.esl, parts);
    return source;
  };
  const answer = () => {
    const dialog = new Dialog();
    dialogs.push(dialog);
    return dialog;
  };
  /** Where fsmrf has told a channel to connect to. */
  const listenPort = () => Number(/^127\.0\.0\.1:(\d+)$/.exec(calls[0]!.headers['X-esl-outbound']!)?.[1]);

  test('a channel is called where the profile is, and meets its call over a listener on our own address', async () => {
    const { createEndpoint } = await openSource();
    const made = createEndpoint('the offer');
    await until('the call', () => calls.length > 0);
    expect(calls[0]).toMatchObject({
      uri: 'sip:drachtio@127.0.0.1:5080',
      localSdp: 'the offer',
      headers: HEADERS,
    });
    await freeswitch.enter(listenPort(), { uuid: 'call-1', userAgent: calls[0]!.headers['User-Agent']! });
    const { uuid, dialog, conn } = await made;
    expect([uuid, dialog.remote.sdp]).toEqual(['call-1', 'the answer']);
    conn!.socket!.destroy(new Error('reset'));
    await until('gone', () => conn!.socket === null);
  });

  test('the address of the configuration goes before what the profile says', async () => {
    const { createEndpoint } = await openSource('sip.example:5090');
    createEndpoint('the offer').catch(() => {});
    await until('the call', () => calls.length > 0);
    expect(calls[0]!.uri).toBe('sip:drachtio@sip.example:5090');
  });

  test('a call that is refused is an error', async () => {
    const { createEndpoint } = await openSource();
    srf.createUAC = async () => {
      throw new Error('503');
    };
    await expect(createEndpoint('the offer')).rejects.toThrow('503');
  });

  test('who connects and is not waited for, or says nothing, is let go', async () => {
    const { createEndpoint } = await openSource();
    createEndpoint('the offer').catch(() => {});
    await until('the call', () => calls.length > 0);
    for (const userAgent of ['drachtio-fsmrf:unknown', 'another']) {
      const stranger = await freeswitch.enter(listenPort(), { uuid: 'x', userAgent });
      await once(stranger, 'close');
    }
    const silent = connect(listenPort(), '127.0.0.1');
    await once(silent, 'data');
    clock.advance(LIMIT_MS);
    await once(silent, 'close');
  });

  test('a channel that is being set up when it is closed is ended; one that is an endpoint is not', async () => {
    const { createEndpoint, close } = await openSource();
    const made = createEndpoint('the offer');
    await until('answered', () => dialogs.length === 1);
    await freeswitch.enter(listenPort(), { uuid: 'call-1', userAgent: calls[0]!.headers['User-Agent']! });
    await made;
    const refused = expect(createEndpoint('the offer')).rejects.toMatchObject({ code: 'closed' });
    await until('answered', () => dialogs.length === 2);
    close();
    await refused;
    expect(dialogs.map(({ ended }) => ended)).toEqual([false, true]);
  });

  test('a call that is answered after it was closed is ended', async () => {
    const { createEndpoint, close } = await openSource();
    const { promise, resolve } = Promise.withResolvers<void>();
    srf.createUAC = () => promise.then(answer);
    const refused = expect(createEndpoint('the offer')).rejects.toMatchObject({ code: 'closed' });
    close();
    await refused;
    resolve();
    await until('ended', () => dialogs[0]?.ended);
  });

  test('a channel that does not connect is ended in time', async () => {
    const { createEndpoint } = await openSource();
    createEndpoint('the offer').catch(() => {});
    await until('answered', () => dialogs.length === 1);
    await clock.advance(LIMIT_MS - 1);
    expect(dialogs[0]!.ended).toBe(false);
    await clock.advance(1);
    expect(dialogs[0]!.ended).toBe(true);
  });

  test('closed, it takes no more channels', async () => {
    const { createEndpoint, close } = await openSource();
    createEndpoint('the offer').catch(() => {});
    await until('the call', () => calls.length > 0);
    close();
    const late = connect(listenPort(), '127.0.0.1');
    const [error] = await once(late, 'error');
    expect(error).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('what fsmrf throws in a callback ends the connection, not the process', async () => {
    freeswitch.answers.set('sofia', 'no profile\n');
    await expect(openSource()).rejects.toMatchObject({ code: 'closed' });
    expect(control.closed).toBe(true);
  });

  test('a server without the profile is said to be so', async () => {
    freeswitch.answers.set('sofia', 'external profile sip:mod_sofia@127.0.0.1:5060 RUNNING (0)\n');
    const { port, secret } = freeswitch;
    const reports = { lost: () => {}, restored: () => {} };
    const parts = { clock, commandMs: LIMIT_MS, srf, owner: 'test', reports };
    const server = new FreeswitchServer({ host: '127.0.0.1', port, secret }, parts);
    expect(await server.start(1000)).toMatchObject({ code: 'freeswitch-profile' });
    expect(server.alive).toBe(false);
    server.close();
  });
});
