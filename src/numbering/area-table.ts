/**
 * Where a caller is at home and which operator issued the number, by direct addressing: one array cell for each
 * of the million mobile segments (号段, 7 digits) and one for each area code. 3 MB, no garbage on a lookup.
 */
import { type Area, INTERNATIONAL_AREA, makeArea, UNKNOWN_AREA } from './area.ts';
import { isInternational } from './number.ts';

/** Operators as people call them; the index is what the table keeps. */
const CARRIERS = [undefined, '移动', '联通', '电信', '广电'] as const;
export type Carrier = NonNullable<(typeof CARRIERS)[number]>;

const SEGMENTS = 1_000_000;
const AREA_CODES = 1000;

export class AreaTable {
  /** Names the data: `libphonenumber`, or the version of an imported table. */
  version: string;
  /** Area by digits 2 to 7 of a mobile. */
  readonly #segmentArea = new Uint16Array(SEGMENTS);
  readonly #segmentCarrier = new Uint8Array(SEGMENTS);
  /** Area by area code without its 0: 10, 20-29, 310-999. */
  readonly #codeArea = new Uint16Array(AREA_CODES);
  readonly #areas: Area[] = [UNKNOWN_AREA];
  readonly #index = new Map<string, number>();
  #segments = 0;

  constructor(version: string) {
    this.version = version;
  }

  /** Segments that have an area. */
  get segments(): number {
    return this.#segments;
  }

  get bytes(): number {
    return this.#segmentArea.byteLength + this.#segmentCarrier.byteLength + this.#codeArea.byteLength;
  }

  /** All areas that the table knows. */
  get areas(): readonly Area[] {
    return this.#areas.slice(1);
  }

  /** Where a caller (in the form of `normaliseCaller`) is at home. */
  areaOf(caller: string): Area {
    if (isInternational(caller)) return INTERNATIONAL_AREA;
    if (caller.charCodeAt(0) === 48) return this.#areas[this.#codeArea[codeOf(caller)]!]!;
    const segment = segmentOf(caller);
    return segment < 0 ? UNKNOWN_AREA : this.#areas[this.#segmentArea[segment]!]!;
  }

  /** The operator that issued a mobile; undefined for landlines and unknown segments. */
  carrierOf(caller: string): Carrier | undefined {
    const segment = segmentOf(caller);
    return segment < 0 ? undefined : CARRIERS[this.#segmentCarrier[segment]!];
  }

  /** The area of an area code such as `0755`. */
  areaOfCode(code: string): Area {
    return this.#areas[this.#codeArea[codeOf(code)]!]!;
  }

  /** Sets the area of an area code (`0755`). */
  setCode(code: string, province: string, city: string): void {
    this.#codeArea[codeOf(code)] = this.#indexOf(province, city, code);
  }

  /**
   * Sets area and operator of all segments that begin with `prefix` (1 and up to 6 digits more). `code` is ''
   * when unknown; undefined carriers leave what is there. False when it is no prefix of a mobile.
   */
  setSegments(prefix: string, area: SegmentArea | undefined, carrier: Carrier | undefined): boolean {
    const digits = prefix.length - 1;
    const start = prefix.charCodeAt(0) === 49 && digits <= 6 ? Number(prefix.slice(1) || '0') : Number.NaN;
    if (!(start >= 0)) return false;
    const width = 10 ** (6 - digits);
    const from = start * width;
    if (area) {
      const index = this.#indexOf(area.province, area.city, area.code);
      for (let slot = from; slot < from + width; slot++) {
        if (this.#segmentArea[slot] === 0) this.#segments++;
        this.#segmentArea[slot] = index;
      }
    }
    if (carrier) this.#segmentCarrier.fill(CARRIERS.indexOf(carrier), from, from + width);
    return true;
  }

  #indexOf(province: string, city: string, code: string): number {
    const key = `${province}\t${city}\t${code}`;
    let index = this.#index.get(key);
    if (index === undefined) {
      index = this.#areas.push(makeArea(province, city, code)) - 1;
      this.#index.set(key, index);
    }
    return index;
  }
}

export interface SegmentArea {
  readonly province: string;
  readonly city: string;
  readonly code: string;
}

/** Digits 2 to 7 of a mobile as a number, -1 when it is none. */
function segmentOf(caller: string): number {
  if (caller.length !== 11 || caller.charCodeAt(0) !== 49) return -1;
  let segment = 0;
  for (let index = 1; index < 7; index++) segment = segment * 10 + caller.charCodeAt(index) - 48;
  return segment;
}

/** Area code of a landline without its 0; three digits beside 010 and 02x; 0 when there is none. */
function codeOf(landline: string): number {
  const first = landline.charCodeAt(1) - 48;
  const second = landline.charCodeAt(2) - 48;
  if (!(first >= 1 && second >= 0)) return 0;
  const two = first * 10 + second;
  if (first <= 2) return two;
  const third = landline.charCodeAt(3) - 48;
  return third >= 0 ? two * 10 + third : 0;
}
