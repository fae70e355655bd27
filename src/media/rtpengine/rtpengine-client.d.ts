declare module 'rtpengine-client' {
  import type { Socket } from 'node:dgram';
  import type { EventEmitter } from 'node:events';

  export interface ServerAddress {
    readonly host: string;
    readonly port: number;
  }

  type Command = (server: ServerAddress, options?: object) => Promise<unknown>;

  export interface Client extends EventEmitter {
    readonly socket: Socket;
    readonly ping: Command;
    readonly offer: Command;
    readonly answer: Command;
    readonly delete: Command;
    readonly query: Command;
    readonly playMedia: Command;
    readonly stopMedia: Command;
    readonly playDTMF: Command;
    readonly blockMedia: Command;
    readonly unblockMedia: Command;
    readonly startRecording: Command;
    readonly stopRecording: Command;
    close(): void;
  }

  const client: { readonly Client: new (options: { timeout: number; localAddress?: string }) => Client };
  export default client;
}
