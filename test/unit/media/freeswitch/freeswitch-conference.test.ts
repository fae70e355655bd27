import { beforeEach, describe, expect, test } from 'vitest';
import { FreeswitchConference } from '../../../../src/media/freeswitch/freeswitch-conference.ts';
import type { FreeswitchEndpoint } from '../../../../src/media/freeswitch/freeswitch-endpoint.ts';
import { systemClock } from '../../../../src/shared/clock.ts';
import { ClosedError } from '../../../../src/shared/errors.ts';
import { until } from '../../../support/until.ts';

/** A server that keeps the orders for its room. */
class Server {
  readonly orders: string[] = [];
  broken = false;
  async api(command: string): Promise<string> {
    if (this.broken) throw new ClosedError('event socket');
    this.orders.push(command.replace(/^conference \S+ /, ''));
    return '+OK';
  }
}

let members = 0;

/** A channel that enters whatever room it is sent to. */
function endpointOn(server: Server) {
  const number = `${++members}`;
  const leg = {
    server,
    broken: false,
    api: async (name: string) => {
      if (leg.broken) throw new ClosedError('event socket');
      return name === 'uuid_getvar' ? number : '+OK';
    },
    reconciled: async () => {
      server.broken = false;
    },
  };
  const endpoint = {
    leg,
    isOpen: true,
    checkOpen: () => {},
    enter: async () => {},
    leave: () => true,
    park: async () => {},
    move: <T>(work: () => Promise<T>) => work(),
  };
  return endpoint as unknown as FreeswitchEndpoint & { isOpen: boolean; readonly leg: { broken: boolean } };
}

describe('a conference on FreeSWITCH', () => {
  let [one, two] = [new Server(), new Server()];
  /** Servers that a tie was wanted to. */
  const ties: unknown[] = [];
  let room: FreeswitchConference;
  beforeEach(() => {
    members = 0;
    [one, two] = [new Server(), new Server()];
    ties.length = 0;
    room = new FreeswitchConference('room', systemClock, 100, async (server) => {
      ties.push(server);
      throw new Error('no tie here');
    });
  });

  test('what a broken connection swallowed is told again when it is up', async () => {
    await room.join(endpointOn(one));
    const member = await room.join(endpointOn(one));
    one.orders.length = 0;
    one.broken = true;
    member.setRole({ kind: 'monitor' });
    member.setGain(0);
    await until('told again', () => one.orders.length === 3);
    expect(one.orders).toEqual(['relate 1 2 clear', 'relate 2 1 nospeak', 'mute 2 quiet']);
  });

  test('it stays where its members are', async () => {
    await room.join(endpointOn(one));
    await expect(room.join(endpointOn(two))).rejects.toThrow('no tie here');
    expect(ties).toEqual([two]);
  });

  test('it stays there too when the first joins are asked for at once', async () => {
    const joins = [room.join(endpointOn(one)), room.join(endpointOn(two))];
    expect((await Promise.allSettled(joins)).map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
    expect(ties).toEqual([two]);
  });

  test('it goes elsewhere when its members were lost', async () => {
    const lost = endpointOn(one);
    await room.join(lost);
    lost.isOpen = false;
    await room.join(endpointOn(two));
    await room.join(endpointOn(two));
    // Who comes in is heard when it is said who hears whom.
    expect(two.orders).toEqual([
      ...['unmute 2', 'undeaf 2'],
      ...['relate 2 3 clear', 'relate 3 2 clear', 'unmute 3', 'undeaf 3'],
    ]);
    expect(ties).toEqual([]);
  });

  test('it goes elsewhere when the last member has gone', async () => {
    await (await room.join(endpointOn(one))).leave();
    await room.join(endpointOn(two));
    expect(ties).toEqual([]);
  });

  test('a first join that fails does not say where it is', async () => {
    const failing = endpointOn(one);
    failing.leg.broken = true;
    await expect(room.join(failing)).rejects.toMatchObject({ code: 'closed' });
    await room.join(endpointOn(two));
    expect(ties).toEqual([]);
  });
});
