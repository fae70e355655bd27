import { chmodSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { asError } from '../../shared/errors.ts';
import type { Logger } from '../../shared/logger.ts';
import type { ControlAnswers } from './protocol.ts';

/** Takes what commands ask of the PBX while it runs. */
export class ControlServer {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor(answers: ControlAnswers) {
    this.#server = createServer({ allowHalfOpen: true }, (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
      // Who asked is gone: what he asked for is done all the same.
      socket.on('error', () => socket.destroy());
      void answer(socket, answers);
    });
  }

  /**
   * Listens at `file`, in a folder that is its owner's. Where that is not possible the PBX goes without: then entities
   * are applied while it is stopped.
   */
  static async open(file: string, answers: ControlAnswers, log: Logger): Promise<ControlServer> {
    const control = new ControlServer(answers);
    const server = control.#server;
    // What a crash left; whoever runs with this data folder holds its database.
    rmSync(file, { force: true });
    await new Promise<void>((done) => {
      server.once('error', (error) => {
        log.warn(
          { file, error: error.message },
          'pbx400 apply, bans and trunks cannot reach this PBX: its socket cannot be made',
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

async function answer(socket: Socket, answers: ControlAnswers): Promise<void> {
  let reply: unknown;
  try {
    const request = JSON.parse(await text(socket));
    const { ask } = request;
    if (typeof ask !== 'string' || !Object.hasOwn(answers, ask))
      throw new Error(`nobody here answers ${JSON.stringify(ask)}`);
    reply = await answers[ask]!(request as never);
  } catch (error) {
    reply = { error: asError(error).message };
  }
  socket.end(`${JSON.stringify(reply)}\n`);
}
