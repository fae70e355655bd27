declare module 'drachtio-fsmrf' {
  /** Holds what several MediaServers share: the drachtio application. */
  export default class Mrf {
    constructor(srf: object);
  }
}

declare module 'drachtio-fsmrf/lib/mediaserver.js' {
  const MediaServer: new (
    connection: object,
    mrf: object,
    listenAddress: string,
    listenPort: number,
    advertisedAddress: string | undefined,
    advertisedPort: number | undefined,
    profile: string,
  ) => unknown;
  export default MediaServer;
}

declare module 'drachtio-modesl' {
  const modesl: {
    readonly Connection: new (host: string, port: number, secret: string, onReady: () => void) => unknown;
  };
  export default modesl;
}
