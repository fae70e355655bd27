import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { asError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { Companies } from '../companies.ts';
import { answerApply } from './answer-apply.ts';
import type { ApplyAnswer, ApplyRequest } from './protocol.ts';

/** Takes what `pbx400 apply` asks for while the PBX runs. */
export class ControlServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(companies: Companies, log: Logger) {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      // Who asked is gone: what he asked for is done all the same.
      socket.on('error', () => socket.destroy());
      void answer(socket, companies, log);
    });
  }

  /**
   * Listens at `file`, in a folder that is its owner's. Where that is not possible the PBX goes without: then entities
   * are applied while it is stopped.
   */
  static async open(file: string, companies: Companies, log: Logger): Promise<ControlServer> {
    const control = new ControlServer(companies, log);
    const server = control.#server;
    // What a crash left; whoever runs with this data folder holds its database.
    rmSync(file, { force: true });
    await new Promise<void>((done) => {
      server.once('error', (error) => {
        log.warn(
          { file, error: error.message },
          'pbx400 apply cannot reach this PBX: its socket cannot be made',
        );
        done();
      });
      server.listen(file, () => {
        chmodSync(file, 0o600);
        done();
      });
    });
    return control;
  }

  /** Ends what is under way, and listening. Idempotent. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    if (this.#server.listening) await new Promise<void>((done) => void this.#server.close(() => done()));
  }
}

async function answer(socket: Socket, companies: Companies, log: Logger): Promise<void> {
  let reply: ApplyAnswer;
  try {
    const request = JSON.parse(await text(socket)) as ApplyRequest;
    reply = await answerApply(companies, request);
    if ('changes' in reply && !request.dryRun && reply.changes.length > 0) {
      log.info({ by: request.by, changes: reply.changes.length }, 'entities were changed');
    }
  } catch (error) {
    reply = { error: asError(error).message };
  }
  socket.end(`${JSON.stringify(reply)}\n`);
}
