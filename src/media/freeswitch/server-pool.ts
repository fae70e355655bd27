import { PbxError } from '../../shared/errors.ts';
import type { TypedEvents } from '../../shared/events.ts';
import { MediaExhaustedError } from '../errors.ts';
import type { MediaEngineEvents, MediaLoad } from '../media.ts';
import { type FreeswitchConfig, FreeswitchServer, type FreeswitchServerParts } from './freeswitch-server.ts';

/** Several FreeSWITCHes: who lives, who is next. A dead one takes no new endpoints and loses those it had. */
export class ServerPool {
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

  /** Connects to all. Throws PbxError `freeswitch-none` with each one's reason when not one can be used. */
  async start(healthMs: number): Promise<void> {
    const errors = await Promise.all(this.servers.map((server) => server.start(healthMs)));
    if (this.servers.some(({ alive }) => alive)) return;
    const reasons = this.servers.map(({ name }, index) => `${name} (${errors[index]?.message ?? 'closed'})`);
    throw new PbxError('freeswitch-none', `no FreeSWITCH can be used: ${reasons.join(', ')}`);
  }

  /** The server for the next endpoint: `near` while it lives and has room. Throws MediaExhaustedError. */
  pick(near?: FreeswitchServer, except: ReadonlySet<FreeswitchServer> = new Set()): FreeswitchServer {
    if (near?.alive && near.free > 0 && !except.has(near)) return near;
    let best: FreeswitchServer | undefined;
    for (const server of this.servers) {
      if (!server.alive || server.free <= 0 || except.has(server)) continue;
      if (!best || server.fill < best.fill) best = server;
    }
    if (!best) throw new MediaExhaustedError('no FreeSWITCH has room for another endpoint');
    return best;
  }

  load(): MediaLoad {
    return {
      endpoints: this.servers.reduce((sum, { placed }) => sum + placed, 0),
      free: this.servers.reduce((sum, { alive, free }) => sum + (alive ? Math.max(0, free) : 0), 0),
    };
  }

  close(): void {
    for (const server of this.servers) server.close();
  }
}
