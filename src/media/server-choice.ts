import { MediaExhaustedError } from './errors.ts';
import type { MediaLoad } from './media.ts';

/** A media server with what stands on it, as its pool chooses by it. */
export interface ChosenServer {
  readonly alive: boolean;
  /** Endpoints on it. */
  readonly placed: number;
  /** Endpoints that still fit. */
  readonly free: number;
  /** How full it is for its weight; the least full is next. */
  readonly fill: number;
}

/** The server for the next endpoint: `near` while it lives and has room, else the least full. Throws MediaExhaustedError. */
export function chooseServer<Server extends ChosenServer>(
  servers: readonly Server[],
  near?: Server,
  except?: ReadonlySet<Server>,
): Server {
  const fits = (server: Server) => server.alive && server.free > 0 && !except?.has(server);
  if (near && fits(near)) return near;
  let best: Server | undefined;
  for (const server of servers) if (fits(server) && (!best || server.fill < best.fill)) best = server;
  if (!best) throw new MediaExhaustedError('no media server has room for another endpoint');
  return best;
}

/** What stands on all servers, and what still fits on those that live. */
export function loadOf(servers: readonly ChosenServer[]): MediaLoad {
  return {
    endpoints: servers.reduce((sum, { placed }) => sum + placed, 0),
    free: servers.reduce((sum, { alive, free }) => sum + (alive ? Math.max(0, free) : 0), 0),
  };
}
