interface Tracks {
  getTracks(): readonly { stop(): void }[];
}

/** A microphone (麦克风) that is open once at most, and by nobody's wish no more when it is closed: also one that is still being asked for. */
export class Microphone<Stream extends Tracks> {
  readonly #ask: () => Promise<Stream>;
  #turn = 0;
  #stream: Stream | undefined;

  constructor(ask: () => Promise<Stream>) {
    this.#ask = ask;
  }

  /** Opens it; undefined: it was closed, or opened again, meanwhile. Throws what the browser throws. */
  async open(): Promise<Stream | undefined> {
    this.close();
    const turn = this.#turn;
    const stream = await this.#ask();
    if (turn !== this.#turn) {
      stop(stream);
      return undefined;
    }
    this.#stream = stream;
    return stream;
  }

  /** Idempotent. */
  close(): void {
    this.#turn += 1;
    if (this.#stream) stop(this.#stream);
    this.#stream = undefined;
  }
}

function stop(stream: Tracks): void {
  for (const track of stream.getTracks()) track.stop();
}
