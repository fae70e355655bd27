import { maskedCdr } from '../cdr/masked-cdr.ts';
import { publicCall } from '../cdr/public-call.ts';
import { type RoomyBytes, roomyBytes } from '../shared/roomy-bytes.ts';
import { inTurns } from './in-turns.ts';
import { readRecord } from './stored-record.ts';

/** Records kept of each form: some 5 MB. */
const KEPT = 1000;
const COMMA = 0x2c;

/**
 * Records as the API shows them (`publicCall`), JSON in UTF-8, made of their stored texts. What became of the last thousand is kept: pages
 * of the newest calls are read again and again.
 */
export class ShownRecords {
  readonly #whole = new Map<string, Uint8Array>();
  readonly #masked = new Map<string, Uint8Array>();

  /** One after the other with a comma between. `isWhole`: with numbers that are not masked. */
  joined(stored: readonly string[], isWhole: boolean): RoomyBytes {
    const all = stored.map((text) => this.#of(text, isWhole));
    const length = all.reduce((sum, one) => sum + one.length + 1, 0);
    const bytes = roomyBytes(Math.max(0, length - 1));
    let at = 0;
    for (const one of all) {
      if (at > 0) bytes[at++] = COMMA;
      bytes.set(one, at);
      at += one.length;
    }
    return bytes;
  }

  /** The same on a thread that has other things to do: at most so many are made in one turn of it. */
  async joinedInTurns(stored: readonly string[], isWhole: boolean, most: number): Promise<RoomyBytes> {
    const kept = isWhole ? this.#whole : this.#masked;
    const fresh = stored.filter((text) => !kept.has(text));
    await inTurns(fresh, most, (text) => this.#of(text, isWhole));
    return this.joined(stored, isWhole);
  }

  #of(text: string, isWhole: boolean): Uint8Array {
    const kept = isWhole ? this.#whole : this.#masked;
    const known = kept.get(text);
    if (known) return known;
    const record = readRecord(text);
    const shown = Buffer.from(JSON.stringify(publicCall(isWhole ? record : maskedCdr(record))));
    // In place of the one that was kept first.
    if (kept.size >= KEPT) kept.delete(kept.keys().next().value!);
    kept.set(text, shown);
    return shown;
  }
}
