import type { Clock, Timer } from '../shared/clock.ts';
import { asError } from '../shared/errors.ts';
import type { Logger } from '../shared/logger.ts';

/** Room on a disk, in bytes. */
export interface DiskRoom {
  /** For us, without what the system keeps for root. */
  readonly freeBytes: number;
  readonly totalBytes: number;
}

/** A folder whose disk is watched; `read` may take long or reject: the folder may be on a server that is dead. */
export interface WatchedFolder {
  /** `data`, `recordings`: what it is called in metrics. */
  readonly name: string;
  readonly folder: string;
  read(): Promise<DiskRoom>;
}

export interface FolderRoom {
  readonly name: string;
  readonly room: DiskRoom;
}

export interface FreeSpaceParts {
  readonly folders: readonly WatchedFolder[];
  readonly clock: Clock;
  readonly log: Logger;
}

const LOOK_MS = 30_000;
/** Little room: under a twentieth of the disk. It is enough again from a tenth more on, so that the log does not flap. */
const LITTLE = 0.05;
const ENOUGH = 0.055;

/** Looks at the disks that callers' data is on, and says in the log when one gets full and when it has room again. */
export class FreeSpace {
  readonly #parts: FreeSpaceParts;
  readonly #rooms = new Map<string, DiskRoom>();
  readonly #low = new Set<string>();
  #timer: Timer | undefined;
  #closed = false;

  constructor(parts: FreeSpaceParts) {
    this.#parts = parts;
  }

  /** As last seen; a folder that did not answer the last time is not among them. */
  get rooms(): readonly FolderRoom[] {
    return [...this.#rooms].map(([name, room]) => ({ name, room }));
  }

  /** Names of the folders with little room. */
  get low(): readonly string[] {
    return [...this.#low];
  }

  /** Looks once, then every half minute. A folder that does not answer keeps the others from nothing. */
  async start(): Promise<void> {
    await Promise.all(this.#parts.folders.map((each) => this.#look(each)));
    if (this.#closed) return;
    this.#timer = this.#parts.clock.after(LOOK_MS, () => void this.start());
  }

  /** Idempotent. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
  }

  async #look({ name, folder, read }: WatchedFolder): Promise<void> {
    const { log } = this.#parts;
    let room: DiskRoom;
    try {
      room = await read();
    } catch (error) {
      if (this.#closed) return;
      this.#rooms.delete(name);
      log.warn({ folder, reason: asError(error).message }, 'the room on this disk is not known');
      return;
    }
    if (this.#closed) return;
    this.#rooms.set(name, room);
    const share = room.freeBytes / room.totalBytes;
    if (share < LITTLE && !this.#low.has(name)) {
      this.#low.add(name);
      log.error(
        { folder, ...room },
        'the disk of this folder is nearly full: make room, or keep less (tenants.NAME.retention, recording.maxSize)',
      );
    } else if (share >= ENOUGH && this.#low.delete(name)) {
      log.info({ folder, ...room }, 'the disk of this folder has room again');
    }
  }
}
