/** Callers who left the line of a queue unserved a short while ago (掉线保位): who calls again stands where he stood. */
export interface Left {
  /** His place: when he had joined. */
  readonly since: number;
  readonly at: number;
}

/** A caller who is dropped may call again so long where his queue says nothing else. */
const KEEP_PLACE_MS = 120_000;

/** Of one queue. Nobody is remembered longer than the queue wants. */
export class RecentLeavers {
  /** Who left first first. */
  readonly byNumber: Map<string, Left>;

  constructor(byNumber = new Map<string, Left>()) {
    this.byNumber = byNumber;
  }

  /** `number`: its mask; '' when withheld, who is not known again. */
  remember(number: string, since: number, at: number, keepMs = KEEP_PLACE_MS): void {
    for (const [other, left] of this.byNumber) {
      if (left.at + keepMs > at) break;
      this.byNumber.delete(other);
    }
    this.byNumber.delete(number);
    if (number !== '' && keepMs > 0) this.byNumber.set(number, { since, at });
  }

  placeOf(number: string): number | undefined {
    return this.byNumber.get(number)?.since;
  }

  /** The place of somebody who is there again; it is his once. */
  takeBack(number: string, now: number, keepMs = KEEP_PLACE_MS): Left | undefined {
    const left = this.byNumber.get(number);
    this.byNumber.delete(number);
    return left && left.at + keepMs > now ? left : undefined;
  }
}
