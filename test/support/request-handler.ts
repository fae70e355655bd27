/** An HTTP server that a drachtio-server asks where requests go. */
import { createServer, type Server } from 'node:http';

export class RequestHandler {
  /** What was asked, the first first. */
  readonly asked: URLSearchParams[] = [];
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
    const { port } = server.address() as { port: number };
    this.url = `http://127.0.0.1:${port}/route`;
  }

  /** `decide`: what it answers, as JSON. */
  static async start(decide: (asked: URLSearchParams) => unknown): Promise<RequestHandler> {
    const server = createServer((request, response) => {
      const { searchParams } = new URL(request.url!, 'http://x');
      handler.asked.push(searchParams);
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify(decide(searchParams)));
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    const handler = new RequestHandler(server);
    return handler;
  }

  close(): Promise<unknown> {
    return new Promise((done) => this.#server.close(done));
  }
}
