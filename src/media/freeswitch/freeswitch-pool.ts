import { PbxError } from '../../shared/errors.ts';
import type { TypedEvents } from '../../shared/events.ts';
import type { MediaEngineEvents, MediaLoad } from '../media.ts';
import { chooseServer, loadOf } from '../server-choice.ts';
import { type FreeswitchConfig, FreeswitchServer, type FreeswitchServerParts } from './freeswitch-server.ts';

/**
 * Several FreeSWITCHes, each known by its own connection: who lives, who is next. A dead one takes no new endpoints and
 * loses those it had.
 */
export class FreeswitchPool {
  readonly servers: readonly FreeswitchServer[];

  constructor(
    configs: readonly FreeswitchConfig[],
    parts: Omit<FreeswitchServerParts, 'reports'>,
    events: TypedEvents<MediaEngineEvents>,
  ) {
    const reports = {
      lost: ({ name }: FreeswitchServer, { message }: Error) =>
        events.emit('serverLost', { server: name, reason: message }),
      restored: ({ name }: FreeswitchServer) => events.emit('serverRestored', { server: name }),
    };
    this.servers = configs.map((config) => new FreeswitchServer(config, { ...parts, reports }));
  }

  /** Whether none of them lets a stranger take over a party's audio; one that was never there may. */
  get refusesStrangers(): boolean {
    return this.servers.every(({ refusesStrangers }) => refusesStrangers);
  }

  /** Connects to all. Throws PbxError `freeswitch-none` with each one's reason when not one can be used. */
  async start(healthMs: number): Promise<void> {
    const errors = await Promise.all(this.servers.map((server) => server.start(healthMs)));
    if (this.servers.some(({ alive }) => alive)) return;
    const reasons = this.servers.map(({ name }, index) => `${name} (${errors[index]?.message ?? 'closed'})`);
    throw new PbxError('freeswitch-none', `no FreeSWITCH can be used: ${reasons.join(', ')}`);
  }

  /** The server for the next endpoint. Throws MediaExhaustedError. */
  pick(near?: FreeswitchServer, except?: ReadonlySet<FreeswitchServer>): FreeswitchServer {
    return chooseServer(this.servers, near, except);
  }

  load(): MediaLoad {
    return loadOf(this.servers);
  }

  close(): void {
    for (const server of this.servers) server.close();
  }
}
