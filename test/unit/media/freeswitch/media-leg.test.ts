import { EventEmitter, once } from 'node:events';
import type { Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FreeswitchServer } from '../../../../src/media/freeswitch/freeswitch-server.ts';
import type { Srf, SrfDialog } from '../../../../src/media/freeswitch/fsmrf.ts';
import { MediaLeg } from '../../../../src/media/freeswitch/media-leg.ts';
import { ManualClock } from '../../../../src/shared/manual-clock.ts';
import { FakeEventSocket } from '../../../support/fake-event-socket.ts';
import { until } from '../../../support/until.ts';

const LIMIT_MS = 500;

class Dialog extends EventEmitter<{ destroy: [Error] }> implements SrfDialog {
  readonly remote = { sdp: 'the answer' };
  modify = async () => 'the next answer';
  destroy = async () => {};
}

describe('an order whose connection breaks before the answer', () => {
  let clock: ManualClock;
  let freeswitch: FakeEventSocket;
  let server: FreeswitchServer;
  let channel: Socket;
  let leg: MediaLeg;
  /** What the channel was told over its own connection. */
  let told: string;

  beforeEach(async () => {
    clock = new ManualClock();
    freeswitch = await FakeEventSocket.open();
    freeswitch.answers.set('uuid_exists', 'true').set('uuid_audio', '+OK').set('uuid_send_dtmf', '+OK');
    let headers: Readonly<Record<string, string>> = {};
    const srf: Srf = {
      createUAC: async (_uri, call) => {
        headers = call.headers;
        return new Dialog();
      },
    };
    const { port, secret } = freeswitch;
    const reports = { lost: () => {}, restored: () => {} };
    server = new FreeswitchServer(
      { host: '127.0.0.1', port, secret },
      { clock, commandMs: LIMIT_MS, srf, owner: 'us', reports },
    );
    await server.start(1e6);
    const opened = MediaLeg.open({ clock, commandMs: LIMIT_MS }, server, 'the offer');
    await until('the call', () => 'X-esl-outbound' in headers);
    const at = Number(headers['X-esl-outbound']!.split(':')[1]);
    channel = await freeswitch.enter(at, { uuid: 'call-1', userAgent: headers['User-Agent']! });
    ({ leg } = await opened);
    told = '';
    channel.on('data', (bytes) => {
      told += bytes;
    });
  });
  afterEach(async () => {
    leg.close();
    server.close();
    channel.destroy();
    await freeswitch.close();
  });

  const commands = (name: string) =>
    freeswitch.commands.filter((command) => command.startsWith(`api ${name} `));
  const inFlight = async (name: string) => {
    await until(name, () => told.includes(name));
  };

  test("is given again over the server's, after its question for the channel", async () => {
    const order = leg.order('uuid_audio', 'start read mute 1');
    await inFlight('uuid_audio');
    channel.destroy();
    expect(await order).toBe('+OK');
    expect(commands('uuid_exists')).toHaveLength(1);
    expect(commands('uuid_audio')).toEqual(['api uuid_audio call-1 start read mute 1']);
  });

  test("is given again when the server's breaks at the same time and is opened again", async () => {
    const order = leg.order('uuid_audio', 'start read mute 1');
    await inFlight('uuid_audio');
    channel.destroy();
    server.control.close();
    expect(await order).toBe('+OK');
    expect(commands('uuid_audio')).toHaveLength(1);
  });

  test('waits for the server when both are broken already', async () => {
    channel.destroy();
    await until('adopted', () => leg.adopted && commands('uuid_exists').length > 0);
    server.control.close();
    await leg.order('uuid_audio', 'start read mute 1');
    expect(commands('uuid_audio')).toHaveLength(1);
  });

  test('is given once more only: FreeSWITCH may hang at it', async () => {
    freeswitch.answers.set('uuid_audio', undefined);
    const order = leg.order('uuid_audio', 'start read mute 1');
    order.catch(() => {});
    await inFlight('uuid_audio');
    clock.advance(LIMIT_MS);
    await until('given again', () => commands('uuid_audio').length > 0);
    clock.advance(LIMIT_MS);
    await expect(order).rejects.toMatchObject({ code: 'deadline' });
    expect(commands('uuid_audio')).toHaveLength(1);
  });

  test('does not hang when the channel ends and the server has not answered', async () => {
    freeswitch.answers.set('uuid_exists', undefined);
    const orders = [
      leg.order('uuid_audio', 'start read mute 1'),
      leg.order('uuid_audio', 'start write mute 1'),
    ];
    const settled = Promise.allSettled(orders);
    await inFlight('start write');
    channel.destroy();
    await once(channel, 'close');
    await until('asked', () => commands('uuid_exists').length > 0);
    leg.close();
    expect((await settled).map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  });

  test('a command that may not be obeyed twice is not', async () => {
    const command = leg.api('uuid_send_dtmf', '1@100');
    command.catch(() => {});
    await inFlight('uuid_send_dtmf');
    channel.destroy();
    await expect(command).rejects.toThrow();
    await until('adopted', () => commands('uuid_exists').length > 0);
    expect(commands('uuid_send_dtmf')).toEqual([]);
  });
});
